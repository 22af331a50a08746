#ifndef GUICHET_CLI_INVOICE_H
#define GUICHET_CLI_INVOICE_H

#include "cli/cli.h"
#include "core/invoice.h"

/* What the parts of `guichet invoice` share. */

/* Whose document: MERCHANT NUMBER, of test mode unless --live is given. */
struct invoice_asked {
    struct merchant_id merchant;
    enum mode mode;
    struct str number;
};
/* Takes these arguments; false: one is missing, and invoice_which says so. */
bool invoice_asked_read(struct args *args, struct invoice_asked *out);
int invoice_which(struct cli *cli);

/* Inside a body or snapshot: sets merchant, mode and time, and finds it. ERR_NOT_FOUND with a
 * fault. */
MUST_CHECK err_t invoice_asked_find(struct ctx *cx, struct tx *tx,
                                    const struct invoice_asked *asked, struct invoice *out);

/* What lists and others show of one, as members of an object. */
void invoice_head_json(struct cli *cli, const struct invoice *invoice, int indent, bool *first);

/* The subcommands of files of their own. */
int invoice_show_run(struct cli *cli, struct args *args);
int invoice_render_run(struct cli *cli, struct args *args);
int invoice_export_run(struct cli *cli, struct args *args);
int invoice_archive_run(struct cli *cli, struct args *args);
/* guichet invoice verify DIR [--json]: an archive, without the database. */
int invoice_archive_check(struct cli *cli, struct str directory, bool json);

#endif
