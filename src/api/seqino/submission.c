#include "api/seqino/submission.h"

#include <string.h>

#include "api/seqino/call.h"
#include "api/seqino/invoice.h"
#include "api/seqino/invoice_data.h"
#include "api/seqino/routes.h"
#include "base/must.h"
#include "core/lookup.h"
#include "core/submission_convert.h"
#include "wire/form.h"
#include "wire/multipart.h"

/* Invoices that come as files (api/seqino.md 6, docs/seqino-files.md). */

enum { DISPOSITION_MAX = 4 * SUBMISSION_NAME_MAX, NAME = 64 * 1024 };

/* --- tables --------------------------------------------------------------------------------------
 */

struct file_in {
    struct given given;
    struct str file;
};
#define AT(member) FIELD_AT(struct file_in, member)
static const struct field IN[] = {
    {"file", F_TEXT, 1, EINVOICE_BYTES_MAX, REQUIRED, DOC, ED_ALL, AT(file)},
};
#undef AT
const struct table SEQINO_FILE_IN = TABLE_OF("InvoiceFile", struct file_in, IN);

#define WORD(symbol, value, text) [value] = (text),
static const char *const DIRECTION_TEXTS[] = {SUBMISSION_DIRECTION_LIST(WORD)};
const struct words SEQINO_DIRECTIONS = {DIRECTION_TEXTS, ARRAY_LEN(DIRECTION_TEXTS), false};

struct extracted_out {
    struct given given;
    int format;
    int direction;
    struct str number;
    struct date issued;
    struct str type;
    struct str currency;
    struct str seller;
    struct str seller_siren;
    struct str buyer;
    struct str buyer_siren;
    struct decimal without_vat;
    struct decimal vat;
    struct decimal with_vat;
    struct decimal due;
    struct str sha256;
};
#define AT(member) FIELD_AT(struct extracted_out, member)
#define AT_FORMAT FIELD_AT_MORE(struct extracted_out, format, &SEQINO_FORMATS)
#define AT_DIRECTION FIELD_AT_MORE(struct extracted_out, direction, &SEQINO_DIRECTIONS)
static const struct field EXTRACTED_FIELDS[] = {
    {"format",            F_WORD,    0,  0,    REQUIRED, OURS, ED_ALL, AT_FORMAT       },
    {"direction",         F_WORD,    0,  0,    REQUIRED, OURS, ED_ALL, AT_DIRECTION    },
    {"invoice_number",    F_TEXT,    1,  35,   REQUIRED, OURS, ED_ALL, AT(number)      },
    {"issue_date",        F_DATE,    0,  0,    REQUIRED, OURS, ED_ALL, AT(issued)      },
    {"type_code",         F_TEXT,    3,  3,    REQUIRED, OURS, ED_ALL, AT(type)        },
    {"currency_code",     F_TEXT,    3,  3,    REQUIRED, OURS, ED_ALL, AT(currency)    },
    {"seller_name",       F_TEXT,    1,  NAME, REQUIRED, OURS, ED_ALL, AT(seller)      },
    {"seller_siren",      F_TEXT,    9,  9,    REQUIRED, OURS, ED_ALL, AT(seller_siren)},
    {"buyer_name",        F_TEXT,    1,  NAME, REQUIRED, OURS, ED_ALL, AT(buyer)       },
    {"buyer_siren",       F_TEXT,    1,  NAME, OPTIONAL, OURS, ED_ALL, AT(buyer_siren) },
    {"total_without_vat", F_DECIMAL, 0,  0,    REQUIRED, OURS, ED_ALL, AT(without_vat) },
    {"total_vat",         F_DECIMAL, 0,  0,    OPTIONAL, OURS, ED_ALL, AT(vat)         },
    {"total_with_vat",    F_DECIMAL, 0,  0,    REQUIRED, OURS, ED_ALL, AT(with_vat)    },
    {"amount_due",        F_DECIMAL, 0,  0,    REQUIRED, OURS, ED_ALL, AT(due)         },
    {"sha256",            F_TEXT,    64, 64,   REQUIRED, OURS, ED_ALL, AT(sha256)      },
};
#undef AT
#undef AT_FORMAT
#undef AT_DIRECTION
static const struct table EXTRACTED =
    TABLE_OF("ExtractedInvoice", struct extracted_out, EXTRACTED_FIELDS);

enum { STATUS_SUBMITTED = 1, STATUS_VALIDATED };
static const char *const STATUS_TEXTS[] = {NULL, "submitted", "validated"};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};

