#ifndef GUICHET_RAILS_SEPA_SURVEY_H
#define GUICHET_RAILS_SEPA_SURVEY_H

#include "rails/sepa/desk.h"
#include "rails/sepa/sepa_file.h"

/* The first reading of a file from the bank: that it can be read to its end, whose it is, and what
 * only shows at the end of an entry. Holds 40 bytes for each entry, and nothing for details. */

enum { SURVEY_NAMES_MAX = 64, SURVEY_ENTRIES_MAX = 1 << 20 };

struct survey_entry {
    uint8_t key[SHA256_SIZE]; /* what it is known by, whatever file says it */
    unsigned anomalies;
    bool shared; /* by several details */
};

struct survey {
    enum sepa_file kind;
    int version;
    struct str msg_id;
    struct str sender;
    /* Accounts of statements; in status files the numbers of our files, and creditors' accounts and
     * identifiers. Those past SURVEY_NAMES_MAX are left out. */
    struct str accounts[SURVEY_NAMES_MAX];
    size_t account_count;
    struct str messages[SURVEY_NAMES_MAX];
    size_t message_count;
    struct str creditors[SURVEY_NAMES_MAX];
    size_t creditor_count;
    const struct survey_entry *entries; /* of all statements, in the order of the file */
    size_t entry_count;
};

/* Texts lie in cx's arena, and what else there is lives as long. Errors as sepa_statement_read, and
 * ERR_LIMIT with a fault on "file": more entries than SURVEY_ENTRIES_MAX. */
MUST_CHECK err_t survey_read(struct ctx *cx, int fd, size_t bytes_max, struct survey *out);

bool survey_names(const struct str *names, size_t count, struct str name);

#endif
