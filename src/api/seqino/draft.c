#include "core/draft.h"

#include "api/seqino/call.h"
#include "api/seqino/draft_check.h"
#include "api/seqino/invoice.h"
#include "api/seqino/routes.h"
#include "base/must.h"

/* Drafts of invoices (api/seqino.md 6). What is kept is what was understood, written again by the
 * table: members that nobody knows are gone. */

/* --- tables --------------------------------------------------------------------------------------
 */

struct draft_in {
    struct given given;
    struct invoice_data invoice;
    struct str payment;
};
#define AT(member) FIELD_AT(struct draft_in, member)
#define AT_INVOICE FIELD_AT_MORE(struct draft_in, invoice, &SEQINO_INVOICE_DATA)
static const struct field IN[] = {
    {"invoice_data", F_OBJECT, 0, 0,  REQUIRED, DOC,  ED_ALL, AT_INVOICE },
    {"payment_id",   F_TEXT,   0, 19, SPARSE,   OURS, ED_ALL, AT(payment)},
};
#undef AT
#undef AT_INVOICE
const struct table SEQINO_DRAFT_IN = TABLE_OF("DraftIn", struct draft_in, IN);

enum { STATUS_DRAFT = 1, STATUS_VALIDATED };
static const char *const STATUS_TEXTS[] = {NULL, "draft", "validated"};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};

struct draft_out {
    struct given given;
    struct draft_id id;
    int status;
    struct invoice_id invoice;
    int format;
    struct str data;
    struct str payment;
    instant created;
    instant updated;
};
#define AT(member) FIELD_AT(struct draft_out, member)
#define AT_ID FIELD_AT_MORE(struct draft_out, id, DRAFT_PREFIX)
#define AT_STATUS FIELD_AT_MORE(struct draft_out, status, &STATUSES)
#define AT_INVOICE FIELD_AT_MORE(struct draft_out, invoice, INVOICE_PREFIX)
#define AT_FORMAT FIELD_AT_MORE(struct draft_out, format, &SEQINO_FORMATS)
static const struct field OUT[] = {
    {"draft_id",     F_ID,      0, 0,  REQUIRED, OURS, ED_ALL, AT_ID      },
    {"status",       F_WORD,    0, 0,  REQUIRED, OURS, ED_ALL, AT_STATUS  },
    {"invoice_id",   F_ID,      0, 0,  OPTIONAL, OURS, ED_ALL, AT_INVOICE },
    {"format",       F_WORD,    0, 0,  OPTIONAL, OURS, ED_ALL, AT_FORMAT  },
    {"invoice_data", F_JSON,    0, 0,  REQUIRED, DOC,  ED_ALL, AT(data)   },
    {"payment_id",   F_TEXT,    0, 19, OPTIONAL, OURS, ED_ALL, AT(payment)},
    {"created_at",   F_RFC3339, 0, 0,  REQUIRED, OURS, ED_ALL, AT(created)},
    {"updated_at",   F_RFC3339, 0, 0,  OPTIONAL, OURS, ED_ALL, AT(updated)},
};
#undef AT
#undef AT_ID
#undef AT_STATUS
#undef AT_INVOICE
#undef AT_FORMAT
const struct table SEQINO_DRAFT_OUT = TABLE_OF("Draft", struct draft_out, OUT);

struct error_out {
    struct given given;
    struct str loc;
    struct str msg;
    struct str type;
    struct str rule;
    struct str term;
};
#define AT(member) FIELD_AT(struct error_out, member)
static const struct field ERROR_FIELDS[] = {
    {"loc",           F_JSON, 0, 0,    REQUIRED, OURS, ED_ALL, AT(loc) },
    {"msg",           F_TEXT, 1, 4096, REQUIRED, OURS, ED_ALL, AT(msg) },
    {"type",          F_TEXT, 1, 40,   REQUIRED, OURS, ED_ALL, AT(type)},
    {"rule",          F_TEXT, 1, 40,   REQUIRED, OURS, ED_ALL, AT(rule)},
    {"business_term", F_TEXT, 1, 8,    OPTIONAL, OURS, ED_ALL, AT(term)},
};
#undef AT
static const struct table ERROR = TABLE_OF("InvoiceProblem", struct error_out, ERROR_FIELDS);

struct checked_out {
    struct given given;
    bool valid;
    struct field_list errors;
    struct str data;
};
#define AT(member) FIELD_AT(struct checked_out, member)
#define AT_ERRORS FIELD_AT_MORE(struct checked_out, errors, &ERROR)
static const struct field CHECKED_FIELDS[] = {
    {"valid",        F_BOOL,    0, 0, REQUIRED, OURS, ED_ALL, AT(valid)},
    {"errors",       F_OBJECTS, 0, 0, REQUIRED, OURS, ED_ALL, AT_ERRORS},
    {"invoice_data", F_JSON,    0, 0, OPTIONAL, OURS, ED_ALL, AT(data) },
};
#undef AT
#undef AT_ERRORS
const struct table SEQINO_DRAFT_CHECKED =
    TABLE_OF("InvoiceChecked", struct checked_out, CHECKED_FIELDS);

