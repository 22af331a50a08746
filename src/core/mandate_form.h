#ifndef GUICHET_CORE_MANDATE_FORM_H
#define GUICHET_CORE_MANDATE_FORM_H

#include "core/code_send.h"
#include "core/consumer.h"
#include "core/mandate_signing.h"
#include "core/merchant.h"

/* A page on which somebody gives a mandate (api/safedebit.md 4 and 9), without a word of HTML. It
 * is opened by its link alone, is good for pages.mandate_life_d days, and ends once: the merchant's
 * url_callback is told then, whether or not a browser comes back. */
#define MANDATE_FORM_PURPOSE_LIST(X)                                                               \
    X(MANDATE_FORM_CONSUMER, 1, "consumer") /* a draft fills it in, and becomes a consumer */      \
    X(MANDATE_FORM_MANDATE, 2, "mandate")   /* a call has made the mandate, here it is signed */
ENUM_DECLARE(mandate_form_purpose, MANDATE_FORM_PURPOSE_LIST);

#define MANDATE_FORM_STATE_LIST(X)                                                                 \
    X(MANDATE_FORM_OPEN, 1, "open")                                                                \
    X(MANDATE_FORM_REPLACED, 2, "replaced") /* by a later one for the same own reference */        \
    X(MANDATE_FORM_SIGNED, 3, "signed")                                                            \
    X(MANDATE_FORM_CANCELED, 4, "canceled")                                                        \
    X(MANDATE_FORM_FAILED, 5, "failed") /* five wrong codes */                                     \
    X(MANDATE_FORM_EXPIRED, 6, "expired")
ENUM_DECLARE(mandate_form_state, MANDATE_FORM_STATE_LIST);

/* Where the browser goes in the end, and who is told; each may be {NULL, 0}. */
struct mandate_form_urls {
    struct str ok;
    struct str ko;
    struct str cancel;
    struct str callback;
};

struct mandate_form {
    struct mandate_form_id id;
    enum mandate_form_purpose purpose;
    enum mandate_form_state state;
    struct consumer_id consumer;
    struct str own; /* the merchant's reference of the consumer, or {NULL, 0} */
    struct str umr; /* of the mandate, reserved when the form is made */
    enum mandate_type type;
    enum mandate_state becomes; /* of the mandate, once it is signed */
    struct mandate_id mandate;  /* none: not made yet */
    enum code_channel channel;  /* that the code is wanted by; 0: any */
    struct mandate_form_urls urls;
    struct str sealed; /* the account's number; {NULL, 0}: none is known, or the form has ended */
    instant filled;    /* real time at which the first step was last done; 0: not */
    instant created;
    instant expires;
    instant ended;
};

#define MANDATE_FORM_PATH "/m/"

/* The outcome in the words that the merchant is told: "OK", "CANCEL", "ERROR". */
struct str mandate_form_word(enum mandate_form_state ended);
/* The reference that is told with it: "" where no mandate was made. */
struct str mandate_form_umr(const struct mandate_form *form);

/* What a consumer signs: never B2B but for an organisation with a SIREN, and then when the
 * merchant's bank takes such debits (standards/sepa.md 2.2). */
enum mandate_scheme mandate_form_scheme(const struct merchant *merchant,
                                        const struct consumer *consumer);

/* --- making one ----------------------------------------------------------------------------------
 */

/* For a consumer that is not there yet. An earlier open form for the same own reference is
 * replaced. */
struct mandate_form_make {
    struct operation operation;
    const struct merchant *merchant;
    struct consumer consumer; /* in: type, own, fields; out */
    struct str iban;          /* {NULL, 0}: it asks for one */
    struct mandate_form form; /* in: type, urls; out */
    bool by_sms;              /* the link goes to the consumer's phone */
    bool by_mail;             /* and to its address */
    struct str link;          /* out: the whole address */
};
/* ERR_CONFLICT with a fault on "consumer_reference": a consumer has it. ERR_UNAVAILABLE with a
 * fault on "sms_option": nobody sends text messages, and there is no address either; on "mandate":
 * there is no text to sign. */
void mandate_form_make(struct mandate_form_make *make);

/* --- who comes -----------------------------------------------------------------------------------
 */

struct mandate_visit {
    struct mandate_form form;
    enum mandate_form_state state; /* as it is now, whether or not the task has come */
    struct merchant merchant;
    struct consumer consumer;
    struct mandate mandate;      /* when the form has one: ID_NONE(form.mandate) tells */
    struct bank_account account; /* of that mandate */
    bool has_code;               /* one was sent and not used yet */
    struct code_sent code;
};