struct submission_out {
    struct given given;
    struct submission_id id;
    int status;
    struct str file_name;
    int64_t size;
    struct extracted_out extracted;
    struct str data;
};
#define AT(member) FIELD_AT(struct submission_out, member)
#define AT_ID FIELD_AT_MORE(struct submission_out, id, INVOICE_PREFIX)
#define AT_STATUS FIELD_AT_MORE(struct submission_out, status, &STATUSES)
#define AT_EXTRACTED FIELD_AT_MORE(struct submission_out, extracted, &EXTRACTED)
static const struct field OUT[] = {
    {"invoice_id",      F_ID,     0, 0,                   REQUIRED, DOC, ED_ALL, AT_ID        },
    {"status",          F_WORD,   0, 0,                   REQUIRED, DOC, ED_ALL, AT_STATUS    },
    {"file_name",       F_TEXT,   1, SUBMISSION_NAME_MAX, REQUIRED, DOC, ED_ALL, AT(file_name)},
    {"file_size",       F_INT,    1, EINVOICE_BYTES_MAX,  REQUIRED, DOC, ED_ALL, AT(size)     },
    {"extracted_data",  F_OBJECT, 0, 0,                   REQUIRED, DOC, ED_ALL, AT_EXTRACTED },
    {"en16931_invoice", F_JSON,   0, 0,                   REQUIRED, DOC, ED_ALL, AT(data)     },
};
#undef AT
#undef AT_ID
#undef AT_STATUS
#undef AT_EXTRACTED
const struct table SEQINO_SUBMISSION_OUT =
    TABLE_OF("InvoiceSubmission", struct submission_out, OUT);

/* --- submitting ----------------------------------------------------------------------------------
 */

static struct extracted_out extracted_of(const struct submission *submission,
                                         const struct einvoice *invoice)
{
    return (struct extracted_out){
        .format = (int)submission->format,
        .direction = (int)submission->direction,
        .number = invoice->number,
        .issued = invoice->issued,
        .type = invoice->type,
        .currency = invoice->currency,
        .seller = invoice->seller.name,
        .seller_siren = invoice->seller.legal_id.id,
        .buyer = invoice->buyer.name,
        .buyer_siren = invoice->buyer.legal_id.id,
        .without_vat = invoice->totals.without_vat,
        .vat = invoice->totals.vat,
        .with_vat = invoice->totals.with_vat,
        .due = invoice->totals.due,
        .sha256 = submission->sha256,
    };
}

static err_t submitted_text(const struct request *request, struct operation *operation,
                            struct str *out)
{
    const struct submission_create *create = (const struct submission_create *)operation;
    const struct submission *submission = &create->submission;
    bool outgoing = submission->direction == SUBMISSION_OUTGOING;
    const struct submission_out object = {
        .id = submission->id,
        .status = outgoing ? STATUS_SUBMITTED : STATUS_VALIDATED,
        .file_name = submission->file_name,
        .size = submission->size,
        .extracted = extracted_of(submission, &create->file.invoice),
        .data = invoice_data_text(request->cx->arena, &create->file.invoice),
    };

    *out = sq_text(request, &SEQINO_SUBMISSION_OUT, &object);
    return OK;
}

static void submit_start(struct operation *operation)
{
    submission_create((struct submission_create *)operation);
}

/* [doc] What cannot be read at all is 400; what breaks rules is 422. */
static void submit_error(struct request *request, err_t err)
{
    const struct ctx *cx = request->cx;

    if (err == ERR_MALFORMED && cx->fault_count > 0)
        sq_refuse(request, 400, sq_sentence(cx->arena, cx->faults[0].text));
    else
        sq_error(request, err);
}

static void submit_bad_key(struct request *request, const char *why)
{
    sq_refuse(request, 400, str_format(request->cx->arena, "Idempotency-Key %s", why));
}

static const struct face_style SUBMITTED = {
    .answer = sq_answer,
    .error = submit_error,
    .bad_key = submit_bad_key,
    .status = 201,
};

/* The part "file"; false when it has answered. */
static bool part_find(struct request *request, const struct multipart_part **out)
{
    struct ctx *cx = request->cx;
    struct multipart multipart;

    if (multipart_parse(cx->arena, request_header(request, STR("Content-Type")), request->body,
                        &multipart) != OK) {
        sq_refuse(request, 400, STR("The body is not multipart/form-data that can be read"));
        return false;
    }
    *out = multipart_find(&multipart, STR("file"));
    if (*out == NULL || (*out)->bytes.len == 0) {
        err_t err = fault(cx, ERR_INVALID, "body.file", FIELD_REQUIRED);
        cx->faults[cx->fault_count - 1].kind = FAULT_MISSING;
        sq_error(request, err);
        return false;
    }
    if ((*out)->bytes.len > EINVOICE_BYTES_MAX) {
        sq_refuse(request, 413, STR("The file is too large"));
        return false;
    }
    return true;
}

