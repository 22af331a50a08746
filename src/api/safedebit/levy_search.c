#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/levy.h"
#include "base/must.h"

enum { FOUND_DEFAULT = 100, NUMBER_DIGITS = 9 };

/* --- tables --------------------------------------------------------------------------------------
 */

struct days {
    struct str on;
    struct str min;
    struct str max;
};

struct search_in {
    struct given given;
    struct str reference;
    struct str guarantee;
    struct str status;
    struct str method;
    struct days rejected;
    struct str references;
    struct str store;
    struct str consumer;
    struct str transaction;
    struct str basket;
    struct str beneficiary;
    struct str umr;
    struct days amount;
    struct days created;
    struct days validated;
    struct str instalment;
    struct str sdd;
    struct str limit;
    struct str offset;
};
#define METHODS "SAFEDEBIT CB"
#define AT(member) offsetof(struct search_in, member)
static const struct argument SEARCH_ROWS[] = {
    {"payment_reference",            A_TEXT,   64, OPTIONAL, DOC,  AT(reference),     NULL             },
    {"safedebit_secure_reference",   A_TEXT,   10, OPTIONAL, DOC,  AT(guarantee),     NULL             },
    {"payment_status",               A_WORD,   0,  OPTIONAL, DOC,  AT(status),        LEVY_STATUS_WORDS},
    {"payment_method",               A_WORD,   0,  OPTIONAL, DOC,  AT(method),        METHODS          },
    {"reject_date",                  A_DATE,   0,  OPTIONAL, DOC,  AT(rejected.on),   NULL             },
    {"reject_date_min",              A_DATE,   0,  OPTIONAL, DOC,  AT(rejected.min),  NULL             },
    {"reject_date_max",              A_DATE,   0,  OPTIONAL, DOC,  AT(rejected.max),  NULL             },
    {"payment_reference_list",       A_LIST,   0,  OPTIONAL, DOC,  AT(references),    NULL             },
    {"consumer_store",               A_TEXT,   32, OPTIONAL, DOC,  AT(store),         NULL             },
    {"safedebit_consumer_reference", A_TEXT,   35, OPTIONAL, DOC,  AT(consumer),      NULL             },
    {"transaction_id",               A_TEXT,   64, OPTIONAL, DOC,  AT(transaction),   NULL             },
    {"basket_id",                    A_TEXT,   64, OPTIONAL, DOC,  AT(basket),        NULL             },
    {"beneficiary_reference",        A_TEXT,   32, OPTIONAL, DOC,  AT(beneficiary),   NULL             },
    {"umr",                          A_TEXT,   35, OPTIONAL, DOC,  AT(umr),           NULL             },
    {"amount",                       A_AMOUNT, 18, OPTIONAL, DOC,  AT(amount.on),     NULL             },
    {"amount_min",                   A_AMOUNT, 18, OPTIONAL, DOC,  AT(amount.min),    NULL             },
    {"amount_max",                   A_AMOUNT, 18, OPTIONAL, DOC,  AT(amount.max),    NULL             },
    {"creation_date",                A_DATE,   0,  OPTIONAL, DOC,  AT(created.on),    NULL             },
    {"creation_date_min",            A_DATE,   0,  OPTIONAL, DOC,  AT(created.min),   NULL             },
    {"creation_date_max",            A_DATE,   0,  OPTIONAL, DOC,  AT(created.max),   NULL             },
    {"validation_date",              A_DATE,   0,  OPTIONAL, DOC,  AT(validated.on),  NULL             },
    {"validation_date_min",          A_DATE,   0,  OPTIONAL, DOC,  AT(validated.min), NULL             },
    {"validation_date_max",          A_DATE,   0,  OPTIONAL, DOC,  AT(validated.max), NULL             },
    {"echeance_number",              A_DIGITS, 3,  OPTIONAL, DOC,  AT(instalment),    NULL             },
    {"sdd_reference",                A_TEXT,   35, OPTIONAL, OURS, AT(sdd),           NULL             },
    {"limit",                        A_DIGITS, 9,  OPTIONAL, OURS, AT(limit),         NULL             },
    {"offset",                       A_DIGITS, 9,  OPTIONAL, OURS, AT(offset),        NULL             },
};
#undef AT
const struct arguments SAFEDEBIT_SEARCH_PAYMENT =
    ARGUMENTS_OF("SearchPayment", struct search_in, SEARCH_ROWS);

