#include "rails/sepa/export.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"
#include "rails/sepa/early.h"
#include "rails/sepa/import.h"
#include "rails/sepa/simulated.h"

/* How much in one transaction of the database. */
enum { AT_ONCE = 500, FAULT_MAX = 300 };

struct exporting {
    struct ctx *cx;
    const struct sepa_desk *desk;
    struct merchant merchant;
    struct bank_profile profile;
    struct sepa_exported *out;
    struct early *early; /* NULL: none */
    int64_t term;        /* the lease under which it was begun */
};

/* --- what the rows need -------------------------------------------------------------------------
 */

static err_t way_check(struct exporting *exporting)
{
    const struct sepa_desk *desk = exporting->desk;
    struct ctx *cx = exporting->cx;

    if (desk->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "keys", "cannot be used, so no account can be opened");
    if (exporting->profile.iban.len == 0)
        return fault(cx, ERR_UNAVAILABLE, "iban", "is not set");
    if (cx->mode == MODE_LIVE && desk->out_dir.len == 0)
        return fault(cx, ERR_UNAVAILABLE, "sepa.out_dir", "is not set");
    if (cx->mode == MODE_TEST && desk->bank_url == NULL)
        return fault(cx, ERR_UNAVAILABLE, "sandbox", "has no simulated bank here");
    return OK;
}

static err_t merchant_read(struct exporting *exporting)
{
    struct ctx *cx = exporting->cx;
    struct tx *tx;

    TRY(desk_read(exporting->desk, &tx));
    err_t err = merchant_load(cx, tx, cx->merchant, &exporting->merchant);
    if (err == OK)
        err = bank_profile_load(cx, tx, cx->merchant, &exporting->profile);
    reader_release(exporting->desk->reader);
    return err == ERR_NOT_FOUND ? fault(cx, err, "merchant", "does not exist") : err;
}

/* Each body gets memory of its own, which does not grow with the number of files. */
static err_t body_run(struct exporting *exporting, tx_body *body, void *arg)
{
    struct ctx cx;

    desk_ctx(exporting->cx, &cx);
    err_t err = tx_run(exporting->desk->store, &cx, body, arg);
    ctx_take_faults(exporting->cx, &cx);
    desk_ctx_free(&cx);
    return err;
}

static err_t take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_take(cx, tx, arg);
}

static void write_along(struct exporting *exporting, struct tx_ahead *taking)
{
    if (exporting->early == NULL)
        exporting->early = early_begin(exporting->cx, exporting->desk, &exporting->profile);
    early_go_on(exporting->early, taking);
}

/* While one is taken what was taken before is written. */
static err_t portion_take(struct exporting *exporting, struct bank_taking *taking)
{
    bool goes_on = taking->more;
    struct tx_ahead ahead;
    struct ctx cx;

    desk_ctx(exporting->cx, &cx);
    tx_start(exporting->desk->store, &cx, take_body, taking, &ahead);
    if (goes_on)
        write_along(exporting, &ahead);
    err_t err = tx_finish(&ahead);
    ctx_take_faults(exporting->cx, &cx);
    desk_ctx_free(&cx);
    exporting->out->taken += err == OK ? taking->taken : 0;
    return err;
}

static err_t late_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return bank_files_give_up_late(cx, tx);
}

/* What is begun and not released, as it stands now. */
static err_t open_files_read(struct exporting *exporting, struct bank_file **files, size_t *count)
{
    struct tx *tx;

    TRY(desk_read(exporting->desk, &tx));
    err_t err = bank_files_open(exporting->cx, tx, files, count);
    reader_release(exporting->desk->reader);
    return err;
}

/* What an export before this one has left. */
static err_t late_give_up(struct exporting *exporting)
{
    struct bank_file *files;
    size_t count;

    TRY(open_files_read(exporting, &files, &count));
    return count == 0 ? OK : body_run(exporting, late_body, NULL);
}

static err_t due_take(struct exporting *exporting)
{
    struct bank_taking taking = {
        .merchant = &exporting->merchant,
        .profile = &exporting->profile,
        .most = AT_ONCE,
    };

    do
        TRY(portion_take(exporting, &taking));
    while (taking.more);
    early_wait(exporting->early);
    return OK;
}

/* --- writing and checking -----------------------------------------------------------------------
 */

struct one_file {
    struct exporting *exporting;
    const struct bank_file *file;
    const char *path;
    struct bank_file_facts facts;
    struct str fault;
};

/* A portion of its debits that goes. */
struct portion {
    struct ctx cx;
    struct bank_sending sending;
    struct tx_ahead ahead;
};

/* What a person reads: without the account numbers that a schema's complaint may quote. */
static struct str fault_text(struct ctx *cx, err_t err)
{
    struct buf text = buf_make(cx->arena, 4096);

