#include "core/report.h"

#include "api/seqino/call.h"
#include "api/seqino/routes.h"
#include "base/country.h"
#include "base/decimal.h"
#include "base/must.h"

/* E-reporting (api/seqino.md 6). [doc] names direction, country_code and model alone; the other
 * members are [our choice]. */

enum {
    NUMBER_MAX = 35,
    PARTY_MAX = 255,
    VAT_NUMBER_MAX = 20,
    COUNT_MAX = 10000000,
    AMOUNT_DECIMALS = 2,
    AMOUNT_MAX = 999999999, /* of the currency, in one line */
    PERCENT_DECIMALS = 2,   /* then it is basis points */
};

#define WORD(symbol, value, text) [value] = (text),
enum direction { DIRECTION_INCOMING = 1, DIRECTION_OUTGOING };
static const char *const DIRECTION_TEXTS[] = {
    [DIRECTION_INCOMING] = "incoming",
    [DIRECTION_OUTGOING] = "outgoing",
};
static const struct words DIRECTIONS = {DIRECTION_TEXTS, ARRAY_LEN(DIRECTION_TEXTS), false};
enum model { MODEL_B2B = 1, MODEL_B2C };
static const char *const MODEL_TEXTS[] = {[MODEL_B2B] = "B2B", [MODEL_B2C] = "B2C"};
static const struct words MODELS = {MODEL_TEXTS, ARRAY_LEN(MODEL_TEXTS), false};
static const char *const CATEGORY_TEXTS[] = {SALES_CATEGORY_LIST(WORD)};
static const struct words CATEGORIES = {CATEGORY_TEXTS, ARRAY_LEN(CATEGORY_TEXTS), false};
static const char *const CURRENCY_TEXTS[] = {CURRENCY_LIST(WORD)};
/* Written in capitals by most. */
static const struct words CURRENCIES = {CURRENCY_TEXTS, ARRAY_LEN(CURRENCY_TEXTS), true};
static const char *const KIND_TEXTS[] = {REPORT_KIND_LIST(WORD)};
static const struct words KINDS = {KIND_TEXTS, ARRAY_LEN(KIND_TEXTS), false};
static const char *const STATE_TEXTS[] = {REPORT_STATE_LIST(WORD)};
static const struct words STATES = {STATE_TEXTS, ARRAY_LEN(STATE_TEXTS), false};

/* --- the answer ---------------------------------------------------------------------------------
 */

struct report_out {
    struct given given;
    struct report_id id;
    struct merchant_id client;
    int kind;
    int state;
    instant due;
    instant created;
};
#define AT(member) FIELD_AT(struct report_out, member)
#define AT_ID FIELD_AT_MORE(struct report_out, id, REPORT_PREFIX)
#define AT_CLIENT FIELD_AT_MORE(struct report_out, client, CLIENT_PREFIX)
#define AT_KIND FIELD_AT_MORE(struct report_out, kind, &KINDS)
#define AT_STATE FIELD_AT_MORE(struct report_out, state, &STATES)
static const struct field OUT[] = {
    {"report_id",   F_ID,      0, 0, REQUIRED, OURS, ED_ALL, AT_ID      },
    {"client_id",   F_ID,      0, 0, REQUIRED, OURS, ED_ALL, AT_CLIENT  },
    {"report_type", F_WORD,    0, 0, REQUIRED, OURS, ED_ALL, AT_KIND    },
    {"status",      F_WORD,    0, 0, REQUIRED, OURS, ED_ALL, AT_STATE   },
    {"due_at",      F_RFC3339, 0, 0, REQUIRED, OURS, ED_ALL, AT(due)    },
    {"created_at",  F_RFC3339, 0, 0, REQUIRED, OURS, ED_ALL, AT(created)},
};
#undef AT
#undef AT_ID
#undef AT_CLIENT
#undef AT_KIND
#undef AT_STATE
const struct table SEQINO_REPORT_OUT = TABLE_OF("Report", struct report_out, OUT);

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct report *report = &((const struct report_create *)operation)->report;
    const struct report_out object = {
        .id = report->id,
        .client = request->cx->merchant,
        .kind = (int)report->kind,
        .state = (int)report->state,
        .due = report->due,
        .created = report->created,
    };

    *out = sq_text(request, &SEQINO_REPORT_OUT, &object);
    return OK;
}

static void create_start(struct operation *operation)
{
    report_create((struct report_create *)operation);
}

/* Kept and sent as it was understood: by the table that it was read with. */
static void report_start(struct request *request, const struct report *report,
                         const char *day_field)
{
    struct report_create *create = arena_make(request->cx->arena, struct report_create);

    create->report = *report;
    create->day_field = day_field;
    sq_create(request, &create->operation, create_start, created_text);
}

/* --- amounts ------------------------------------------------------------------------------------
 */

