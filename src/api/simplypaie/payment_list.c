#include <stddef.h>
#include <string.h>

#include "api/simplypaie/call.h"
#include "api/simplypaie/calls.h"
#include "api/simplypaie/words.h"
#include "base/must.h"
#include "core/listing.h"
#include "core/lookup.h"
#include "core/request_link.h"

/* GET /api/payments/list (api/simplypaie.md 4). */

enum { DIGITS_MAX = 18, LIMIT_MAX = 1000 };
/* Of what we show: a target, a name or an address of any interface, an address of a page. */
enum { QUERY_MAX = 8192, NAME_MAX = 255, EMAIL_MAX = 320, URL_MAX = 65536 };

struct list_in {
    struct given given;
    struct str payment_id;
    int mode;
    int type;
    int page;
    int currency;
    int64_t min_amount;
    int64_t max_amount;
    int status;
    int way;
    struct date min_date;
    struct date max_date;
    struct str name;
    struct str email;
    int64_t limit;
    int64_t offset;
    struct str extended;
};
#define AT(member) offsetof(struct list_in, member)
/* clang-format off */
static const struct parameter LIST_ROWS[] = {
    {"paymentId", P_DIGITS, 0, DIGITS_MAX, OPTIONAL, SEED, AT(payment_id), NULL, PROBLEM_LIST_ID},
    {"mode", P_WORD, 0, 0, OPTIONAL, SEED, AT(mode), &SIMPLYPAIE_MODES, PROBLEM_LIST_MODE},
    {"type", P_WORD, 0, 0, OPTIONAL, SEED, AT(type), &SIMPLYPAIE_TYPES, PROBLEM_LIST_TYPE},
    {"page", P_WORD, 0, 0, OPTIONAL, SEED, AT(page), &SIMPLYPAIE_PAGES, PROBLEM_LIST_PAGE},
    {"currency", P_WORD, 0, 0, OPTIONAL, SEED, AT(currency), &SIMPLYPAIE_CURRENCIES, PROBLEM_CURRENCY},
    {"minAmount", P_COUNT, 0, LISTING_AMOUNT_MAX, OPTIONAL, SEED, AT(min_amount), NULL, PROBLEM_LIST_AMOUNT},
    {"maxAmount", P_COUNT, 0, LISTING_AMOUNT_MAX, OPTIONAL, SEED, AT(max_amount), NULL, PROBLEM_LIST_AMOUNT},
    {"status", P_WORD, 0, 0, OPTIONAL, SEED, AT(status), &SIMPLYPAIE_STATUSES, PROBLEM_LIST_STATUS},
    {"way", P_WORD, 0, 0, OPTIONAL, SEED, AT(way), &SIMPLYPAIE_WAYS, PROBLEM_LIST_WAY},
    {"minDate", P_DATE, 0, 0, OPTIONAL, SEED, AT(min_date), NULL, PROBLEM_LIST_DATE},
    {"maxDate", P_DATE, 0, 0, OPTIONAL, SEED, AT(max_date), NULL, PROBLEM_LIST_DATE},
    {"name", P_ANY, 0, QUERY_MAX, OPTIONAL, SEED, AT(name), NULL, PROBLEM_NONE},
    {"email", P_ANY, 0, QUERY_MAX, OPTIONAL, SEED, AT(email), NULL, PROBLEM_NONE},
    {"limit", P_COUNT, 1, LIMIT_MAX, OPTIONAL, OURS, AT(limit), NULL, PROBLEM_LIST_LIMIT},
    {"offset", P_COUNT, 0, INT32_MAX, OPTIONAL, OURS, AT(offset), NULL, PROBLEM_LIST_LIMIT},
    {"extended", P_ANY, 0, QUERY_MAX, OPTIONAL, OURS, AT(extended), NULL, PROBLEM_NONE},
};
/* clang-format on */
#undef AT
const struct parameters SIMPLYPAIE_LIST = PARAMETERS_OF("PaymentList", struct list_in, LIST_ROWS);

