#ifndef GUICHET_CORE_ID_PORTION_H
#define GUICHET_CORE_ID_PORTION_H

#include "base/ctx.h"
#include "store/store.h"

/* Rows of a merchant that are looked through one by one, along their ids: as many in one body as
 * others may wait for. */
struct id_portion {
    int64_t most;
    char behind[ID_SIZE]; /* where it begins; "" is before all */
    char last[ID_SIZE];   /* its last row, from id_portion_find; behind all when no more come */
    bool more;            /* there may be rows behind it */
};

/* Inside a body: how far the portion goes. sql: the id of a merchant's row $4 places behind $3. */
MUST_CHECK err_t id_portion_find(struct ctx *cx, struct tx *tx, const struct sql *sql,
                                 struct id_portion *portion);

/* The next portion begins where this one ends. */
void id_portion_move(struct id_portion *portion);

#endif