    for (size_t i = 0; i < cx->fault_count; i++)
        buf_format(&text, "%s%s %s", i == 0 ? "" : "; ",
                   cx->faults[i].field == NULL ? "" : cx->faults[i].field, cx->faults[i].text);
    if (text.len == 0 || text.failed)
        return str_of(err_text(err));
    log_scrub(text.ptr, text.len);
    return str_utf8_start(buf_str(&text), FAULT_MAX);
}

static err_t built_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct one_file *one = arg;

    return bank_file_built(cx, tx, one->file->id, &one->facts);
}

static err_t blocked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct one_file *one = arg;

    return bank_file_blocked(cx, tx, one->file->id, one->fault);
}

/* What it holds does not fit; anything else is trouble of ours, and it is tried again. */
static bool is_fault_of_content(err_t err)
{
    return err == ERR_INVALID || err == ERR_MALFORMED || err == ERR_LIMIT;
}

static err_t file_block(struct one_file *one, err_t err)
{
    struct ctx *cx = one->exporting->cx;

    one->fault = fault_text(cx, err);
    ctx_clear_faults(cx);
    one->exporting->out->blocked++;
    log_event(cx, EV_BANK_FILE_BLOCKED, LOG_ID("file", one->file->id), LOG_ERR(err));
    return body_run(one->exporting, blocked_body, one);
}

/* From its rows. */
static err_t file_write(struct one_file *one, struct draft **draft)
{
    const struct sepa_order order = {
        .desk = one->exporting->desk,
        .profile = &one->exporting->profile,
        .file = one->file,
    };
    struct ctx *cx = one->exporting->cx;

    TRY(draft_begin(cx, &order, one->path, draft));
    err_t err = draft_end(cx, *draft, one->file, &one->facts);
    if (err != OK)
        draft_drop(*draft);
    return err;
}

static err_t file_make(struct one_file *one, struct draft **draft)
{
    struct exporting *exporting = one->exporting;

    early_end(exporting->cx, exporting->early, one->file, &one->facts, draft);
    return *draft != NULL ? OK : file_write(one, draft);
}

static err_t file_build(struct one_file *one, bool *built)
{
    struct ctx *cx = one->exporting->cx;
    struct draft *draft;

    *built = false;
    err_t err = file_make(one, &draft);
    if (err != OK)
        return is_fault_of_content(err) ? file_block(one, err) : err;
    TRY(draft_place(cx, draft));
    *built = true;
    return body_run(one->exporting, built_body, one);
}

/* --- releasing ----------------------------------------------------------------------------------
 */

static bool bytes_lie(struct one_file *one, struct str promised)
{
    struct ctx *cx = one->exporting->cx;
    struct xml_written found;
    bool same = false;
    int fd;

    if (desk_file_open(one->path, &fd) != OK)
        return false;
    same = desk_file_measure(fd, &found) == OK &&
           str_eq(hex_encode(cx->arena, found.sha256, sizeof found.sha256), promised);
    close(fd);
    return same;
}

/* The bytes that the row promises lie there; after the loss of the disk beside the database they
 * are written again, and must be the same. */
static err_t bytes_find(struct one_file *one, struct str promised)
{
    struct ctx *cx = one->exporting->cx;
    struct draft *draft;

    if (bytes_lie(one, promised))
        return OK;
    TRY(file_write(one, &draft));
    if (str_eq(one->facts.sha256, promised))
        return draft_place(cx, draft);
    draft_drop(draft);
    return fault_object(cx, ERR_INTERNAL, "file", "is lost and cannot be made again",
                        one->file->id.raw);
}

static err_t send_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_file_send(cx, tx, arg);
}

static err_t portion_read(struct exporting *exporting, struct portion *portion)
{
    struct tx *tx;

    desk_ctx(exporting->cx, &portion->cx);
    err_t err = desk_read(exporting->desk, &tx);
    if (err == OK) {
        err = bank_file_look(&portion->cx, tx, &portion->sending);
        reader_release(exporting->desk->reader);
    }
    return err;
}

static void portion_end(struct exporting *exporting, struct portion *portion)
{
    ctx_take_faults(exporting->cx, &portion->cx);
    desk_ctx_free(&portion->cx);
}

/* The next is read while one is written. */
static err_t debits_send(struct exporting *exporting, struct bank_file_id file)
{
    struct portion portions[2] = {{.sending = {.file = file, .most = AT_ONCE}}};
    struct portion *now = &portions[0];
    err_t err = portion_read(exporting, now);

    while (err == OK && now->sending.more) {
        struct portion *next = now == portions ? &portions[1] : &portions[0];
        next->sending =
            (struct bank_sending){.file = file, .most = AT_ONCE, .from = now->sending.until};
        tx_start(exporting->desk->store, &now->cx, send_body, &now->sending, &now->ahead);
        err = portion_read(exporting, next);
        err_t sent = tx_finish(&now->ahead);
        portion_end(exporting, now);
        err = sent != OK ? sent : err;
        now = next;
    }
    if (err == OK)
        err = tx_run(exporting->desk->store, &now->cx, send_body, &now->sending);
    portion_end(exporting, now);
    return err;
}

