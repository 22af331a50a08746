#include "pages/browser.h"

enum { ACCEPT_MAX = 2048, AGENT_MAX = 256, LANGUAGE_MAX = 32 };

struct browser browser_of(struct request *request)
{
    struct str languages = request_header(request, STR("Accept-Language"));
    struct str first = str_sub(languages, 0, str_find(languages, ','));

    return (struct browser){
        .accept = str_utf8_start(request_header(request, STR("Accept")), ACCEPT_MAX),
        .agent = str_utf8_start(request_header(request, STR("User-Agent")), AGENT_MAX),
        .language = str_utf8_start(str_trim(str_sub(first, 0, str_find(first, ';'))), LANGUAGE_MAX),
        .ip = request->peer,
        .local = request->peer_local,
    };
}