struct found_out {
    struct given given;
    struct str reference;
    struct str beneficiary;
    struct str store;
    struct str umr;
    struct str sdd;
    struct str consumer;
    struct str amount;
    struct str due;
    struct str status;
    struct str created;
    struct str validated;
    struct str rejected;
    struct str reason;
    struct str method;
};
#define AT(member) FIELD_AT(struct found_out, member)
static const struct field FOUND_FIELDS[] = {
    {"payment_reference",            F_TEXT, 1, 64,  REQUIRED, DOC,  ED_ALL, AT(reference)  },
    {"beneficiary_reference",        F_TEXT, 0, 32,  OPTIONAL, DOC,  ED_ALL, AT(beneficiary)},
    {"consumer_store",               F_TEXT, 0, 32,  OPTIONAL, DOC,  ED_ALL, AT(store)      },
    {"umr",                          F_TEXT, 1, 35,  REQUIRED, DOC,  ED_ALL, AT(umr)        },
    {"sdd_reference",                F_TEXT, 1, 35,  REQUIRED, OURS, ED_ALL, AT(sdd)        },
    {"safedebit_consumer_reference", F_TEXT, 1, 35,  REQUIRED, OURS, ED_ALL, AT(consumer)   },
    {"amount",                       F_TEXT, 1, 18,  REQUIRED, OURS, ED_ALL, AT(amount)     },
    {"due_date",                     F_TEXT, 1, 10,  REQUIRED, OURS, ED_ALL, AT(due)        },
    {"status",                       F_TEXT, 1, 20,  REQUIRED, OURS, ED_ALL, AT(status)     },
    {"creation_date",                F_TEXT, 1, 10,  REQUIRED, OURS, ED_ALL, AT(created)    },
    {"validation_date",              F_TEXT, 0, 10,  OPTIONAL, OURS, ED_ALL, AT(validated)  },
    {"reject_date",                  F_TEXT, 0, 10,  OPTIONAL, OURS, ED_ALL, AT(rejected)   },
    {"reject_reason",                F_TEXT, 0, 140, OPTIONAL, OURS, ED_ALL, AT(reason)     },
    {"payment_method",               F_TEXT, 1, 9,   REQUIRED, OURS, ED_ALL, AT(method)     },
};
#undef AT
static const struct table FOUND = TABLE_OF("PaymentFound", struct found_out, FOUND_FIELDS);

struct list_out {
    struct given given;
    bool result;
    struct field_list datas;
};
#define AT(member) FIELD_AT(struct list_out, member)
#define AT_DATAS FIELD_AT_MORE(struct list_out, datas, &FOUND)
static const struct field LIST_FIELDS[] = {
    {"result", F_BOOL,    0, 0, REQUIRED, DOC, ED_ALL, AT(result)},
    {"datas",  F_OBJECTS, 0, 0, REQUIRED, DOC, ED_ALL, AT_DATAS  },
};
#undef AT
#undef AT_DATAS
const struct table SAFEDEBIT_PAYMENTS_FOUND =
    TABLE_OF("PaymentsFound", struct list_out, LIST_FIELDS);

/* --- from the wire -------------------------------------------------------------------------------
 */

static instant midnight(struct str day, int more_days)
{
    int64_t days = date_to_days(argument_date(day)) + more_days;

    return instant_paris((struct wall){.date = date_from_days(days)});
}

/* Both ends are included. False when it has answered. */
static bool times_read(struct request *request, const char *name, const struct days *days,
                       struct levy_times *out)
{
    struct str from = days->on.len > 0 ? days->on : days->min;
    struct str until = days->on.len > 0 ? days->on : days->max;

    if (days->min.len > 0 && days->max.len > 0 &&
        date_compare(argument_date(days->min), argument_date(days->max)) > 0) {
        ssp_fail(request, CODE_DATE, name, "has a first day after the last one");
        return false;
    }
    if (from.len > 0)
        out->from = midnight(from, 0);
    if (until.len > 0)
        out->until = midnight(until, 1);
    /* A day and a range: what is in both. */
    if (days->on.len > 0 && days->min.len > 0 && midnight(days->min, 0) > out->from)
        out->from = midnight(days->min, 0);
    if (days->on.len > 0 && days->max.len > 0 && midnight(days->max, 1) < out->until)
        out->until = midnight(days->max, 1);
    return true;
}

static void amounts_read(const struct days *amount, struct levy_search *search)
{
    if (amount->min.len > 0)
        search->amount_from = argument_amount(amount->min);
    if (amount->max.len > 0)
        search->amount_until = argument_amount(amount->max);
    if (amount->on.len == 0)
        return;
    int64_t value = argument_amount(amount->on);
    bool outside =
        value < search->amount_from || (search->amount_until != 0 && value > search->amount_until);
    search->amount_from = outside ? INT64_MAX : value;
    search->amount_until = value;
}

