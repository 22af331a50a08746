#include "api/seqino/lifecycle.h"

#include "api/seqino/call.h"
#include "api/seqino/invoice.h"
#include "api/seqino/mandate.h"
#include "api/seqino/routes.h"
#include "api/seqino/submission.h"
#include "base/must.h"
#include "core/event.h"
#include "core/invoice_payment.h"
#include "core/report.h"

/* GET /lifecycle-events (api/seqino.md 6). */

enum { OF_INVOICE = 1, OF_MANDATE, OF_TRANSACTION_DATA = 6 };
static const char *const TYPES[] = {
    NULL,   "invoice",          "mandate",         "directory_entry", "regulatory_data",
    "flow", "transaction_data", "lifecycle_status"};
static const struct words TYPE_WORDS = {TYPES, ARRAY_LEN(TYPES), false};

struct events_query {
    struct given given;
    int type;
    struct str object;
};
#define AT(member) FIELD_AT(struct events_query, member)
#define AT_TYPE FIELD_AT_MORE(struct events_query, type, &TYPE_WORDS)
static const struct field QUERY[] = {
    {"object_type", F_WORD, 0, 0,   REQUIRED, DOC, ED_ALL, AT_TYPE   },
    {"object_id",   F_TEXT, 1, 100, REQUIRED, DOC, ED_ALL, AT(object)},
};
#undef AT
#undef AT_TYPE
const struct table SEQINO_LIFECYCLE_QUERY = TABLE_OF("LifecycleQuery", struct events_query, QUERY);

struct amount_out {
    struct given given;
    struct str category;
    struct decimal rate;
    struct decimal amount;
};
#define AT(member) FIELD_AT(struct amount_out, member)
static const struct field AMOUNT_FIELDS[] = {
    {"vat_category_code", F_TEXT,    1, 2, REQUIRED, OURS, ED_ALL, AT(category)},
    {"vat_rate",          F_DECIMAL, 0, 0, REQUIRED, OURS, ED_ALL, AT(rate)    },
    {"amount",            F_DECIMAL, 0, 0, REQUIRED, OURS, ED_ALL, AT(amount)  },
};
#undef AT
static const struct table AMOUNT = TABLE_OF("LifecycleAmount", struct amount_out, AMOUNT_FIELDS);

struct event_out {
    struct given given;
    struct str status;
    int64_t number;
    instant at;
    struct str emitter;
    struct str reason;
    struct str rejection;
    bool mandatory;
    struct field_list amounts;
};
#define AT(member) FIELD_AT(struct event_out, member)
#define AT_AMOUNTS FIELD_AT_MORE(struct event_out, amounts, &AMOUNT)
static const struct field EVENT_FIELDS[] = {
    {"status_code",      F_TEXT,    1,   64,  REQUIRED, DOC,  ED_ALL, AT(status)   },
    {"status_number",    F_INT,     200, 299, OPTIONAL, OURS, ED_ALL, AT(number)   },
    {"timestamp",        F_RFC3339, 0,   0,   REQUIRED, DOC,  ED_ALL, AT(at)       },
    {"emitter",          F_TEXT,    1,   16,  REQUIRED, DOC,  ED_ALL, AT(emitter)  },
    {"reason",           F_TEXT,    1,   64,  OPTIONAL, DOC,  ED_ALL, AT(reason)   },
    {"rejection_reason", F_TEXT,    1,   64,  OPTIONAL, DOC,  ED_ALL, AT(rejection)},
    {"is_mandatory",     F_BOOL,    0,   0,   REQUIRED, DOC,  ED_ALL, AT(mandatory)},
    {"amounts",          F_OBJECTS, 0,   0,   REQUIRED, OURS, ED_ALL, AT_AMOUNTS   },
};
#undef AT
#undef AT_AMOUNTS
const struct table SEQINO_LIFECYCLE_EVENT =
    TABLE_OF("LifecycleEvent", struct event_out, EVENT_FIELDS);

/* --- words ---------------------------------------------------------------------------------------
 */

/* Who sets a status (standards/einvoicing.md 6): the sending platform, the receiving one, the
 * buyer, the seller. */
static struct str emitter_of(enum lifecycle status)
{
    switch (status) {
    case LIFECYCLE_DEPOSITED:
    case LIFECYCLE_TRANSMITTED:
        return STR("PDPE");
    case LIFECYCLE_RECEIVED:
    case LIFECYCLE_AVAILABLE:
    case LIFECYCLE_REJECTED:
        return STR("PDPR");
    case LIFECYCLE_ACKNOWLEDGED:
    case LIFECYCLE_APPROVED:
    case LIFECYCLE_PARTLY_APPROVED:
    case LIFECYCLE_DISPUTED:
    case LIFECYCLE_SUSPENDED:
    case LIFECYCLE_REFUSED:
    case LIFECYCLE_PAYMENT_SENT:
        return STR("BUYER");
    case LIFECYCLE_COMPLETED:
    case LIFECYCLE_COLLECTED:
    case LIFECYCLE_CANCELLED:
        return STR("SELLER");
    }
    must_fail(__FILE__, __LINE__, "status is a member");
}

