#include "core/fec.h"

#include <string.h>

#include "base/must.h"
#include "core/id_times.h"
#include "core/invoice.h"
#include "core/invoice_amount.h"
#include "core/invoice_payment.h"
#include "store/sql.h"

ENUM_DEFINE(fec_journal, FEC_JOURNAL_LIST)

enum { PORTION = 200, RATE_DECIMALS = 6, LEGS_OF_ENTRY_MAX = 80 };

/* An entry of the ledger with its legs. */
struct posting {
    struct entry_id id;
    enum entry_kind kind;
    struct str object;
    enum currency currency;
    instant created;
    struct {
        enum account account;
        int64_t minor;
    } legs[LEGS_OF_ENTRY_MAX];
    size_t leg_count;
};

static void line_add(struct fec_entry *entry, const char *number, const char *name, struct str text,
                     int64_t minor)
{
    if (minor == 0)
        return;
    must(entry->line_count < FEC_LINES_MAX);
    entry->lines[entry->line_count++] =
        (struct fec_line){.number = number, .name = name, .text = text, .minor = minor};
}

/* Each line by itself; the first one, which is the sum of the others, takes the cents of rounding.
 */
static err_t euros_fill(struct ctx *cx, int64_t rate_e6, struct fec_entry *entry)
{
    int64_t sum = 0;

    if (rate_e6 == 0)
        return fault(cx, ERR_STATE, "rate", "there is none for a currency that was used");
    for (size_t i = 1; i < entry->line_count; i++) {
        struct fec_line *line = &entry->lines[i];
        TRY(invoice_to_euro(line->minor, rate_e6, &line->euro_minor));
        sum += line->euro_minor;
    }
    if (entry->line_count > 0)
        entry->lines[0].euro_minor = -sum;
    return OK;
}

/* --- the sales book -----------------------------------------------------------------------------
 */

/* "1 USD = 0,9000 EUR" as millionths: what the document says, whatever the rate is today. */
static int64_t rate_told(struct ctx *cx, const struct invoice_paper *paper)
{
    struct str text = paper->rate_eur;
    size_t at = str_find(text, '=');
    int64_t rate = 0;

    if (paper->currency == CURRENCY_EUR)
        return INT64_C(1000000);
    if (at + 2 >= text.len)
        return 0;
    struct str number = str_from(text, at + 2);
    number = str_sub(number, 0, str_find(number, ' '));
    char *copy = arena_alloc(cx->arena, number.len + 1);
    memcpy(copy, number.ptr, number.len);
    size_t comma = str_find(number, ',');
    if (comma < number.len)
        copy[comma] = '.';
    return decimal_parse((struct str){copy, number.len}, RATE_DECIMALS, &rate) ? rate : 0;
}

static struct str rate_text(struct ctx *cx, int64_t rate_bp)
{
    struct str text = money_decimal(cx->arena, (struct money){rate_bp, CURRENCY_EUR});

    return str_format(cx->arena, "TVA %.*s %%", (int)text.len, text.ptr);
}

/* Lettered once all that it comes to has come; nothing that went back counts twice. What bears a
 * letter is the invoice and its payment: where a part of that went back before, they differ. */
static err_t letter_fill(struct ctx *cx, struct tx *tx, const struct invoice *invoice,
                         struct fec_entry *entry)
{
    struct invoice_receipts receipts;
    struct payment payment;
    int64_t sum = 0;

    TRY(invoice_receipts_read(cx, tx, invoice->id, &receipts));
    for (size_t i = 0; i < receipts.count; i++)
        sum += receipts.items[i].amount_minor;
    if (receipts.count == 0 || sum != invoice->total_minor)
        return OK;
    TRY(payment_load(cx, tx, receipts.payment, &payment));
    if (payment.amount.minor != invoice->total_minor)
        return OK;
    entry->letter = invoice->number;
    entry->letter_day = date_paris(receipts.items[receipts.count - 1].received);
    return OK;
}

