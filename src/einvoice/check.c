#include "einvoice/check.h"

#include <string.h>

#include "einvoice/rules.h"

void rule_fail(struct checking *checking, const char *rule, const char *term, size_t at,
               const char *text)
{
    einvoice_fail(checking->report, rule, term, at, text);
}

void rule_holds(struct checking *checking, bool holds, const char *rule, const char *term,
                size_t at, const char *text)
{
    if (!holds)
        rule_fail(checking, rule, term, at, text);
}

bool rule_listed(struct str word, const char *list)
{
    struct str rest = str_of(list);

    if (word.len == 0 || str_find(word, ' ') < word.len)
        return false;
    while (rest.len > 0) {
        size_t blank = str_find(rest, ' ');
        if (str_eq(str_sub(rest, 0, blank), word))
            return true;
        rest = str_from(rest, blank < rest.len ? blank + 1 : blank);
    }
    return false;
}

void einvoice_check(struct arena *arena, const struct einvoice *invoice,
                    struct einvoice_report *report)
{
    struct checking checking = {arena, invoice, report};

    rules_presence(&checking);
    rules_document(&checking);
    rules_numbers(&checking);
    rules_totals(&checking);
    rules_vat(&checking);
    rules_parties(&checking);
    rules_codes(&checking);
    rules_french(&checking);
}
