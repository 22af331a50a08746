#ifndef GUICHET_CLI_MOVE_H
#define GUICHET_CLI_MOVE_H

#include "core/ledger.h"
#include "store/copy.h"

/* A database moves: everything in one store is copied into another (docs/adr/0050). */

struct moved_table {
    struct str name;
    int64_t rows;   /* that both have */
    int64_t copied; /* of those, now; the others were there from a run that did not end */
    int64_t us;
};

struct move_report {
    const char *from; /* the words before the colon of both urls */
    const char *to;
    int schema;
    bool resumed;
    int64_t copy_us;
    int64_t compare_us; /* rows and sums */
    int64_t rows;
    struct moved_table *tables; /* in the arena, in the order in which they were copied */
    size_t table_count;
    struct ledger_sums sums; /* of both */
};

/* Copies all rows from the store at the url `from` to that at `to`, reads both back row by row, and
 * compares them and the sums of the ledger; only then the target may be used. While it runs nobody
 * else may use either: ERR_BUSY. When it is ended at any moment, and called again, it goes on.
 * ERR_STATE: the target is not empty, the schema of the source is not this program's, or something
 * differs at the end. Faults are on the field "--from" or "--to". */
MUST_CHECK err_t move_database(struct ctx *cx, const char *from, const char *to,
                               struct move_report *out);

#endif
