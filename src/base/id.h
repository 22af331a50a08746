#ifndef GUICHET_BASE_ID_H
#define GUICHET_BASE_ID_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/str.h"

/* Identifiers: 24 characters of [0-9A-Za-z] that sort by time, 8 for the milliseconds in base 62
 * and 16 random (design.md 4). The alphabet is in ASCII order, so byte order is time order. */
enum { ID_LEN = 24, ID_SIZE = ID_LEN + 1 };

/* One type per kind, so that a mix-up does not compile. All have the member raw, NUL-terminated; an
 * empty raw means "none". */
#define ID_TYPE(name)                                                                              \
    struct name {                                                                                  \
        char raw[ID_SIZE];                                                                         \
    }
ID_TYPE(sponsor_id);
ID_TYPE(merchant_id);
ID_TYPE(customer_id);
ID_TYPE(address_id);
ID_TYPE(card_id);
ID_TYPE(payment_id);
ID_TYPE(attempt_id);
ID_TYPE(authentication_id);
ID_TYPE(refund_id);
ID_TYPE(dispute_id);
ID_TYPE(payout_id);
ID_TYPE(entry_id);
ID_TYPE(event_id);
ID_TYPE(reconciliation_id);
ID_TYPE(bank_account_id);
ID_TYPE(mandate_id);
ID_TYPE(document_id);
ID_TYPE(request_id);
ID_TYPE(webhook_id);
ID_TYPE(delivery_id);
ID_TYPE(caught_id);
ID_TYPE(bank_file_id);
ID_TYPE(bank_work_id);
ID_TYPE(bank_line_id);
ID_TYPE(settlement_work_id);
ID_TYPE(consumer_id);
ID_TYPE(mandate_form_id);
ID_TYPE(enrolment_id);
ID_TYPE(consumer_file_id);
ID_TYPE(beneficiary_id);
ID_TYPE(invoice_id);
ID_TYPE(submission_id);
ID_TYPE(draft_id);
ID_TYPE(pdp_mandate_id);
ID_TYPE(report_id);
ID_TYPE(operator_id);

/* The text of any id: {NULL, 0} when there is none. */
#define ID_TEXT(id) id_text((id).raw)
#define ID_NONE(id) ((id).raw[0] == '\0')
#define ID_EQ(a, b) str_eq(ID_TEXT(a), ID_TEXT(b))
#define ID_NEW(source, id) id_new(source, (id)->raw)
#define ID_PARSE(text, id) id_parse(text, (id)->raw)

struct str id_text(const char *raw);

/* Where ids come from; one per process, safe from any thread. Ids made in the same millisecond
 * still rise: the random part grows by a random step, so that lists keep the order of insertion.
 * They also rise when the clock is put back, but are never ahead of it by more than this: from
 * there on they follow it. */
#define ID_AHEAD_MAX_US DAY_US
struct id_source;
struct id_source *id_source_new(void);
void id_source_free(struct id_source *source);
void id_new(struct id_source *source, char raw[ID_SIZE]);

/* What every id made at or after `at` is not less than: the time part alone. */
struct str id_floor(struct arena *arena, instant at);

/* Checks the shape (24 characters of the alphabet). On false raw is left alone. */
bool id_parse(struct str text, char raw[ID_SIZE]);

#endif
