#ifndef GUICHET_HTTP_FACT_RECORD_H
#define GUICHET_HTTP_FACT_RECORD_H

#include "http/fact.h"

/* What the tests of a run sent and got (tests/support/recorder.py writes it):
 *
 *   {"rows": [{"method": "POST", "route": "/v2/cards", "side": "body",
 *              "fields": {"exp_year": ["integer"], ...}, "words": {"name": ["value", ...]}}, ...]}
 *
 * A row with the side "scheme" stands for a request that was taken: its one field names how it was
 * authenticated. Names of an answer's list begin with its plural. */
struct fact_record {
    struct record_row *rows;
    size_t count;
};

/* Adds the rows of a text to the record, which begins zeroed; both live in cx->arena, and the text
 * must be followed by JSON_SPARE bytes. A fault ERR_INVALID on "record" when it is no record. */
MUST_CHECK err_t fact_record_read(struct ctx *cx, struct str text, struct fact_record *record);

/* Whether the run touched the fact: a request that was taken held the row, or an answer showed it
 * with a value of its kind, not null. A route that lists must have shown an element. */
bool fact_is_touched(const struct fact_record *record, const struct fact *fact);

#endif
