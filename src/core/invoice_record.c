#include "core/invoice_record.h"

#include <stddef.h>

#include "base/crypto.h"
#include "base/must.h"

static const char HEAD[] = "guichet-invoice 1";

enum fact_kind {
    FACT_TEXT = 1,
    FACT_INT,
    FACT_BOOL,
    FACT_DATE,
    FACT_KIND,
    FACT_NATURE,
    FACT_BUYER,
    FACT_CURRENCY,
};

struct fact {
    const char *name;
    enum fact_kind kind;
    size_t at;
};

#define AT(member) offsetof(struct invoice_paper, member)
#define MORE(member) offsetof(struct invoice_line_more, member)
/* clang-format off */
#define ADDRESS_FACTS(of, member)                                                                  \
    {of ".line1", FACT_TEXT, AT(member.lines[0])},                                                 \
    {of ".line2", FACT_TEXT, AT(member.lines[1])},                                                 \
    {of ".line3", FACT_TEXT, AT(member.lines[2])},                                                 \
    {of ".zip", FACT_TEXT, AT(member.zip)},                                                        \
    {of ".city", FACT_TEXT, AT(member.city)},                                                      \
    {of ".country", FACT_TEXT, AT(member.country)}
#define PARTY_FACTS(of, member)                                                                    \
    {of ".name", FACT_TEXT, AT(member.name)},                                                      \
    ADDRESS_FACTS(of, member.address),                                                             \
    {of ".siren", FACT_TEXT, AT(member.siren)},                                                    \
    {of ".siret", FACT_TEXT, AT(member.siret)},                                                    \
    {of ".vat_number", FACT_TEXT, AT(member.vat_number)},                                          \
    {of ".legal", FACT_TEXT, AT(member.legal)},                                                    \
    {of ".email", FACT_TEXT, AT(member.email)},                                                    \
    {of ".phone", FACT_TEXT, AT(member.phone)},                                                    \
    {of ".network_scheme", FACT_TEXT, AT(member.network_scheme)},                                  \
    {of ".network_id", FACT_TEXT, AT(member.network_id)},                                          \
    {of ".contact", FACT_TEXT, AT(member.contact)}

/* In the order of the record. A day is absent while its year is 0. */
static const struct fact FACTS[] = {
    {"kind", FACT_KIND, AT(kind)},
    {"test", FACT_BOOL, AT(test)},
    {"number", FACT_TEXT, AT(number)},
    {"issued", FACT_DATE, AT(issued)},
    {"supplied", FACT_DATE, AT(supplied)},
    {"has_due", FACT_BOOL, AT(has_due)},
    {"due", FACT_DATE, AT(due)},
    {"nature", FACT_NATURE, AT(nature)},
    {"to", FACT_BUYER, AT(to)},
    {"vat_on_debits", FACT_BOOL, AT(vat_on_debits)},
    PARTY_FACTS("seller", seller),
    PARTY_FACTS("buyer", buyer),
    {"has_delivery", FACT_BOOL, AT(has_delivery)},
    ADDRESS_FACTS("delivery", delivery),
    {"delivery.name", FACT_TEXT, AT(delivery_name)},
    {"order_number", FACT_TEXT, AT(order_number)},
    {"reference.buyer", FACT_TEXT, AT(references.buyer)},
    {"reference.project", FACT_TEXT, AT(references.project)},
    {"reference.contract", FACT_TEXT, AT(references.contract)},
    {"reference.sales_order", FACT_TEXT, AT(references.sales_order)},
    {"reference.receipt", FACT_TEXT, AT(references.receipt)},
    {"reference.despatch", FACT_TEXT, AT(references.despatch)},
    {"reference.tender", FACT_TEXT, AT(references.tender)},
    {"reference.object", FACT_TEXT, AT(references.object)},
    {"reference.accounting", FACT_TEXT, AT(references.accounting)},
    {"has_period", FACT_BOOL, AT(has_period)},
    {"period_from", FACT_DATE, AT(period_from)},
    {"period_to", FACT_DATE, AT(period_to)},
    {"terms", FACT_TEXT, AT(terms)},
    {"currency", FACT_CURRENCY, AT(currency)},
    {"net", FACT_INT, AT(net_minor)},
    {"vat", FACT_INT, AT(vat_minor)},
    {"total", FACT_INT, AT(total_minor)},
    {"paid", FACT_INT, AT(paid_minor)},
    {"due_amount", FACT_INT, AT(due_minor)},
    {"deposit", FACT_INT, AT(deposit_minor)},
    {"has_vat_eur", FACT_BOOL, AT(has_vat_eur)},
    {"vat_eur", FACT_INT, AT(vat_eur_minor)},
    {"rate_eur", FACT_TEXT, AT(rate_eur)},
    {"iban", FACT_TEXT, AT(iban)},
    {"bic", FACT_TEXT, AT(bic)},
    {"pay_url", FACT_TEXT, AT(pay_url)},
    {"paid_by", FACT_TEXT, AT(paid_by)},
    {"has_preceding", FACT_BOOL, AT(has_preceding)},
    {"preceding_number", FACT_TEXT, AT(preceding_number)},
    {"preceding_issued", FACT_DATE, AT(preceding_issued)},
};

