#ifndef GUICHET_EINVOICE_RULES_H
#define GUICHET_EINVOICE_RULES_H

#include <stddef.h>

#include "core/einvoice.h"

/* What the files of rules share; einvoice/check.c calls them one after the other. */
struct checking {
    struct arena *arena;
    const struct einvoice *invoice;
    struct einvoice_report *report;
};

void rules_presence(struct checking *checking); /* what must be there at all */
void rules_document(struct checking *checking); /* what hangs together in the header */
void rules_numbers(struct checking *checking);  /* how many decimals and digits */
void rules_totals(struct checking *checking);   /* sums */
void rules_vat(struct checking *checking);      /* groups and categories */
void rules_parties(struct checking *checking);  /* who they are, how they are reached */
void rules_codes(struct checking *checking);    /* lists of codes */
void rules_french(struct checking *checking);   /* BR-FR-* about the document */

void rule_fail(struct checking *checking, const char *rule, const char *term, size_t at,
               const char *text);
/* The same unless it holds. */
void rule_holds(struct checking *checking, bool holds, const char *rule, const char *term,
                size_t at, const char *text);

/* A word of a list in which one blank stands before, between and after the words. */
bool rule_listed(struct str word, const char *list);

/* The rule or the term of the one or the other. */
static inline const char *rule_side(bool charge, const char *of_allowance, const char *of_charge)
{
    return charge ? of_charge : of_allowance;
}

/* A struct's member by its offset, for tables. */
static inline const void *rule_member(const void *struct_, size_t offset)
{
    return (const char *)struct_ + offset;
}

#endif
