#ifndef GUICHET_CORE_BANK_STATEMENT_H
#define GUICHET_CORE_BANK_STATEMENT_H

#include "core/bank_work.h"

/* Statements and notifications of an account, one behind the other (standards/sepa.md 10.2): their
 * numbers have no gap, and one opens with what the one before closed with. What deviates is work
 * for a person, and blocks nothing. It depends on the statements alone, not on the order in which
 * their files come: one that was missing closes the gap. Statements and notifications are followed
 * each by themselves. */
struct bank_statement {
    struct str account; /* IBAN, or another number */
    struct str kind;    /* "camt.053" or "camt.054" */
    struct str report;  /* SHA-256 of the file */
    struct str name;    /* its id in the file */
    struct date day;    /* the last one that it is about */
    bool has_number;
    int64_t number; /* ElctrncSeqNb */
    bool has_legal_number;
    int64_t legal_number; /* LglSeqNb */
    bool has_opening;
    int64_t opening_cents;
    bool has_closing;
    int64_t closing_cents;
    bool adds_up; /* opening and entries are its closing, and the entries what it tells of them */
    struct str made; /* when, as it is written: of two that are the same one the later counts */
};

/* Inside a body; the same one again changes nothing. Pages of one statement, of which one opens and
 * another closes, are joined. */
MUST_CHECK err_t bank_statement_note(struct ctx *cx, struct tx *tx,
                                     const struct bank_statement *told);

/* The last statement of each account and kind of cx->merchant in cx->mode, and how many deviations
 * of its account and kind wait for a person. At most `most`. */
struct bank_statement_last {
    struct bank_statement statement;
    int64_t deviations;
};
MUST_CHECK err_t bank_statements_last(struct ctx *cx, struct tx *tx, size_t most,
                                      struct bank_statement_last **out, size_t *count);

#endif
