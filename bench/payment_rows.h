#ifndef GUICHET_BENCH_PAYMENT_ROWS_H
#define GUICHET_BENCH_PAYMENT_ROWS_H

#include "base/id.h"

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

#endif