static err_t sale_fill(struct ctx *cx, struct tx *tx, const struct posting *posting,
                       struct fec_entry *entry)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    bool goods;
    int64_t sign = posting->kind == ENTRY_CREDIT_ISSUED ? -1 : 1;
    struct invoice_id id;
    struct invoice invoice;

    must(ID_PARSE(posting->object, &id));
    TRY(invoice_load(cx, tx, id, &invoice));
    TRY(invoice_paper_of(cx, &invoice, paper));
    goods = paper->nature == NATURE_GOODS;
    struct str text = str_format(cx->arena, "%s %.*s %.*s", sign < 0 ? "Avoir" : "Facture",
                                 (int)invoice.number.len, invoice.number.ptr,
                                 (int)invoice.buyer.len, invoice.buyer.ptr);
    entry->journal = FEC_SALES;
    entry->piece = invoice.number;
    entry->piece_day = invoice.issued;
    line_add(entry, "411000", "Clients", text, sign * paper->total_minor);
    for (size_t i = 0; i < paper->rate_count; i++) {
        const struct invoice_paper_rate *rate = &paper->rates[i];
        line_add(entry, goods ? "707000" : "706000",
                 goods ? "Ventes de marchandises" : "Prestations de services",
                 rate_text(cx, rate->rate_bp), -sign * rate->base_minor);
        line_add(entry, "445710", "TVA collectée", rate_text(cx, rate->rate_bp),
                 -sign * rate->vat_minor);
    }
    TRY(letter_fill(cx, tx, &invoice, entry));
    return euros_fill(cx, rate_told(cx, paper), entry);
}

/* --- the money book -----------------------------------------------------------------------------
 */

static int64_t sum_of(const struct posting *posting, enum account account)
{
    int64_t sum = 0;

    for (size_t i = 0; i < posting->leg_count; i++)
        sum += posting->legs[i].account == account ? posting->legs[i].minor : 0;
    return sum;
}

static const char *bank_text(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_CAPTURE_DECIDED:
        return "Encaissement par carte";
    case ENTRY_CAPTURE_REVERSED:
        return "Encaissement par carte annulé";
    case ENTRY_DEBIT_RELEASED:
        return "Prélèvement";
    case ENTRY_DEBIT_REJECTED:
        return "Prélèvement rejeté";
    case ENTRY_REFUND_ASKED:
        return "Remboursement";
    case ENTRY_REFUND_REVERSED:
        return "Remboursement non honoré";
    case ENTRY_CHARGEBACK:
        return "Impayé par carte";
    case ENTRY_CHARGEBACK_WON:
        return "Impayé par carte annulé";
    case ENTRY_DEBIT_RETURNED:
        return "Prélèvement impayé";
    case ENTRY_PAYOUT_CREATED:
        return "Versement";
    case ENTRY_PAYOUT_FAILED:
        return "Versement annulé";
    case ENTRY_CAPTURE_SETTLED:
    case ENTRY_REFUND_SETTLED:
    case ENTRY_CHARGEBACK_SETTLED:
    case ENTRY_PAYOUT_PAID:
    case ENTRY_PAYOUT_RETURNED:
    case ENTRY_DEBIT_SETTLED:
    case ENTRY_DEBIT_FINAL:
    case ENTRY_REFUND_RETURNED:
    case ENTRY_BANK_CHARGED:
    case ENTRY_BANK_SUSPENDED:
    case ENTRY_SUSPENSE_CLEARED:
    case ENTRY_SUSPENSE_CHARGED:
    case ENTRY_SUSPENSE_KEPT:
    case ENTRY_INVOICE_ISSUED:
    case ENTRY_CREDIT_ISSUED:
    case ENTRY_INVOICE_SETTLED:
    case ENTRY_INVOICE_UNSETTLED:
        return NULL;
    }
    must_fail(__FILE__, __LINE__, "a kind of entry");
}

/* The letter of the invoice that a payment settled alone. */
static err_t paid_letter_fill(struct ctx *cx, struct tx *tx, const struct posting *posting,
                              struct fec_entry *entry)
{
    struct payment_id payment;
    struct invoice invoice;
    bool found;

    must(ID_PARSE(posting->object, &payment));
    TRY(invoice_paid_by(cx, tx, payment, &invoice, &found));
    return found ? letter_fill(cx, tx, &invoice, entry) : OK;
}