struct validate_in {
    struct given given;
    int format;
};
#define AT_FORMAT FIELD_AT_MORE(struct validate_in, format, &SEQINO_FORMATS)
static const struct field VALIDATE_FIELDS[] = {
    {"format", F_WORD, 0, 0, OPTIONAL, OURS, ED_ALL, AT_FORMAT},
};
#undef AT_FORMAT
const struct table SEQINO_DRAFT_VALIDATE =
    TABLE_OF("DraftValidate", struct validate_in, VALIDATE_FIELDS);

struct issued_out {
    struct given given;
    struct draft_id draft;
    struct invoice_id invoice;
    struct str number;
    struct str status;
    int format;
    struct str data;
};
#define AT(member) FIELD_AT(struct issued_out, member)
#define AT_ID FIELD_AT_MORE(struct issued_out, draft, DRAFT_PREFIX)
#define AT_INVOICE FIELD_AT_MORE(struct issued_out, invoice, INVOICE_PREFIX)
#define AT_FORMAT FIELD_AT_MORE(struct issued_out, format, &SEQINO_FORMATS)
static const struct field ISSUED_FIELDS[] = {
    {"draft_id",       F_ID,   0, 0,  REQUIRED, OURS, ED_ALL, AT_ID     },
    {"invoice_id",     F_ID,   0, 0,  REQUIRED, OURS, ED_ALL, AT_INVOICE},
    {"invoice_number", F_TEXT, 1, 35, REQUIRED, OURS, ED_ALL, AT(number)},
    {"status",         F_TEXT, 1, 16, REQUIRED, OURS, ED_ALL, AT(status)},
    {"format",         F_WORD, 0, 0,  REQUIRED, OURS, ED_ALL, AT_FORMAT },
    {"invoice_data",   F_JSON, 0, 0,  REQUIRED, DOC,  ED_ALL, AT(data)  },
};
#undef AT
#undef AT_ID
#undef AT_INVOICE
#undef AT_FORMAT
const struct table SEQINO_DRAFT_ISSUED =
    TABLE_OF("DraftValidated", struct issued_out, ISSUED_FIELDS);

/* --- reading -------------------------------------------------------------------------------------
 */

static bool content_read(struct request *request, struct draft_content *out)
{
    struct draft_in *in = arena_make(request->cx->arena, struct draft_in);
    struct buf text = buf_make(request->cx->arena, DRAFT_BODY_MAX);

    if (!sq_body_decimals(request, in))
        return false;
    field_write(&text, &SEQINO_INVOICE_DATA, ED_ALL, &in->invoice);
    if (text.failed) {
        sq_error(request, fault(request->cx, ERR_INVALID, "body.invoice_data", "is too long"));
        return false;
    }
    *out = (struct draft_content){.body = buf_str(&text)};
    if (in->payment.len > 0)
        out->payment = in->payment;
    return true;
}

static bool id_read(struct request *request, struct draft_id *id)
{
    return sq_client(request) && sq_id(request, DRAFT_PREFIX, "draft", id->raw);
}

/* --- showing -------------------------------------------------------------------------------------
 */

static struct str draft_text(const struct request *request, const struct draft *draft)
{
    struct draft_out shown = {
        .id = draft->id,
        .status = ID_NONE(draft->invoice) ? STATUS_DRAFT : STATUS_VALIDATED,
        .invoice = draft->invoice,
        .format = (int)draft->format,
        .data = draft->is.body,
        .payment = draft->is.payment,
        .created = draft->created,
        .updated = draft->updated,
    };

    if (draft->updated != 0)
        GIVE(&shown, updated);
    return sq_text(request, &SEQINO_DRAFT_OUT, &shown);
}

void seqino_draft_get(struct request *request)
{
    struct draft_id id;
    struct draft draft;
    struct tx *tx;

    if (!id_read(request, &id) || !sq_read(request, &tx))
        return;
    err_t err = draft_load(request->cx, tx, id, &draft);
    if (err == OK)
        sq_answer(request, 200, draft_text(request, &draft));
    else
        sq_error(request, err);
}

/* --- writing -------------------------------------------------------------------------------------
 */

static void create_start(struct operation *operation)
{
    draft_create((struct draft_create *)operation);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = draft_text(request, &((const struct draft_create *)operation)->draft);
    return OK;
}

void seqino_draft_create(struct request *request)
{
    struct draft_create *create = arena_make(request->cx->arena, struct draft_create);

    if (sq_client(request) && content_read(request, &create->content))
        sq_create(request, &create->operation, create_start, created_text);
}

static void replace_start(struct operation *operation)
{
    draft_replace((struct draft_replace *)operation);
}

static err_t replaced_text(const struct request *request, struct operation *operation,
                           struct str *out)
{
    *out = draft_text(request, &((const struct draft_replace *)operation)->draft);
    return OK;
}

