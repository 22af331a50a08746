#include "api/seqino/news.h"

#include "api/seqino/call.h"
#include "api/seqino/face.h"
#include "api/seqino/invoice.h"
#include "api/seqino/lifecycle.h"
#include "api/seqino/mandate.h"
#include "api/seqino/onboarding.h"
#include "api/seqino/routes.h"
#include "api/seqino/submission.h"
#include "base/must.h"
#include "core/sponsor_webhook.h"

enum { EXAMPLE_MAX = 8192 };

/* One event: what it says, an example of its data, and what writes them. The delivery's object is
 * an id without prefix, its event the id of the step where sponsor_tell() was given one. */
struct telling {
    enum sponsor_event event;
    const char *about;
    const char *example;
    err_t (*write)(struct request *request, struct tx *tx, const struct delivery *delivery,
                   struct str *data);
};

static err_t test_data(struct request *request, struct tx *tx, const struct delivery *delivery,
                       struct str *data)
{
    (void)tx;
    *data = str_format(request->cx->arena, "{\"webhook_id\":\"" WEBHOOK_PREFIX "%.*s\"}",
                       (int)delivery->object.len, delivery->object.ptr);
    return OK;
}

static err_t mandate_data(struct request *request, struct tx *tx, const struct delivery *delivery,
                          struct str *data)
{
    struct pdp_mandate mandate;
    struct pdp_mandate_id id;

    must(ID_PARSE(delivery->object, &id));
    TRY(pdp_mandate_load(request->cx, tx, id, &mandate));
    return seqino_mandate_text(request, tx, &mandate, data);
}

static err_t invoice_data(struct request *request, struct tx *tx, const struct delivery *delivery,
                          struct str *data)
{
    struct invoice_id id;
    bool submitted;

    must(ID_PARSE(delivery->object, &id));
    TRY(seqino_submission_known(request->cx, tx, id, &submitted));
    return submitted ? seqino_submission_news(request, tx, id, data)
                     : seqino_invoice_show(request, tx, id, data);
}

/* The status that was reached, whatever has been reached since. */
static err_t status_data(struct request *request, struct tx *tx, const struct delivery *delivery,
                         struct str *data)
{
    struct lifecycle_event *events;
    struct invoice_id id;
    struct str text;
    size_t count;

    must(ID_PARSE(delivery->object, &id));
    TRY(lifecycle_list(request->cx, tx, id.raw, &events, &count));
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(ID_TEXT(events[i].id), ID_TEXT(delivery->event)))
            continue;
        TRY(seqino_lifecycle_text(request, tx, id, &events[i], &text));
        *data = str_format(request->cx->arena,
                           "{\"invoice_id\":\"" INVOICE_PREFIX "%s\",\"lifecycle_event\":%.*s}",
                           id.raw, (int)text.len, text.ptr);
        return OK;
    }
    return ERR_NOT_FOUND;
}

static err_t enrolment_data(struct request *request, struct tx *tx, const struct delivery *delivery,
                            struct str *data)
{
    struct enrolment enrolment;
    struct enrolment_id id;

    must(ID_PARSE(delivery->object, &id));
    TRY(enrolment_load(request->cx, tx, id, &enrolment));
    *data = seqino_link_status_text(request, &enrolment);
    return OK;
}

#define ID_EXAMPLE "0Vxxxxxx0123456789abcdef"
#define CLIENT_EXAMPLE CLIENT_PREFIX ID_EXAMPLE
#define MANDATE_EXAMPLE(status)                                                                    \
    "{\"id\":\"" MANDATE_PREFIX ID_EXAMPLE "\",\"client_id\":\"" CLIENT_EXAMPLE                    \
    "\",\"start_date\":\"2026-09-01\",\"status\":\"" status                                        \
    "\",\"directory_entry\":{\"siren\":\"100000009\",\"name\":\"Atelier Exemple\"}}"

#define INVOICE_EXAMPLE                                                                            \
    "{\"invoice_id\":\"" INVOICE_PREFIX ID_EXAMPLE                                                 \
    "\",\"draft_id\":null,\"format\":\"factur-x\",\"status\":\"submitted\",\"invoice_data\":{"     \
    "\"invoice_number\":\"F2026-000001\"},\"created_at\":\"2026-09-01T08:00:00Z\"}"
