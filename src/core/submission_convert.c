#include "core/submission_convert.h"

#include "base/must.h"
#include "core/einvoice_same.h"
#include "core/lookup.h"
#include "core/workers.h"

/* Read by a thread for reads that take long, written by a worker. */

enum { ARENA_MAX = 256 << 20 };

struct submission_writing {
    struct work work; /* first */
    struct submission_convert *convert;
    const struct document_maker *maker;
    bool test;
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

/* --- writing -------------------------------------------------------------------------------------
 */

/* On a worker's thread: the invoice is only read. */
static void write(struct work *work)
{
    struct submission_writing *writing = (struct submission_writing *)work;
    const struct einvoice *invoice = &writing->convert->invoice;

    switch (writing->convert->format) {
    case EINVOICE_CII:
        writing->result =
            writing->maker->einvoice_xml(writing->arena, invoice, INVOICE_CII, &writing->bytes);
        return;
    case EINVOICE_UBL:
        writing->result =
            writing->maker->einvoice_xml(writing->arena, invoice, INVOICE_UBL, &writing->bytes);
        return;
    case EINVOICE_FACTURX:
        writing->result = writing->maker->einvoice(writing->arena, invoice, writing->test,
                                                   &writing->lost, &writing->bytes);
        return;
    }
    must_fail(__FILE__, __LINE__, "the format is a member");
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
        .test = cx->mode == MODE_TEST,
        .arena = arena_new(ARENA_MAX),
    };
    workers_submit(core->workers, &writing->work);
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* What is attached is not read (core/einvoice.h). */
static err_t attached_refuse(struct ctx *cx, const struct einvoice *invoice)
{
    struct einvoice_difference lost = {.term = "BT-125"};

    for (size_t i = 0; i < invoice->attachment_count; i++) {
        lost.at = i + 1;
        if (invoice->attachments[i].mime.len > 0)
            return lost_tell(cx, &lost);
    }
    return OK;
}

static err_t read_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct submission_convert *convert = arg;

    TRY(submission_read(convert->operation.core, cx, tx, &convert->submission, &convert->invoice));
    return attached_refuse(cx, &convert->invoice);
}

static void read_done(struct operation *operation, err_t err)
{
    if (err == OK)
        write_start((struct submission_convert *)operation);
    else
        operation_end(operation, err);
}

static err_t can_begin(const struct submission_convert *convert)
{
    struct ctx *cx = convert->operation.cx;

    if (convert->operation.core->documents == NULL)
        return fault(cx, ERR_UNAVAILABLE, "invoice", "cannot be converted now");
    if (convert->format == EINVOICE_FACTURX && convert->submission.size > SUBMISSION_DRAWN_MAX)
        return too_long(cx);
    return OK;
}

void submission_convert(struct submission_convert *convert)
{
    err_t err = can_begin(convert);

    if (err == OK)
        operation_look(&convert->operation, read_body, read_done);
    else
        operation_end(&convert->operation, err);
}