static bool number_read(struct request *request, const char *name, struct str text, int64_t min,
                        int64_t max, int64_t *out)
{
    if (text.len == 0)
        return true;
    must(str_to_int64(text, out));
    if (*out >= min && *out <= max)
        return true;
    ssp_fail(request, CODE_VALUE, name, "is out of bounds");
    return false;
}

static bool list_read(struct request *request, struct str source, struct levy_search *search)
{
    struct str *list;

    if (source.len == 0)
        return true;
    enum code code = argument_list(request, source, &list, &search->named_count);

    if (code != 0)
        ssp_fail(request, code, "payment_reference_list",
                 "is not a list of texts without control characters");
    else if (search->named_count > LEVY_NAMED_MAX)
        ssp_fail(request, CODE_TOO_LONG, "payment_reference_list", "has more than 500 references");
    else {
        search->named = list;
        return true;
    }
    return false;
}

static bool search_read(struct request *request, const struct search_in *in,
                        struct levy_search *out)
{
    *out = (struct levy_search){
        .payment_reference = in->reference,
        .sdd_reference = in->sdd,
        .consumer = in->consumer,
        .umr = in->umr,
        .beneficiary = in->beneficiary.len > 0 ? in->beneficiary : STR_NONE,
        .store = in->store,
        .limit = FOUND_DEFAULT,
    };
    amounts_read(&in->amount, out);
    return list_read(request, in->references, out) &&
           number_read(request, "limit", in->limit, 1, LEVY_FOUND_MAX, &out->limit) &&
           number_read(request, "offset", in->offset, 0, INT64_MAX, &out->offset) &&
           times_read(request, "reject_date_max", &in->rejected, &out->ended) &&
           times_read(request, "creation_date_max", &in->created, &out->created) &&
           times_read(request, "validation_date_max", &in->validated, &out->validated);
}

/* What none of our levies has: a guarantee, a basket, a card, instalments, or a status that is
 * never given. */
static bool none_has_it(const struct search_in *in, struct levy_search *search)
{
    if (in->status.len > 0 && !levy_status_of_wire(in->status, &search->status))
        return true;
    return in->guarantee.len > 0 || in->transaction.len > 0 || in->basket.len > 0 ||
           in->instalment.len > 0 || str_eq(in->method, STR("CB"));
}

/* --- to the wire ---------------------------------------------------------------------------------
 */

static struct str day_of(struct arena *arena, instant at)
{
    return at == 0 ? STR_NONE : date_wire(arena, date_paris(at));
}

static void found_fill(struct arena *arena, const struct levy_view *view, struct found_out *out)
{
    const struct levy *levy = &view->levy;

    *out = (struct found_out){
        .reference = levy->payment_reference,
        .beneficiary = levy->beneficiary,
        .store = view->store,
        .umr = view->umr,
        .sdd = levy->sdd_reference,
        .consumer = view->consumer,
        .amount = str_format(arena, "%lld", (long long)view->payment.amount.minor),
        .due = levy_day_wire(arena, view->payment.date_settlement),
        .status = levy_status_wire(levy->status),
        .created = day_of(arena, levy->created),
        .validated = day_of(arena, levy->validated),
        .rejected = day_of(arena, levy->ended),
        .reason = view->reason,
        .method = STR("SAFEDEBIT"),
    };
}

static err_t found_text(const struct request *request, struct tx *tx, const void *arg,
                        struct str *out)
{
    const struct levy_search *search = arg;
    struct levy_view *views;
    size_t count;

    TRY(levy_search(request->cx, tx, search, &views, &count));
    struct found_out *rows = arena_array(request->cx->arena, struct found_out, count + 1);
    for (size_t i = 0; i < count; i++)
        found_fill(request->cx->arena, &views[i], &rows[i]);
    const struct list_out list = {
        .result = true, .datas = {rows, count}
    };
    *out = ssp_text(request, &SAFEDEBIT_PAYMENTS_FOUND, &list);
    return OK;
}

void safedebit_search_payment(struct request *request)
{
    struct levy_search *search = arena_make(request->cx->arena, struct levy_search);
    const struct list_out nothing = {.result = true};
    struct search_in in;

    if (!arguments_read(request, &SAFEDEBIT_SEARCH_PAYMENT, &in) ||
        !search_read(request, &in, search))
        return;
    if (none_has_it(&in, search))
        ssp_answer(request, &SAFEDEBIT_PAYMENTS_FOUND, &nothing);
    else
        ssp_look(request, found_text, search);
}
