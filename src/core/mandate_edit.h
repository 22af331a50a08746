#ifndef GUICHET_CORE_MANDATE_EDIT_H
#define GUICHET_CORE_MANDATE_EDIT_H

#include "core/consumer.h"
#include "core/mandate.h"

/* What a creditor changes about a mandate of a consumer (api/safedebit.md 9): the state, and what
 * is known of the consumer, as consumer_change does, for there is one truth about a consumer.
 *
 *     active -> suspended, revoked     suspended -> active, revoked
 *     draft, sent -> revoked           signed -> active, revoked
 *
 * Revoking cancels the debits under it that lie in no file for the bank yet. */
struct mandate_edit {
    struct operation operation;
    struct str umr;
    enum mandate_state to;         /* 0: as it is. Revoked stands for expired and closed too */
    struct consumer_change change; /* its reference is filled here; without anything given: none */
    struct mandate mandate;        /* out */
};
/* ERR_NOT_FOUND with a fault on "mandate": no such mandate of a consumer; ERR_STATE on
 * "mandate_status": no such move; on "mandate_account": another account for one that has ended;
 * faults of consumer_change. */
void mandate_edit(struct mandate_edit *edit);

#endif