static err_t money_fill(struct ctx *cx, struct tx *tx, const struct posting *posting,
                        int64_t rate_e6, struct fec_entry *entry)
{
    const char *told = bank_text(posting->kind);
    int64_t owed = -(sum_of(posting, ACCOUNT_PENDING) + sum_of(posting, ACCOUNT_PAYABLE));
    int64_t fee = -sum_of(posting, ACCOUNT_FEE_INCOME);
    int64_t vat = -sum_of(posting, ACCOUNT_FEE_VAT);
    bool payout = posting->kind == ENTRY_PAYOUT_CREATED || posting->kind == ENTRY_PAYOUT_FAILED;

    if (told == NULL) {
        must(owed == 0);
        return OK;
    }
    struct str text =
        str_format(cx->arena, "%s %.*s", told, (int)posting->object.len, posting->object.ptr);
    entry->journal = FEC_BANK;
    entry->piece = posting->object;
    entry->piece_day = entry->day;
    line_add(entry, "467000", "Opérateur de paiement", text, owed);
    line_add(entry, payout ? "512000" : "411000", payout ? "Banque" : "Clients", text,
             -(owed + fee + vat));
    line_add(entry, "627000", "Services bancaires", text, fee);
    line_add(entry, "445660", "TVA déductible", text, vat);
    if (posting->kind == ENTRY_CAPTURE_DECIDED || posting->kind == ENTRY_DEBIT_RELEASED)
        TRY(paid_letter_fill(cx, tx, posting, entry));
    return euros_fill(cx, rate_e6, entry);
}

/* --- walking ------------------------------------------------------------------------------------
 */

static void leg_take(struct rows *rows, struct posting *posting)
{
    must(posting->leg_count < LEGS_OF_ENTRY_MAX);
    must(account_parse(col_text(rows, 3), &posting->legs[posting->leg_count].account));
    posting->legs[posting->leg_count++].minor = col_int(rows, 5);
}

static struct str after_of(struct ctx *cx, const struct fec_walk *walk)
{
    if (!ID_NONE(walk->after) || walk->from.year == 0)
        return str_of(walk->after.raw);
    return id_before_entries_of(cx->arena, midnight_paris(walk->from, 0), cx->now - cx->real);
}

static struct str before_of(struct ctx *cx, const struct fec_walk *walk)
{
    instant end = walk->until.year == 0 ? INT64_MAX : midnight_paris(walk->until, 1);

    return id_behind_entries_of(cx->arena, end);
}

static bool is_of_days(const struct fec_walk *walk, struct date day)
{
    return (walk->from.year == 0 || date_compare(day, walk->from) >= 0) &&
           (walk->until.year == 0 || date_compare(day, walk->until) <= 0);
}

static err_t postings_read(struct ctx *cx, struct tx *tx, const struct fec_walk *walk,
                           struct posting **out, size_t *count)
{
    struct rows *rows;
    struct entry_id id;
    bool has;

    *out = arena_array(cx->arena, struct posting, PORTION);
    *count = 0;
    TRY(store_query(cx, tx, &SQL_FEC_LEGS,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                         V_TEXT(after_of(cx, walk)), V_TEXT(before_of(cx, walk)), V_INT(PORTION)),
                    &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, id.raw);
        if (*count == 0 || !ID_EQ(id, (*out)[*count - 1].id)) {
            must(*count < PORTION);
            struct posting *posting = &(*out)[(*count)++];
            *posting = (struct posting){.id = id, .object = col_text(rows, 2)};
            posting->created = col_int(rows, 6);
            must(entry_kind_parse(col_text(rows, 1), &posting->kind));
            must(currency_parse(col_text(rows, 4), &posting->currency));
        }
        leg_take(rows, &(*out)[*count - 1]);
    }
}

err_t fec_read(struct ctx *cx, struct tx *tx, struct fec_walk *walk, struct fec_entry **out,
               size_t *count)
{
    struct posting *postings;
    size_t found;

    *count = 0;
    TRY(postings_read(cx, tx, walk, &postings, &found));
    *out = arena_array(cx->arena, struct fec_entry, found);
    for (size_t i = 0; i < found; i++) {
        const struct posting *posting = &postings[i];
        struct fec_entry *entry = &(*out)[*count];
        bool sale = posting->kind == ENTRY_INVOICE_ISSUED || posting->kind == ENTRY_CREDIT_ISSUED;
        *entry = (struct fec_entry){
            .day = date_paris(posting->created),
            .currency = posting->currency,
        };
        walk->after = posting->id;
        if (!is_of_days(walk, entry->day))
            continue;
        if (sale)
            TRY(sale_fill(cx, tx, posting, entry));
        else
            TRY(money_fill(cx, tx, posting, walk->rates_e6[posting->currency], entry));
        *count += entry->line_count > 0 ? 1 : 0;
    }
    walk->over = found < PORTION;
    return OK;
}