static err_t released_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct one_file *one = arg;

    return bank_file_released(cx, tx, one->file->id);
}

/* A server that stood still for longer than its lease has lost it to another one, which may have
 * done all of this by now. */
static err_t is_still_ours(struct one_file *one)
{
    const struct sepa_desk *desk = one->exporting->desk;
    struct ctx *cx = one->exporting->cx;
    struct bank_file file;
    struct tx *tx;

    TRY(desk_read(desk, &tx));
    err_t err = bank_file_load(cx, tx, one->file->id, &file);
    reader_release(desk->reader);
    TRY(err);
    return file.state == BANK_FILE_BUILT && holder_holds(desk->holder, one->exporting->term)
               ? OK
               : fault_object(cx, ERR_STATE, "file", "was seen to by another server",
                              one->file->id.raw);
}

static const char *out_path(const struct one_file *one, const char *before, struct str name)
{
    struct str dir = one->exporting->desk->out_dir;

    return str_format(one->exporting->cx->arena, "%.*s/%s%.*s", (int)dir.len, dir.ptr, before,
                      (int)name.len, name.ptr)
        .ptr;
}

static err_t file_publish(struct one_file *one, struct str name)
{
    struct ctx *cx = one->exporting->cx;

    if (cx->mode == MODE_TEST)
        return OK; /* the simulated bank gets it with its answer, below */
    const char *hidden = out_path(one, ".", name);
    TRY(desk_file_copy(cx, one->path, hidden));
    err_t err = is_still_ours(one); /* copying took its time */
    if (err == OK)
        return desk_file_rename(cx, hidden, out_path(one, "", name));
    unlink(hidden);
    return err;
}

static err_t file_release(struct one_file *one, struct str sha256, struct str name)
{
    struct exporting *exporting = one->exporting;

    TRY(bytes_find(one, sha256));
    if (one->file->kind == BANK_FILE_DEBITS)
        TRY(debits_send(exporting, one->file->id));
    TRY(file_publish(one, name));
    TRY(body_run(exporting, released_body, one));
    exporting->out->released++;
    log_event(exporting->cx, EV_BANK_FILE_RELEASED, LOG_ID("file", one->file->id),
              LOG_INT("count", one->file->count));
    return OK;
}

static err_t file_finish(struct exporting *exporting, const struct bank_file *file)
{
    struct one_file one = {
        .exporting = exporting,
        .file = file,
        .path = desk_sent_path(exporting->cx, exporting->desk, file->msg_id),
    };
    bool built = file->state == BANK_FILE_BUILT;

    if (built)
        return file_release(&one, file->sha256, file->name);
    TRY(file_build(&one, &built));
    return built ? file_release(&one, one.facts.sha256, one.facts.name) : OK;
}

/* What is wrong with one is told of no other, and its memory does not grow with their number. */
static err_t file_finish_alone(struct exporting *exporting, const struct bank_file *file)
{
    struct ctx *all = exporting->cx;
    struct ctx own;

    desk_ctx(all, &own);
    exporting->cx = &own;
    err_t err = file_finish(exporting, file);
    exporting->cx = all;
    ctx_take_faults(all, &own);
    desk_ctx_free(&own);
    return err;
}

/* One that cannot be finished holds up no other of those that are listed. */
static err_t listed_finish(struct exporting *exporting, bool *more)
{
    struct bank_file *files;
    size_t count;
    err_t err = OK;

    TRY(open_files_read(exporting, &files, &count));
    for (size_t i = 0; i < count; i++) {
        err_t failed = file_finish_alone(exporting, &files[i]);
        err = failed != OK ? failed : err;
    }
    *more = count == BANK_FILES_MAX;
    return err;
}

static err_t files_finish(struct exporting *exporting)
{
    struct arena *arena = exporting->cx->arena;
    bool more = true;

    while (more) {
        struct arena_mark mark = arena_mark(arena);
        TRY(listed_finish(exporting, &more));
        arena_rewind(arena, mark);
    }
    return OK;
}

/* --- all of it ----------------------------------------------------------------------------------
 */

static err_t export_locked(struct exporting *exporting)
{
    TRY(late_give_up(exporting));
    TRY(due_take(exporting));
    err_t err = files_finish(exporting);
    if (exporting->cx->mode == MODE_LIVE)
        return err;
    err_t sent = simulated_send(exporting->cx, exporting->desk, &exporting->profile);
    return err != OK ? err : sent;
}

err_t sepa_export(struct ctx *cx, const struct sepa_desk *desk, struct sepa_exported *out)
{
    struct exporting exporting = {
        .cx = cx, .desk = desk, .out = out, .term = holder_term(desk->holder)};
    int lock;

    *out = (struct sepa_exported){.taken = 0};
    TRY(merchant_read(&exporting));
    TRY(way_check(&exporting));
    TRY(desk_lock(cx, desk, &lock));
    err_t err = export_locked(&exporting);
    early_free(exporting.early);
    desk_unlock(cx, desk, lock);
    return err;
}
