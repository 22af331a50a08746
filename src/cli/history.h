#ifndef GUICHET_CLI_HISTORY_H
#define GUICHET_CLI_HISTORY_H

#include "cli/backend.h"
#include "core/event.h"
#include "core/ledger.h"

/* What the commands share that list a merchant's objects and show one with what happened to it. */

/* "45.00 eur" */
struct str print_amount(struct arena *arena, struct money amount);

/* Goes on when the arguments are right (`code` is EXIT_DONE): reads with a body, and prints. */
int read_and_print(struct cli *cli, int code, read_body *body, void *arg,
                   void (*print)(struct cli *cli, const void *arg));

/* --- a list: MERCHANT [--live] [--limit N] [--json] ----------------------------------------------
 */

struct listing_asked {
    struct merchant_id merchant;
    enum mode mode;
    int64_t limit;
    bool json;
};
/* Takes these arguments, and no others may be left; gives what cli_leftover gives. */
int listing_read(struct cli *cli, struct args *args, struct listing_asked *out);
/* For the body that reads: sets cx->merchant and cx->mode. ERR_NOT_FOUND with a fault. */
MUST_CHECK err_t listing_begin(struct ctx *cx, struct tx *tx, const struct listing_asked *asked);
/* The newest so many. */
struct page_of listing_page(const struct listing_asked *asked);

/* --- one of them: ID [--json] --------------------------------------------------------------------
 */

/* `which` is what to say when it is missing. */
int showing_read(struct cli *cli, struct args *args, const char *which, struct str *id, bool *json);

/* The id behind a face's prefix ("paym_"), which may be missing. */
struct str id_without(struct str id, const char *prefix);

/* What is shown of every object. */
struct history {
    struct event *events;
    size_t event_count;
    struct ledger_lines lines; /* .count 0: nothing was booked */
};
/* "History" with its events; then, with history_ledger_text, "Ledger" with its entries. */
void history_events_text(struct cli *cli, const struct history *history);
void history_ledger_text(struct cli *cli, const struct history *history);
/* The members "history" and "ledger" behind others of an object. */
void history_events_json(struct cli *cli, const struct history *history);
void history_ledger_json(struct cli *cli, const struct history *history);

/* Opens an object of an array within an object, or of a list at the top: `indent` in blanks. */
void print_object(struct buf *out, int indent, bool is_first);

#endif
