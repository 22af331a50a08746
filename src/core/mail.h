#ifndef GUICHET_CORE_MAIL_H
#define GUICHET_CORE_MAIL_H

#include "core/outbox.h"

/* A mail to one receiver, written in the commit of the step that calls for it: so each step sends
 * one, and its Message-ID, made of the row's id, stays the same in every try. */
struct mail {
    struct str to;        /* an ASCII address, mail_address_valid() */
    struct str from_name; /* of whom it comes, shown beside our address; or {NULL, 0} */
    struct str reply_to;  /* an address, or {NULL, 0} */
    struct str language;  /* "fr", "en" */
    struct str subject;
    struct str text;    /* lines end with \n */
    struct str html;    /* a whole document, or {NULL, 0} */
    const char *kind;   /* what it is about, a literal: "request.sent"; shown to the operator */
    const char *object; /* mails about one object to one address go out in order */
};
enum {
    MAIL_SUBJECT_MAX = 256, /* characters, as the names of merchants are counted */
    MAIL_TEXT_MAX = 256 * 1024,
    MAIL_ADDRESS_MAX = 254
};
/* Of deliveries: all mails of a merchant. */
#define MAIL_RECEIVER STR("mail")

/* Inside a body, for cx->merchant in cx->mode. ERR_INVALID with a fault on "to" or "reply_to": an
 * address that cannot be written into a header, "subject" or "from_name": a control character, or
 * too long. */
MUST_CHECK err_t mail_put(struct ctx *cx, struct tx *tx, const struct mail *mail);

/* The mail of a delivery of CHANNEL_MAIL; to comes from the delivery. ERR_NOT_FOUND without a
 * fault. */
MUST_CHECK err_t mail_load(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                           struct mail *out);

/* Mails and text messages as the operator and the merchant see them, newest first. */
struct mail_line {
    struct delivery delivery; /* without its body */
    struct str subject;       /* {NULL, 0}: a text message */
};
struct mail_filter {
    struct delivery_id before; /* older than this one; "": from the newest */
    struct str state;          /* "waiting", "delivered", "dead"; {NULL, 0}: all */
    struct str object;         /* what they are about; {NULL, 0}: all */
    int64_t limit;
};
MUST_CHECK err_t mail_lines(struct ctx *cx, struct tx *tx, const struct mail_filter *filter,
                            struct mail_line **out, size_t *count);

/* One '@' with something on both sides, of characters that are safe in a header and in SMTP. */
bool mail_address_valid(struct str address);
/* The same of an address that somebody gives: it has the shape of base/email.h as well. */
bool mail_address_given(struct str address);

#endif
