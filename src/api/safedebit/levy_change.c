#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/levy.h"
#include "base/must.h"

/* --- edit_sdd ------------------------------------------------------------------------------------
 */

struct edit_in {
    struct given given;
    struct str sdd;
    struct str umr;
    struct str ics;
    struct str due;
    struct str motif;
    struct str amount;
    struct str reference;
};
#define AT(member) offsetof(struct edit_in, member)
static const struct argument EDIT_ROWS[] = {
    {"sdd_reference",     A_TEXT,   35,  REQUIRED, DOC, AT(sdd),       NULL},
    {"umr",               A_TEXT,   35,  OPTIONAL, DOC, AT(umr),       NULL},
    {"ics",               A_TEXT,   35,  OPTIONAL, DOC, AT(ics),       NULL},
    {"due_date",          A_DATE,   0,   OPTIONAL, DOC, AT(due),       NULL},
    {"motif",             A_TEXT,   128, OPTIONAL, DOC, AT(motif),     NULL},
    {"amount",            A_AMOUNT, 18,  OPTIONAL, DOC, AT(amount),    NULL},
    {"payment_reference", A_TEXT,   64,  OPTIONAL, DOC, AT(reference), NULL},
};
#undef AT
const struct arguments SAFEDEBIT_EDIT_SDD = ARGUMENTS_OF("EditSdd", struct edit_in, EDIT_ROWS);

static void edit_start(struct operation *operation)
{
    levy_change((struct levy_change *)operation);
}

static err_t done_text(const struct request *request, struct operation *operation, struct str *out)
{
    (void)operation;
    *out = ssp_done_text(request);
    return OK;
}

void safedebit_edit_sdd(struct request *request)
{
    struct levy_change *change = arena_make(request->cx->arena, struct levy_change);
    struct edit_in in;

    if (!arguments_read(request, &SAFEDEBIT_EDIT_SDD, &in))
        return;
    change->merchant = &admitted(request)->merchant;
    change->sdd_reference = in.sdd;
    change->umr = in.umr;
    change->ics = in.ics;
    if (in.due.len > 0)
        change->due = argument_date(in.due);
    change->motif_given = GIVEN(&in, motif);
    change->motif = in.motif;
    if (in.amount.len > 0)
        change->amount_minor = argument_amount(in.amount);
    change->payment_reference = in.reference;
    ssp_run(request, &change->operation, edit_start, done_text);
}

/* --- cancel_sdd ----------------------------------------------------------------------------------
 */

struct cancel_in {
    struct given given;
    struct str sdd;
};
#define AT(member) offsetof(struct cancel_in, member)
static const struct argument CANCEL_ROWS[] = {
    {"sdd_reference", A_TEXT, 35, REQUIRED, DOC, AT(sdd), NULL},
};
#undef AT
const struct arguments SAFEDEBIT_CANCEL_SDD =
    ARGUMENTS_OF("CancelSdd", struct cancel_in, CANCEL_ROWS);

static void cancel_start(struct operation *operation)
{
    levy_cancel((struct levy_cancel *)operation);
}

void safedebit_cancel_sdd(struct request *request)
{
    struct levy_cancel *cancel = arena_make(request->cx->arena, struct levy_cancel);
    struct cancel_in in;

    if (!arguments_read(request, &SAFEDEBIT_CANCEL_SDD, &in))
        return;
    cancel->sdd_reference = in.sdd;
    ssp_run(request, &cancel->operation, cancel_start, done_text);
}

/* --- cancel_sdd_batch ----------------------------------------------------------------------------
 */

struct batch_in {
    struct given given;
    struct str sdds;
};
#define AT(member) offsetof(struct batch_in, member)
static const struct argument BATCH_ROWS[] = {
    {"sdds", A_LIST, 0, REQUIRED, DOC, AT(sdds), NULL},
};
#undef AT
const struct arguments SAFEDEBIT_CANCEL_BATCH =
    ARGUMENTS_OF("CancelSddBatch", struct batch_in, BATCH_ROWS);

struct row_out {
    struct given given;
    struct str sdd;
    struct str status;
};
#define AT(member) FIELD_AT(struct row_out, member)
static const struct field ROW_FIELDS[] = {
    {"sdd",    F_TEXT, 0, 0,  REQUIRED, DOC, ED_ALL, AT(sdd)   },
    {"status", F_TEXT, 1, 20, REQUIRED, DOC, ED_ALL, AT(status)},
};
#undef AT
static const struct table ROW = TABLE_OF("SddCanceled", struct row_out, ROW_FIELDS);

struct batch_out {
    struct given given;
    bool result;
    struct field_list sdds;
};
#define AT(member) FIELD_AT(struct batch_out, member)
#define AT_SDDS FIELD_AT_MORE(struct batch_out, sdds, &ROW)
static const struct field BATCH_FIELDS[] = {
    {"result", F_BOOL,    0, 0, REQUIRED, DOC, ED_ALL, AT(result)},
    {"sdds",   F_OBJECTS, 0, 0, REQUIRED, DOC, ED_ALL, AT_SDDS   },
};
#undef AT
#undef AT_SDDS
const struct table SAFEDEBIT_BATCH_CANCELED =
    TABLE_OF("SddBatchCanceled", struct batch_out, BATCH_FIELDS);

static void batch_start(struct operation *operation)
{
    levy_cancel_many((struct levy_cancel_many *)operation);
}

static err_t batch_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct levy_cancel_many *cancel = (const struct levy_cancel_many *)operation;
    struct row_out *rows = arena_array(request->cx->arena, struct row_out, cancel->count);
    const struct batch_out batch = {
        .result = true, .sdds = {rows, cancel->count}
    };

    for (size_t i = 0; i < cancel->count; i++) {
        const struct levy_canceled *levy = &cancel->levies[i];
        rows[i].sdd = levy->sdd_reference;
        rows[i].status = levy->known ? levy_status_wire(levy->status) : STR("UNKNOWN");
    }
    *out = ssp_text(request, &SAFEDEBIT_BATCH_CANCELED, &batch);
    return OK;
}

/* False when it has answered. */
static bool batch_list(struct request *request, struct str source, struct str **list, size_t *count)
{
    enum code code = argument_list(request, source, list, count);

    if (code != 0)
        ssp_fail(request, code, "sdds", "is not a list of texts without control characters");
    else if (*count == 0)
        ssp_fail(request, CODE_MISSING, "sdds", "is empty");
    else if (*count > LEVY_BATCH_MAX)
        ssp_fail(request, CODE_TOO_LONG, "sdds", "has more than 500 references");
    else
        return true;
    return false;
}

void safedebit_cancel_sdd_batch(struct request *request)
{
    struct levy_cancel_many *cancel = arena_make(request->cx->arena, struct levy_cancel_many);
    struct batch_in in;
    struct str *list;

    if (!arguments_read(request, &SAFEDEBIT_CANCEL_BATCH, &in) ||
        !batch_list(request, in.sdds, &list, &cancel->count))
        return;
    cancel->levies = arena_array(request->cx->arena, struct levy_canceled, cancel->count);
    for (size_t i = 0; i < cancel->count; i++)
        cancel->levies[i].sdd_reference = list[i];
    ssp_run(request, &cancel->operation, batch_start, batch_text);
}
