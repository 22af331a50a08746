#include "rails/sepa/pain_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/sepa_text.h"
#include "wire/xml.h"

enum { DEPTH_MAX = 16, NAME_MAX_LEN = 32, DIGEST_SIZE = 16, IDS_ARENA_MAX = 256 * 1024 * 1024 };

struct totals {
    int64_t told_count; /* -1 until told */
    int64_t told_cents;
    int64_t count;
    int64_t cents;
};

/* An identifier without keeping it: two of a million with the same half of a SHA-256 do not happen.
 */
struct seen {
    uint8_t digest[DIGEST_SIZE];
    int64_t number; /* of the transaction or block */
};

struct seen_list {
    struct seen *items;
    size_t count;
    size_t capacity;
};

struct check {
    struct pain_facts *facts;
    struct arena *ids;
    char names[DEPTH_MAX][NAME_MAX_LEN];
    size_t depth;
    bool has_children[DEPTH_MAX];
    const char *block_element;
    const char *transaction_element;
    const char *amount_element;
    const char *end_to_end_element;
    const char *block_id_element;
    bool block_totals; /* pain.007 tells none for its blocks */
    struct totals file;
    struct totals block;
    bool amount_seen;
    bool id_seen;
    bool euro;
    bool town_seen;
    struct seen_list end_to_end;
    struct seen_list blocks;
};

static const struct {
    const char *root;
    const char *family;
    const char *block;
    const char *transaction;
    const char *amount;
    const char *end_to_end;
    const char *block_id;
    bool block_totals;
} KINDS[] = {
    {"CstmrDrctDbtInitn", "pain.008.001.", "PmtInf",             "DrctDbtTxInf", "InstdAmt",     "EndToEndId",
     "PmtInfId",                                                                                                                true },
    {"CstmrCdtTrfInitn",  "pain.001.001.", "PmtInf",             "CdtTrfTxInf",  "InstdAmt",     "EndToEndId",
     "PmtInfId",                                                                                                                true },
    {"CstmrPmtRvsl",      "pain.007.001.", "OrgnlPmtInfAndRvsl", "TxInf",        "RvsdInstdAmt",
     "OrgnlEndToEndId",                                                                                        "OrgnlPmtInfId", false},
};

/* [doc] sepa.md 6, 7 and 8. Elements that are not named hold codes, dates and numbers, which the
 * schema looks at. */
static const struct {
    const char *name;
    size_t max;
    bool reference;
} TEXTS[] = {
    {"MsgId",           35,  true },
    {"PmtInfId",        35,  true },
    {"InstrId",         35,  true },
    {"EndToEndId",      35,  true },
    {"MndtId",          35,  true },
    {"OrgnlMndtId",     35,  true },
    {"OrgnlMsgId",      35,  true },
    {"OrgnlPmtInfId",   35,  true },
    {"OrgnlInstrId",    35,  true },
    {"OrgnlEndToEndId", 35,  true },
    {"Id",              35,  true },
    {"Ref",             35,  true },
    {"Nm",              70,  false},
    {"Ustrd",           140, false},
    {"StrtNm",          70,  false},
    {"BldgNb",          16,  false},
    {"BldgNm",          35,  false},
    {"Room",            70,  false},
    {"PstCd",           16,  false},
    {"TwnNm",           35,  false},
    {"AdrLine",         70,  false},
    {"IBAN",            34,  false},
};

static err_t wrong(struct ctx *cx, const struct check *check, const char *what, const char *text)
{
    const char *words = text;

    if (check->file.count > 0)
        words =
            str_format(cx->arena, "%s (transaction %lld)", text, (long long)check->file.count).ptr;
    return fault(cx, ERR_INVALID, str_dup(cx->arena, str_of(what)).ptr, words);
}

/* The name of the element `up` steps above the one that is open. */
static const char *name_up(const struct check *check, size_t up)
{
    return up < check->depth ? check->names[check->depth - 1 - up] : "";
}

/* --- numbers -----------------------------------------------------------------------------------
 */

/* Exactly two decimals, no sign: what every bank takes. */
static bool cents_of(struct str text, int64_t *out)
{
    int64_t whole;
    int64_t part;
    size_t dot = str_find(text, '.');

    if (dot == 0 || dot + 3 != text.len || dot > 16)
        return false;
    if (!str_is_digits(str_sub(text, 0, dot)) || !str_is_digits(str_from(text, dot + 1)))
        return false;
    return str_to_int64(str_sub(text, 0, dot), &whole) &&
           str_to_int64(str_from(text, dot + 1), &part) &&
           !mul_overflows(whole, INT64_C(100), out) && !add_overflows(*out, part, out);
}

static err_t totals_told(struct ctx *cx, const struct check *check, struct totals *totals,
                         const char *name, struct str text)
{
    bool count = strcmp(name, "NbOfTxs") == 0;

    if (count && (!str_is_digits(text) || !str_to_int64(text, &totals->told_count)))
        return wrong(cx, check, name, "is not a number");
    if (!count && !cents_of(text, &totals->told_cents))
        return wrong(cx, check, name, "is not an amount with two decimals");
    return OK;
}

