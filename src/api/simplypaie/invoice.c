#include <stddef.h>

#include "api/simplypaie/call.h"
#include "api/simplypaie/calls.h"
#include "base/must.h"
#include "core/invoice_file.h"
#include "core/invoice_payment.h"

/* POST /api/invoices/new (api/simplypaie.md 7). */

enum { PRICE_DECIMALS = 4, RATE_DECIMALS = 2, DEPOSIT_DECIMALS = 2 };

/* --- what is sent -------------------------------------------------------------------------------
 */

static const char *const TYPE_WORDS[] = {
    [INVOICE_NORMAL] = "normal",
    [INVOICE_QUOTE] = "quote",
    [INVOICE_RECEIPT] = "order",
};
static const struct words TYPES = {TYPE_WORDS, ARRAY_LEN(TYPE_WORDS), false};

static const char *const CURRENCY_WORDS[] = {
    [CURRENCY_EUR] = "EUR",
    [CURRENCY_GBP] = "GBP",
    [CURRENCY_USD] = "USD",
};
static const struct words CURRENCIES = {CURRENCY_WORDS, ARRAY_LEN(CURRENCY_WORDS), false};

static const char *const NATURE_WORDS[] = {
    [NATURE_GOODS] = "goods",
    [NATURE_SERVICES] = "services",
    [NATURE_MIXED] = "mixed",
};
static const struct words NATURES = {NATURE_WORDS, ARRAY_LEN(NATURE_WORDS), false};

struct item_in {
    struct given given;
    struct str designation;
    struct str price;
    struct str quantity;
    struct str vat;
    struct str reason;
};
#define AT(member) FIELD_AT(struct item_in, member)
static const struct field ITEM_FIELDS[] = {
    {"designation", F_TEXT, 1, INVOICE_DESIGNATION_MAX, REQUIRED, SEED, ED_ALL, AT(designation)},
    {"price",       F_TEXT, 1, 12,                      REQUIRED, SEED, ED_ALL, AT(price)      },
    {"quantity",    F_TEXT, 1, 11,                      REQUIRED, SEED, ED_ALL, AT(quantity)   },
    {"vat",         F_TEXT, 1, 6,                       REQUIRED, SEED, ED_ALL, AT(vat)        },
    {"vatReason",   F_TEXT, 0, 208,                     OPTIONAL, OURS, ED_ALL, AT(reason)     },
};
#undef AT
static const struct table ITEM = TABLE_OF("InvoiceItem", struct item_in, ITEM_FIELDS);

#define AT(member) offsetof(struct item_in, member)
/* clang-format off */
static const struct parameter ITEM_ROWS[] = {
    {"designation", P_NAME, 1, INVOICE_DESIGNATION_MAX, REQUIRED, SEED, AT(designation), NULL, PROBLEM_DESIGNATION},
    {"price", P_DECIMAL, 1, 12, REQUIRED, SEED, AT(price), NULL, PROBLEM_PRICE},
    {"quantity", P_DECIMAL, 1, 11, REQUIRED, SEED, AT(quantity), NULL, PROBLEM_QUANTITY},
    {"vat", P_DECIMAL, 1, 6, REQUIRED, SEED, AT(vat), NULL, PROBLEM_VAT},
    {"vatReason", P_TEXT, 1, 208, OPTIONAL, OURS, AT(reason), NULL, PROBLEM_VAT},
};
/* clang-format on */
#undef AT
static const struct parameters ITEM_IN = PARAMETERS_OF("InvoiceItem", struct item_in, ITEM_ROWS);
static const enum invoice_field ITEM_PARTS[ARRAY_LEN(ITEM_ROWS)] = {
    INVOICE_DESIGNATION, INVOICE_PRICE, INVOICE_QUANTITY, INVOICE_VAT, INVOICE_VAT,
};