/* Of a line: rows behind its own. */
static const struct fact LINE_FACTS[] = {
    {"line.unit", FACT_TEXT, MORE(unit)},
    {"line.note", FACT_TEXT, MORE(note)},
    {"line.description", FACT_TEXT, MORE(description)},
    {"line.seller_id", FACT_TEXT, MORE(seller_id)},
    {"line.buyer_id", FACT_TEXT, MORE(buyer_id)},
    {"line.order_line", FACT_TEXT, MORE(order_line)},
};
/* clang-format on */

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 127)
            return false;
    }
    return true;
}

/* --- writing ------------------------------------------------------------------------------------
 */

/* The text of a fact, or one of no length when it is to be left out. */
static struct str fact_text(struct arena *arena, const struct fact *fact,
                            const struct invoice_paper *paper)
{
    const void *at = (const char *)paper + fact->at;

    switch (fact->kind) {
    case FACT_TEXT:
        return *(const struct str *)at;
    case FACT_INT:
        return *(const int64_t *)at == 0
                   ? STR_NONE
                   : str_format(arena, "%lld", (long long)*(const int64_t *)at);
    case FACT_BOOL:
        return *(const bool *)at ? STR("1") : STR_NONE;
    case FACT_DATE:
        return ((const struct date *)at)->year == 0 ? STR_NONE
                                                    : date_text(arena, *(const struct date *)at);
    case FACT_KIND:
        return str_of(invoice_kind_text(*(const enum invoice_kind *)at));
    case FACT_NATURE:
        return str_of(invoice_nature_text(*(const enum invoice_nature *)at));
    case FACT_BUYER:
        return str_of(invoice_buyer_text(*(const enum invoice_buyer *)at));
    case FACT_CURRENCY:
        return str_of(currency_text(*(const enum currency *)at));
    }
    must_fail(__FILE__, __LINE__, "a kind of fact");
}

static void word_put(struct buf *out, struct str word)
{
    buf_put(out, word.len == 0 ? STR("-") : word);
    buf_put_byte(out, ' ');
}

static void int_put(struct buf *out, int64_t number)
{
    buf_put_int(out, number);
    buf_put_byte(out, ' ');
}

static const struct str *line_fact(const struct invoice_line_more *more, size_t at)
{
    return (const struct str *)((const char *)more + LINE_FACTS[at].at);
}

static void fact_put(struct buf *out, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    buf_put_cstr(out, name);
    buf_put_byte(out, '=');
    buf_put(out, text);
    buf_put_byte(out, '\n');
}

static void line_put(struct buf *out, const struct invoice_paper_line *line)
{
    buf_put_cstr(out, "line=");
    int_put(out, line->price_e4);
    int_put(out, line->quantity_e4);
    word_put(out, str_of(vat_category_text(line->category)));
    int_put(out, line->rate_bp);
    int_put(out, line->net_minor);
    buf_put(out, line->designation);
    buf_put_byte(out, '\n');
    for (size_t i = 0; i < ARRAY_LEN(LINE_FACTS); i++)
        fact_put(out, LINE_FACTS[i].name, *line_fact(&line->more, i));
}