static err_t totals_agree(struct ctx *cx, const struct check *check, const struct totals *totals,
                          const char *count_text, const char *sum_text)
{
    if (totals->told_count != totals->count)
        return wrong(cx, check, "NbOfTxs", count_text);
    if (totals->told_cents != totals->cents)
        return wrong(cx, check, "CtrlSum", sum_text);
    return OK;
}

static err_t amount_add(struct ctx *cx, struct check *check, struct str text)
{
    int64_t cents;

    if (!cents_of(text, &cents) || cents < 1 || cents > INT64_C(99999999999))
        return wrong(cx, check, check->amount_element, "is not between 0.01 and 999999999.99");
    if (!check->euro)
        return wrong(cx, check, check->amount_element, "is not in euro");
    if (check->amount_seen)
        return wrong(cx, check, check->amount_element, "occurs twice");
    check->amount_seen = true;
    if (add_overflows(check->file.cents, cents, &check->file.cents) ||
        add_overflows(check->block.cents, cents, &check->block.cents))
        return wrong(cx, check, "CtrlSum", "is too large");
    return OK;
}

/* --- identifiers -------------------------------------------------------------------------------
 */

static void seen_add(struct check *check, struct seen_list *list, struct str id, int64_t number)
{
    uint8_t digest[SHA256_SIZE];

    list->items =
        arena_grow(check->ids, list->items, sizeof *list->items, list->count, &list->capacity);
    struct seen *seen = &list->items[list->count++];
    sha256(id, digest);
    memcpy(seen->digest, digest, DIGEST_SIZE);
    seen->number = number;
}

static int seen_compare(const void *left, const void *right)
{
    const struct seen *a = left;
    const struct seen *b = right;
    int order = memcmp(a->digest, b->digest, DIGEST_SIZE);

    if (order != 0)
        return order;
    return a->number < b->number ? -1 : a->number > b->number;
}

static err_t seen_once(struct ctx *cx, const struct seen_list *list, const char *name,
                       const char *what)
{
    if (list->count == 0)
        return OK;
    qsort(list->items, list->count, sizeof *list->items, seen_compare);
    for (size_t i = 1; i < list->count; i++) {
        const struct seen *first = &list->items[i - 1];
        const struct seen *second = &list->items[i];
        if (memcmp(first->digest, second->digest, DIGEST_SIZE) == 0)
            return fault(cx, ERR_INVALID, name,
                         str_format(cx->arena, "of %s %lld is that of %s %lld", what,
                                    (long long)second->number, what, (long long)first->number)
                             .ptr);
    }
    return OK;
}

/* --- texts -------------------------------------------------------------------------------------
 */

static err_t text_fits(struct ctx *cx, const struct check *check, const char *name, struct str text)
{
    if (!sepa_is_clean(text))
        return wrong(cx, check, name, "holds a character that bank files do not");
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        if (strcmp(TEXTS[i].name, name) != 0)
            continue;
        if (text.len > TEXTS[i].max)
            return wrong(cx, check, TEXTS[i].name, "is too long");
        if (TEXTS[i].reference && !sepa_reference_is_valid(text))
            return wrong(cx, check, TEXTS[i].name, "is not a reference");
        if (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
            return wrong(cx, check, TEXTS[i].name, "begins or ends with a space");
    }
    return OK;
}

static err_t text_take(struct ctx *cx, struct check *check, const char *name, struct str text)
{
    const char *parent = name_up(check, 1);
    bool totals = strcmp(name, "NbOfTxs") == 0 || strcmp(name, "CtrlSum") == 0;

    if (totals && strcmp(parent, "GrpHdr") == 0)
        return totals_told(cx, check, &check->file, name, text);
    if (totals && strcmp(parent, check->block_element) == 0)
        return totals_told(cx, check, &check->block, name, text);
    if (strcmp(name, "MsgId") == 0 && strcmp(parent, "GrpHdr") == 0)
        check->facts->msg_id = str_dup(cx->arena, text);
    if (strcmp(name, check->block_id_element) == 0)
        seen_add(check, &check->blocks, text, check->facts->blocks);
    if (strcmp(name, check->amount_element) == 0)
        return amount_add(cx, check, text);
    if (strcmp(name, check->end_to_end_element) == 0) {
        check->id_seen = true;
        seen_add(check, &check->end_to_end, text, check->file.count);
    }
    if (strcmp(name, "TwnNm") == 0)
        check->town_seen = true;
    return OK;
}

/* --- structure ---------------------------------------------------------------------------------
 */