struct invoice_in {
    struct given given;
    struct str name;
    struct str address;
    int type;
    struct date date;
    int currency;
    struct str deposit;
    const struct input *items;
    struct str siren;
    struct str vat;
    struct str email;
    struct str delivery;
    struct str order;
    struct date due;
    int operation;
    struct str payment;
};
#define AT(member) offsetof(struct invoice_in, member)
/* clang-format off */
static const struct parameter INVOICE_ROWS[] = {
    {"name", P_NAME, 1, INVOICE_NAME_MAX, REQUIRED, SEED, AT(name), NULL, PROBLEM_NAME},
    {"address", P_LINES, 1, INVOICE_ADDRESS_MAX, REQUIRED, SEED, AT(address), NULL, PROBLEM_ADDRESS},
    {"type", P_WORD, 0, 0, OPTIONAL, SEED, AT(type), &TYPES, PROBLEM_TYPE},
    {"date", P_DATE, 0, 0, OPTIONAL, SEED, AT(date), NULL, PROBLEM_DATE},
    {"currency", P_WORD, 0, 0, OPTIONAL, SEED, AT(currency), &CURRENCIES, PROBLEM_CURRENCY},
    {"deposit", P_DECIMAL, 1, 11, OPTIONAL, SEED, AT(deposit), NULL, PROBLEM_DEPOSIT},
    {"items", P_LIST, 1, INVOICE_LINES_MAX, REQUIRED, SEED, AT(items), &ITEM, PROBLEM_ITEMS},
    {"clientSiren", P_DIGITS, 9, 9, OPTIONAL, OURS, AT(siren), NULL, PROBLEM_CLIENT_SIREN},
    {"clientVat", P_TEXT, 4, 15, OPTIONAL, OURS, AT(vat), NULL, PROBLEM_CLIENT_VAT},
    {"clientEmail", P_EMAIL, 1, 254, OPTIONAL, OURS, AT(email), NULL, PROBLEM_CLIENT_EMAIL},
    {"deliveryAddress", P_LINES, 1, INVOICE_ADDRESS_MAX, OPTIONAL, OURS, AT(delivery), NULL, PROBLEM_DELIVERY},
    {"orderNumber", P_TEXT, 1, INVOICE_ORDER_NUMBER_MAX, OPTIONAL, OURS, AT(order), NULL, PROBLEM_ORDER_NUMBER},
    {"dueDate", P_DATE, 0, 0, OPTIONAL, OURS, AT(due), NULL, PROBLEM_DUE_DATE},
    {"operation", P_WORD, 0, 0, OPTIONAL, OURS, AT(operation), &NATURES, PROBLEM_OPERATION},
    {"paymentId", P_DIGITS, 1, 18, OPTIONAL, OURS, AT(payment), NULL, PROBLEM_PAYMENT_ID},
};
/* clang-format on */
#undef AT
const struct parameters SIMPLYPAIE_INVOICE =
    PARAMETERS_OF("Invoice", struct invoice_in, INVOICE_ROWS);
/* What the core calls the rows. */
static const enum invoice_field PARTS[ARRAY_LEN(INVOICE_ROWS)] = {
    INVOICE_NAME,       INVOICE_ADDRESS,      INVOICE_TYPE,     INVOICE_DATE,
    INVOICE_CURRENCY,   INVOICE_DEPOSIT,      INVOICE_ITEMS,    INVOICE_CLIENT_SIREN,
    INVOICE_CLIENT_VAT, INVOICE_CLIENT_EMAIL, INVOICE_DELIVERY, INVOICE_ORDER_NUMBER,
    INVOICE_DUE,        INVOICE_OPERATION,    INVOICE_PAYMENT,
};

/* --- reading ------------------------------------------------------------------------------------
 */

static void mark(struct invoice_draft *draft, enum invoice_field field)
{
    draft->bad |= 1U << field;
}

static void decimal_take(struct invoice_draft *draft, enum invoice_field field, struct str text,
                         int decimals, int64_t *out)
{
    if (text.len > 0 && !decimal_parse(text, decimals, out))
        mark(draft, field);
}

/* "reverse", or "exempt" and the text that says why, after a blank or a colon. */
static void reason_take(struct invoice_draft *draft, struct str text, struct invoice_item *item)
{
    struct str exempt = STR("exempt");

    if (text.len == 0 || (vat_reason_parse(text, &item->reason) && item->reason != REASON_EXEMPT))
        return;
    item->reason = REASON_EXEMPT;
    if (!str_starts(text, exempt) || text.len == exempt.len ||
        (text.ptr[exempt.len] != ' ' && text.ptr[exempt.len] != ':')) {
        mark(draft, INVOICE_VAT);
        return;
    }
    item->reason_text = str_trim(str_from(text, exempt.len + 1));
}

static void item_read(struct ctx *cx, const struct inputs *inputs, struct invoice_draft *draft,
                      struct invoice_item *item)
{
    struct reading reading;
    struct item_in in;

    parameters_read(cx, &ITEM_IN, inputs, &reading, &in);
    for (size_t i = 0; i < ARRAY_LEN(ITEM_PARTS); i++) {
        if (reading.wrong[i])
            mark(draft, ITEM_PARTS[i]);
    }
    item->designation = in.designation;
    decimal_take(draft, INVOICE_PRICE, in.price, PRICE_DECIMALS, &item->price_e4);
    decimal_take(draft, INVOICE_QUANTITY, in.quantity, PRICE_DECIMALS, &item->quantity_e4);
    decimal_take(draft, INVOICE_VAT, in.vat, RATE_DECIMALS, &item->rate_bp);
    reason_take(draft, in.reason, item);
}

