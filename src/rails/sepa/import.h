#ifndef GUICHET_RAILS_SEPA_IMPORT_H
#define GUICHET_RAILS_SEPA_IMPORT_H

#include "rails/sepa/desk.h"

/* Files from the bank (standards/sepa.md 10): read once to the end before anything of them counts,
 * then again, and given to the core fact by fact (core/bank_report.h). The same file, the same
 * facts in other files, and files in any order give the same end. */
struct sepa_imported {
    struct bank_report report; /* of the last merchant it concerned */
    bool known;                /* the very same bytes came before */
    size_t merchants;          /* whom it concerned */
};

/* A file for cx->merchant in cx->mode alone, or, when cx->merchant is none, for whom it concerns:
 * by the numbers of our files and by the account. In live mode and in test mode alike nothing of
 * the other mode is touched. Refused, with a fault in words: what cannot be read (ERR_MALFORMED,
 * ERR_LIMIT, ERR_INVALID), and a file of another creditor (ERR_NOT_FOUND). */
MUST_CHECK err_t sepa_import_file(struct ctx *cx, const struct sepa_desk *desk, int fd,
                                  struct str name, struct sepa_imported *out);

/* The same for a file that came over the network and lies at `path` below sepa/received: it is kept
 * there under its hash, once all of it was taken. */
MUST_CHECK err_t sepa_import_received(struct ctx *cx, const struct sepa_desk *desk,
                                      const char *path, struct str name, struct sepa_imported *out);

/* The same for every file in sepa.in_dir, in live mode, in the order of their names; each is moved
 * to done or failed below it afterwards. Files that are hidden or still being written (younger than
 * `settled_s` seconds) are left, and so is one that changed while it was read. One that fails for
 * reasons of ours stays as well, and is told when the others are read. */
struct sepa_folder {
    int64_t done;
    int64_t failed;
};
MUST_CHECK err_t sepa_import_folder(struct ctx *cx, const struct sepa_desk *desk, int settled_s,
                                    struct sepa_folder *out);

#endif
