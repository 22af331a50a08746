#ifndef GUICHET_SIMULATOR_SIMULATOR_H
#define GUICHET_SIMULATOR_SIMULATOR_H

#include "base/ctx.h"

/* The simulated acquirer and bank (cards.md 4), a process of its own: an ISO 8583 port, a control
 * port, which takes the bank's SEPA files too (simulator/bank.h), and the bank's page. It listens
 * on this machine only and never holds a card number after the message is answered; of SEPA files
 * it keeps what a bank keeps, names and IBANs too. */
struct simulator_options {
    const char *dir; /* its journal; made when missing */
    int iso_port;    /* 0: a free one; so for all three */
    int acs_port;
    int control_port;
    const char *secret; /* bearer token of the back channel */
};

struct simulator;

/* Binds the ports and reads the journal. ERR_IO with a fault. */
MUST_CHECK err_t simulator_new(struct ctx *cx, const struct simulator_options *options,
                               struct simulator **out);
int simulator_iso_port(const struct simulator *simulator);
int simulator_acs_port(const struct simulator *simulator);
int simulator_control_port(const struct simulator *simulator);

/* Serves until simulator_stop, which is safe from a signal handler and from any thread. */
void simulator_run(struct simulator *simulator);
void simulator_stop(struct simulator *simulator);
void simulator_free(struct simulator *simulator);

/* The subcommand: all of the above; prints one line of JSON on standard output when it is ready,
 * {"iso_port":..,"acs_port":..,"control_port":..}, and ends on SIGTERM or SIGINT. Returns the exit
 * status: 0, or 1 with the reason on standard error. crypto_start must have run. */
int simulator_main(const struct simulator_options *options);

#endif
