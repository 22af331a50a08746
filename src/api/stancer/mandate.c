#include "core/mandate.h"

#include "api/stancer/error.h"
#include "api/stancer/list.h"
#include "api/stancer/routes.h"
#include "api/stancer/texts.h"
#include "base/crypto.h"
#include "core/mandate_paper.h"
#include "face/drawn.h"

/* --- tables --------------------------------------------------------------------------------------
 */

struct mandate_in {
    struct given given;
    struct bank_account_id sepa;
    struct str rum;
    instant signed_at;
    struct str pdf;
};
#define AT(member) FIELD_AT(struct mandate_in, member)
#define AT_SEPA FIELD_AT_MORE(struct mandate_in, sepa, "sepa_")
static const struct field IN[] = {
    {"sepa",      F_ID,      0, 0,  REQUIRED, SEED, ED_2, AT_SEPA      },
    {"rum",       F_TEXT,    0, 24, OPTIONAL, SEED, ED_2, AT(rum)      },
    {"signed_at", F_RFC3339, 0, 0,  OPTIONAL, SEED, ED_2, AT(signed_at)},
};
#undef AT_SEPA
const struct table STANCER_MANDATE_IN = TABLE_OF("MandateIn", struct mandate_in, IN);

/* What a body may have of it: the route ends it before. */
enum { PDF_TEXT_MAX = STANCER_PDF_BODY_MAX };
static const struct field UPDATE[] = {
    {"rum",       F_TEXT,    1, 24,           OPTIONAL, SEED, ED_2, AT(rum)      },
    {"pdf",       F_TEXT,    1, PDF_TEXT_MAX, OPTIONAL, SEED, ED_2, AT(pdf)      },
    {"signed_at", F_RFC3339, 0, 0,            OPTIONAL, SEED, ED_2, AT(signed_at)},
};
#undef AT
const struct table STANCER_MANDATE_UPDATE = TABLE_OF("MandateUpdate", struct mandate_in, UPDATE);

struct mandate_out {
    struct given given;
    struct mandate_id id;
    struct bank_account_id sepa;
    struct customer_id customer;
    struct str rum;
    instant created_at;
    instant signed_at;
    instant deleted_at;
};
#define AT(member) FIELD_AT(struct mandate_out, member)
#define AT_ID FIELD_AT_MORE(struct mandate_out, id, "mndt_")
#define AT_SEPA FIELD_AT_MORE(struct mandate_out, sepa, "sepa_")
#define AT_CUSTOMER FIELD_AT_MORE(struct mandate_out, customer, "cust_")
static const struct field OUT[] = {
    {"id",         F_ID,      0, 0,  REQUIRED, SEED, ED_2, AT_ID         },
    {"sepa",       F_ID,      0, 0,  REQUIRED, SEED, ED_2, AT_SEPA       },
    {"customer",   F_ID,      0, 0,  OPTIONAL, SEED, ED_2, AT_CUSTOMER   },
    {"rum",        F_TEXT,    1, 35, REQUIRED, SEED, ED_2, AT(rum)       },
    {"created_at", F_RFC3339, 0, 0,  REQUIRED, SEED, ED_2, AT(created_at)},
    {"signed_at",  F_RFC3339, 0, 0,  OPTIONAL, SEED, ED_2, AT(signed_at) },
    {"deleted_at", F_RFC3339, 0, 0,  OPTIONAL, SEED, ED_2, AT(deleted_at)},
};
#undef AT
#undef AT_ID
#undef AT_SEPA
#undef AT_CUSTOMER
const struct table STANCER_MANDATE_OUT = TABLE_OF("Mandate", struct mandate_out, OUT);

struct mandate_query {
    struct given given;
    struct list_query list;
    struct customer_id customer;
    struct bank_account_id sepa;
    struct str rum;
};
#define AT(member) FIELD_AT(struct mandate_query, member)
#define AT_CUSTOMER FIELD_AT_MORE(struct mandate_query, customer, "cust_")
#define AT_SEPA FIELD_AT_MORE(struct mandate_query, sepa, "sepa_")
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_2, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_2, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created_until)},
    {"customer",      F_ID,    0, 0,         OPTIONAL, SEED, ED_2, AT_CUSTOMER           },
    {"sepa",          F_ID,    0, 0,         OPTIONAL, SEED, ED_2, AT_SEPA               },
    {"rum",           F_TEXT,  0, 24,        OPTIONAL, SEED, ED_2, AT(rum)               },
};
#undef AT
#undef AT_CUSTOMER
#undef AT_SEPA
const struct table STANCER_MANDATE_QUERY = TABLE_OF("MandateQuery", struct mandate_query, QUERY);

/* --- between wire and core -----------------------------------------------------------------------
 */

static void mandate_to_wire(const struct mandate *mandate, struct mandate_out *out)
{
    *out = (struct mandate_out){
        .id = mandate->id,
        .sepa = mandate->account,
        .customer = mandate->customer,
        .rum = mandate->umr,
        .created_at = mandate->created,
        .signed_at = mandate->signed_at,
        .deleted_at = mandate->ended,
    };
    if (mandate->signed_at != 0)
        GIVE(out, signed_at);
    if (mandate->ended != 0)
        GIVE(out, deleted_at);
}

struct str mandate_text(const struct request *request, const struct mandate *mandate)
{
    struct mandate_out out;

    mandate_to_wire(mandate, &out);
    return object_text(request, &STANCER_MANDATE_OUT, &out);
}

