#include "rails/sepa/import.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/bic.h"
#include "base/log.h"
#include "base/must.h"
#include "core/bank_known.h"
#include "rails/sepa/facts.h"
#include "wire/xml.h"

enum { WARNING_MAX = 300, TEXTS_MAX = 8 << 20 };
/* Before it is known whose file it is; what a merchant allows counts afterwards. */
static const size_t BYTES_MAX = (size_t)4 << 30;

struct batch {
    struct bank_fact items[BANK_FACTS_MAX];
    struct arena *texts; /* of the items */
    struct bank_facts facts;
    struct ctx cx;
    struct tx_ahead ahead;
    bool under_way;
};

struct importing {
    struct ctx *cx; /* of the merchant */
    const struct sepa_desk *desk;
    struct bank_profile profile;
    const struct survey *survey;
    struct bank_report report;
    bool shared; /* another merchant has the account's other lines in its book */
    int fd;
    struct bank_known *known;
    struct batch batches[2]; /* one is filled while the other is applied */
    struct batch *filling;
};

/* --- giving facts to the core -------------------------------------------------------------------
 */

static err_t body_run(struct importing *importing, tx_body *body, void *arg)
{
    struct ctx cx;

    desk_ctx(importing->cx, &cx);
    err_t err = tx_run(importing->desk->store, &cx, body, arg);
    ctx_take_faults(importing->cx, &cx);
    desk_ctx_free(&cx);
    return err;
}

static err_t facts_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_facts_apply(cx, tx, arg);
}

static void batch_begin(struct importing *importing, struct batch *batch)
{
    arena_reset(batch->texts);
    batch->facts = (struct bank_facts){
        .profile = &importing->profile,
        .report = importing->report.sha256,
        .items = batch->items,
        .shared = importing->shared,
        .known = importing->known,
    };
}

/* What the context holds is not needed any more. */
static void batch_forget(struct importing *importing, struct batch *batch)
{
    batch->facts.looked = NULL;
    ctx_take_faults(importing->cx, &batch->cx);
    desk_ctx_free(&batch->cx);
}

/* While the one before is applied. */
static err_t batch_look(struct importing *importing, struct batch *batch)
{
    struct tx *tx;

    desk_ctx(importing->cx, &batch->cx);
    err_t err = desk_read(importing->desk, &tx);
    if (err == OK) {
        err = bank_facts_look(&batch->cx, tx, &batch->facts);
        reader_release(importing->desk->reader);
    }
    if (err != OK)
        batch_forget(importing, batch);
    return err;
}

static void batch_apply(struct importing *importing, struct batch *batch)
{
    batch->under_way = true;
    tx_start(importing->desk->store, &batch->cx, facts_body, &batch->facts, &batch->ahead);
}

/* Waits for it. *again: the same facts are to be applied from here on. */
static err_t batch_wait(struct importing *importing, struct batch *batch, bool *again)
{
    bool looked = batch->facts.looked != NULL;
    err_t err = tx_finish(&batch->ahead);

    batch->under_way = false;
    *again = err == ERR_STATE && looked; /* something else was true by then */
    if (*again)
        ctx_clear_faults(&batch->cx);
    batch_forget(importing, batch);
    if (*again)
        return OK;
    TRY(err);
    bank_known_keep(importing->known);
    batch->facts.from = batch->facts.done;
    *again = batch->facts.from < batch->facts.count;
    return OK;
}

/* Waits until all of it is applied: what was too much for one transaction goes on in others. */
static err_t batch_finish(struct importing *importing, struct batch *batch)
{
    bool again = false;

    while (batch->under_way) {
        TRY(batch_wait(importing, batch, &again));
        if (!again)
            continue;
        desk_ctx(importing->cx, &batch->cx);
        batch_apply(importing, batch);
    }
    batch_begin(importing, batch);
    return OK;
}

/* Applies what was gathered and turns to the other batch. The order of the facts is kept: one batch
 * is on its way at a time. */
static err_t facts_flush(struct importing *importing)
{
    struct batch *full = importing->filling;
    struct batch *other = full == importing->batches ? full + 1 : full - 1;
    bool more = full->facts.count > 0;

    if (more)
        TRY(batch_look(importing, full));
    err_t err = batch_finish(importing, other);
    if (more && err == OK)
        batch_apply(importing, full);
    else if (more)
        batch_forget(importing, full);
    importing->filling = other;
    return err;
}

static err_t facts_end(struct importing *importing)
{
    TRY(facts_flush(importing));
    return facts_flush(importing);
}