/* In units of 10^-decimals; a fault on the field when it does not fit. */
static err_t decimal_check(struct ctx *cx, const char *field, struct decimal number, int decimals,
                           int64_t *out)
{
    if (!decimal_to(number, decimals, out))
        return fault(cx, ERR_INVALID, field, "must have at most 2 decimals");
    if (*out > INT64_C(100) * AMOUNT_MAX || *out < -INT64_C(100) * AMOUNT_MAX)
        return fault(cx, ERR_INVALID, field, "must be at most 999999999");
    return OK;
}

static int currency_of(int given)
{
    return given == 0 ? CURRENCY_EUR : given;
}

/* --- an invoice to or from abroad ---------------------------------------------------------------
 */

struct exempt_in {
    struct given given;
    int direction;
    struct str country;
    int model;
    struct str number;
    struct date issued;
    int currency;
    struct decimal net;
    struct decimal tax;
    struct str party;
    struct str party_vat;
};
#define AT(member) FIELD_AT(struct exempt_in, member)
#define AT_DIRECTION FIELD_AT_MORE(struct exempt_in, direction, &DIRECTIONS)
#define AT_MODEL FIELD_AT_MORE(struct exempt_in, model, &MODELS)
#define AT_CURRENCY FIELD_AT_MORE(struct exempt_in, currency, &CURRENCIES)
static const struct field EXEMPT_IN[] = {
    {"direction",               F_WORD,    0, 0,              REQUIRED, DOC,  ED_ALL, AT_DIRECTION },
    {"country_code",            F_COUNTRY, 0, 0,              REQUIRED, DOC,  ED_ALL, AT(country)  },
    {"model",                   F_WORD,    0, 0,              REQUIRED, DOC,  ED_ALL, AT_MODEL     },
    {"invoice_number",          F_TEXT,    1, NUMBER_MAX,     REQUIRED, OURS, ED_ALL, AT(number)   },
    {"issue_date",              F_DATE,    0, 0,              REQUIRED, OURS, ED_ALL, AT(issued)   },
    {"currency_code",           F_WORD,    0, 0,              OPTIONAL, OURS, ED_ALL, AT_CURRENCY  },
    {"net_amount",              F_DECIMAL, 0, 0,              REQUIRED, OURS, ED_ALL, AT(net)      },
    {"tax_amount",              F_DECIMAL, 0, 0,              OPTIONAL, OURS, ED_ALL, AT(tax)      },
    {"counterparty_name",       F_TEXT,    1, PARTY_MAX,      OPTIONAL, OURS, ED_ALL, AT(party)    },
    {"counterparty_vat_number", F_TEXT,    1, VAT_NUMBER_MAX, OPTIONAL, OURS, ED_ALL, AT(party_vat)},
};
#undef AT
#undef AT_DIRECTION
#undef AT_MODEL
#undef AT_CURRENCY
const struct table SEQINO_EXEMPT_IN = TABLE_OF("ExemptInvoiceReport", struct exempt_in, EXEMPT_IN);

static err_t exempt_check(struct ctx *cx, const struct exempt_in *in)
{
    int64_t net = 0;
    int64_t tax = 0;
    err_t err = OK;

    if (!country_is_code(in->country))
        err = fault(cx, ERR_INVALID, "body.country_code", "is no country");
    if (str_eq(in->country, STR("FR")))
        err = fault(cx, ERR_INVALID, "body.country_code",
                    "must not be FR: invoices within France are no matter of reports");
    if (in->direction == DIRECTION_INCOMING && in->model == MODEL_B2C)
        err = fault(cx, ERR_INVALID, "body.model", "must be B2B: consumers send no invoices");
    if (decimal_check(cx, "body.net_amount", in->net, AMOUNT_DECIMALS, &net) != OK)
        err = ERR_INVALID;
    if (decimal_check(cx, "body.tax_amount", in->tax, AMOUNT_DECIMALS, &tax) != OK)
        err = ERR_INVALID;
    if ((net < 0 && tax > 0) || (net > 0 && tax < 0))
        err = fault(cx, ERR_INVALID, "body.tax_amount", "must have the sign of net_amount");
    return err;
}

/* Numbers of ours are unique; those of others are for one that sends them. */
static struct str exempt_reference(struct arena *arena, const struct exempt_in *in)
{
    struct str party = in->party_vat.len > 0 ? in->party_vat : in->party;

    if (in->direction == DIRECTION_OUTGOING)
        return str_format(arena, "out/%.*s", (int)in->number.len, in->number.ptr);
    return str_format(arena, "in/%.*s/%.*s/%.*s", (int)in->country.len, in->country.ptr,
                      (int)in->number.len, in->number.ptr, (int)party.len,
                      party.len == 0 ? "" : party.ptr);
}

