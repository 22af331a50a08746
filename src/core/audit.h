#ifndef GUICHET_CORE_AUDIT_H
#define GUICHET_CORE_AUDIT_H

#include "core/verify.h"

/* Who did what to this server, of all merchants: rows that are only added, each chained to the one
 * before by a hash, so that none can be changed or left out in the middle without `guichet verify`
 * telling. Whoever notes down the last number and its hash elsewhere can tell about the end too. */
#define AUDIT_WHAT_LIST(X)                                                                         \
    X(AUDIT_OPERATOR_ADDED, 1, "operator.added")                                                   \
    X(AUDIT_OPERATOR_PASSWORD, 2, "operator.password")                                             \
    X(AUDIT_OPERATOR_REMOVED, 3, "operator.removed")                                               \
    X(AUDIT_OPERATOR_LOCKED, 4, "operator.locked")                                                 \
    X(AUDIT_OPERATOR_UNLOCKED, 5, "operator.unlocked")                                             \
    X(AUDIT_SESSION_OPENED, 6, "session.opened")                                                   \
    X(AUDIT_SESSION_REFUSED, 7, "session.refused")                                                 \
    X(AUDIT_SESSION_CLOSED, 8, "session.closed")                                                   \
    X(AUDIT_ENROLMENT_COMPANY, 20, "enrolment.company")                                            \
    X(AUDIT_ENROLMENT_REPRESENTATIVE, 21, "enrolment.representative")                              \
    X(AUDIT_ENROLMENT_DOCUMENTS, 22, "enrolment.documents")                                        \
    X(AUDIT_ENROLMENT_SIGNATURE, 23, "enrolment.signature")                                        \
    X(AUDIT_ENROLMENT_SEALED, 24, "enrolment.sealed")                                              \
    X(AUDIT_ENROLMENT_FILE, 25, "enrolment.file")                                                  \
    X(AUDIT_ENROLMENT_ACCEPTED, 26, "enrolment.accepted")                                          \
    X(AUDIT_ENROLMENT_REFUSED, 27, "enrolment.refused")                                            \
    X(AUDIT_ENROLMENT_ERASED, 28, "enrolment.erased")                                              \
    X(AUDIT_ENROLMENT_VIEWED, 30, "enrolment.viewed")
ENUM_DECLARE(audit_what, AUDIT_WHAT_LIST);

enum { AUDIT_HASH_LEN = 64, AUDIT_PAGE_MAX = 1000 };

struct audit_deed {
    enum audit_what what;
    struct str actor;   /* e-mail address of an operator; {NULL, 0}: a command, or nobody known */
    struct str address; /* where from; {NULL, 0}: a command */
    struct str object;  /* what it is about, or {NULL, 0} */
    struct str detail;  /* or {NULL, 0}; control characters become blanks */
};
/* Inside a body. */
MUST_CHECK err_t audit_put(struct ctx *cx, struct tx *tx, const struct audit_deed *deed);

struct audit_row {
    int64_t number; /* 1, 2, 3 ... */
    instant at;
    struct str what;
    struct str actor;
    struct str address;
    struct str object;
    struct str detail;
};
/* Newest first, those before a number (INT64_MAX: all); limit is AUDIT_PAGE_MAX at most. */
MUST_CHECK err_t audit_list(struct ctx *cx, struct tx *tx, int64_t before, int64_t limit,
                            struct audit_row **out, size_t *count);

/* About one object, newest first: the last `limit`. */
MUST_CHECK err_t audit_of_object(struct ctx *cx, struct tx *tx, const char *object, int64_t limit,
                                 struct audit_row **out, size_t *count);

/* Proves the chain, and adds what is wrong to the report. */
MUST_CHECK err_t audit_verify(struct ctx *cx, struct tx *tx, struct verify_report *out);

#endif
