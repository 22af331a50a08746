#ifndef GUICHET_CORE_MANDATE_ASK_H
#define GUICHET_CORE_MANDATE_ASK_H

#include "core/mandate_form.h"

/* Mandates that a call makes and somebody else signs (api/safedebit.md 9): on a form of their own,
 * or by a code that the consumer tells the merchant. */

struct mandate_ask {
    struct operation operation;
    const struct merchant *merchant;
    struct str reference;     /* ours, of a consumer */
    struct str umr;           /* {NULL, 0}: one is made */
    struct mandate_form form; /* in: type, becomes, channel, urls; out */
    struct mandate mandate;   /* out: it waits for its signature */
    struct str link;          /* out: the whole address of the form */
};
/* The first code is on its way already. ERR_NOT_FOUND with a fault on "consumer"; ERR_CONFLICT on
 * "umr"; ERR_UNAVAILABLE on "code": it cannot be sent; on "mandate": there is no text to sign. */
void mandate_ask(struct mandate_ask *ask);

/* Another code for a mandate that waits for its signature. ERR_NOT_FOUND with a fault on "umr";
 * ERR_STATE on "mandate_signature": it does not wait; faults of code_send. */
struct mandate_ask_again {
    struct operation operation;
    const struct merchant *merchant;
    struct str umr;
    enum code_channel channel; /* 0: as when it was made */
};
void mandate_ask_again(struct mandate_ask_again *again);

/* The code, as the consumer told it. The same faults; OK with another `code` than CODE_RIGHT: one
 * try more is counted, and CODE_SPENT has ended the mandate. */
struct mandate_confirm {
    struct operation operation;
    const struct merchant *merchant;
    struct str umr;
    struct str typed;
    enum code_result code;
    struct mandate mandate; /* out */
};
void mandate_confirm(struct mandate_confirm *confirm);

#endif
