#ifndef GUICHET_CORE_ONE_TIME_CODE_H
#define GUICHET_CORE_ONE_TIME_CODE_H

#include "core/core.h"

/* Codes that prove that somebody reads a phone or a mailbox (design.md 8): six digits, kept as a
 * keyed hash, five tries each. In test mode every code is 123456. Whoever asks for one sends it, in
 * the commit that makes it. */
#define CODE_PURPOSE_LIST(X)                                                                       \
    X(CODE_FOR_FORM, 1, "form")           /* signs a mandate on its form */                        \
    X(CODE_FOR_LEVY, 2, "levy")           /* validates a levy */                                   \
    X(CODE_FOR_MANDATE, 3, "mandate")     /* signs a mandate that a call has made */               \
    X(CODE_FOR_ENROLMENT, 4, "enrolment") /* signs the mandate of a company that enrols */
ENUM_DECLARE(code_purpose, CODE_PURPOSE_LIST);

enum { CODE_DIGITS = 6, CODE_TRIES = 5 };

struct code_terms {
    enum code_purpose purpose;
    int life_min;
    int again_max;  /* how often another one may follow the first */
    int window_min; /* after which that is counted anew; 0: never */
    int pause_s;    /* between two of them; none in test mode */
};

/* Inside a body: a new code for an object, which ends the one before; tries begin anew. ERR_LIMIT
 * with a fault on "code": no further one; ERR_BUSY with a fault on "code": too soon. */
MUST_CHECK err_t code_make(const struct core *core, struct ctx *cx, struct tx *tx,
                           const struct code_terms *terms, const char *object,
                           char code[CODE_DIGITS + 1]);

/* The digits of a code, however they were typed; STR_NONE: it is none. */
struct str code_typed(struct arena *arena, struct str typed);

enum code_result {
    CODE_RIGHT = 1, /* it cannot be used again */
    CODE_WRONG,     /* and may be tried again */
    CODE_SPENT,     /* wrong for the last time */
    CODE_EXPIRED,   /* whatever it was */
    CODE_UNKNOWN,   /* none was made */
};
/* Inside a body: one try, which is counted. */
MUST_CHECK err_t code_try(const struct core *core, struct ctx *cx, struct tx *tx,
                          enum code_purpose purpose, const char *object, struct str typed,
                          enum code_result *result);

/* Inside a body: it is not needed any more; that there is none is no error. */
MUST_CHECK err_t code_drop(struct ctx *cx, struct tx *tx, enum code_purpose purpose,
                           const char *object);

/* How many further codes may follow the present one. */
MUST_CHECK err_t code_again_left(struct ctx *cx, struct tx *tx, const struct code_terms *terms,
                                 const char *object, int64_t *left);

#endif
