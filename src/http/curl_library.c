#include "http/curl_library.h"

#include "base/library.h"

static const char FILE_NAME[] = "libcurl.so.4";

err_t curl_library_load(struct curl_library *out)
{
    void *library = NULL;

    TRY(library_open(FILE_NAME, &library));
#define CURL_LIBRARY_FIND(name) TRY(library_find(library, #name, &out->name, sizeof out->name));
    CURL_LIBRARY_LIST(CURL_LIBRARY_FIND)
#undef CURL_LIBRARY_FIND
    return out->curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OK : ERR_UNAVAILABLE;
}