#define FILE_EXAMPLE                                                                               \
    "{\"invoice_id\":\"" INVOICE_PREFIX ID_EXAMPLE                                                 \
    "\",\"direction\":\"incoming\",\"format\":\"cii\",\"invoice_number\":\"F2026-000001\","        \
    "\"issue_date\":\"2026-09-01\",\"file_name\":\"facture.xml\",\"file_size\":8192,"              \
    "\"created_at\":\"2026-09-01T08:00:00Z\"}"
#define STATUS_EXAMPLE                                                                             \
    "{\"invoice_id\":\"" INVOICE_PREFIX ID_EXAMPLE "\",\"lifecycle_event\":{"                      \
    "\"status_code\":\"InvoiceLifecycleStatus.DEPOSITED\",\"status_number\":200,"                  \
    "\"timestamp\":\"2026-09-01T08:00:00Z\",\"emitter\":\"PDPE\",\"reason\":null,"                 \
    "\"rejection_reason\":null,\"is_mandatory\":true,\"amounts\":[]}}"

#define LINK_EXAMPLE                                                                               \
    "{\"link_id\":\"" LINK_PREFIX ID_EXAMPLE "\",\"company_id\":\"" CLIENT_EXAMPLE                 \
    "\",\"status\":\"completed\",\"completion_percentage\":100}"

#define LINK_REFUSED                                                                               \
    "{\"link_id\":\"" LINK_PREFIX ID_EXAMPLE "\",\"company_id\":\"" CLIENT_EXAMPLE                 \
    "\",\"status\":\"failed\",\"completion_percentage\":77}"

/* A new event: a row here, and sponsor_tell() where it happens. */
static const struct telling TELLINGS[] = {
    {SPONSOR_TEST,                   "A test that was asked for",
     "{\"webhook_id\":\"" WEBHOOK_PREFIX ID_EXAMPLE "\"}",                                                           test_data     },
    {SPONSOR_INVOICE_CREATED,        "An invoice was issued and submitted",              INVOICE_EXAMPLE,            invoice_data  },
    {SPONSOR_INVOICE_RECEIVED,       "An invoice to the client was submitted as a file", FILE_EXAMPLE,
     invoice_data                                                                                                                  },
    {SPONSOR_INVOICE_STATUS_UPDATED, "An invoice has reached another status",            STATUS_EXAMPLE,
     status_data                                                                                                                   },
    {SPONSOR_MANDATE_CREATED,        "A mandate was accepted",                           MANDATE_EXAMPLE("created"), mandate_data  },
    {SPONSOR_MANDATE_ACTIVATED,      "The company receives its invoices through us",
     MANDATE_EXAMPLE("active"),                                                                                      mandate_data  },
    {SPONSOR_MANDATE_EXPIRED,        "The last day of a mandate has passed",             MANDATE_EXAMPLE("expired"),
     mandate_data                                                                                                                  },
    {SPONSOR_MANDATE_FAILED,         "A mandate could not become active",                MANDATE_EXAMPLE("error"),
     mandate_data                                                                                                                  },
    {SPONSOR_ONBOARDING_COMPLETED,   "A client has enrolled",                            LINK_EXAMPLE,               enrolment_data},
    {SPONSOR_ONBOARDING_FAILED,      "A client was refused",                             LINK_REFUSED,               enrolment_data},
};

static const struct telling *telling_of(struct str type)
{
    enum sponsor_event event;

    if (!sponsor_event_parse(type, &event))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(TELLINGS); i++) {
        if (TELLINGS[i].event == event)
            return &TELLINGS[i];
    }
    return NULL;
}

/* --- what is told -------------------------------------------------------------------------------
 */

