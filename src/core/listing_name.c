#include <string.h>

#include "base/must.h"
#include "base/sepa_text.h"
#include "core/listing_row.h"
#include "store/sql.h"

/* Names of the list, and how a part of one finds them: by grams, texts that a name must have when
 * it has the part. Case and accents do not count. */

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

enum { GRAM_LETTERS = 3 };

/* --- grams ---------------------------------------------------------------------------------------
 */

/* A folded text, and where each of its letters begins; at[count] is its end. */
struct folded {
    struct str text;
    size_t *at;
    size_t count;
};

static struct folded fold(struct ctx *cx, struct str name)
{
    struct folded out = {.text = STR("")};
    uint32_t code;

    if (name.len > 0)
        out.text = str_trim(sepa_match_form(cx->arena, name));
    out.at = arena_array(cx->arena, size_t, out.text.len + 1);
    for (size_t i = 0; i < out.text.len;) {
        size_t len = str_utf8_first(str_from(out.text, i), &code);
        must(len > 0);
        out.at[out.count++] = i;
        i += len;
    }
    out.at[out.count] = out.text.len;
    return out;
}

static struct str letters(const struct folded *folded, size_t from, size_t count)
{
    size_t start = folded->at[from];

    return str_sub(folded->text, start, folded->at[from + count] - start);
}

static bool is_letter(const struct folded *folded, size_t at)
{
    unsigned char byte = (unsigned char)folded->text.ptr[folded->at[at]];

    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z');
}

/* '^' and the first letters of a word. */
static struct str word_gram(struct ctx *cx, struct str start)
{
    return str_format(cx->arena, "^%.*s", (int)start.len, start.ptr);
}

struct grams {
    struct str *items;
    size_t count;
};

static void gram_add(struct grams *grams, struct str gram)
{
    for (size_t i = 0; i < grams->count; i++) {
        if (str_eq(grams->items[i], gram))
            return;
    }
    grams->items[grams->count++] = gram;
}

/* All that a name has, each once. */
static struct grams grams_of(struct ctx *cx, const struct folded *name)
{
    struct grams grams = {arena_array(cx->arena, struct str, 3 * name->count + 1), 0};

    for (size_t i = 0; i < name->count; i++) {
        if (i + GRAM_LETTERS <= name->count)
            gram_add(&grams, letters(name, i, GRAM_LETTERS));
        if (!is_letter(name, i) || (i > 0 && is_letter(name, i - 1)))
            continue;
        for (size_t len = 1; len < GRAM_LETTERS && i + len <= name->count; len++)
            gram_add(&grams, word_gram(cx, letters(name, i, len)));
    }
    return grams;
}

/* --- names ---------------------------------------------------------------------------------------
 */

static err_t payer_insert(struct ctx *cx, struct tx *tx, const struct folded *name, int64_t *payer)
{
    struct grams grams = grams_of(cx, name);
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LISTING_PAYER_LAST, ARGS(OWNER, V_INT(INT64_MAX)), &rows,
                        &found));
    *payer = found ? col_int(rows, 0) + 1 : 1;
    TRY(store_run(cx, tx, &SQL_LISTING_PAYER_INSERT,
                  ARGS(OWNER, V_INT(*payer), V_TEXT(name->text))));
    for (size_t i = 0; i < grams.count; i++) {
        struct value gram = V_TEXT(grams.items[i]);
        TRY(store_run(cx, tx, &SQL_LISTING_GRAM_INSERT,
                      ARGS(OWNER, gram, V_INT(*payer), V_TEXT(name->text))));
        TRY(store_add(cx, tx, &SQL_LISTING_GRAM_ADD, ARGS(OWNER, gram), 1));
    }
    return OK;
}

err_t listing_payer_take(struct ctx *cx, struct tx *tx, struct str name, int64_t *payer)
{
    struct folded folded = fold(cx, name);
    struct rows *rows;
    bool found;

    *payer = 0;
    if (folded.count == 0)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_LISTING_PAYER_FIND, ARGS(OWNER, V_TEXT(folded.text)), &rows,
                        &found));
    if (!found)
        return payer_insert(cx, tx, &folded, payer);
    *payer = col_int(rows, 0);
    rows_end(rows);
    return store_run(cx, tx, &SQL_LISTING_PAYER_MORE, ARGS(OWNER, V_INT(*payer)));
}

/* The last line with a name takes it along. */
static err_t payer_delete(struct ctx *cx, struct tx *tx, int64_t payer)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LISTING_PAYER_TEXT, ARGS(OWNER, V_INT(payer)), &rows, &found));
    must(found);
    struct folded folded = fold(cx, col_text(rows, 0));
    rows_end(rows);
    struct grams grams = grams_of(cx, &folded);
    for (size_t i = 0; i < grams.count; i++) {
        struct value gram = V_TEXT(grams.items[i]);
        TRY(store_run(cx, tx, &SQL_LISTING_GRAM_DELETE, ARGS(OWNER, gram, V_INT(payer))));
        TRY(store_add(cx, tx, &SQL_LISTING_GRAM_ADD, ARGS(OWNER, gram), -1));
    }
    return store_run(cx, tx, &SQL_LISTING_PAYER_DELETE, ARGS(OWNER, V_INT(payer)));
}

err_t listing_payer_give(struct ctx *cx, struct tx *tx, int64_t payer)
{
    int64_t changed;

    if (payer == 0)
        return OK;
    TRY(store_run_count(cx, tx, &SQL_LISTING_PAYER_LESS, ARGS(OWNER, V_INT(payer)), &changed));
    return changed == 1 ? OK : payer_delete(cx, tx, payer);
}

/* --- searching -----------------------------------------------------------------------------------
 */

static err_t gram_count(struct ctx *cx, struct tx *tx, struct str gram, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LISTING_GRAM_FIND, ARGS(OWNER, V_TEXT(gram)), &rows, &found));
    *out = found ? col_int(rows, 0) : 0;
    return OK;
}

err_t listing_name_search(struct ctx *cx, struct tx *tx, struct str name, struct name_search *out)
{
    struct folded part = fold(cx, name);
    int64_t rarest = INT64_MAX;
    int64_t count;

    *out = (struct name_search){.any = part.count == 0, .part = part.text};
    if (part.count > 0 && part.count < GRAM_LETTERS) {
        out->gram = word_gram(cx, part.text);
        TRY(gram_count(cx, tx, out->gram, &rarest));
    }
    for (size_t i = 0; i + GRAM_LETTERS <= part.count; i++) {
        struct str gram = letters(&part, i, GRAM_LETTERS);
        TRY(gram_count(cx, tx, gram, &count));
        if (count >= rarest)
            continue;
        rarest = count;
        out->gram = gram;
    }
    out->none = rarest == 0;
    return OK;
}

bool listing_name_fits(struct ctx *cx, struct str part, struct str name)
{
    struct folded wanted = fold(cx, part);
    struct folded folded = fold(cx, name);
    struct grams grams = grams_of(cx, &folded);

    if (wanted.count >= GRAM_LETTERS)
        return memmem(folded.text.ptr, folded.text.len, wanted.text.ptr, wanted.text.len) != NULL;
    for (size_t i = 0; i < grams.count && wanted.count > 0; i++) {
        if (str_eq(grams.items[i], word_gram(cx, wanted.text)))
            return true;
    }
    return wanted.count == 0;
}
