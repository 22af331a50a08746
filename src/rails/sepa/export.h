#ifndef GUICHET_RAILS_SEPA_EXPORT_H
#define GUICHET_RAILS_SEPA_EXPORT_H

#include "rails/sepa/desk.h"

/* Files for the bank, from what is due to where the bank takes them (standards/sepa.md 9): of
 * cx->merchant in cx->mode at cx->now. */
struct sepa_exported {
    int64_t taken;    /* transactions that went into files */
    int64_t released; /* files */
    int64_t blocked;  /* files that must not leave: their rows say why */
};

/* Takes what is due, writes, checks and releases, and goes on with what was left unfinished. Each
 * step is in the file's row before the next one begins, so it may end anywhere and be called again:
 * no file leaves with other bytes than its row says, and none is lost. ERR_UNAVAILABLE with a
 * fault: there is no way to the bank, no account, or no key to open account numbers; nothing was
 * changed. */
MUST_CHECK err_t sepa_export(struct ctx *cx, const struct sepa_desk *desk,
                             struct sepa_exported *out);

#endif
