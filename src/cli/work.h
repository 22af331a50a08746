#ifndef GUICHET_CLI_WORK_H
#define GUICHET_CLI_WORK_H

#include "cli/cli.h"
#include "core/core.h"

/* A list of what a person has to decide, and the decisions: `list MERCHANT [--live] [--json]`, or
 * the word of a decision, an id of the list, and what it asks for. */

struct work_deciding {
    char id[ID_SIZE];
    struct str text;
    bool more; /* out: the body is to run again */
};

struct work_decision {
    struct str name;
    tx_body *body;    /* gets a struct work_deciding */
    const char *asks; /* for a text; or NULL */
    bool of_object;   /* the text names one: its prefix does not count */
    const char *done;
};

struct work_list {
    /* Those of cx->merchant in cx->mode. */
    err_t (*open)(struct ctx *cx, struct tx *tx, void **items, size_t *count);
    size_t item_size;
    void (*json)(struct cli *cli, const void *item);
    void (*text)(struct cli *cli, const void *item);
    const struct work_decision *decisions;
    size_t decision_count;
    const char *which; /* without an id */
    const char *words; /* without a word */
};

/* How many are listed. */
enum { WORK_LIST_MAX = 1000 };

int work_list_run(struct cli *cli, struct args *args, const struct work_list *work);

#endif
