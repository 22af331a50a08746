#ifndef GUICHET_RAILS_SEPA_SIMULATED_H
#define GUICHET_RAILS_SEPA_SIMULATED_H

#include "rails/sepa/desk.h"

/* The bank of test mode, over HTTP at the simulator's control address: it gets our real files and
 * answers with real ones, which go through the importer like any bank's. With the lock of the desk
 * held. An account at it is an IBAN of a merchant, since merchants of a sandbox may share theirs.
 * ERR_UNAVAILABLE with a fault: it does not answer. */

/* Gives it every released file that it has not answered yet, and imports what it answers at once.
 * The same file again gets the same answer, so nothing is lost by a crash in between. */
MUST_CHECK err_t simulated_send(struct ctx *cx, const struct sepa_desk *desk,
                                const struct bank_profile *profile);

/* Asks for its reports since it was asked last, and imports them. ERR_STATE: another server may be
 * about it. */
MUST_CHECK err_t simulated_ask(struct ctx *cx, const struct sepa_desk *desk,
                               const struct bank_profile *profile);

#endif
