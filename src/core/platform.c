#include "core/platform.h"

err_t core_platform(const struct core *core, struct ctx *cx, const struct platform **out)
{
    *out = cx->mode == MODE_LIVE ? core->live_platform : core->test_platform;
    if (*out == NULL)
        return fault(cx, ERR_UNAVAILABLE, "platform",
                     cx->mode == MODE_LIVE ? "is not connected: platform.directory_url is not set"
                                           : "is not connected");
    return OK;
}
