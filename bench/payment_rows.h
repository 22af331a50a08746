#ifndef GUICHET_BENCH_PAYMENT_ROWS_H
#define GUICHET_BENCH_PAYMENT_ROWS_H

#include "base/id.h"
#include "store/store.h"

/* What one approved card payment leaves in the database, written with the product's own statements
 * in the product's own order, and nothing else: no check, no request, no answer. The rows are
 * right: `guichet verify` finds nothing in a database that was filled with them. */
struct bench_rows;

/* The database must have its schema and its merchant: `guichet init --sandbox` has made it. With
 * durable false the disk is not waited for. */
struct bench_rows *bench_rows_open(const char *path, bool durable);
void bench_rows_close(struct bench_rows *rows);

/* What follows is spread evenly over the days before now, as if it had been made then, and each
 * order has twenty payments. */
void bench_rows_spread(struct bench_rows *rows, int64_t payments, int64_t days);

/* One transaction with so many payments. */
void bench_rows_commit(struct bench_rows *rows, int64_t payments);

/* --- for the rows of other objects
 * ----------------------------------------------------------------- */

void bench_rows_begin(struct bench_rows *rows);
/* Commits, and checkpoints as the product's writer does. */
void bench_rows_end(struct bench_rows *rows);
/* Runs a statement of the product's; a number it gives, or 0. */
int64_t bench_rows_run(struct bench_rows *rows, const struct sql *sql, const struct value *args,
                       size_t count);
void bench_rows_id(struct bench_rows *rows, char raw[ID_SIZE]);
struct merchant_id bench_rows_merchant(const struct bench_rows *rows);
/* Gives the columns of each row of a query as texts, "" for NULL. */
void bench_rows_read(struct bench_rows *rows, const char *query,
                     void (*take)(void *arg, const char *const *columns), void *arg);

#endif