static err_t fact_take(void *arg, const struct bank_fact *fact)
{
    struct importing *importing = arg;

    if (importing->filling->facts.count == BANK_FACTS_MAX)
        TRY(facts_flush(importing));
    struct batch *batch = importing->filling;
    struct bank_fact *copy = &batch->items[batch->facts.count++];
    *copy = *fact;
    copy->key = str_dup(batch->texts, fact->key);
    copy->message = str_dup(batch->texts, fact->message);
    copy->payment_info = str_dup(batch->texts, fact->payment_info);
    copy->instruction = str_dup(batch->texts, fact->instruction);
    copy->end_to_end = str_dup(batch->texts, fact->end_to_end);
    copy->reason = str_dup(batch->texts, fact->reason);
    copy->payee_name = str_dup(batch->texts, fact->payee_name);
    return OK;
}

static err_t statement_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_statement_note(cx, tx, arg);
}

static err_t statement_take(void *arg, const struct bank_statement *statement)
{
    struct importing *importing = arg;
    struct bank_statement noted = *statement;

    if (importing->shared)
        return OK;
    noted.report = importing->report.sha256;
    return body_run(importing, statement_body, &noted);
}

static err_t parked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_parked_try(cx, tx, arg);
}

/* What came before may be explained now. */
static err_t parked_try(struct importing *importing)
{
    struct bank_parked parked = {.profile = &importing->profile, .more = true};

    while (parked.more) {
        TRY(body_run(importing, parked_body, &parked));
        parked.from = parked.until;
        parked.from_serial = parked.until_serial;
    }
    return OK;
}

/* --- one file for one merchant ------------------------------------------------------------------
 */

/* Banks break their schema, and are read all the same: a person can see what was wrong. */
static err_t warning_read(struct importing *importing)
{
    const struct source source = source_fd(&importing->fd);
    struct bank_report *report = &importing->report;
    struct ctx *cx = importing->cx;
    size_t before = cx->fault_count;

    report->warning = STR_NONE;
    if (importing->desk->schema_dir.len == 0)
        return OK;
    if (lseek(importing->fd, 0, SEEK_SET) != 0)
        return fault(cx, ERR_IO, "file", "cannot be read");
    struct str message = str_format(cx->arena, "%.*s.001.%02lld", (int)report->kind.len,
                                    report->kind.ptr, (long long)report->version);
    err_t err = xml_validate(cx, importing->desk->schema_dir, message, &source, BYTES_MAX);
    if (err != OK && err != ERR_NOT_FOUND) {
        const char *text = cx->fault_count > before ? cx->faults[before].text : err_text(err);
        struct buf copy = buf_make(cx->arena, 64 * 1024);
        buf_put_cstr(&copy, text);
        log_scrub(copy.ptr, copy.len);
        report->warning = str_utf8_start(buf_str(&copy), WARNING_MAX);
    }
    cx->fault_count = before;
    return OK;
}

static err_t begin_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct importing *importing = arg;
    struct bank_report report = importing->report;

    (void)cx;
    TRY(bank_report_begin(cx, tx, &report));
    importing->report.imported = report.imported;
    return OK;
}

static err_t end_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct importing *importing = arg;

    return bank_report_end(cx, tx, importing->report.sha256);
}

static err_t report_reload(struct importing *importing)
{
    struct tx *tx;

    TRY(desk_read(importing->desk, &tx));
    err_t err = bank_report_load(importing->cx, tx, importing->report.sha256, &importing->report);
    reader_release(importing->desk->reader);
    return err;
}

static err_t facts_import(struct importing *importing)
{
    struct facts_reader reader = {
        .profile = &importing->profile,
        .survey = importing->survey,
        .take = fact_take,
        .statement = statement_take,
        .arg = importing,
    };

    TRY(facts_read(importing->cx, importing->fd, BYTES_MAX, &reader));
    TRY(facts_end(importing));
    TRY(parked_try(importing));
    return body_run(importing, end_body, importing);
}

static err_t import_for(struct importing *importing, struct sepa_imported *out)
{
    if (importing->report.bytes > importing->profile.import_bytes_max)
        return fault(importing->cx, ERR_LIMIT, "file", "is larger than import_max_mb");
    TRY(warning_read(importing));
    TRY(body_run(importing, begin_body, importing));
    out->known = importing->report.imported;
    if (!importing->report.imported) {
        TRY(facts_import(importing));
        log_event(importing->cx, EV_BANK_REPORT_IMPORTED,
                  LOG_ID("merchant", importing->cx->merchant),
                  LOG_WORD("kind", sepa_file_text(importing->survey->kind)));
    }
    TRY(report_reload(importing));
    out->report = importing->report;
    out->merchants++;
    return OK;
}