static void rate_put(struct buf *out, const struct invoice_paper_rate *rate)
{
    buf_put_cstr(out, "rate=");
    word_put(out, str_of(vat_category_text(rate->category)));
    int_put(out, rate->rate_bp);
    int_put(out, rate->base_minor);
    int_put(out, rate->vat_minor);
    word_put(out, rate->reason_code);
    buf_put(out, rate->reason.len == 0 ? STR("-") : rate->reason);
    buf_put_byte(out, '\n');
}

static void note_put(struct buf *out, const struct invoice_note *note)
{
    buf_put_cstr(out, "note=");
    word_put(out, note->code);
    word_put(out, note->silent ? STR("1") : STR("0"));
    buf_put(out, note->text);
    buf_put_byte(out, '\n');
}

static bool lists_plain(const struct invoice_paper *paper)
{
    bool plain = true;

    for (size_t i = 0; i < paper->line_count; i++) {
        plain = plain && is_plain(paper->lines[i].designation);
        for (size_t fact = 0; fact < ARRAY_LEN(LINE_FACTS); fact++)
            plain = plain && is_plain(*line_fact(&paper->lines[i].more, fact));
    }
    for (size_t i = 0; i < paper->rate_count; i++)
        plain = plain && is_plain(paper->rates[i].reason);
    for (size_t i = 0; i < paper->note_count; i++)
        plain = plain && is_plain(paper->notes[i].text);
    return plain;
}

err_t invoice_record_write(struct arena *arena, const struct invoice_paper *paper, struct str *out)
{
    struct buf record = buf_make(arena, INVOICE_RECORD_MAX);

    if (!lists_plain(paper))
        return ERR_INVALID;
    buf_format(&record, "%s\n", HEAD);
    for (size_t i = 0; i < ARRAY_LEN(FACTS); i++) {
        struct str text = fact_text(arena, &FACTS[i], paper);
        if (!is_plain(text))
            return ERR_INVALID;
        fact_put(&record, FACTS[i].name, text);
    }
    for (size_t i = 0; i < paper->line_count; i++)
        line_put(&record, &paper->lines[i]);
    for (size_t i = 0; i < paper->rate_count; i++)
        rate_put(&record, &paper->rates[i]);
    for (size_t i = 0; i < paper->note_count; i++)
        note_put(&record, &paper->notes[i]);
    must(!record.failed);
    *out = buf_str(&record);
    return OK;
}

/* --- reading ------------------------------------------------------------------------------------
 */

static bool fact_read(const struct fact *fact, struct str text, struct invoice_paper *paper)
{
    void *at = (char *)paper + fact->at;

    switch (fact->kind) {
    case FACT_TEXT:
        *(struct str *)at = text;
        return true;
    case FACT_INT:
        return str_to_int64(text, at);
    case FACT_BOOL:
        *(bool *)at = true;
        return str_eq(text, STR("1"));
    case FACT_DATE:
        return date_parse(text, at);
    case FACT_KIND:
        return invoice_kind_parse(text, at);
    case FACT_NATURE:
        return invoice_nature_parse(text, at);
    case FACT_BUYER:
        return invoice_buyer_parse(text, at);
    case FACT_CURRENCY:
        return currency_parse(text, at);
    }
    must_fail(__FILE__, __LINE__, "a kind of fact");
}

/* Up to the next blank, which is taken too. */
static struct str word_take(struct str *rest)
{
    size_t blank = str_find(*rest, ' ');
    struct str word = str_sub(*rest, 0, blank);

    *rest = blank < rest->len ? str_from(*rest, blank + 1) : STR_NONE;
    return str_eq(word, STR("-")) ? STR_NONE : word;
}

static bool int_take(struct str *rest, int64_t *out)
{
    return str_to_int64(word_take(rest), out);
}

static bool line_read(struct str rest, struct invoice_paper *paper)
{
    struct invoice_paper_line *line = &paper->lines[paper->line_count];

    if (paper->line_count++ == INVOICE_LINES_MAX || !int_take(&rest, &line->price_e4) ||
        !int_take(&rest, &line->quantity_e4) ||
        !vat_category_parse(word_take(&rest), &line->category) || !int_take(&rest, &line->rate_bp))
        return false;
    bool fits = int_take(&rest, &line->net_minor);
    line->designation = rest;
    return fits;
}

