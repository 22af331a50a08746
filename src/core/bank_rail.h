#ifndef GUICHET_CORE_BANK_RAIL_H
#define GUICHET_CORE_BANK_RAIL_H

#include "base/ctx.h"
#include "base/mailbox.h"

/* What the core asks of whoever carries files to the bank and from it (rails/sepa/rail.h): the core
 * declares, the rail fills, main registers. A call is handed over and comes back to `home` with one
 * result. The rail works through bodies of the core (core/bank_file.h, core/bank_report.h), so that
 * a crash anywhere is continued from the rows. */
enum bank_errand {
    BANK_EXPORT = 1, /* makes and releases what is due, and goes on with what a crash left */
    BANK_REPORTS,    /* test mode: asks for the bank's reports until now, and imports them */
};

struct bank_call {
    struct message done; /* posted to home with the result below */
    struct mailbox *home;

    enum bank_errand what;
    struct merchant_id merchant;
    enum mode mode;
    instant offset; /* of the merchant's clock */

    /* ERR_UNAVAILABLE: there is no way to the bank in this mode; what waits goes on waiting. */
    err_t result;

    void *rail; /* the rail's own */
    void (*answer)(struct message *message);
};

struct bank_rail {
    void *self;
    bool live; /* live files have a way to the bank */
    void (*send)(void *self, struct bank_call *call);
};

#endif
