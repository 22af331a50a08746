#include "pages/browser.h"

enum { ACCEPT_MAX = 2048, AGENT_MAX = 256, LANGUAGE_MAX = 32 };

static struct str cut(struct str text, size_t max)
{
    return text.len > max ? str_sub(text, 0, max) : text;
}

struct browser browser_of(struct request *request)
{
    struct str languages = request_header(request, STR("Accept-Language"));
    struct str first = str_sub(languages, 0, str_find(languages, ','));

    return (struct browser){
        .accept = cut(request_header(request, STR("Accept")), ACCEPT_MAX),
        .agent = cut(request_header(request, STR("User-Agent")), AGENT_MAX),
        .language = cut(str_trim(str_sub(first, 0, str_find(first, ';'))), LANGUAGE_MAX),
        .ip = request->peer,
        .local = request->peer_local,
    };
}
