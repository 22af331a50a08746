#include "core/mandate_link.h"

#include "core/signed_link.h"

static const char PURPOSE[] = "mandate link";

struct str mandate_link(const struct core *core, struct ctx *cx, struct mandate_id id)
{
    struct str token = signed_link_make(core, cx, PURPOSE, id.raw, MANDATE_LINK_DAYS);

    return str_format(cx->arena, MANDATE_LINK_PATH "%.*s", (int)token.len, token.ptr);
}

err_t mandate_link_read(const struct core *core, struct ctx *cx, struct str token,
                        struct mandate_id *out)
{
    return signed_link_read(core, cx, PURPOSE, token, out->raw);
}