static void items_read(struct ctx *cx, const struct input *list, struct invoice_draft *draft)
{
    if (list == NULL || list->list_count == 0 || list->list_count > INVOICE_LINES_MAX) {
        mark(draft, INVOICE_ITEMS);
        return;
    }
    draft->item_count = list->list_count;
    draft->items = arena_array(cx->arena, struct invoice_item, list->list_count);
    for (size_t i = 0; i < list->list_count; i++)
        item_read(cx, &list->list[i], draft, &draft->items[i]);
}

static void draft_read(struct ctx *cx, const struct inputs *inputs, struct invoice_draft *draft)
{
    struct reading reading;
    struct invoice_in in;

    parameters_read(cx, &SIMPLYPAIE_INVOICE, inputs, &reading, &in);
    *draft = (struct invoice_draft){
        .kind = in.type == 0 ? INVOICE_NORMAL : (enum invoice_kind)in.type,
        .name = in.name,
        .address = in.address,
        .has_date = GIVEN(&in, date),
        .date = in.date,
        .currency = in.currency == 0 ? CURRENCY_EUR : (enum currency)in.currency,
        .client_siren = in.siren,
        .client_vat = in.vat,
        .client_email = in.email,
        .delivery_address = in.delivery,
        .order_number = in.order,
        .has_due = GIVEN(&in, due),
        .due = in.due,
        .nature = (enum invoice_nature)in.operation,
    };
    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
        if (reading.wrong[i])
            mark(draft, PARTS[i]);
    }
    if (in.payment.len > 0 &&
        (!str_to_int64(in.payment, &draft->payment_number) || draft->payment_number == 0))
        mark(draft, INVOICE_PAYMENT);
    decimal_take(draft, INVOICE_DEPOSIT, in.deposit, DEPOSIT_DECIMALS, &draft->deposit_minor);
    items_read(cx, in.items, draft);
}

/* --- what is answered ---------------------------------------------------------------------------
 */

struct info_out {
    struct given given;
    struct str id;
    struct str url;
};
#define AT(member) FIELD_AT(struct info_out, member)
static const struct field INFO_FIELDS[] = {
    {"idfact", F_DIGITS, 1, 19,   REQUIRED, SEED, ED_ALL, AT(id) },
    {"url",    F_TEXT,   1, 2048, REQUIRED, SEED, ED_ALL, AT(url)},
};
#undef AT
static const struct table INFO = TABLE_OF("InvoiceInfo", struct info_out, INFO_FIELDS);

struct invoiced_out {
    struct given given;
    struct str status;
    struct info_out info;
};
#define AT(member) FIELD_AT(struct invoiced_out, member)
#define AT_INFO(member) FIELD_AT_MORE(struct invoiced_out, member, &INFO)
static const struct field INVOICED_FIELDS[] = {
    {"status", F_TEXT,   1, 16, REQUIRED, SEED, ED_ALL, AT(status)   },
    {"info",   F_OBJECT, 0, 0,  REQUIRED, SEED, ED_ALL, AT_INFO(info)},
};
#undef AT
#undef AT_INFO
const struct table SIMPLYPAIE_INVOICED = TABLE_OF("Invoiced", struct invoiced_out, INVOICED_FIELDS);

static err_t invoiced_render(const struct request *request, struct operation *operation,
                             struct str *out)
{
    const struct invoice_issue *issue = (const struct invoice_issue *)operation;
    struct arena *arena = operation->cx->arena;
    struct invoiced_out answer = {
        .status = SUCCESS,
        .info = {.id = str_format(arena, "%lld", (long long)issue->invoice.reference),
                 .url =
                     invoice_file_url(arena, operation->core, issue->token, issue->invoice.kind)},
    };

    GIVE(&answer, info);
    *out = sp_text(request, &SIMPLYPAIE_INVOICED, &answer);
    return OK;
}

static void issue_start(struct operation *operation)
{
    invoice_issue((struct invoice_issue *)operation);
}

/* What is wrong is told before the writer is bothered. */
static err_t draft_check(struct request *request, const struct invoice_draft *draft)
{
    struct ctx *cx = request->cx;
    struct invoice_seller seller;
    struct invoice_place place;
    struct invoice_draft checked = *draft;
    struct tx *tx;

    TRY(core_read(request->core, &tx));
    TRY(invoice_seller_read(cx, tx, &seller));
    TRY(invoice_place_next(cx, tx, &seller, draft->kind, &place));
    TRY(invoice_source_read(request->core, cx, tx, &checked));
    return invoice_check(cx, &seller, &checked, place.issued);
}

void simplypaie_invoice_new(struct request *request)
{
    struct invoice_issue *issue = arena_make(request->cx->arena, struct invoice_issue);
    struct inputs inputs;

    if (!inputs_of_body(request, &inputs))
        return;
    draft_read(request->cx, &inputs, &issue->draft);
    err_t err = draft_check(request, &issue->draft);
    if (err != OK)
        sp_error(request, err);
    else
        sp_create(request, 200, &issue->operation, issue_start, invoiced_render);
}
