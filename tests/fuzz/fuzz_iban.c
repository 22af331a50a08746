#include <stdint.h>

#include "base/arena.h"
#include "base/bic.h"
#include "base/iban.h"
#include "base/ics.h"
#include "base/must.h"
#include "base/umr.h"

/* Any bytes as a number of an account, a bank, a creditor or a mandate: what is accepted comes back
 * the same from its stored and its printed form. */

enum { ARENA_MAX = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void number_comes_back(struct arena *arena, struct str text)
{
    struct iban iban;
    struct iban again;

    if (iban_parse(text, &iban) != NULL)
        return;
    must(iban_valid(iban_text(&iban)));
    must(iban_parse(iban_grouped(arena, &iban), &again) == NULL);
    must(str_eq(iban_text(&iban), iban_text(&again)));
    must(iban_last(&iban).len == IBAN_LAST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct str text = {(const char *)data, size};
    struct bic bic;

    if (arena == NULL)
        arena = arena_new(ARENA_MAX);
    arena_reset(arena);
    number_comes_back(arena, text);
    must(!bic_valid(text) || bic_valid(bic_bank(text)));
    must(!bic_parse(text, &bic) || bic_valid(str_of(bic.raw)));
    must(!ics_valid(text) || ics_same(text, text));
    must(!umr_valid(text) || umr_valid(umr_key(arena, text)));
    return 0;
}