/* --- handlers ------------------------------------------------------------------------------------
 */

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = mandate_text(request, &((struct mandate_create *)operation)->mandate);
    return OK;
}

static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = mandate_text(request, &((struct mandate_change *)operation)->mandate);
    return OK;
}

static void create_start(struct operation *operation)
{
    mandate_create((struct mandate_create *)operation);
}

static void change_start(struct operation *operation)
{
    mandate_change((struct mandate_change *)operation);
}

void stancer_mandate_create(struct request *request)
{
    struct mandate_create *create = arena_make(request->cx->arena, struct mandate_create);
    struct mandate_in in;

    if (!read_body(request, &in))
        return;
    create->account = in.sepa;
    create->draft = (struct mandate_draft){
        .umr = text_or_none(in.rum),
        .field = "rum",
        .field_date = "signed_at",
        .signed_at = GIVEN(&in, signed_at) ? moment_given(in.signed_at) : 0,
        .scheme = MANDATE_CORE,
        .type = MANDATE_RECURRENT,
    };
    call_create(request, &create->operation, create_start, created_text);
}

#define AT(member) offsetof(struct mandate_in, member)
static const struct change_bit CHANGES[] = {
    {AT(rum),       MANDATE_UMR      },
    {AT(signed_at), MANDATE_SIGNED_AT},
    {AT(pdf),       MANDATE_PDF      },
};
#undef AT

void stancer_mandate_update(struct request *request)
{
    struct mandate_change *change = arena_make(request->cx->arena, struct mandate_change);
    struct mandate_in in;

    if (!read_id(request, "mndt_", "mandate", change->id.raw) || !read_body(request, &in))
        return;
    change->change = changes_given(&in.given, CHANGES, ARRAY_LEN(CHANGES));
    change->umr = in.rum;
    change->signed_at = moment_given(in.signed_at);
    if (GIVEN(&in, pdf) && !base64_decode(request->cx->arena, in.pdf, &change->pdf)) {
        answer_error(request,
                     fault(request->cx, ERR_INVALID, "pdf", "must be a PDF document in base64"));
        return;
    }
    call_run(request, &change->operation, change_start, changed_text);
}

void stancer_mandate_delete(struct request *request)
{
    struct mandate_change *change = arena_make(request->cx->arena, struct mandate_change);

    if (!read_id(request, "mndt_", "mandate", change->id.raw))
        return;
    change->remove = true;
    call_delete(request, &change->operation, change_start, changed_text);
}

void stancer_mandate_get(struct request *request)
{
    struct mandate mandate;
    struct mandate_id id;
    struct tx *tx;

    if (!read_id(request, "mndt_", "mandate", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = mandate_load(request->cx, tx, id, &mandate);
    if (err == OK)
        answer_json(request, 200, mandate_text(request, &mandate));
    else
        answer_error(request, err);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct mandate_out object;

    mandate_to_wire(&((const struct mandate *)items)[at], &object);
    object_put(request, out, &STANCER_MANDATE_OUT, &object);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct mandate_query *in = arg;
    struct page_found found;
    struct mandate *mandates;

    struct page_of page = PAGE_ASKED(request, in);
    const struct mandate_filter filter = {in->customer, in->sepa, text_or_none(in->rum)};
    TRY(mandate_list(request->cx, tx, &filter, &page, &mandates, &found));
    *text = list_text(request, "mandates", &page, &found, mandates, list_put);
    return OK;
}

void stancer_mandate_list(struct request *request)
{
    struct mandate_query *in = arena_make(request->cx->arena, struct mandate_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}

/* --- the document --------------------------------------------------------------------------------
 */

struct mandate_shown {
    struct drawn drawn; /* first */
    struct mandate_pdf_ask ask;
};

static struct mandate_id id_shown(const struct drawn *drawn)
{
    return ((const struct mandate_shown *)drawn)->ask.id;
}

static err_t pdf_read(struct request *request, struct tx *tx, const struct drawn *drawn,
                      struct str *pdf, bool *ready)
{
    return mandate_pdf_read(request->core, request->cx, tx, id_shown(drawn), pdf, ready);
}

static void pdf_answer(struct request *request, const struct drawn *drawn, struct str pdf)
{
    response_header(
        request, STR("Content-Disposition"),
        str_format(request->cx->arena, "inline; filename=\"mndt_%s.pdf\"", id_shown(drawn).raw));
    response_header(request, STR("Cache-Control"), STR("private, no-store"));
    response_set(request, 200, STR("application/pdf"), pdf);
}

static void pdf_late(struct request *request)
{
    response_header(request, STR("Retry-After"), STR("1"));
    answer_plain_error(request, 503, STR("The document is not ready yet"));
}

static const struct drawn_style PDF = {
    .read = pdf_read,
    .answer = pdf_answer,
    .refuse = answer_error,
    .late = pdf_late,
};

static void pdf_start(struct operation *ask)
{
    mandate_pdf_ask((struct mandate_pdf_ask *)ask);
}

void stancer_mandate_pdf(struct request *request)
{
    struct mandate_shown *shown = arena_make(request->cx->arena, struct mandate_shown);

    if (!read_id(request, "mndt_", "mandate", shown->ask.id.raw))
        return;
    shown->drawn.style = &PDF;
    drawn_show(request, &shown->drawn, &shown->ask.operation, pdf_start);
}
