#ifndef GUICHET_CORE_CODE_SEND_H
#define GUICHET_CORE_CODE_SEND_H

#include "core/one_time_code.h"

/* One-time codes on their way: by text message, or by mail where nobody sends those. */
#define CODE_CHANNEL_LIST(X) X(CODE_BY_SMS, 1, "sms") X(CODE_BY_MAIL, 2, "email")
ENUM_DECLARE(code_channel, CODE_CHANNEL_LIST);

/* Whom a code goes to and what it says. */
struct code_letter {
    struct str phone;         /* {NULL, 0}: not known */
    struct str email;         /* likewise */
    enum code_channel wanted; /* 0: any, a text message first */
    struct str language;      /* "fr"; anything else is English */
    struct str payee;         /* who wants the code */
    struct str reply_to;      /* of a mail: an address, or anything that is none */
    /* What it does, in that language: "pour signer votre mandat de prélèvement". */
    struct str about;
    const char *kind; /* a literal: "form.code"; shown to the operator */
};

/* The way it would go; 0: there is none. A text message that nobody sends becomes a mail; a mail
 * that is wanted never becomes a text message. */
enum code_channel code_way(const struct core *core, const struct ctx *cx,
                           const struct code_letter *letter);

/* Inside a body: a new code for an object, and the message that brings it. Faults as code_make;
 * before anything is written ERR_UNAVAILABLE with a fault on "code": there is no way. */
MUST_CHECK err_t code_send(const struct core *core, struct ctx *cx, struct tx *tx,
                           const struct code_terms *terms, const char *object,
                           const struct code_letter *letter);

/* The code that was sent last and not used yet; *found is false when there is none. */
struct code_sent {
    enum code_channel channel; /* 0: it was not sent by code_send */
    struct str to;
    struct str hash; /* keyed: it can be kept as a proof */
    instant expires;
};
MUST_CHECK err_t code_sent_read(struct ctx *cx, struct tx *tx, enum code_purpose purpose,
                                const char *object, struct code_sent *out, bool *found);

#endif