void seqino_file_submit(struct request *request)
{
    struct submission_create *create = arena_make(request->cx->arena, struct submission_create);
    const struct multipart_part *part;

    if (!sq_client(request) || !part_find(request, &part))
        return;
    create->bytes = part->bytes;
    create->file_name = part->file_name;
    /* An Idempotency-Key counts for the file: each program makes boundaries of its own. */
    request->body = part->bytes;
    face_create(request, &SUBMITTED, &create->operation, submit_start, submitted_text);
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* Reading takes as long as the file is: on a thread of its own. */
struct reading {
    struct operation operation;
    struct submission submission;
    struct str status;
    bool xml_alone; /* of a PDF: what it carries */
    struct str bytes;
    struct einvoice invoice;
};

static struct submission_id submission_id_of(struct invoice_id id)
{
    struct submission_id out;

    memcpy(out.raw, id.raw, sizeof out.raw);
    return out;
}

err_t seqino_submission_known(struct ctx *cx, struct tx *tx, struct invoice_id id, bool *out)
{
    struct submission submission;

    return submission_find(cx, tx, submission_id_of(id), &submission, out);
}

/* Whether it is one; true, too, when it has answered because that cannot be told. */
static bool reading_begin(struct request *request, struct tx *tx, struct invoice_id id,
                          struct reading **out)
{
    struct reading *reading = arena_make(request->cx->arena, struct reading);
    bool found;

    *out = NULL;
    err_t err =
        submission_find(request->cx, tx, submission_id_of(id), &reading->submission, &found);
    if (err != OK) {
        sq_error(request, err);
        return true;
    }
    if (found)
        *out = reading;
    return found;
}

/* --- what it says --------------------------------------------------------------------------------
 */

static err_t shown_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct reading *reading = arg;
    struct lifecycle_event *events;
    size_t count;

    TRY(lifecycle_list(cx, tx, reading->submission.id.raw, &events, &count));
    reading->status =
        seqino_status_word(events, count, reading->submission.direction == SUBMISSION_OUTGOING);
    return submission_read(reading->operation.core, cx, tx, &reading->submission,
                           &reading->invoice);
}

static void shown_start(struct operation *operation)
{
    operation_look(operation, shown_body, operation_end);
}

static err_t shown_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct reading *reading = (const struct reading *)operation;
    struct invoice_shown shown = {
        .format = (int)reading->submission.format,
        .status = reading->status,
        .data = invoice_data_text(request->cx->arena, &reading->invoice),
        .created = reading->submission.created,
    };

    memcpy(shown.id.raw, reading->submission.id.raw, sizeof shown.id.raw);
    *out = sq_text(request, &SEQINO_INVOICE_SHOWN, &shown);
    return OK;
}

bool seqino_submission_get(struct request *request, struct tx *tx, struct invoice_id id)
{
    struct reading *reading;

    if (!reading_begin(request, tx, id, &reading))
        return false;
    if (reading != NULL)
        sq_run(request, &reading->operation, shown_start, shown_text);
    return true;
}

/* --- its file ------------------------------------------------------------------------------------
 */

static err_t file_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct reading *reading = arg;
    struct core *core = reading->operation.core;

    return reading->xml_alone
               ? document_open(core, cx, tx, reading->submission.xml, &reading->bytes)
               : submission_bytes(core, cx, tx, &reading->submission, &reading->bytes);
}

static void file_start(struct operation *operation)
{
    operation_look(operation, file_body, operation_end);
}

static err_t file_shown(const struct request *request, struct operation *operation, struct str *out)
{
    (void)request;
    *out = ((const struct reading *)operation)->bytes;
    return OK;
}

static void file_answer(struct request *request, int status, struct str body)
{
    bool is_pdf = str_starts(body, STR("%PDF-"));

    response_header(request, STR("Cache-Control"), STR("private, no-store"));
    response_set(request, status, is_pdf ? STR("application/pdf") : STR("application/xml"), body);
}

static const struct face_style FILE_STYLE = {.answer = file_answer, .error = sq_error};

/* RFC 6266: the name as UTF-8 alone, since it may be of any letters. */
static void disposition_set(struct request *request, struct str name)
{
    struct buf out = buf_make(request->cx->arena, DISPOSITION_MAX);

    buf_put_cstr(&out, "attachment; filename*=UTF-8''");
    percent_put(&out, name);
    must(!out.failed);
    response_header(request, STR("Content-Disposition"), buf_str(&out));
}

