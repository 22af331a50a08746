#include "core/invoice_file.h"

#include "api/seqino/call.h"
#include "api/seqino/invoice.h"
#include "api/seqino/routes.h"
#include "api/seqino/submission.h"
#include "base/must.h"
#include "core/flow.h"
#include "core/invoice_syntax.h"
#include "face/drawn.h"

/* The files of an issued invoice: Factur-X as it was drawn, the two syntaxes as they are written;
 * and of one that was submitted. */

enum { ORIGINAL = EINVOICE_FACTURX + 1 };

static const char *const TEXTS[] = {
    [EINVOICE_CII] = "cii",
    [EINVOICE_UBL] = "ubl",
    [EINVOICE_FACTURX] = "factur-x",
    [ORIGINAL] = "original",
};
static const struct words FORMATS = {TEXTS, ARRAY_LEN(TEXTS), false};

struct file_query {
    struct given given;
    int format;
};
#define AT_FORMAT FIELD_AT_MORE(struct file_query, format, &FORMATS)
static const struct field QUERY[] = {
    {"format", F_WORD, 0, 0, OPTIONAL, OURS, ED_ALL, AT_FORMAT},
};
#undef AT_FORMAT
const struct table SEQINO_INVOICE_FILE_QUERY =
    TABLE_OF("InvoiceFileQuery", struct file_query, QUERY);

struct file_shown {
    struct drawn drawn; /* first */
    struct invoice invoice;
};

static void file_answer(struct request *request, const struct invoice *invoice, const char *type,
                        const char *ending, struct str bytes)
{
    response_set(request, 200, str_of(type), bytes);
    response_header(request, STR("Content-Disposition"),
                    str_format(request->cx->arena, "attachment; filename=\"%.*s.%s\"",
                               (int)invoice->number.len, invoice->number.ptr, ending));
}

/* --- as it was drawn -----------------------------------------------------------------------------
 */

static err_t pdf_read(struct request *request, struct tx *tx, const struct drawn *drawn,
                      struct str *pdf, bool *ready)
{
    const struct file_shown *shown = (const struct file_shown *)drawn;

    return invoice_file_read(request->core, request->cx, tx, shown->invoice.id, pdf, ready);
}

static void pdf_answer(struct request *request, const struct drawn *drawn, struct str pdf)
{
    file_answer(request, &((const struct file_shown *)drawn)->invoice, "application/pdf", "pdf",
                pdf);
}

static void pdf_late(struct request *request)
{
    sq_error(request, fault(request->cx, ERR_UNAVAILABLE, "invoice", "is not drawn yet"));
}

static const struct drawn_style STYLE = {
    .read = pdf_read, .answer = pdf_answer, .refuse = sq_error, .late = pdf_late};

/* --- as it is written ----------------------------------------------------------------------------
 */

static void syntax_answer(struct operation *operation)
{
    const struct invoice_syntax_read *read = (const struct invoice_syntax_read *)operation;
    struct request *request = operation->owner;
    const struct file_shown *shown = request->face_call;

    if (operation->result == OK)
        file_answer(request, &shown->invoice, "application/xml",
                    read->syntax == INVOICE_CII ? "cii.xml" : "ubl.xml", read->xml);
    else
        sq_error(request, operation->result);
    request_resume(request);
}

static void syntax_show(struct request *request, struct file_shown *shown,
                        enum invoice_syntax syntax)
{
    struct invoice_syntax_read *read = arena_make(request->cx->arena, struct invoice_syntax_read);

    *read = (struct invoice_syntax_read){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = syntax_answer,
                      .owner = request},
        .id = shown->invoice.id,
        .syntax = syntax,
    };
    request->face_call = shown;
    request_park(request);
    invoice_syntax_read(read);
}

/* --- the call ------------------------------------------------------------------------------------
 */

/* The file that went to the platform; of what never left, the one that its link opens. */
static err_t format_of(struct request *request, struct tx *tx, const struct invoice *invoice,
                       int asked, int *out)
{
    struct flow flow;
    bool found;

    *out = asked;
    if (asked != 0 && asked != ORIGINAL)
        return OK;
    TRY(flow_find(request->cx, tx, invoice->id, &flow, &found));
    *out = found ? (int)flow.format : EINVOICE_FACTURX;
    return OK;
}

void seqino_invoice_file(struct request *request)
{
    struct file_shown *shown = arena_make(request->cx->arena, struct file_shown);
    struct file_query in;
    struct invoice_id id;
    struct tx *tx;
    int format = 0;

    if (!sq_client(request) || !sq_id(request, INVOICE_PREFIX, "invoice", id.raw) ||
        !sq_query(request, &in) || !sq_read(request, &tx))
        return;
    if (seqino_submission_file(request, tx, id, in.format == ORIGINAL ? 0 : in.format))
        return;
    err_t err = seqino_invoice_load(request->cx, tx, id, &shown->invoice);
    if (err == OK)
        err = format_of(request, tx, &shown->invoice, in.format, &format);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    shown->drawn.style = &STYLE;
    if (format == EINVOICE_FACTURX)
        drawn_show(request, &shown->drawn, NULL, NULL);
    else
        syntax_show(request, shown, format == EINVOICE_CII ? INVOICE_CII : INVOICE_UBL);
}