struct line_out {
    struct given given;
    struct str payment_id;
    struct str date;
    int type;
    struct str fees;
    struct str mode;
    int page;
    struct str amount;
    int currency;
    int way;
    struct str name;
    struct str email;
    struct str link;
    struct str return_url;
    struct str status;
    struct str refunded;
    struct str valid_until;
};
#define AT(member) FIELD_AT(struct line_out, member)
#define AT_WORD(member, words) FIELD_AT_MORE(struct line_out, member, words)
/* clang-format off */
static const struct field LINE_FIELDS[] = {
    {"paymentId", F_DIGITS, 1, DIGITS_MAX, REQUIRED, SEED, ED_ALL, AT(payment_id)},
    {"date", F_TEXT, 19, 19, REQUIRED, SEED, ED_ALL, AT(date)},
    {"type", F_WORD, 0, 0, REQUIRED, SEED, ED_ALL, AT_WORD(type, &SIMPLYPAIE_TYPES)},
    {"fees", F_DIGITS, 1, DIGITS_MAX, REQUIRED, SEED, ED_ALL, AT(fees)},
    {"mode", F_TEXT, 3, 6, REQUIRED, SEED, ED_ALL, AT(mode)},
    {"page", F_WORD, 0, 0, REQUIRED, SEED, ED_ALL, AT_WORD(page, &SIMPLYPAIE_PAGES)},
    {"amount", F_DIGITS, 1, DIGITS_MAX, REQUIRED, SEED, ED_ALL, AT(amount)},
    {"currency", F_WORD, 0, 0, REQUIRED, SEED, ED_ALL, AT_WORD(currency, &SIMPLYPAIE_CURRENCIES)},
    {"way", F_WORD, 0, 0, REQUIRED, SEED, ED_ALL, AT_WORD(way, &SIMPLYPAIE_WAYS)},
    {"name", F_TEXT, 0, NAME_MAX, REQUIRED, SEED, ED_ALL, AT(name)},
    {"email", F_TEXT, 0, EMAIL_MAX, REQUIRED, SEED, ED_ALL, AT(email)},
    {"link", F_TEXT, 0, URL_MAX, REQUIRED, SEED, ED_ALL, AT(link)},
    {"returnURL", F_TEXT, 0, URL_MAX, REQUIRED, SEED, ED_ALL, AT(return_url)},
    {"status", F_TEXT, 1, 16, SPARSE, OURS, ED_ALL, AT(status)},
    {"refunded", F_DIGITS, 1, DIGITS_MAX, SPARSE, OURS, ED_ALL, AT(refunded)},
    {"validUntil", F_TEXT, 0, 19, SPARSE, OURS, ED_ALL, AT(valid_until)},
};
/* clang-format on */
#undef AT
#undef AT_WORD
static const struct table LINE = TABLE_OF("Payment", struct line_out, LINE_FIELDS);

struct list_out {
    struct given given;
    struct str status;
    struct field_list payments;
};
#define AT(member) FIELD_AT(struct list_out, member)
#define AT_PAYMENTS FIELD_AT_MORE(struct list_out, payments, &LINE)
static const struct field LIST_FIELDS[] = {
    {"status",   F_TEXT,    1, 16,        REQUIRED, SEED, ED_ALL, AT(status) },
    {"payments", F_OBJECTS, 0, LIMIT_MAX, REQUIRED, SEED, ED_ALL, AT_PAYMENTS},
};
#undef AT
#undef AT_PAYMENTS
const struct table SIMPLYPAIE_LISTED = TABLE_OF("Payments", struct list_out, LIST_FIELDS);

/* --- reading -------------------------------------------------------------------------------------
 */

struct list_call {
    struct listing_build build; /* first: the operation */
    struct listing_filter filter;
    bool extended;
    bool nothing; /* no line has such a number */
    struct request *request;
    struct str body;
    int64_t total;
};