/* --- whose file ---------------------------------------------------------------------------------
 */

struct owners {
    struct merchant_id ids[ACCOUNT_MERCHANTS_MAX];
    size_t count;
};

static void owner_add(struct owners *owners, struct merchant_id id)
{
    for (size_t i = 0; i < owners->count; i++) {
        if (ID_EQ(owners->ids[i], id))
            return;
    }
    if (owners->count < ACCOUNT_MERCHANTS_MAX)
        owners->ids[owners->count++] = id;
}

static bool is_status(const struct survey *survey)
{
    return survey->kind == SEPA_FILE_STATUS || survey->kind == SEPA_FILE_CANCELLATION;
}

static err_t owners_of_messages(struct ctx *cx, struct tx *tx, const struct survey *survey,
                                struct owners *owners, bool *other_mode)
{
    for (size_t i = 0; i < survey->message_count; i++) {
        struct ctx owner = *cx;
        struct bank_file file;
        owner.fault_count = 0;
        err_t err = bank_file_of_message(&owner, tx, survey->messages[i], &file);
        if (err == ERR_NOT_FOUND)
            continue;
        TRY(err);
        if (owner.mode == cx->mode)
            owner_add(owners, owner.merchant);
        else
            *other_mode = true;
    }
    return OK;
}

static err_t owners_of_names(struct ctx *cx, struct tx *tx, const struct str *names, size_t count,
                             bool are_ics, struct owners *owners)
{
    struct merchant_id *ids = arena_array(cx->arena, struct merchant_id, ACCOUNT_MERCHANTS_MAX);
    size_t found;

    for (size_t i = 0; i < count; i++) {
        TRY(merchants_of_account(cx, tx, are_ics ? STR_NONE : names[i],
                                 are_ics ? names[i] : STR_NONE, ACCOUNT_MERCHANTS_MAX, ids,
                                 &found));
        for (size_t j = 0; j < found; j++)
            owner_add(owners, ids[j]);
    }
    return OK;
}

/* By the numbers of our files; else by what else says whose it is. Of merchants who share an
 * account the first one, in the order of their ids, keeps its book. */
static err_t owners_find(struct ctx *cx, struct tx *tx, const struct survey *survey,
                         struct owners *owners)
{
    bool other_mode = false;

    if (is_status(survey))
        TRY(owners_of_messages(cx, tx, survey, owners, &other_mode));
    if (other_mode)
        return fault(cx, ERR_NOT_FOUND, "file", "is about a file of the other mode");
    if (owners->count > 0)
        return OK;
    TRY(owners_of_names(cx, tx, survey->accounts, survey->account_count, false, owners));
    if (is_status(survey) && owners->count == 0)
        TRY(owners_of_names(cx, tx, survey->creditors, survey->creditor_count, true, owners));
    if (owners->count == 0)
        return fault(cx, ERR_NOT_FOUND, "file", "is of no account and no file of ours");
    return OK;
}

/* A file that came for one merchant must be about it, as far as it says. */
static err_t owner_check(struct ctx *cx, struct tx *tx, const struct survey *survey,
                         const struct bank_profile *profile)
{
    struct owners owners = {.count = 0};
    bool other_mode = false;

    if (!is_status(survey))
        return survey_names(survey->accounts, survey->account_count, profile->iban)
                   ? OK
                   : fault(cx, ERR_NOT_FOUND, "file", "is of another account");
    TRY(owners_of_messages(cx, tx, survey, &owners, &other_mode));
    bool named = owners.count > 0 || other_mode;
    for (size_t i = 0; i < owners.count; i++) {
        if (ID_EQ(owners.ids[i], cx->merchant))
            return OK;
    }
    bool others_ics = survey->creditor_count > 0 &&
                      !survey_names(survey->creditors, survey->creditor_count, profile->ics);
    if (named || others_ics)
        return fault(cx, ERR_NOT_FOUND, "file", "is of another creditor");
    return OK;
}

/* --- the file -----------------------------------------------------------------------------------
 */

static err_t owner_begin(struct importing *importing, bool by_clock)
{
    struct ctx *cx = importing->cx;
    struct merchant merchant;
    struct tx *tx;

    TRY(desk_read(importing->desk, &tx));
    err_t err = merchant_load(cx, tx, cx->merchant, &merchant);
    if (err == OK && by_clock)
        merchant_time(cx, &merchant);
    if (err == OK)
        err = bank_profile_load(cx, tx, cx->merchant, &importing->profile);
    if (err == OK)
        err = owner_check(cx, tx, importing->survey, &importing->profile);
    else if (err == ERR_NOT_FOUND)
        (void)fault(cx, err, "merchant", "does not exist");
    reader_release(importing->desk->reader);
    return err;
}

