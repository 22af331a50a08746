#ifndef GUICHET_TESTS_UNIT_API_STANCER_ASKED_H
#define GUICHET_TESTS_UNIT_API_STANCER_ASKED_H

#include "api/stancer/call.h"
#include "api/stancer/face.h"
#include "support/unit.h"

/* A request as a handler sees it, without a server around it. */
struct asked {
    struct request request;
    struct admission admission;
};

static inline struct asked *asked_of(const struct mount *mount)
{
    struct ctx *cx = unit_ctx();
    struct asked *asked = arena_make(cx->arena, struct asked);

    asked->admission.mode = MODE_TEST;
    asked->request = (struct request){.cx = cx, .mount = mount, .face = &asked->admission};
    return asked;
}

static inline void asked_free(struct asked *asked)
{
    unit_ctx_free(asked->request.cx);
}

static inline const char *asked_header(const struct asked *asked, const char *name)
{
    const struct response *response = &asked->request.response;

    for (size_t i = 0; i < response->header_count; i++) {
        if (str_eq(response->headers[i].name, str_of(name)))
            return str_cstr(asked->request.cx->arena, response->headers[i].value);
    }
    return NULL;
}

#define assert_answer(asked, code, text)                                                           \
    do {                                                                                           \
        assert_int_equal((asked)->request.response.status, code);                                  \
        assert_str((asked)->request.response.body, text);                                          \
        assert_string_equal(asked_header(asked, "Content-Type"), "application/json");              \
    } while (0)

#endif