/* What must reach the administration. */
static bool is_mandatory(enum lifecycle status)
{
    return status == LIFECYCLE_DEPOSITED || status == LIFECYCLE_REFUSED ||
           status == LIFECYCLE_COLLECTED || status == LIFECYCLE_REJECTED;
}

static bool is_rejection(enum lifecycle status)
{
    return status == LIFECYCLE_REFUSED || status == LIFECYCLE_REJECTED;
}

/* --- showing -------------------------------------------------------------------------------------
 */

/* What each rate received by the movement that the event tells. */
static void amounts_show(struct arena *arena, const struct invoice_receipts *receipts,
                         const struct lifecycle_event *event, struct event_out *out)
{
    struct amount_out *amounts = arena_array(arena, struct amount_out, receipts->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < receipts->count; i++) {
        const struct invoice_receipt *receipt = &receipts->items[i];
        if (receipt->turn != event->received_turn)
            continue;
        amounts[count++] = (struct amount_out){
            .category = str_of(vat_category_text(receipt->category)),
            .rate = decimal_of(receipt->rate_bp, 2),
            .amount = decimal_of(receipt->amount_minor, 2),
        };
    }
    out->amounts = (struct field_list){amounts, count};
}

static void to_wire(struct arena *arena, const struct invoice_receipts *receipts,
                    const struct lifecycle_event *event, struct event_out *out)
{
    *out = (struct event_out){
        .status = str_format(arena, "InvoiceLifecycleStatus.%s", lifecycle_text(event->status)),
        .number = (int64_t)event->status,
        .at = event->at,
        .emitter = emitter_of(event->status),
        .reason = event->reason,
        .mandatory = is_mandatory(event->status),
    };
    GIVE(out, number);
    if (is_rejection(event->status))
        out->rejection = event->reason;
    amounts_show(arena, receipts, event, out);
}

err_t seqino_lifecycle_text(struct request *request, struct tx *tx, struct invoice_id invoice,
                            const struct lifecycle_event *event, struct str *out)
{
    struct invoice_receipts receipts;
    struct event_out shown;

    TRY(invoice_receipts_read(request->cx, tx, invoice, &receipts));
    to_wire(request->cx->arena, &receipts, event, &shown);
    *out = sq_text(request, &SEQINO_LIFECYCLE_EVENT, &shown);
    return OK;
}

static err_t events_show(struct request *request, struct tx *tx, struct invoice_id id,
                         struct str *out)
{
    struct arena *arena = request->cx->arena;
    struct invoice_receipts receipts;
    struct lifecycle_event *events;
    struct invoice invoice;
    bool submitted;
    size_t count;

    TRY(seqino_submission_known(request->cx, tx, id, &submitted));
    if (!submitted)
        TRY(seqino_invoice_load(request->cx, tx, id, &invoice));
    TRY(lifecycle_list(request->cx, tx, id.raw, &events, &count));
    TRY(invoice_receipts_read(request->cx, tx, id, &receipts));
    struct event_out *shown = arena_array(arena, struct event_out, count + 1);
    for (size_t i = 0; i < count; i++)
        to_wire(arena, &receipts, &events[i], &shown[i]);
    *out = sq_list_text(request, &SEQINO_LIFECYCLE_EVENT, shown, count);
    return OK;
}

static err_t invoice_events(struct request *request, struct tx *tx, struct str object,
                            struct str *out)
{
    struct str prefix = STR(INVOICE_PREFIX);
    struct invoice_id id;

    if (!str_starts(object, prefix) || !ID_PARSE(str_from(object, prefix.len), &id))
        return fault(request->cx, ERR_NOT_FOUND, "invoice", "not found");
    return events_show(request, tx, id, out);
}

/* --- of a mandate --------------------------------------------------------------------------------
 */