static bool rate_read(struct str rest, struct invoice_paper *paper)
{
    struct invoice_paper_rate *rate = &paper->rates[paper->rate_count];

    if (paper->rate_count++ == INVOICE_RATES_MAX ||
        !vat_category_parse(word_take(&rest), &rate->category) ||
        !int_take(&rest, &rate->rate_bp) || !int_take(&rest, &rate->base_minor) ||
        !int_take(&rest, &rate->vat_minor))
        return false;
    rate->reason_code = word_take(&rest);
    rate->reason = str_eq(rest, STR("-")) ? STR_NONE : rest;
    return true;
}

static bool note_read(struct str rest, struct invoice_paper *paper)
{
    struct invoice_note *note = &paper->notes[paper->note_count];

    if (paper->note_count++ == INVOICE_NOTES_MAX)
        return false;
    note->code = word_take(&rest);
    note->silent = str_eq(word_take(&rest), STR("1"));
    note->text = rest;
    return true;
}

/* Of the line that was read last. */
static bool line_more_read(struct str name, struct str text, struct invoice_paper *paper)
{
    for (size_t i = 0; paper->line_count > 0 && i < ARRAY_LEN(LINE_FACTS); i++) {
        struct invoice_line_more *more = &paper->lines[paper->line_count - 1].more;
        if (!str_eq(name, str_of(LINE_FACTS[i].name)))
            continue;
        *(struct str *)((char *)more + LINE_FACTS[i].at) = text;
        return true;
    }
    return false;
}

static bool row_read(struct str row, struct invoice_paper *paper)
{
    size_t equals = str_find(row, '=');
    struct str name = str_sub(row, 0, equals);
    struct str text = equals < row.len ? str_from(row, equals + 1) : STR_NONE;

    if (str_eq(name, STR("line")))
        return line_read(text, paper);
    if (str_eq(name, STR("rate")))
        return rate_read(text, paper);
    if (str_eq(name, STR("note")))
        return note_read(text, paper);
    for (size_t i = 0; i < ARRAY_LEN(FACTS); i++) {
        if (str_eq(name, str_of(FACTS[i].name)))
            return fact_read(&FACTS[i], text, paper);
    }
    return line_more_read(name, text, paper);
}

/* No more lines than rows, nor than there may be: with room to find out that there are more. */
static size_t lines_most(struct str record)
{
    size_t rows = 1;

    for (size_t i = 0; i < record.len && rows <= INVOICE_LINES_MAX; i++)
        rows += record.ptr[i] == '\n' ? 1 : 0;
    return rows;
}

err_t invoice_record_read(struct arena *arena, struct str record, struct invoice_paper *out)
{
    struct str again;

    *out = (struct invoice_paper){.test = false};
    out->lines = arena_array(arena, struct invoice_paper_line, lines_most(record));
    out->rates = arena_array(arena, struct invoice_paper_rate, INVOICE_RATES_MAX);
    for (struct str rest = record; rest.len > 0;) {
        size_t end = str_find(rest, '\n');
        struct str row = str_sub(rest, 0, end);
        bool first = rest.ptr == record.ptr;
        if (end == rest.len || (first ? !str_eq(row, str_of(HEAD)) : !row_read(row, out)))
            return ERR_MALFORMED;
        rest = str_from(rest, end + 1);
    }
    if (out->kind == 0 || out->nature == 0 || out->to == 0 || out->currency == 0)
        return ERR_MALFORMED;
    /* One text for one document: another order or spelling is not ours. */
    if (invoice_record_write(arena, out, &again) != OK || !str_eq(again, record))
        return ERR_MALFORMED;
    return OK;
}

/* --- the chain ----------------------------------------------------------------------------------
 */

struct str invoice_record_hash(struct arena *arena, struct str previous, struct str record)
{
    struct sha256 *state = sha256_begin(arena);
    uint8_t hash[SHA256_SIZE];

    sha256_add(state, previous);
    sha256_add(state, STR("\n"));
    sha256_add(state, record);
    sha256_end(state, hash);
    return hex_encode(arena, hash, sizeof hash);
}

struct str invoice_chain_start(void)
{
    return STR("0000000000000000000000000000000000000000000000000000000000000000");
}