void seqino_draft_replace(struct request *request)
{
    struct draft_replace *replace = arena_make(request->cx->arena, struct draft_replace);

    if (id_read(request, &replace->id) && content_read(request, &replace->content))
        sq_run(request, &replace->operation, replace_start, replaced_text);
}

static void remove_start(struct operation *operation)
{
    draft_remove((struct draft_remove *)operation);
}

void seqino_draft_delete(struct request *request)
{
    struct draft_remove *drop = arena_make(request->cx->arena, struct draft_remove);

    if (id_read(request, &drop->id))
        sq_run(request, &drop->operation, remove_start, NULL);
}

/* --- checking ------------------------------------------------------------------------------------
 */

static void answer_checked(struct request *request, const struct draft_check *check)
{
    struct arena *arena = request->cx->arena;
    struct error_out *errors = arena_array(arena, struct error_out, check->count);
    struct checked_out out = {
        .valid = check->count == 0,
        .errors = {errors, check->count},
    };

    for (size_t i = 0; i < check->count; i++) {
        const struct draft_problem *problem = &check->problems[i];
        errors[i] = (struct error_out){
            .loc = sq_loc(arena, problem->path),
            .msg = sq_sentence(arena, problem->text),
            .type = STR("value_error"),
            .rule = str_of(problem->rule),
            .term = problem->term == NULL ? STR_NONE : str_of(problem->term),
        };
    }
    if (check->can_be_shown)
        out.data = invoice_data_text(arena, &check->invoice);
    sq_answer(request, 200, sq_text(request, &SEQINO_DRAFT_CHECKED, &out));
}

void seqino_draft_check(struct request *request)
{
    struct draft_in *in = arena_make(request->cx->arena, struct draft_in);
    struct draft_check check;
    struct tx *tx;

    if (!sq_client(request) || !sq_body_decimals(request, in) || !sq_read(request, &tx))
        return;
    err_t err = draft_check(request, tx, &in->invoice, in->payment, &check);
    if (err == OK)
        answer_checked(request, &check);
    else
        sq_error(request, err);
}

/* --- issuing -------------------------------------------------------------------------------------
 */

static err_t issued_text(const struct request *request, struct operation *operation,
                         struct str *out)
{
    const struct draft_issue *issue = (const struct draft_issue *)operation;
    struct ctx *cx = operation->cx;
    struct str data;

    TRY(seqino_issued_data(cx, &issue->invoice, &data));
    const struct issued_out shown = {
        .draft = issue->draft.id,
        .invoice = issue->invoice.id,
        .number = issue->invoice.number,
        .status = issue->leaves ? STR("submitted") : STR("validated"),
        .format = (int)issue->draft.format,
        .data = data,
    };
    *out = sq_text(request, &SEQINO_DRAFT_ISSUED, &shown);
    return OK;
}

static void issue_start(struct operation *operation)
{
    draft_issue((struct draft_issue *)operation);
}

/* What was kept was written by the same table. */
static err_t kept_read(struct request *request, struct str body, struct invoice_data *out)
{
    const struct field_reading how = {.edition = ED_ALL, .where = "body.invoice_data"};
    struct str text = json_spared(request->cx->arena, body);
    struct json root;
    const char *why;

    TRY(json_parse(request->json, text, &root, &why));
    err_t err = field_read(request->cx, &SEQINO_INVOICE_DATA, how, root, out);
    json_forget(request->json);
    return err;
}

/* What is wrong is told before the writer is bothered. */
static err_t issue_prepare(struct request *request, struct draft_issue *issue)
{
    struct ctx *cx = request->cx;
    struct invoice_data *given = arena_make(cx->arena, struct invoice_data);
    struct draft_check *check = arena_make(cx->arena, struct draft_check);
    struct tx *tx;

    TRY(core_read(request->core, &tx));
    TRY(draft_load(cx, tx, issue->id, &issue->draft));
    issue->version = issue->draft.version;
    if (!ID_NONE(issue->draft.invoice))
        return OK;
    TRY(kept_read(request, issue->draft.is.body, given));
    TRY(draft_check(request, tx, given, issue->draft.is.payment, check));
    issue->asked = check->asked.draft;
    issue->number = given->of.number;
    return draft_check_faults(cx, check);
}

void seqino_draft_validate(struct request *request)
{
    struct draft_issue *issue = arena_make(request->cx->arena, struct draft_issue);
    struct validate_in in = {.format = EINVOICE_FACTURX};

    if (!id_read(request, &issue->id))
        return;
    if (request->body.len > 0 && !sq_body(request, &in))
        return;
    issue->format = in.format == 0 ? EINVOICE_FACTURX : (enum einvoice_format)in.format;
    err_t err = issue_prepare(request, issue);
    if (err == OK)
        sq_act(request, &issue->operation, issue_start, issued_text);
    else
        sq_error(request, err);
}