static struct str mandate_status(enum pdp_mandate_state state)
{
    switch (state) {
    case PDP_MANDATE_PROCESSING:
        return STR("MandateStatus.PROCESSING");
    case PDP_MANDATE_CREATED:
        return STR("MandateStatus.CREATED");
    case PDP_MANDATE_PENDING_KYC:
        return STR("MandateStatus.PENDING_KYC");
    case PDP_MANDATE_ACTIVE:
        return STR("MandateStatus.ACTIVE");
    case PDP_MANDATE_EXPIRED:
        return STR("MandateStatus.EXPIRED");
    case PDP_MANDATE_ERROR:
        return STR("MandateStatus.ERROR");
    case PDP_MANDATE_REVOKED:
        return STR("MandateStatus.REVOKED");
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* Mandates are kept by our platform. Nothing follows an error, so the cause that is kept is that
 * of the event. */
static void mandate_to_wire(const struct pdp_mandate *mandate, const struct event *event,
                            struct event_out *out)
{
    enum pdp_mandate_state state;

    must(pdp_mandate_state_parse(event->detail, &state));
    bool failed = state == PDP_MANDATE_ERROR;
    *out = (struct event_out){
        .status = mandate_status(state),
        .at = event->created,
        .emitter = STR("PDPE"),
        .reason = failed ? mandate->cause : STR_NONE,
        .rejection = failed ? mandate->cause : STR_NONE,
    };
}

static err_t mandate_events(struct request *request, struct tx *tx, struct str object,
                            struct str *out)
{
    struct str prefix = STR(MANDATE_PREFIX);
    struct pdp_mandate mandate;
    struct pdp_mandate_id id;
    struct event *events;
    size_t count;

    if (!str_starts(object, prefix) || !ID_PARSE(str_from(object, prefix.len), &id))
        return fault(request->cx, ERR_NOT_FOUND, "mandate", "not found");
    TRY(pdp_mandate_load(request->cx, tx, id, &mandate));
    TRY(events_of_object(request->cx, tx, id.raw, &events, &count));
    struct event_out *shown = arena_array(request->cx->arena, struct event_out, count + 1);
    for (size_t i = 0; i < count; i++)
        mandate_to_wire(&mandate, &events[i], &shown[i]);
    *out = sq_list_text(request, &SEQINO_LIFECYCLE_EVENT, shown, count);
    return OK;
}

/* --- of a report ---------------------------------------------------------------------------------
 */

static struct str report_status(enum report_state state)
{
    switch (state) {
    case REPORT_PENDING:
        return STR("ReportStatus.PENDING");
    case REPORT_TRANSMITTED:
        return STR("ReportStatus.TRANSMITTED");
    case REPORT_REJECTED:
        return STR("ReportStatus.REJECTED");
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static void report_to_wire(const struct report *report, const struct event *event,
                           struct event_out *out)
{
    enum report_state state;

    must(report_state_parse(event->detail, &state));
    bool rejected = state == REPORT_REJECTED;
    *out = (struct event_out){
        .status = report_status(state),
        .at = event->created,
        .emitter = STR("PDPE"),
        .reason = rejected ? report->cause : STR_NONE,
        .rejection = rejected ? report->cause : STR_NONE,
    };
}

static err_t report_events(struct request *request, struct tx *tx, struct str object,
                           struct str *out)
{
    struct str prefix = STR(REPORT_PREFIX);
    struct report report;
    struct report_id id;
    struct event *events;
    size_t count;

    if (!str_starts(object, prefix) || !ID_PARSE(str_from(object, prefix.len), &id))
        return fault(request->cx, ERR_NOT_FOUND, "report", "not found");
    TRY(report_load(request->cx, tx, id, &report));
    TRY(events_of_object(request->cx, tx, id.raw, &events, &count));
    struct event_out *shown = arena_array(request->cx->arena, struct event_out, count + 1);
    for (size_t i = 0; i < count; i++)
        report_to_wire(&report, &events[i], &shown[i]);
    *out = sq_list_text(request, &SEQINO_LIFECYCLE_EVENT, shown, count);
    return OK;
}

/* --- the call ------------------------------------------------------------------------------------
 */

/* What else has a name here has no life cycle. */
static err_t events_of(struct request *request, struct tx *tx, const struct events_query *in,
                       struct str *out)
{
    if (in->type == OF_INVOICE)
        return invoice_events(request, tx, in->object, out);
    if (in->type == OF_MANDATE)
        return mandate_events(request, tx, in->object, out);
    if (in->type == OF_TRANSACTION_DATA)
        return report_events(request, tx, in->object, out);
    *out = STR("[]");
    return OK;
}

void seqino_lifecycle_list(struct request *request)
{
    struct events_query in;
    struct str text = STR_NONE;
    struct tx *tx;

    if (!sq_client(request) || !sq_query(request, &in) || !sq_read(request, &tx))
        return;
    err_t err = events_of(request, tx, &in, &text);
    if (err == OK)
        sq_answer(request, 200, text);
    else
        sq_error(request, err);
}
