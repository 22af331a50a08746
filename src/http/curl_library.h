#ifndef GUICHET_HTTP_CURL_LIBRARY_H
#define GUICHET_HTTP_CURL_LIBRARY_H

/* Its checks of types are macros of the functions' names, which are members here. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#include "base/err.h"

/* libcurl, loaded when the first call leaves: a server that calls nobody is smaller by what the
 * library and the thirty that it needs take. Private to the clients of this layer. */
#define CURL_LIBRARY_LIST(X)                                                                       \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_init)                                                                              \
    X(curl_easy_perform)                                                                           \
    X(curl_easy_setopt)                                                                            \
    X(curl_global_init)                                                                            \
    X(curl_multi_add_handle)                                                                       \
    X(curl_multi_cleanup)                                                                          \
    X(curl_multi_info_read)                                                                        \
    X(curl_multi_init)                                                                             \
    X(curl_multi_perform)                                                                          \
    X(curl_multi_poll)                                                                             \
    X(curl_multi_remove_handle)                                                                    \
    X(curl_multi_setopt)                                                                           \
    X(curl_slist_append)                                                                           \
    X(curl_slist_free_all)

struct curl_library {
#define CURL_LIBRARY_MEMBER(name) __typeof__(name) *name;
    CURL_LIBRARY_LIST(CURL_LIBRARY_MEMBER)
#undef CURL_LIBRARY_MEMBER
};

/* Finds the functions. From any thread, as often as wanted; the library stays loaded, and is
 * started under a lock of its own (since 7.84). ERR_UNAVAILABLE (logged) without it. */
MUST_CHECK err_t curl_library_load(struct curl_library *out);

#endif