void seqino_report_exempt(struct request *request)
{
    struct exempt_in in;

    if (!sq_client(request) || !sq_body_decimals(request, &in))
        return;
    err_t err = exempt_check(request->cx, &in);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    in.currency = currency_of(in.currency);
    const struct report report = {
        .kind = REPORT_EXEMPT_INVOICE,
        .day = in.issued,
        .reference = exempt_reference(request->cx->arena, &in),
        .content = sq_text(request, &SEQINO_EXEMPT_IN, &in),
    };
    report_start(request, &report, "body.issue_date");
}

/* --- a day's sales to consumers -----------------------------------------------------------------
 */

struct line_in {
    struct given given;
    struct decimal rate;
    struct decimal base;
    struct decimal tax;
};
#define AT(member) FIELD_AT(struct line_in, member)
static const struct field LINE_FIELDS[] = {
    {"vat_rate",       F_DECIMAL, 0, 0, REQUIRED, OURS, ED_ALL, AT(rate)},
    {"taxable_amount", F_DECIMAL, 0, 0, REQUIRED, OURS, ED_ALL, AT(base)},
    {"tax_amount",     F_DECIMAL, 0, 0, REQUIRED, OURS, ED_ALL, AT(tax) },
};
#undef AT
static const struct table LINE_IN = TABLE_OF("B2cVatLine", struct line_in, LINE_FIELDS);

struct sales_in {
    struct given given;
    struct date day;
    int category;
    int currency;
    int64_t count;
    struct field_list lines;
};
#define AT(member) FIELD_AT(struct sales_in, member)
#define AT_CATEGORY FIELD_AT_MORE(struct sales_in, category, &CATEGORIES)
#define AT_CURRENCY FIELD_AT_MORE(struct sales_in, currency, &CURRENCIES)
#define AT_LINES FIELD_AT_MORE(struct sales_in, lines, &LINE_IN)
static const struct field SALES_IN[] = {
    {"date",              F_DATE,    0, 0,               REQUIRED, OURS, ED_ALL, AT(day)    },
    {"category",          F_WORD,    0, 0,               REQUIRED, OURS, ED_ALL, AT_CATEGORY},
    {"currency_code",     F_WORD,    0, 0,               OPTIONAL, OURS, ED_ALL, AT_CURRENCY},
    {"transaction_count", F_INT,     1, COUNT_MAX,       REQUIRED, OURS, ED_ALL, AT(count)  },
    {"vat_lines",         F_OBJECTS, 1, SALES_LINES_MAX, REQUIRED, OURS, ED_ALL, AT_LINES   },
};
#undef AT
#undef AT_CATEGORY
#undef AT_CURRENCY
#undef AT_LINES
const struct table SEQINO_SALES_IN = TABLE_OF("B2cTransactionsReport", struct sales_in, SALES_IN);

static const char *line_field(struct arena *arena, size_t index, const char *member)
{
    return str_format(arena, "body.vat_lines.%zu.%s", index, member).ptr;
}

static err_t line_read(struct ctx *cx, size_t index, const struct line_in *in,
                       struct sales_line *out)
{
    struct arena *arena = cx->arena;
    err_t err = OK;

    if (decimal_check(cx, line_field(arena, index, "vat_rate"), in->rate, PERCENT_DECIMALS,
                      &out->rate_bp) != OK)
        err = ERR_INVALID;
    if (decimal_check(cx, line_field(arena, index, "taxable_amount"), in->base, AMOUNT_DECIMALS,
                      &out->base_minor) != OK)
        err = ERR_INVALID;
    if (decimal_check(cx, line_field(arena, index, "tax_amount"), in->tax, AMOUNT_DECIMALS,
                      &out->tax_minor) != OK)
        err = ERR_INVALID;
    return err;
}

static err_t sales_lines_check(struct ctx *cx, const struct sales_in *in)
{
    const struct line_in *items = in->lines.items;
    struct sales_line lines[SALES_LINES_MAX];
    err_t err = OK;

    must(in->lines.count <= SALES_LINES_MAX);
    for (size_t i = 0; i < in->lines.count; i++) {
        if (line_read(cx, i, &items[i], &lines[i]) != OK)
            err = ERR_INVALID;
    }
    if (err == OK)
        err = sales_check(cx, (enum sales_category)in->category, lines, in->lines.count, in->count);
    return err;
}

void seqino_report_sales(struct request *request)
{
    struct arena *arena = request->cx->arena;
    struct sales_in in;

    if (!sq_client(request) || !sq_body_decimals(request, &in))
        return;
    err_t err = sales_lines_check(request->cx, &in);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    in.currency = currency_of(in.currency);
    const struct report report = {
        .kind = REPORT_B2C_TRANSACTIONS,
        .day = in.day,
        .reference = str_format(arena, "%s/%s/%s", date_text(arena, in.day).ptr,
                                CATEGORY_TEXTS[in.category], CURRENCY_TEXTS[in.currency]),
        .content = sq_text(request, &SEQINO_SALES_IN, &in),
    };
    report_start(request, &report, "body.date");
}
