#include <stdint.h>
#include <string.h>

#include "base/must.h"
#include "wire/url.h"

/* Any bytes as a URL: the parts of what is accepted lie in the text, in their order, and the origin
 * alone leads to the same host. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void host_is_plain(const struct url *url)
{
    must(url->host.len > 0);
    for (size_t i = 0; i < url->host.len; i++) {
        must(strchr("/\\?#@[]% \t\r\n", url->host.ptr[i]) == NULL);
        must(url->host.ptr[i] > ' ');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct url url;
    struct url again;

    if (url_parse(text, &url) != OK)
        return 0;
    host_is_plain(&url);
    must(url.port >= 1);
    must(url.port <= 65535);
    must(str_starts(text, url.origin));
    must(url.path.ptr == text.ptr + url.origin.len);
    must(url.path.len <= text.len - url.origin.len);
    must(url.path.len == 0 || url.path.ptr[0] == '/' || url.path.ptr[0] == '?');
    must(str_find(url.path, '#') == url.path.len);
    must(url_parse(url.origin, &again) == OK);
    must(again.tls == url.tls);
    must(again.port == url.port);
    must(str_eq(again.host, url.host));
    must(again.path.len == 0);
    must(url_is_local(&again) == url_is_local(&url));
    return 0;
}
