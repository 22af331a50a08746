#include "core/submission.h"

#include "base/must.h"
#include "store/sql.h"

ENUM_DEFINE(submission_direction, SUBMISSION_DIRECTION_LIST)
ENUM_DEFINE(submission_state, SUBMISSION_STATE_LIST)

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

static void submission_row(struct rows *rows, struct submission *out)
{
    *out = (struct submission){
        .number = col_text(rows, 4),
        .seller = col_text(rows, 6),
        .recipient = col_text(rows, 7),
        .file_name = col_text(rows, 8),
        .created = col_int(rows, 11),
        .sent = col_int(rows, 12),
        .size = col_int(rows, 13),
        .sha256 = col_text(rows, 14),
    };
    col_id(rows, 0, out->id.raw);
    must(submission_direction_parse(col_text(rows, 1), &out->direction));
    must(submission_state_parse(col_text(rows, 2), &out->state));
    must(einvoice_format_parse(col_text(rows, 3), &out->format));
    must(date_parse(col_text(rows, 5), &out->issued));
    col_id(rows, 9, out->document.raw);
    col_id(rows, 10, out->xml.raw);
}

err_t submission_find(struct ctx *cx, struct tx *tx, struct submission_id id,
                      struct submission *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_SUBMISSION_FIND, ARGS(OWNER, V_ID(id)), &rows, found));
    if (!*found)
        return OK;
    submission_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t submission_load(struct ctx *cx, struct tx *tx, struct submission_id id,
                      struct submission *out)
{
    bool found;

    TRY(submission_find(cx, tx, id, out, &found));
    return found ? OK : fault_object(cx, ERR_NOT_FOUND, "invoice", "not found", id.raw);
}

/* As much of a name as a list shows. */
static struct str name_cut(struct str name)
{
    struct str rest = name;
    uint32_t code;

    for (int i = 0; i < SUBMISSION_LISTED_MAX && rest.len > 0; i++)
        rest = str_from(rest, str_utf8_first(rest, &code));
    return str_sub(name, 0, name.len - rest.len);
}

err_t submission_terms_put(struct ctx *cx, struct tx *tx, struct submission_id id,
                           const struct einvoice *invoice)
{
    const struct einvoice_totals *totals = &invoice->totals;

    return store_run(cx, tx, &SQL_SUBMISSION_TERMS,
                     ARGS(OWNER, V_ID(id), V_TEXT(invoice->type),
                          V_TEXT(name_cut(invoice->seller.name)),
                          V_TEXT(name_cut(invoice->buyer.name)), V_TEXT(invoice->currency),
                          V_TEXT(decimal_text(cx->arena, totals->with_vat)),
                          V_TEXT(decimal_text(cx->arena, totals->due))));
}

err_t submission_bytes(struct core *core, struct ctx *cx, struct tx *tx,
                       const struct submission *submission, struct str *bytes)
{
    return document_open(core, cx, tx, submission->document, bytes);
}

err_t submission_xml(struct core *core, struct ctx *cx, struct tx *tx,
                     const struct submission *submission, struct str *xml)
{
    bool in_pdf = !ID_NONE(submission->xml);

    return document_open(core, cx, tx, in_pdf ? submission->xml : submission->document, xml);
}

err_t submission_read(struct core *core, struct ctx *cx, struct tx *tx,
                      const struct submission *submission, struct einvoice *out)
{
    struct einvoice_report report = einvoice_report_new(cx->arena);
    struct einvoice_file file = {0};

    if (core->judge == NULL)
        return fault(cx, ERR_UNAVAILABLE, "invoice", "cannot be read now");
    TRY(submission_xml(core, cx, tx, submission, &file.bytes));
    TRY(core->judge->read(cx->arena, &file, &report));
    *out = file.invoice;
    return OK;
}

err_t submission_sent(struct ctx *cx, struct tx *tx, struct submission_id id)
{
    return store_run(cx, tx, &SQL_SUBMISSION_SENT, ARGS(OWNER, V_ID(id), V_INT(cx->now)));
}