static void ranges_check(const struct list_in *in, struct reading *reading)
{
    if (GIVEN(in, min_amount) && GIVEN(in, max_amount) && in->min_amount > in->max_amount)
        REFUSE_AT(reading, struct list_in, min_amount);
    if (GIVEN(in, min_date) && GIVEN(in, max_date) && date_compare(in->min_date, in->max_date) > 0)
        REFUSE_AT(reading, struct list_in, min_date);
}

static void filter_fill(const struct list_in *in, struct list_call *list)
{
    list->filter = (struct listing_filter){
        .facets = {.sent_by = (enum request_mode)in->mode,
                   .type = (enum listing_type)in->type,
                   .page = (enum request_page)in->page,
                   .currency = (enum currency)in->currency,
                   .way = (enum listing_way)in->way,
                   .status = (enum listing_status)in->status},
        .min_minor = in->min_amount,
        .max_minor = GIVEN(in, max_amount) ? in->max_amount : LISTING_AMOUNT_MAX,
        .from = in->min_date,
        .until = in->max_date,
        .name = in->name,
        .email = in->email,
        .limit = GIVEN(in, limit) ? in->limit : LIMIT_MAX,
        .start = in->offset,
    };
    list->extended = str_eq(in->extended, STR("1"));
    if (GIVEN(in, payment_id)) {
        must(str_to_int64(in->payment_id, &list->filter.number));
        list->nothing = list->filter.number == 0;
    }
}

static bool list_read(struct request *request, struct list_call *list)
{
    struct reading reading;
    struct inputs inputs;
    struct list_in in;

    if (!inputs_of_query(request, &inputs))
        return false;
    parameters_read(request->cx, &SIMPLYPAIE_LIST, &inputs, &reading, &in);
    ranges_check(&in, &reading);
    filter_fill(&in, list);
    return reading_good(request, &reading);
}

/* --- answering -----------------------------------------------------------------------------------
 */

static struct str number_text(struct arena *arena, int64_t number)
{
    return str_format(arena, "%lld", (long long)number);
}

static struct str text_or_empty(struct str text)
{
    return text.ptr == NULL ? STR("") : text;
}

/* The page of a Stancer payment, which lies below a public key. */
static err_t payment_link(struct request *request, struct tx *tx, const char *payment,
                          struct str *out)
{
    struct str base = request->core->public_url;
    struct str key;
    err_t err = merchant_public_key(request->cx, tx, &key);

    *out = STR("");
    if (err == ERR_NOT_FOUND)
        return OK;
    TRY(err);
    *out = str_format(request->cx->arena, "%.*s/%.*s/paym_%s", (int)base.len, base.ptr,
                      (int)key.len, key.ptr, payment);
    return OK;
}

static err_t line_link(struct request *request, struct tx *tx, const struct listing_line *line,
                       struct str *out)
{
    struct pay_request asked;
    struct ctx *cx = request->cx;
    struct str base = request->core->public_url;

    memcpy(asked.id.raw, line->link_object, ID_SIZE);
    err_t err = request_load(cx, tx, asked.id, &asked);
    if (err == ERR_NOT_FOUND) {
        ctx_clear_faults(cx);
        return payment_link(request, tx, line->link_object, out);
    }
    TRY(err);
    if (asked.face == REQUEST_OF_SIMPLYPAIE)
        return request_link(request->core, cx, &admitted(request)->merchant, &asked, out);
    *out = str_format(cx->arena, "%.*s/%spi_%s", (int)base.len, base.ptr,
                      is_test(request) ? "test_" : "", asked.id.raw);
    return OK;
}

static void line_extend(struct arena *arena, const struct listing_line *line, struct line_out *out)
{
    out->status = str_of(SIMPLYPAIE_STATUSES.texts[line->facets.status]);
    out->refunded = number_text(arena, line->refunded_minor);
    out->valid_until = line->valid_until == 0 ? STR_NONE : sp_time(arena, line->valid_until);
}