struct news_out {
    struct given given;
    struct event_id id;
    struct str type;
    instant at;
    struct sponsor_id sponsor;
    struct str data; /* JSON */
};
#define AT(member) FIELD_AT(struct news_out, member)
#define AT_ID FIELD_AT_MORE(struct news_out, id, EVENT_PREFIX)
#define AT_SPONSOR FIELD_AT_MORE(struct news_out, sponsor, SPONSOR_PREFIX)
static const struct field NEWS_FIELDS[] = {
    {"event_id",   F_ID,      0, 0,  REQUIRED, DOC,  ED_ALL, AT_ID     },
    {"event_type", F_TEXT,    1, 64, REQUIRED, DOC,  ED_ALL, AT(type)  },
    {"timestamp",  F_RFC3339, 0, 0,  REQUIRED, DOC,  ED_ALL, AT(at)    },
    {"sponsor_id", F_ID,      0, 0,  REQUIRED, DOC,  ED_ALL, AT_SPONSOR},
    {"data",       F_JSON,    0, 0,  REQUIRED, OURS, ED_ALL, AT(data)  },
};
#undef AT
#undef AT_ID
#undef AT_SPONSOR
static const struct table NEWS = TABLE_OF("WebhookPayload", struct news_out, NEWS_FIELDS);

static bool news_tells(struct str type)
{
    return telling_of(type) != NULL;
}

/* The functions that write objects take a request, of which they use context, mode and the base of
 * links. */
static err_t news_write(struct core *core, struct ctx *cx, struct tx *tx,
                        const struct delivery *delivery, struct str *body)
{
    struct caller who = {.mode = cx->mode};
    struct request request = {.cx = cx, .core = core, .mount = &SEQINO, .face = &who};
    const struct telling *telling = telling_of(delivery->type);
    struct news_out out = {.id = delivery->event, .type = delivery->type, .at = delivery->created};

    if (telling == NULL)
        return ERR_NOT_FOUND;
    TRY(merchant_load(cx, tx, cx->merchant, &who.merchant));
    out.sponsor = who.sponsor = who.merchant.sponsor;
    TRY(telling->write(&request, tx, delivery, &out.data));
    *body = sq_text(&request, &NEWS, &out);
    return OK;
}

const struct event_writer SEQINO_NEWS = {
    .channel = CHANNEL_SEQINO, .tells = news_tells, .write = news_write};

/* --- the types that there are -------------------------------------------------------------------
 */

struct event_type_out {
    struct given given;
    struct str type;
    struct str about;
    struct news_out example;
};
#define AT(member) FIELD_AT(struct event_type_out, member)
#define AT_EXAMPLE FIELD_AT_MORE(struct event_type_out, example, &NEWS)
static const struct field TYPE_FIELDS[] = {
    {"event_type",      F_TEXT,   1, 64,  REQUIRED, DOC, ED_ALL, AT(type)  },
    {"description",     F_TEXT,   1, 255, REQUIRED, DOC, ED_ALL, AT(about) },
    {"example_payload", F_OBJECT, 0, 0,   REQUIRED, DOC, ED_ALL, AT_EXAMPLE},
};
#undef AT
#undef AT_EXAMPLE
static const struct table EVENT_TYPE =
    TABLE_OF("WebhookEventType", struct event_type_out, TYPE_FIELDS);

struct event_types_out {
    struct given given;
    struct field_list types;
};
#define AT_TYPES FIELD_AT_MORE(struct event_types_out, types, &EVENT_TYPE)
static const struct field TYPES_FIELDS[] = {
    {"event_types", F_OBJECTS, 0, 0, REQUIRED, DOC, ED_ALL, AT_TYPES},
};
#undef AT_TYPES
const struct table SEQINO_EVENT_TYPES =
    TABLE_OF("WebhookEventTypes", struct event_types_out, TYPES_FIELDS);

void seqino_webhook_event_types(struct request *request)
{
    struct ctx *cx = request->cx;
    struct event_type_out *types =
        arena_array(cx->arena, struct event_type_out, ARRAY_LEN(TELLINGS));
    const struct event_types_out out = {
        .types = {types, ARRAY_LEN(TELLINGS)}
    };

    for (size_t i = 0; i < ARRAY_LEN(TELLINGS); i++) {
        struct news_out *example = &types[i].example;
        types[i].type = str_of(sponsor_event_text(TELLINGS[i].event));
        types[i].about = str_of(TELLINGS[i].about);
        *example = (struct news_out){.type = types[i].type,
                                     .at = cx->now,
                                     .sponsor = caller(request)->sponsor,
                                     .data = str_of(TELLINGS[i].example)};
        must(ID_PARSE(STR(ID_EXAMPLE), &example->id));
        GIVE(&types[i], example);
    }
    sq_answer(request, 200, sq_text(request, &SEQINO_EVENT_TYPES, &out));
}
