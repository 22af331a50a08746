#ifndef GUICHET_RAILS_CARD_SETTLEMENT_H
#define GUICHET_RAILS_CARD_SETTLEMENT_H

#include "base/ctx.h"
#include "base/money.h"

/* The acquirer's settlement file (cards.md 9): UTF-8, ';', a header line, a trailer line. */
#define SETTLEMENT_KIND_LIST(X)                                                                    \
    X(SETTLEMENT_DEBIT, 1, "debit")                                                                \
    X(SETTLEMENT_CREDIT, 2, "credit")                                                              \
    X(SETTLEMENT_CHARGEBACK, 3, "chargeback")                                                      \
    X(SETTLEMENT_REPRESENTMENT, 4, "representment")                                                \
    X(SETTLEMENT_FEE, 5, "fee")                                                                    \
    X(SETTLEMENT_REVERSAL, 6, "reversal")
ENUM_DECLARE(settlement_kind, SETTLEMENT_KIND_LIST);

/* Texts are borrowed from the file when reading. Amounts are minor units of the currency; amount is
 * never negative, its kind tells the direction; net is what reaches the merchant's account,
 * negative when it is taken. */
struct settlement_line {
    enum settlement_kind kind;
    struct date transacted;
    struct date settled;
    struct str stan;
    struct str rrn;
    struct str auth_code;
    struct str network;
    struct str card_mask;
    struct money amount;
    int64_t interchange_minor;
    int64_t scheme_fee_minor;
    int64_t acquirer_fee_minor;
    int64_t net_minor;
    struct str payment_ref;
    struct str arn;
};

/* Control totals: plain sums over all lines, whatever their currency. */
struct settlement_totals {
    int64_t count;
    int64_t debit_minor;  /* amounts of lines that bring money */
    int64_t credit_minor; /* amounts of lines that take money */
    int64_t fees_minor;
    int64_t net_minor;
};

/* The three fees of a line together. ERR_LIMIT. */
MUST_CHECK err_t settlement_fees(const struct settlement_line *line, int64_t *out);

/* Reads a whole file strictly: every line has its columns, is numbered, has the net its amount and
 * fees give, and the trailer adds up. ERR_MALFORMED with a fault that names the column; nothing is
 * given out then. Lines lie in cx->arena. */
MUST_CHECK err_t settlement_read(struct ctx *cx, struct str file, struct settlement_line **out,
                                 size_t *count);

/* Writes: header, lines in order, trailer. Reading the result gives the same lines. Texts must not
 * hold
 * ';', quotes or line ends: must(). */
struct settlement_writer {
    struct buf *out;
    struct settlement_totals totals;
};
void settlement_begin(struct settlement_writer *writer, struct buf *out);
void settlement_add(struct settlement_writer *writer, const struct settlement_line *line);
void settlement_end(struct settlement_writer *writer);

/* "settlement-<acceptor>-<YYYYMMDD>-<nn>.csv". */
struct str settlement_name(struct arena *arena, struct str acceptor, struct date day, int nn);

#endif