static err_t root_find(struct ctx *cx, struct check *check, const struct xml_element *element)
{
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        if (!str_eq(element->name, str_of(KINDS[i].root)))
            continue;
        struct str space = element->space;
        struct str prefix = STR("urn:iso:std:iso:20022:tech:xsd:");
        if (!str_starts(space, prefix) ||
            !str_starts(str_from(space, prefix.len), str_of(KINDS[i].family)))
            break;
        check->facts->message = str_dup(cx->arena, str_from(space, prefix.len));
        check->block_element = KINDS[i].block;
        check->transaction_element = KINDS[i].transaction;
        check->amount_element = KINDS[i].amount;
        check->end_to_end_element = KINDS[i].end_to_end;
        check->block_id_element = KINDS[i].block_id;
        check->block_totals = KINDS[i].block_totals;
        return OK;
    }
    return fault(cx, ERR_INVALID, "file", "is none of the messages that we send");
}

static err_t transaction_begin(struct ctx *cx, struct check *check)
{
    check->file.count++;
    check->block.count++;
    check->amount_seen = false;
    check->id_seen = false;
    if (check->file.count > PAIN_TRANSACTIONS_MAX)
        return wrong(cx, check, "file", "has too many transactions");
    return OK;
}

static err_t check_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    struct check *check = arg;
    struct str currency = STR_NONE;

    if (element->depth > DEPTH_MAX || element->name.len >= NAME_MAX_LEN)
        return wrong(cx, check, "file", "has an element that we never write");
    check->depth = element->depth;
    char *name = check->names[check->depth - 1];
    memcpy(name, element->name.ptr, element->name.len);
    name[element->name.len] = '\0';
    check->has_children[check->depth - 1] = false;
    if (check->depth > 1)
        check->has_children[check->depth - 2] = true;
    if (check->depth == 1)
        return str_eq(element->name, STR("Document"))
                   ? OK
                   : fault(cx, ERR_INVALID, "file", "is not an ISO 20022 document");
    if (check->depth == 2)
        return root_find(cx, check, element);
    check->euro = xml_attribute(element, STR("Ccy"), &currency) && str_eq(currency, STR("EUR"));
    if (strcmp(name, "PstlAdr") == 0)
        check->town_seen = false;
    if (check->depth == 3 && strcmp(name, check->block_element) == 0) {
        check->block = (struct totals){.told_count = -1, .told_cents = -1};
        check->facts->blocks++;
    }
    if (check->depth == 4 && strcmp(name, check->transaction_element) == 0)
        return transaction_begin(cx, check);
    return OK;
}

static err_t group_end(struct ctx *cx, struct check *check, const char *name)
{
    /* [doc] Since November 2026 an address without a town is an unstructured one (sepa.md 8). */
    if (strcmp(name, "PstlAdr") == 0 && !check->town_seen)
        return wrong(cx, check, "PstlAdr", "has no town");
    if (check->depth == 4 && strcmp(name, check->transaction_element) == 0) {
        if (!check->amount_seen)
            return wrong(cx, check, check->amount_element, "is missing");
        return check->id_seen ? OK : wrong(cx, check, check->end_to_end_element, "is missing");
    }
    if (check->depth == 3 && strcmp(name, check->block_element) == 0) {
        if (check->block.count == 0)
            return wrong(cx, check, check->block_element, "is empty");
        if (check->block_totals)
            return totals_agree(cx, check, &check->block, "of a block is not its number",
                                "of a block is not its sum");
    }
    return OK;
}

static err_t check_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    struct check *check = arg;
    const char *own = name_up(check, 0);
    err_t err = OK;

    must(str_eq(name, str_of(own)));
    if (check->has_children[check->depth - 1]) {
        err = group_end(cx, check, own);
    } else if (text.len == 0) {
        err = wrong(cx, check, "file", "has an empty element");
    } else if (check->depth < 3) {
        err = wrong(cx, check, "file", "has no transactions");
    } else {
        err = text_fits(cx, check, own, text);
        if (err == OK)
            err = text_take(cx, check, own, text);
    }
    check->depth--;
    return err;
}

static err_t facts_check(struct ctx *cx, struct check *check)
{
    if (check->facts->message.ptr == NULL)
        return fault(cx, ERR_INVALID, "file", "is none of the messages that we send");
    if (check->facts->msg_id.len == 0)
        return fault(cx, ERR_INVALID, "MsgId", "is missing");
    TRY(seen_once(cx, &check->blocks, check->block_id_element, "block"));
    TRY(seen_once(cx, &check->end_to_end, check->end_to_end_element, "transaction"));
    check->facts->count = check->file.count;
    check->facts->sum_cents = check->file.cents;
    return totals_agree(cx, check, &check->file, "of the file is not its number",
                        "of the file is not its sum");
}

err_t pain_check(struct ctx *cx, const struct source *source, size_t bytes_max,
                 struct pain_facts *out)
{
    static const struct xml_handler HANDLER = {check_open, check_close};
    struct check check = {
        .facts = out,
        .ids = arena_new(IDS_ARENA_MAX),
        .file = {.told_count = -1, .told_cents = -1},
    };

    *out = (struct pain_facts){0};
    err_t err = xml_read(cx, source, bytes_max, &HANDLER, &check);
    if (err == OK)
        err = facts_check(cx, &check);
    arena_free(check.ids);
    return err;
}
