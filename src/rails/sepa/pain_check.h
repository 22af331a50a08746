#ifndef GUICHET_RAILS_SEPA_PAIN_CHECK_H
#define GUICHET_RAILS_SEPA_PAIN_CHECK_H

#include "base/ctx.h"
#include "wire/stream.h"

/* A second look at a finished file before it leaves, which shares nothing with what wrote it but
 * the table of characters: pain.008, pain.001 and pain.007. */
struct pain_facts {
    struct str message; /* "pain.008.001.08" */
    struct str msg_id;
    int64_t blocks;
    int64_t count;
    int64_t sum_cents;
};

enum { PAIN_TRANSACTIONS_MAX = 1000000 };

/* Recomputes numbers and sums of file and blocks from the transactions; looks that PmtInfId and
 * EndToEndId do not occur twice, and at characters, lengths and references of every text, amounts,
 * currencies, addresses and empty elements. ERR_INVALID with a fault that says what disagrees and
 * in which transaction; else as xml_read. It holds 24 bytes for each transaction. */
MUST_CHECK err_t pain_check(struct ctx *cx, const struct source *source, size_t bytes_max,
                            struct pain_facts *out);

#endif