/* --- in another format ---------------------------------------------------------------------------
 */

static struct str converted_name(struct arena *arena, const struct submission_convert *convert)
{
    static const char *const ENDINGS[] = {
        [EINVOICE_CII] = "cii.xml", [EINVOICE_UBL] = "ubl.xml", [EINVOICE_FACTURX] = "pdf"};
    struct str number = convert->submission.number;

    return str_format(arena, "%.*s.%s", (int)number.len, number.ptr, ENDINGS[convert->format]);
}

static void converted(struct operation *operation)
{
    const struct submission_convert *convert = (const struct submission_convert *)operation;
    struct request *request = operation->owner;

    if (operation->result == OK) {
        disposition_set(request, converted_name(request->cx->arena, convert));
        file_answer(request, 200, convert->bytes);
    } else {
        sq_error(request, operation->result);
    }
    request_resume(request);
}

static void convert_run(struct request *request, const struct submission *submission, int format)
{
    struct submission_convert *convert = arena_make(request->cx->arena, struct submission_convert);

    *convert = (struct submission_convert){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = converted,
                      .owner = request},
        .submission = *submission,
        .format = (enum einvoice_format)format,
    };
    request_park(request);
    submission_convert(convert);
}

bool seqino_submission_file(struct request *request, struct tx *tx, struct invoice_id id,
                            int format)
{
    struct reading *reading;

    if (!reading_begin(request, tx, id, &reading))
        return false;
    if (reading == NULL)
        return true;
    bool own = format == 0 || format == (int)reading->submission.format;
    reading->xml_alone = !own && format == EINVOICE_CII && !ID_NONE(reading->submission.xml);
    if (!own && !reading->xml_alone) {
        convert_run(request, &reading->submission, format);
        return true;
    }
    disposition_set(request,
                    reading->xml_alone ? STR("factur-x.xml") : reading->submission.file_name);
    face_run(request, &FILE_STYLE, &reading->operation, file_start, file_shown);
    return true;
}

/* --- news ----------------------------------------------------------------------------------------
 */

struct news_out {
    struct given given;
    struct submission_id id;
    int direction;
    int format;
    struct str number;
    struct date issued;
    struct str file_name;
    int64_t size;
    instant created;
};
#define AT(member) FIELD_AT(struct news_out, member)
#define AT_ID FIELD_AT_MORE(struct news_out, id, INVOICE_PREFIX)
#define AT_DIRECTION FIELD_AT_MORE(struct news_out, direction, &SEQINO_DIRECTIONS)
#define AT_FORMAT FIELD_AT_MORE(struct news_out, format, &SEQINO_FORMATS)
static const struct field NEWS_FIELDS[] = {
    {"invoice_id",     F_ID,      0, 0,                   REQUIRED, OURS, ED_ALL, AT_ID        },
    {"direction",      F_WORD,    0, 0,                   REQUIRED, OURS, ED_ALL, AT_DIRECTION },
    {"format",         F_WORD,    0, 0,                   REQUIRED, OURS, ED_ALL, AT_FORMAT    },
    {"invoice_number", F_TEXT,    1, 35,                  REQUIRED, OURS, ED_ALL, AT(number)   },
    {"issue_date",     F_DATE,    0, 0,                   REQUIRED, OURS, ED_ALL, AT(issued)   },
    {"file_name",      F_TEXT,    1, SUBMISSION_NAME_MAX, REQUIRED, OURS, ED_ALL, AT(file_name)},
    {"file_size",      F_INT,     1, EINVOICE_BYTES_MAX,  REQUIRED, OURS, ED_ALL, AT(size)     },
    {"created_at",     F_RFC3339, 0, 0,                   REQUIRED, OURS, ED_ALL, AT(created)  },
};
#undef AT
#undef AT_ID
#undef AT_DIRECTION
#undef AT_FORMAT
static const struct table NEWS = TABLE_OF("SubmissionNews", struct news_out, NEWS_FIELDS);

err_t seqino_submission_news(struct request *request, struct tx *tx, struct invoice_id id,
                             struct str *out)
{
    struct submission submission;

    TRY(submission_load(request->cx, tx, submission_id_of(id), &submission));
    const struct news_out news = {
        .id = submission.id,
        .direction = (int)submission.direction,
        .format = (int)submission.format,
        .number = submission.number,
        .issued = submission.issued,
        .file_name = submission.file_name,
        .size = submission.size,
        .created = submission.created,
    };
    *out = sq_text(request, &NEWS, &news);
    return OK;
}
