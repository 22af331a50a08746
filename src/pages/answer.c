#include "pages/answer.h"

#include "base/must.h"
#include "wire/form.h"
#include "wire/url.h"

/* What pages have in the header of their answers beside an address. */
enum { HEADER_REST = 1536 };

struct buf answer_begin(struct request *request)
{
    return buf_make(request->cx->arena, PAGE_MAX);
}

struct str answer_origin(struct str url)
{
    struct url parsed;

    if (url.len == 0 || url_parse(url, &parsed) != OK)
        return STR_NONE;
    return parsed.origin;
}

void answer_plain_headers(struct request *request)
{
    response_header(request, STR("X-Content-Type-Options"), STR("nosniff"));
    response_header(request, STR("Referrer-Policy"), STR("no-referrer"));
    response_header(request, STR("X-Robots-Tag"), STR("noindex"));
    /* Live mode over TLS only: in the sandbox it would lock localhost out of plain http. */
    if (request->tls && request->cx->mode == MODE_LIVE)
        response_header(request, STR("Strict-Transport-Security"), STR("max-age=31536000"));
}

/* Everything that is not listed is forbidden; there is no inline script or style anywhere. */
static struct str content_policy(struct arena *arena, const struct answer_policy *policy)
{
    struct buf out = buf_make(arena, 2048);

    buf_put(&out, STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                      "connect-src 'none'; form-action 'self'"));
    if (policy->form_target.len > 0) {
        buf_put_byte(&out, ' ');
        buf_put(&out, policy->form_target);
    }
    buf_put(&out, STR("; base-uri 'none'; frame-ancestors "));
    buf_put(&out, policy->parent.len > 0 ? policy->parent : STR("'none'"));
    buf_put(&out, STR("; require-trusted-types-for 'script'"));
    must(!out.failed);
    return buf_str(&out);
}

static const struct header PAGE_HEADERS[] = {
    {STR_INIT("Cache-Control"),              STR_INIT("no-store")       },
    {STR_INIT("Cross-Origin-Opener-Policy"), STR_INIT("same-origin")    },
    {STR_INIT("Permissions-Policy"),
     STR_INIT("accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
              "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
              "midi=(), payment=(self), picture-in-picture=(), publickey-credentials-get=(), "
              "screen-wake-lock=(), usb=(), xr-spatial-tracking=()")    },
    {STR_INIT("Vary"),                       STR_INIT("Accept-Language")},
};

void answer_page(struct request *request, int status, enum page_lang lang,
                 const struct answer_policy *policy, const struct buf *html)
{
    must(!html->failed);
    response_set(request, status, STR("text/html; charset=utf-8"), buf_str(html));
    response_header(request, STR("Content-Security-Policy"),
                    content_policy(request->cx->arena, policy));
    response_header(request, STR("Content-Language"), PAGE_LANGUAGES[lang - 1].code);
    for (size_t i = 0; i < ARRAY_LEN(PAGE_HEADERS); i++)
        response_header(request, PAGE_HEADERS[i].name, PAGE_HEADERS[i].value);
    if (policy->refresh.len > 0)
        response_header(request, STR("Refresh"), policy->refresh);
    answer_plain_headers(request);
}

static void see_other(struct request *request, struct str location)
{
    response_set(request, 303, STR_NONE, STR_NONE);
    response_header(request, STR("Location"), location);
    response_header(request, STR("Cache-Control"), STR("no-store"));
    answer_plain_headers(request);
}

void answer_redirect(struct request *request, struct str location)
{
    must(location.len > 0);
    must(location.ptr[0] == '/');
    see_other(request, location);
}

bool answer_fits(struct request *request, struct str url)
{
    return percent_ascii(request->cx->arena, url).len + HEADER_REST <= request->header_room;
}

void answer_away(struct request *request, struct str url)
{
    must(answer_origin(url).len > 0);
    must(answer_fits(request, url));
    see_other(request, percent_ascii(request->cx->arena, url));
}

bool answer_leaves(struct request *request, int seconds, struct str url,
                   struct answer_policy *policy)
{
    struct arena *arena = request->cx->arena;
    struct str ascii = percent_ascii(arena, url);

    if (url.len == 0 || !answer_fits(request, url))
        return false;
    policy->refresh = str_format(arena, "%d; url=%.*s", seconds, (int)ascii.len, ascii.ptr);
    return true;
}
