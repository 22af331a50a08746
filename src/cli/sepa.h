#ifndef GUICHET_CLI_SEPA_H
#define GUICHET_CLI_SEPA_H

#include "cli/cli.h"
#include "core/core.h"

/* What the parts of `guichet sepa` share. */

struct str sepa_cents(struct arena *arena, int64_t cents);

/* Whose: MERCHANT, in test mode unless --live is given. */
struct sepa_whose {
    struct merchant_id merchant;
    enum mode mode;
};
bool sepa_whose_read(struct args *args, struct sepa_whose *out);
/* Inside a body or snapshot: sets merchant, mode and time. ERR_NOT_FOUND with a fault. */
MUST_CHECK err_t sepa_whose_begin(struct ctx *cx, struct tx *tx, const struct sepa_whose *whose);
int sepa_which_merchant(struct cli *cli);

/* guichet sepa work ... */
int sepa_work_run(struct cli *cli, struct args *args);

#endif
