#include "pages/mandate_return.h"

#include "base/must.h"
#include "wire/form.h"

/* The return parameters with their names, every character of them written as three. */
enum { PARAMETERS_MAX = 512 };

/* The address as the merchant gave it. */
static struct str mandate_return_to(const struct mandate_visit *visit)
{
    const struct mandate_form_urls *urls = &visit->form.urls;

    switch (visit->state) {
    case MANDATE_FORM_SIGNED:
        return urls->ok;
    case MANDATE_FORM_CANCELED:
        return urls->cancel;
    case MANDATE_FORM_FAILED:
        return urls->ko;
    case MANDATE_FORM_OPEN:
    case MANDATE_FORM_REPLACED:
    case MANDATE_FORM_EXPIRED:
        return STR_NONE;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static void parameter_put(struct buf *out, const char *name, struct str value, char before)
{
    buf_put_byte(out, before);
    buf_put_cstr(out, name);
    buf_put_byte(out, '=');
    percent_put(out, value);
}

struct str mandate_return_url(struct arena *arena, const struct mandate_visit *visit)
{
    struct str url = mandate_return_to(visit);
    size_t end = str_find(url, '#');
    bool has_query = str_find(str_sub(url, 0, end), '?') < end;
    struct buf out = buf_make(arena, url.len + PARAMETERS_MAX);

    if (url.len == 0)
        return STR_NONE;
    buf_put(&out, str_sub(url, 0, end));
    parameter_put(&out, "safedebit_consumer_reference", visit->consumer.reference,
                  has_query ? '&' : '?');
    parameter_put(&out, "umr", mandate_form_umr(&visit->form), '&');
    parameter_put(&out, "status", mandate_form_word(visit->form.state), '&');
    buf_put(&out, str_from(url, end));
    must(!out.failed);
    return buf_str(&out);
}
