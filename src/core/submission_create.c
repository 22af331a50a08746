#include "base/must.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/lifecycle.h"
#include "core/merchant.h"
#include "core/platform.h"
#include "core/sponsor_webhook.h"
#include "core/submission.h"
#include "core/task.h"
#include "core/workers.h"
#include "store/sql.h"

/* A file is read and checked by a worker, sealed here, and written with everything about it in one
 * commit. */

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

struct submission_reading {
    struct work work; /* first */
    struct submission_create *create;
    const struct einvoice_judge *judge;
    struct arena *arena; /* the worker's, and then the context's */
    err_t result;
};

static const char KIND[] = "submission";

/* --- writing -------------------------------------------------------------------------------------
 */

/* Whose it is: the seller's and the buyer's SIREN (BT-30, BT-47) against the client's. */
static err_t direction_find(struct ctx *cx, struct tx *tx, const struct einvoice *invoice,
                            enum submission_direction *out)
{
    struct merchant merchant;

    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    if (merchant.siren.len == 0)
        return fault(cx, ERR_STATE, "client", "has no SIREN yet");
    if (str_eq(invoice->seller.legal_id.id, merchant.siren))
        *out = SUBMISSION_OUTGOING;
    else if (str_eq(invoice->buyer.legal_id.id, merchant.siren))
        *out = SUBMISSION_INCOMING;
    else
        return fault(cx, ERR_INVALID, "body.file",
                     "names the client neither as seller nor as buyer");
    return OK;
}

static err_t in_the_way(struct ctx *cx, struct rows *rows)
{
    char id[ID_SIZE];

    col_id(rows, 0, id);
    rows_end(rows);
    return fault_object(
        cx, ERR_CONFLICT, "invoice",
        str_format(cx->arena, "of this seller, year and number is here already: inv_%s", id).ptr,
        id);
}

/* Neither a file nor an invoice of the client's own series has the number. */
static err_t number_is_free(struct ctx *cx, struct tx *tx, const struct submission *submission)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_SUBMISSION_OF_NUMBER,
                        ARGS(OWNER, V_TEXT(submission->seller), V_INT(submission->issued.year),
                             V_TEXT(submission->number)),
                        &rows, &found));
    if (!found && submission->direction == SUBMISSION_OUTGOING)
        TRY(store_query_one(cx, tx, &SQL_INVOICE_BY_NUMBER, ARGS(OWNER, V_TEXT(submission->number)),
                            &rows, &found));
    return found ? in_the_way(cx, rows) : OK;
}

static err_t row_put(struct ctx *cx, struct tx *tx, const struct submission *submission)
{
    return store_run(
        cx, tx, &SQL_SUBMISSION_INSERT,
        ARGS(OWNER, V_ID(submission->id), V_WORD(submission_direction_text(submission->direction)),
             V_WORD(submission_state_text(submission->state)),
             V_WORD(einvoice_format_text(submission->format)), V_TEXT(submission->number),
             V_INT(submission->issued.year), V_TEXT(date_text(cx->arena, submission->issued)),
             V_TEXT(submission->seller), V_TEXT(submission->recipient),
             V_TEXT(submission->file_name), V_ID(submission->document), V_ID(submission->xml),
             V_INT(submission->created)));
}

/* What follows from it: its first status, its way, its news. */
static err_t follow(struct ctx *cx, struct tx *tx, const struct submission *submission)
{
    const struct lifecycle_step deposited = {.status = LIFECYCLE_DEPOSITED};
    bool leaves = submission->state == SUBMISSION_WAITING;
    const char *id = submission->id.raw;

    TRY(event_put(cx, tx, "submission.created", id,
                  submission_direction_text(submission->direction)));
    TRY(counter_add(cx, tx, leaves ? "submission_sent" : "submission_received",
                    submission->created));
    TRY(sponsor_tell(cx, tx, leaves ? SPONSOR_INVOICE_CREATED : SPONSOR_INVOICE_RECEIVED, id,
                     NULL));
    TRY(lifecycle_put(cx, tx, id, &deposited));
    return leaves ? task_put(cx, tx, TASK_SUBMISSION, id, cx->now) : OK;
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct submission_create *create = arg;
    struct submission *submission = &create->submission;
    enum idempotency_state state;
    char left[ID_SIZE];

    TRY(idempotency_check(&create->operation, tx, &state, left));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one commit: none is ever left */
    TRY(direction_find(cx, tx, &create->file.invoice, &submission->direction));
    submission->state =
        submission->direction == SUBMISSION_OUTGOING ? SUBMISSION_WAITING : SUBMISSION_KEPT;
    TRY(number_is_free(cx, tx, submission));
    submission->created = cx->now;
    TRY(document_insert(cx, tx, &create->archived));
    if (!ID_NONE(submission->xml))
        TRY(document_insert(cx, tx, &create->archived_xml));
    TRY(row_put(cx, tx, submission));
    TRY(submission_terms_put(cx, tx, submission->id, &create->file.invoice));
    TRY(follow(cx, tx, submission));
    TRY(idempotency_open(&create->operation, tx, submission->id.raw));
    return idempotency_close(&create->operation, tx);
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* The last part of what the sender calls it, without what a name does not have. */
static struct str name_of(struct arena *arena, struct str name, enum einvoice_format format)
{
    struct buf out = buf_make(arena, SUBMISSION_NAME_MAX);
    size_t count;

    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
            name = str_from(name, i);
            break;
        }
    }
    while (name.len > SUBMISSION_NAME_MAX || (name.len > 0 && !str_utf8_count(name, &count)))
        name.len--;
    for (size_t i = 0; i < name.len; i++)
        buf_put_byte(&out,
                     (unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7F ? '_' : name.ptr[i]);
    if (out.len == 0)
        return format == EINVOICE_FACTURX ? STR("invoice.pdf") : STR("invoice.xml");
    return buf_str(&out);
}