static err_t line_write(struct request *request, struct tx *tx, const struct list_call *list,
                        const struct listing_line *line, struct line_out *out)
{
    struct arena *arena = request->cx->arena;

    *out = (struct line_out){
        .payment_id = number_text(arena, line->number),
        .date = sp_time(arena, line->created),
        .type = (int)line->facets.type,
        .fees = number_text(arena, line->fees_minor),
        .mode = str_of(SIMPLYPAIE_MODES.texts[line->facets.sent_by]),
        .page = (int)line->facets.page,
        .amount = number_text(arena, line->amount_minor),
        .currency = (int)line->facets.currency,
        .way = (int)line->facets.way,
        .name = text_or_empty(line->name),
        .email = text_or_empty(line->email),
        .return_url = text_or_empty(line->return_url),
    };
    if (list->extended)
        line_extend(arena, line, out);
    return line_link(request, tx, line, &out->link);
}

/* On any thread. */
static err_t list_write(struct request *request, struct tx *tx, struct list_call *list)
{
    struct ctx *cx = request->cx;
    struct list_out answer = {.status = SUCCESS};
    struct listing_line *lines = NULL;
    size_t count = 0;

    list->total = 0;
    if (!list->nothing)
        TRY(listing_search(cx, tx, &list->filter, &lines, &count, &list->total));
    struct line_out *written = arena_array(cx->arena, struct line_out, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(line_write(request, tx, list, &lines[i], &written[i]));
    answer.payments = (struct field_list){written, count};
    list->body = sp_text(request, &SIMPLYPAIE_LISTED, &answer);
    return OK;
}

static void list_told(struct request *request, const struct list_call *list, err_t err)
{
    if (err != OK) {
        sp_error(request, err);
        return;
    }
    response_header(request, STR("X-Total-Count"), number_text(request->cx->arena, list->total));
    sp_answer_text(request, 200, list->body);
}

static void list_answer(struct request *request, struct list_call *list)
{
    struct tx *tx;

    if (sp_read(request, &tx))
        list_told(request, list, list_write(request, tx, list));
}

/* --- far from the beginning ----------------------------------------------------------------------
 */

static err_t far_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct list_call *list = arg;

    (void)cx;
    return list_write(list->request, tx, list);
}

static void far_done(struct operation *operation)
{
    struct list_call *list = (struct list_call *)operation;

    list_told(list->request, list, operation->result);
    request_resume(list->request);
}

static void operation_set(struct list_call *list, void (*done)(struct operation *operation))
{
    struct operation *operation = &list->build.operation;

    operation->core = list->request->core;
    operation->cx = list->request->cx;
    operation->done = done;
}

static void far_answer(struct request *request, struct list_call *list)
{
    operation_set(list, far_done);
    request_park(request);
    operation_look(&list->build.operation, far_body, operation_end);
}

/* --- the first time ------------------------------------------------------------------------------
 */

static void built(struct operation *operation)
{
    struct list_call *list = (struct list_call *)operation;
    struct request *request = list->request;

    /* This turn's snapshot may be older than the commit. */
    reader_release(request->core->reader);
    if (operation->result == OK)
        list_answer(request, list);
    else
        sp_error(request, operation->result);
    request_resume(request);
}

static void build(struct request *request, struct list_call *list)
{
    operation_set(list, built);
    request_park(request);
    listing_build(&list->build);
}

void simplypaie_payment_list(struct request *request)
{
    struct list_call *list = arena_make(request->cx->arena, struct list_call);
    struct tx *tx;
    bool is_built;

    list->request = request;
    if (!list_read(request, list) || !sp_read(request, &tx))
        return;
    err_t err = listing_is_built(request->cx, tx, &is_built);
    if (err != OK)
        sp_error(request, err);
    else if (is_built && list->filter.start > LOOKUP_FROM)
        far_answer(request, list);
    else if (is_built)
        list_answer(request, list);
    else
        build(request, list);
}
