#include "base/email.h"
#include "base/must.h"
#include "base/shown.h"
#include "core/invoice.h"
#include "core/invoice_amount.h"
#include "core/invoice_payment.h"
#include "core/invoice_vat.h"
#include "core/merchant_check.h"

ENUM_DEFINE(invoice_field, INVOICE_FIELD_LIST)

enum { DATE_YEAR_MIN = 1900, YEAR_MONTHS = 12, VAT_NUMBER_MIN = 4, VAT_NUMBER_MAX = 15 };

/* Controls of both kinds, and what XML cannot carry. */
static bool byte_pair_shows(struct str text, size_t i)
{
    unsigned char byte = (unsigned char)text.ptr[i];
    unsigned char next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
    unsigned char third = i + 2 < text.len ? (unsigned char)text.ptr[i + 2] : 0;

    if (byte < ' ' || byte == 127)
        return false;
    if (byte == 0xC2 && next < 0xA0)
        return false;
    return byte != 0xEF || next != 0xBF || third < 0xBE;
}

bool invoice_text_shows(struct str text, size_t max, bool breaks)
{
    size_t count;

    if (!str_utf8_count(text, &count) || count > max || shown_blank(text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool is_break = breaks && (text.ptr[i] == '\n' || text.ptr[i] == '\r');
        if (!is_break && !byte_pair_shows(text, i))
            return false;
    }
    return true;
}

static unsigned bit(enum invoice_field field, bool wrong)
{
    return wrong ? 1U << field : 0;
}

/* --- who and when -------------------------------------------------------------------------------
 */

/* Of any country: its code, then letters and digits. */
static bool foreign_vat_fits(struct str text)
{
    if (text.len < VAT_NUMBER_MIN || text.len > VAT_NUMBER_MAX || !vat_number_has_country(text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool letter = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (!letter && (!digit || i < 2))
            return false;
    }
    return true;
}

static bool client_vat_fits(const struct invoice_draft *draft)
{
    struct str text = draft->client_vat;

    if (text.len == 0)
        return true;
    if (!str_starts(text, STR("FR")))
        return foreign_vat_fits(text);
    if (!vat_number_valid(text))
        return false;
    return draft->client_siren.len == 0 || str_ends(text, draft->client_siren);
}

static unsigned client_check(const struct invoice_draft *draft)
{
    struct str order = draft->order_number;
    struct str delivery = draft->delivery_address;
    struct str siren = draft->client_siren;
    struct str email = draft->client_email;
    size_t count;
    bool email_fits = email.len == 0 || (str_utf8_count(email, &count) && email_valid(email));

    return bit(INVOICE_CLIENT_SIREN, siren.len > 0 && !siren_valid(siren)) |
           bit(INVOICE_CLIENT_VAT, !client_vat_fits(draft)) |
           bit(INVOICE_CLIENT_EMAIL, !email_fits) |
           bit(INVOICE_DELIVERY,
               delivery.len > 0 && !invoice_text_shows(delivery, INVOICE_ADDRESS_MAX, true)) |
           bit(INVOICE_ORDER_NUMBER,
               order.len > 0 && !invoice_text_shows(order, INVOICE_ORDER_NUMBER_MAX, false));
}

/* CO-07 of standards/einvoicing.md 4: never due before it is issued. */
static unsigned days_check(const struct invoice_draft *draft, struct date issued)
{
    struct date end = date_add_months(issued, YEAR_MONTHS);
    bool date_fits = draft->date.year >= DATE_YEAR_MIN && date_compare(draft->date, end) <= 0;
    bool due_fits = date_compare(draft->due, issued) >= 0 && date_compare(draft->due, end) <= 0;

    const struct invoice_details *details = draft->details;
    bool other_day =
        details != NULL && details->has_issued && date_compare(details->issued, issued) != 0;

    return bit(INVOICE_DATE, draft->has_date && !date_fits) |
           bit(INVOICE_DUE, draft->has_due && !due_fits) | bit(INVOICE_ISSUED, other_day);
}

/* --- items --------------------------------------------------------------------------------------
 */

static unsigned item_check(const struct invoice_seller *seller, const struct invoice_draft *draft,
                           const struct invoice_item *item)
{
    return bit(INVOICE_DESIGNATION,
               !invoice_text_shows(item->designation, INVOICE_DESIGNATION_MAX, false)) |
           bit(INVOICE_PRICE, item->price_e4 < 0 || item->price_e4 > INVOICE_PRICE_MAX_E4) |
           bit(INVOICE_QUANTITY,
               item->quantity_e4 <= 0 || item->quantity_e4 > INVOICE_QUANTITY_MAX_E4) |
           bit(INVOICE_VAT, !invoice_vat_allowed(seller, draft, item));
}

/* Below zero: it is too large. */
static int64_t total_of(struct ctx *cx, const struct invoice_seller *seller,
                        const struct invoice_draft *draft)
{
    struct invoice_paper paper = {.line_count = draft->item_count};
    err_t err = OK;

    paper.lines = arena_array(cx->arena, struct invoice_paper_line, draft->item_count);
    for (size_t i = 0; i < draft->item_count && err == OK; i++) {
        const struct invoice_item *item = &draft->items[i];
        struct invoice_paper_line *line = &paper.lines[i];
        line->category = invoice_vat_category(seller, item);
        line->rate_bp = item->rate_bp;
        err = invoice_line_net(item->price_e4, item->quantity_e4, &line->net_minor);
    }
    if (err == OK)
        err = invoice_sum(cx->arena, &paper);
    return err == OK ? paper.total_minor : -1;
}

static unsigned items_check(struct ctx *cx, const struct invoice_seller *seller,
                            const struct invoice_draft *draft, int64_t *total)
{
    const unsigned of_items = 1U << INVOICE_ITEMS | 1U << INVOICE_DESIGNATION |
                              1U << INVOICE_PRICE | 1U << INVOICE_QUANTITY | 1U << INVOICE_VAT;
    unsigned bad = draft->bad & of_items;

    *total = -1;
    if ((bad & 1U << INVOICE_ITEMS) != 0)
        return bad;
    if (draft->item_count == 0 || draft->item_count > INVOICE_LINES_MAX)
        return bit(INVOICE_ITEMS, true);
    for (size_t i = 0; i < draft->item_count; i++)
        bad |= item_check(seller, draft, &draft->items[i]);
    if (bad != 0)
        return bad;
    *total = total_of(cx, seller, draft);
    return bit(INVOICE_ITEMS, *total < 0);
}

/* What is compared with the total, as far as it is known. */
static unsigned total_check(const struct invoice_draft *draft, int64_t total)
{
    bool deposit_read = (draft->bad & 1U << INVOICE_DEPOSIT) == 0;

    return bit(INVOICE_DEPOSIT, deposit_read && total >= 0 && draft->deposit_minor > total) |
           bit(INVOICE_PAYMENT, !invoice_source_fits(draft, total));
}

err_t invoice_check(struct ctx *cx, const struct invoice_seller *seller,
                    const struct invoice_draft *draft, struct date issued)
{
    bool invoice = draft->kind == INVOICE_NORMAL;
    unsigned bad = draft->bad;
    int64_t total;

    bad |= bit(INVOICE_NAME, !invoice_text_shows(draft->name, INVOICE_NAME_MAX, false));
    bad |= bit(INVOICE_ADDRESS, draft->details == NULL &&
                                    !invoice_text_shows(draft->address, INVOICE_ADDRESS_MAX, true));
    bad |= bit(INVOICE_CURRENCY, invoice && draft->currency != 0 &&
                                     invoice_seller_rate(seller, draft->currency) == 0);
    bad |= bit(INVOICE_DEPOSIT, draft->deposit_minor < 0);
    bad |= days_check(draft, issued) | items_check(cx, seller, draft, &total) | client_check(draft);
    bad |= total_check(draft, total);
    for (unsigned field = 1; field < INVOICE_FIELDS_END; field++) {
        if ((bad & 1U << field) != 0)
            (void)fault(cx, ERR_INVALID, invoice_field_text((enum invoice_field)field),
                        "is not what an invoice may have");
    }
    if (bad != 0)
        return ERR_INVALID;
    return invoice ? invoice_seller_check(cx, seller) : OK;
}