static err_t seal(struct submission_create *create)
{
    struct core *core = create->operation.core;
    struct ctx *cx = create->operation.cx;
    const struct einvoice_file *file = &create->file;
    struct submission *submission = &create->submission;

    *submission = (struct submission){
        .format = file->format,
        .number = file->invoice.number,
        .issued = file->invoice.issued,
        .seller = file->invoice.seller.legal_id.id,
        .recipient = file->invoice.buyer.endpoint.id,
        .file_name = name_of(cx->arena, create->file_name, file->format),
    };
    ID_NEW(cx->ids, &submission->id);
    TRY(document_seal(core, cx, KIND, submission->id.raw, file->bytes, &create->archived));
    submission->document = create->archived.id;
    submission->size = create->archived.size;
    submission->sha256 = create->archived.sha256;
    if (file->format != EINVOICE_FACTURX)
        return OK;
    TRY(document_seal(core, cx, KIND, submission->id.raw, file->xml, &create->archived_xml));
    submission->xml = create->archived_xml.id;
    return OK;
}

/* On a worker's thread: nothing is touched but the reading and what it reads into. */
static void examine(struct work *work)
{
    struct submission_reading *reading = (struct submission_reading *)work;
    struct submission_create *create = reading->create;

    create->report = einvoice_report_new(reading->arena);
    create->file = (struct einvoice_file){.bytes = create->bytes};
    reading->result = reading->judge->read(reading->arena, &create->file, &create->report);
    if (reading->result == OK)
        reading->judge->check(reading->arena, &create->file.invoice, &create->report);
}

/* What is wrong with the file before anything is known about the invoice. */
static bool is_unreadable(const char *rule)
{
    static const struct str RULES[] = {STR_INIT("FORMAT"), STR_INIT("PDF"), STR_INIT("XML"),
                                       STR_INIT("LIMIT")};

    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        if (str_eq(str_of(rule), RULES[i]))
            return true;
    }
    return false;
}

static void failure_tell(struct ctx *cx, const struct einvoice_failure *failure)
{
    const char *comma = failure->term == NULL ? "" : ", ";
    const char *term = failure->term == NULL ? "" : failure->term;
    const char *text = failure->text;

    if (failure->at > 0)
        text = str_format(cx->arena, "%s (number %zu)", text, failure->at).ptr;
    (void)fault(cx, ERR_INVALID, "body.file",
                str_format(cx->arena, "%s [%s%s%s]", text, failure->rule, comma, term).ptr);
}

static err_t report_tell(struct ctx *cx, const struct einvoice_report *report)
{
    size_t last = FAULTS_MAX - 1;

    if (is_unreadable(report->failures[0].rule))
        return fault(cx, ERR_MALFORMED, NULL, report->failures[0].text);
    for (size_t i = 0; i < report->count && i < last; i++)
        failure_tell(cx, &report->failures[i]);
    if (report->count > last)
        (void)fault(
            cx, ERR_INVALID, "body.file",
            str_format(cx->arena, "breaks %zu rules more", report->count - last + report->more)
                .ptr);
    return ERR_INVALID;
}

static void arena_release(void *arena)
{
    arena_free(arena);
}

static void examined(struct message *message)
{
    struct submission_reading *reading = (struct submission_reading *)message;
    struct submission_create *create = reading->create;
    struct operation *operation = &create->operation;
    struct ctx *cx = operation->cx;
    err_t err = reading->result;

    arena_defer(cx->arena, arena_release, reading->arena);
    if (err == ERR_UNAVAILABLE)
        err = fault(cx, err, "invoice", "cannot be read now");
    else if (create->report.count > 0)
        err = report_tell(cx, &create->report);
    if (err == OK)
        err = seal(create);
    if (err == OK)
        operation_write(operation, create_body, operation_end);
    else
        operation_end(operation, err);
}

static err_t can_begin(struct core *core, struct ctx *cx)
{
    const struct platform *platform;

    if (core->judge == NULL || core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "invoice", "cannot be kept now");
    return core_platform(core, cx, &platform);
}

void submission_create(struct submission_create *create)
{
    struct core *core = create->operation.core;
    struct ctx *cx = create->operation.cx;
    struct submission_reading *reading = arena_make(cx->arena, struct submission_reading);

    must(create->bytes.len <= EINVOICE_BYTES_MAX);
    err_t err = can_begin(core, cx);
    if (err != OK) {
        operation_end(&create->operation, err);
        return;
    }
    *reading = (struct submission_reading){
        .work = {.done = {.run = examined}, .home = core->home, .run = examine},
        .create = create,
        .judge = core->judge,
        .arena = arena_new(EINVOICE_ARENA_MAX),
    };
    workers_submit(core->workers, &reading->work);
}