/* By the token of the link: sets cx->merchant, mode, now. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t mandate_visit_open(struct core *core, struct ctx *cx, struct str token,
                                    struct mandate_visit *out);

/* The account's number that is known so far, for the first step; {NULL, 0}: none. The caller wipes
 * it. */
MUST_CHECK err_t mandate_visit_iban(struct core *core, struct ctx *cx,
                                    const struct mandate_visit *visit, struct str *iban);

/* The second step is shown: everything is known. */
bool mandate_visit_is_filled(const struct mandate_visit *visit);

/* The first step: values and number are kept, and a code is sent, unless one that still counts went
 * to the same phone or address. ERR_STATE: the form is not open any more. ERR_INVALID with a fault
 * on "iban". Faults of code_send. */
struct mandate_fill {
    struct operation operation;
    struct mandate_visit visit; /* in: its consumer with the new values; out: state */
    struct str iban;
    struct str language;
    struct str sealed; /* private */
};
void mandate_fill(struct mandate_fill *fill);

/* What is shown in the second step; on the I/O thread, writes nothing. ERR_UNAVAILABLE with a
 * fault. */
MUST_CHECK err_t mandate_visit_show(struct core *core, struct ctx *cx,
                                    const struct mandate_visit *visit, struct str language,
                                    struct mandate_signing *out);

/* Another code. ERR_STATE, and the faults of code_send. */
struct mandate_resend {
    struct operation operation;
    struct mandate_visit visit;
    struct str language;
};
void mandate_resend(struct mandate_resend *resend);

/* The consumer does not want to. That the form has ended already is no error: visit.state tells
 * how. */
struct mandate_cancel {
    struct operation operation;
    struct mandate_visit visit;
};
void mandate_cancel(struct mandate_cancel *cancel);

/* The code was typed. OK with `code` CODE_RIGHT: consumer, mandate, evidence, task of the document
 * and copy by mail are in one commit. Any other `code`: one try more is counted; CODE_SPENT has
 * ended the form. ERR_STATE: the form is not open any more (visit.state), or with `changed` what
 * would be signed is not what was shown. ERR_CONFLICT: meanwhile somebody else has the own
 * reference, and the form has failed. */
struct mandate_form_sign {
    struct operation operation;
    struct mandate_visit visit;
    struct str ip;
    struct str user_agent;
    struct str typed;
    struct str shown; /* sha256 of what was shown */
    struct str language;
    bool changed;
    enum code_result code;
    struct mandate_signing signing;
    instant filled; /* private: form.filled as it was shown */
};
void mandate_form_sign(struct mandate_form_sign *sign);

/* --- inside bodies -------------------------------------------------------------------------------
 */

/* ERR_NOT_FOUND with a fault on "mandate_form". */
MUST_CHECK err_t mandate_form_load(struct ctx *cx, struct tx *tx, struct mandate_form_id id,
                                   struct mandate_form *out);
/* The form on which a mandate is signed. */
MUST_CHECK err_t mandate_form_of(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                 struct mandate_form *out, bool *found);
/* All that belongs to it, as it is now. */
MUST_CHECK err_t mandate_visit_load(struct ctx *cx, struct tx *tx, struct mandate_form_id id,
                                    struct mandate_visit *out);

/* Writes a new form whose id is there, with its link and its end; *link is the whole address. */
MUST_CHECK err_t mandate_form_insert(const struct core *core, struct ctx *cx, struct tx *tx,
                                     struct mandate_form *form, struct str *link);
/* Ends it: number and code are forgotten, what was typed too unless it is signed, the merchant is
 * told. A mandate that was sent and not signed is over as well. */
MUST_CHECK err_t mandate_form_end(struct ctx *cx, struct tx *tx, struct mandate_form *form,
                                  enum mandate_form_state how);

/* Forms that ended ninety days ago are forgotten with their links and with the drafts that became
 * nobody, `most` at once: the mandate has what was signed. */
MUST_CHECK err_t mandate_forms_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed);

/* The code that signs: whose it is, how long it is good. */
struct code_terms mandate_form_terms(const struct mandate_form *form);
const char *mandate_form_code_object(const struct mandate_form *form);
/* Sends it to the consumer. Faults of code_send. */
MUST_CHECK err_t mandate_visit_send(const struct core *core, struct ctx *cx, struct tx *tx,
                                    const struct mandate_visit *visit, struct str language);
/* What it proves, for mandate_sign; {0} when no code was sent. */
struct mandate_evidence code_evidence(const struct code_sent *code);

#endif