static void batches_new(struct importing *importing)
{
    importing->known = bank_known_new();
    importing->filling = &importing->batches[0];
    for (size_t i = 0; i < ARRAY_LEN(importing->batches); i++) {
        importing->batches[i].texts = arena_new(TEXTS_MAX);
        importing->batches[i].under_way = false;
        batch_begin(importing, &importing->batches[i]);
    }
}

/* One that is on its way when the reading fails ends first. */
static void batches_free(struct importing *importing)
{
    for (size_t i = 0; i < ARRAY_LEN(importing->batches); i++) {
        struct batch *batch = &importing->batches[i];
        if (batch->under_way) {
            err_t late = tx_finish(&batch->ahead);
            (void)late; /* the reading's own fault is told */
            desk_ctx_free(&batch->cx);
        }
        arena_free(batch->texts);
    }
    bank_known_free(importing->known);
}

static err_t owner_import(struct ctx *cx, struct importing *importing, bool by_clock,
                          struct sepa_imported *out)
{
    struct ctx *own = arena_make(cx->arena, struct ctx);

    *own = *cx;
    own->fault_count = 0;
    importing->cx = own;
    batches_new(importing);
    err_t err = owner_begin(importing, by_clock);
    if (err == OK)
        err = import_for(importing, out);
    batches_free(importing);
    ctx_take_faults(cx, own);
    return err;
}

static err_t report_fill(struct ctx *cx, int fd, struct str name, struct bank_report *out)
{
    struct xml_written measured;

    if (desk_file_measure(fd, &measured) != OK)
        return fault(cx, ERR_IO, "file", "cannot be read");
    *out = (struct bank_report){
        .sha256 = hex_encode(cx->arena, measured.sha256, sizeof measured.sha256),
        .bytes = measured.bytes,
        .name = str_to_text(cx->arena, name), /* a file system takes any bytes */
    };
    return OK;
}

static void survey_tell(const struct survey *survey, struct bank_report *out)
{
    out->kind = str_of(sepa_file_text(survey->kind));
    out->version = survey->version;
    out->msg_id = survey->msg_id.len > 0 ? survey->msg_id : STR_NONE;
    out->sender = survey->sender.len > 0 ? bic_bank(survey->sender) : STR_NONE;
}

static err_t owners_read(struct ctx *cx, const struct sepa_desk *desk, const struct survey *survey,
                         struct owners *owners)
{
    struct tx *tx;

    TRY(desk_read(desk, &tx));
    err_t err = owners_find(cx, tx, survey, owners);
    reader_release(desk->reader);
    return err;
}

err_t sepa_import_file(struct ctx *cx, const struct sepa_desk *desk, int fd, struct str name,
                       struct sepa_imported *out)
{
    struct importing *importing = arena_make(cx->arena, struct importing);
    struct survey *survey = arena_make(cx->arena, struct survey);
    struct owners owners = {.ids = {cx->merchant}, .count = 1};
    bool by_clock = ID_NONE(cx->merchant);
    struct bank_report report;
    struct ctx own = *cx;

    *out = (struct sepa_imported){.known = false};
    TRY(report_fill(cx, fd, name, &report));
    TRY(survey_read(cx, fd, BYTES_MAX, survey));
    survey_tell(survey, &report);
    if (by_clock) {
        owners.count = 0;
        TRY(owners_read(cx, desk, survey, &owners));
    }
    for (size_t i = 0; i < owners.count; i++) {
        *importing = (struct importing){
            .desk = desk, .survey = survey, .report = report, .shared = i > 0, .fd = fd};
        own.merchant = owners.ids[i];
        err_t err = owner_import(&own, importing, by_clock, out);
        cx->fault_count = 0;
        ctx_take_faults(cx, &own);
        TRY(err);
    }
    return OK;
}

err_t sepa_import_received(struct ctx *cx, const struct sepa_desk *desk, const char *path,
                           struct str name, struct sepa_imported *out)
{
    struct bank_report report = {.bytes = 0};
    int fd;

    if (desk_file_open(path, &fd) != OK)
        return fault(cx, ERR_IO, "file", "cannot be read");
    err_t err = report_fill(cx, fd, name, &report);
    if (err == OK)
        err = sepa_import_file(cx, desk, fd, name, out);
    if (err == OK)
        err = desk_file_rename(cx, path, desk_received_path(cx, desk, report.sha256));
    close(fd);
    return err;
}
