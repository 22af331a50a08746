#include "core/submission_convert.h"

#include "base/must.h"
#include "core/einvoice_fit.h"
#include "core/einvoice_same.h"
#include "core/lookup.h"
#include "core/workers.h"

/* Fetched by a thread for reads that take long, read and written by a worker. */

enum { ARENA_MAX = EINVOICE_ARENA_MAX + (64 << 20) };

struct submission_writing {
    struct work work; /* first */
    struct submission_convert *convert;
    const struct document_maker *maker;
    const struct einvoice_judge *judge;
    bool test;
    struct einvoice invoice;
    struct arena *arena; /* the worker's, and then the context's */
    struct einvoice_difference lost;
    struct str bytes;
    err_t result;
};

static err_t lost_tell(struct ctx *cx, const struct einvoice_difference *lost)
{
    const char *term = lost->term == NULL ? "what it says" : lost->term;
    struct str text = str_format(cx->arena, "cannot be converted: no room for %s", term);

    if (lost->at > 0)
        text = str_format(cx->arena, "%s (number %zu)", text.ptr, lost->at);
    return fault(cx, ERR_STATE, "invoice", text.ptr);
}

static err_t too_long(struct ctx *cx)
{
    return fault(cx, ERR_STATE, "invoice", "cannot be converted: it is too long");
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* Of what is attached, all. */
static err_t invoice_read(struct submission_writing *writing)
{
    struct einvoice_report report = einvoice_report_new(writing->arena);
    struct einvoice_file file = {.bytes = writing->convert->xml, .attached = true};

    TRY(writing->judge->read(writing->arena, &file, &report));
    writing->invoice = file.invoice;
    return OK;
}

static err_t attached_check(struct submission_writing *writing)
{
    const struct einvoice *invoice = &writing->invoice;

    for (size_t i = 0; i < invoice->attachment_count; i++) {
        const struct einvoice_attachment *attachment = &invoice->attachments[i];
        if (attachment->mime.len + attachment->file_name.len == 0 || attachment->content.len > 0)
            continue;
        writing->lost = (struct einvoice_difference){"BT-125", i + 1};
        return ERR_STATE;
    }
    return OK;
}

/* What a page is made of; in base64 three bytes are four. */
static err_t drawn_check(const struct submission_writing *writing)
{
    const struct einvoice *invoice = &writing->invoice;
    size_t left = writing->convert->xml.len;

    for (size_t i = 0; i < invoice->attachment_count; i++) {
        size_t attached = (invoice->attachments[i].content.len + 2) / 3 * 4;
        must(attached <= left);
        left -= attached;
    }
    return left <= SUBMISSION_DRAWN_MAX ? OK : ERR_LIMIT;
}

/* --- writing -------------------------------------------------------------------------------------
 */

/* Written, and read again: what the syntax has no room for shows. */
static err_t syntax_write(struct submission_writing *writing, enum invoice_syntax syntax)
{
    struct arena *arena = writing->arena;
    struct einvoice_report report = einvoice_report_new(arena);
    struct einvoice_file file = {.attached = true};
    struct einvoice fitted;

    einvoice_fit(arena, &writing->invoice, syntax, &fitted);
    TRY(writing->maker->einvoice_xml(arena, &fitted, syntax, &writing->bytes));
    file.bytes = writing->bytes;
    TRY(writing->judge->read(arena, &file, &report));
    return einvoice_same(&fitted, &file.invoice, &writing->lost) ? OK : ERR_STATE;
}

static err_t format_write(struct submission_writing *writing)
{
    switch (writing->convert->format) {
    case EINVOICE_CII:
        return syntax_write(writing, INVOICE_CII);
    case EINVOICE_UBL:
        return syntax_write(writing, INVOICE_UBL);
    case EINVOICE_FACTURX:
        TRY(drawn_check(writing));
        TRY(syntax_write(writing, INVOICE_CII)); /* its XML */
        return writing->maker->einvoice(writing->arena, &writing->invoice, writing->test,
                                        &writing->lost, &writing->bytes);
    }
    must_fail(__FILE__, __LINE__, "the format is a member");
}

static err_t convert_all(struct submission_writing *writing)
{
    TRY(invoice_read(writing));
    TRY(attached_check(writing));
    return format_write(writing);
}

/* On a worker's thread. */
static void write(struct work *work)
{
    struct submission_writing *writing = (struct submission_writing *)work;

    writing->result = convert_all(writing);
}

static void arena_release(void *arena)
{
    arena_free(arena);
}

static void written(struct message *message)
{
    struct submission_writing *writing = (struct submission_writing *)message;
    struct submission_convert *convert = writing->convert;
    struct ctx *cx = convert->operation.cx;
    err_t err = writing->result;

    arena_defer(cx->arena, arena_release, writing->arena);
    convert->bytes = writing->bytes;
    if (err == ERR_STATE || err == ERR_INVALID)
        err = lost_tell(cx, &writing->lost);
    else if (err == ERR_LIMIT)
        err = too_long(cx);
    else if (err == ERR_UNAVAILABLE)
        err = fault(cx, err, "invoice", "cannot be converted now");
    operation_end(&convert->operation, err);
}

static void write_start(struct submission_convert *convert)
{
    struct core *core = convert->operation.core;
    struct ctx *cx = convert->operation.cx;
    struct submission_writing *writing = arena_make(cx->arena, struct submission_writing);

    *writing = (struct submission_writing){
        .work = {.done = {.run = written}, .home = core->home, .run = write},
        .convert = convert,
        .maker = core->documents,
        .judge = core->judge,
        .test = cx->mode == MODE_TEST,
        .arena = arena_new(ARENA_MAX),
    };
    workers_submit(core->workers, &writing->work);
}

/* --- fetching ------------------------------------------------------------------------------------
 */

static err_t fetch_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct submission_convert *convert = arg;

    return submission_xml(convert->operation.core, cx, tx, &convert->submission, &convert->xml);
}

static void fetch_done(struct operation *operation, err_t err)
{
    if (err == OK)
        write_start((struct submission_convert *)operation);
    else
        operation_end(operation, err);
}

static err_t can_begin(const struct submission_convert *convert)
{
    const struct core *core = convert->operation.core;

    if (core->documents == NULL || core->judge == NULL)
        return fault(convert->operation.cx, ERR_UNAVAILABLE, "invoice", "cannot be converted now");
    return OK;
}

void submission_convert(struct submission_convert *convert)
{
    err_t err = can_begin(convert);

    if (err == OK)
        operation_look(&convert->operation, fetch_body, fetch_done);
    else
        operation_end(&convert->operation, err);
}
