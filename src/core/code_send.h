#ifndef GUICHET_CORE_CODE_SEND_H
#define GUICHET_CORE_CODE_SEND_H

#include "core/one_time_code.h"

/* One-time codes on their way: by mail. */
#define CODE_CHANNEL_LIST(X) X(CODE_BY_SMS, 1, "sms") X(CODE_BY_MAIL, 2, "email")
ENUM_DECLARE(code_channel, CODE_CHANNEL_LIST);

/* Whom a code goes to and what it says. */
struct code_letter {
    struct str phone;         /* {NULL, 0}: not known */
    struct str email;         /* likewise */
    enum code_channel wanted; /* 0: any */
    struct str language;      /* "fr"; anything else is English */
    struct str payee;         /* who wants the code */
    struct str reply_to;      /* an address, or anything that is none */
    struct str about;         /* what it does, in that language: "pour valider un prélèvement" */
    const char *kind;         /* a literal: "levy.code"; shown to the operator */
};

/* The way it would go; 0: there is none. */
enum code_channel code_way(const struct core *core, const struct ctx *cx,
                           const struct code_letter *letter);

/* Inside a body: a new code for an object, and the message that brings it. Faults as code_make;
 * before anything is written ERR_UNAVAILABLE with a fault on "code": there is no way. */
MUST_CHECK err_t code_send(const struct core *core, struct ctx *cx, struct tx *tx,
                           const struct code_terms *terms, const char *object,
                           const struct code_letter *letter);

#endif
