#include "rails/sepa/rail.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "rails/sepa/export.h"
#include "rails/sepa/import.h"
#include "rails/sepa/simulated.h"

/* How often the folder is looked at, how old a file there must be, and how many merchants may have
 * unfinished files at the start. */
enum { LOOK_MS = 5000, SETTLED_S = 2, UNFINISHED_MAX = 10000 };

struct sepa_rail {
    struct sepa_desk desk;
    struct bank_rail rail;
    struct mailbox *mailbox;
    struct message wake;
    pthread_t thread;
    atomic_bool stopping;
    atomic_bool closed;
    bool started;
};

/* --- errands ------------------------------------------------------------------------------------
 */

static struct ctx *ctx_new(const struct sepa_rail *own, enum mode mode, instant offset)
{
    const struct ctx like = {.ids = own->desk.ids, .news = own->desk.news, .mode = mode};
    struct ctx *cx = process_make(struct ctx);

    desk_ctx(&like, cx);
    cx->real = clock_now();
    cx->now = cx->real + offset;
    return cx;
}

static void ctx_drop(struct ctx *cx)
{
    desk_ctx_free(cx);
    process_free(cx);
}

static err_t reports_ask(struct ctx *cx, const struct sepa_desk *desk)
{
    struct bank_profile profile;
    struct tx *tx;
    int lock;

    if (desk->bank_url == NULL)
        return fault(cx, ERR_UNAVAILABLE, "sandbox", "has no simulated bank here");
    TRY(desk_read(desk, &tx));
    err_t err = bank_profile_load(cx, tx, cx->merchant, &profile);
    reader_release(desk->reader);
    TRY(err);
    TRY(desk_lock(cx, desk, &lock));
    err = simulated_ask(cx, desk, &profile);
    desk_unlock(cx, desk, lock);
    return err;
}

static err_t errand_run(struct ctx *cx, const struct sepa_desk *desk, enum bank_errand what)
{
    struct sepa_exported exported;

    switch (what) {
    case BANK_EXPORT:
        return sepa_export(cx, desk, &exported);
    case BANK_REPORTS:
        return reports_ask(cx, desk);
    }
    must_fail(__FILE__, __LINE__, "an errand is a member");
}

static void arrived(struct message *message)
{
    struct bank_call *call = (struct bank_call *)message;
    struct sepa_rail *own = call->rail;

    call->result = ERR_UNAVAILABLE;
    if (!atomic_load(&own->stopping)) {
        struct ctx *cx = ctx_new(own, call->mode, call->offset);
        cx->merchant = call->merchant;
        call->result = errand_run(cx, &own->desk, call->what);
        if (call->result != OK)
            log_event(cx, EV_BANK_ERRAND_FAILED, LOG_ID("merchant", call->merchant),
                      LOG_ERR(call->result));
        ctx_drop(cx);
    }
    call->done.run = call->answer;
    mailbox_post(call->home, &call->done);
}

static void rail_send(void *self, struct bank_call *call)
{
    struct sepa_rail *own = self;

    call->rail = own;
    call->answer = call->done.run;
    if (atomic_load(&own->closed)) {
        call->result = ERR_UNAVAILABLE;
        mailbox_post(call->home, &call->done);
        return;
    }
    call->done.run = arrived;
    mailbox_post(own->mailbox, &call->done);
}

/* --- the thread ---------------------------------------------------------------------------------
 */

/* Files that a crash left between two states. */
static void unfinished_run(struct sepa_rail *own)
{
    struct bank_owner *owners = process_alloc(sizeof *owners, UNFINISHED_MAX);
    struct ctx *cx = ctx_new(own, MODE_LIVE, 0);
    struct sepa_exported exported;
    struct merchant merchant;
    size_t count = 0;
    struct tx *tx;

    err_t err = desk_read(&own->desk, &tx);
    if (err == OK)
        err = bank_files_unfinished(cx, tx, UNFINISHED_MAX, owners, &count);
    for (size_t i = 0; err == OK && i < count && !atomic_load(&own->stopping); i++) {
        struct ctx *one = ctx_new(own, owners[i].mode, 0);
        one->merchant = owners[i].merchant;
        err = desk_read(&own->desk, &tx);
        if (err == OK)
            err = merchant_load(one, tx, one->merchant, &merchant);
        reader_release(own->desk.reader);
        if (err == OK)
            merchant_time(one, &merchant);
        err_t done = err == OK ? sepa_export(one, &own->desk, &exported) : OK;
        if (done != OK)
            log_event(one, EV_BANK_ERRAND_FAILED, LOG_ID("merchant", one->merchant), LOG_ERR(done));
        ctx_drop(one);
    }
    reader_release(own->desk.reader);
    if (err != OK)
        log_event(cx, EV_STORE_FAILED, LOG_ERR(err));
    ctx_drop(cx);
    process_free(owners);
}

/* Servers that share the folder take turns; what is busy is looked at again soon. */
static err_t folder_import(struct ctx *cx, const struct sepa_desk *desk, struct sepa_folder *folder)
{
    int lock;

    if (desk->holder == NULL)
        return sepa_import_folder(cx, desk, SETTLED_S, folder);
    TRY(desk_lock(cx, desk, &lock));
    err_t err = sepa_import_folder(cx, desk, SETTLED_S, folder);
    desk_unlock(cx, desk, lock);
    return err;
}

static void folder_look(struct sepa_rail *own)
{
    struct sepa_folder folder;

    if (own->desk.in_dir.len == 0)
        return;
    struct ctx *cx = ctx_new(own, MODE_LIVE, 0);
    err_t err = folder_import(cx, &own->desk, &folder);
    if (err != OK && err != ERR_BUSY)
        log_event(cx, EV_BANK_ERRAND_FAILED, LOG_WORD("folder", "sepa.in_dir"), LOG_ERR(err));
    ctx_drop(cx);
}

static void *bank_thread(void *arg)
{
    struct sepa_rail *own = arg;
    int64_t next_look_us = 0;

    unfinished_run(own);
    while (!atomic_load(&own->stopping)) {
        struct pollfd wait = {.fd = mailbox_fd(own->mailbox), .events = POLLIN};
        if (poll(&wait, 1, own->desk.in_dir.len == 0 ? -1 : LOOK_MS) < 0)
            must(errno == EINTR);
        (void)mailbox_run(own->mailbox);
        if (clock_monotonic_us() >= next_look_us) {
            folder_look(own);
            next_look_us = clock_monotonic_us() + INT64_C(1000) * LOOK_MS;
        }
    }
    return NULL;
}

/* --- life ---------------------------------------------------------------------------------------
 */

err_t sepa_rail_new(struct ctx *cx, const struct sepa_desk *desk, struct sepa_rail **out)
{
    struct sepa_rail *own = process_make(struct sepa_rail);

    (void)cx;
    own->desk = *desk;
    own->rail = (struct bank_rail){.self = own, .live = desk->out_dir.len > 0, .send = rail_send};
    own->mailbox = mailbox_new();
    err_t err = reader_open(desk->store, &own->desk.reader);
    if (err != OK) {
        sepa_rail_free(own);
        return err;
    }
    *out = own;
    return OK;
}

const struct bank_rail *sepa_rail_of(struct sepa_rail *own)
{
    return &own->rail;
}

void sepa_rail_start(struct sepa_rail *own)
{
    must(!own->started);
    own->started = true;
    must(pthread_create(&own->thread, NULL, bank_thread, own) == 0);
}

static void woken(struct message *message)
{
    (void)message;
}

void sepa_rail_stop(struct sepa_rail *own)
{
    if (!own->started || atomic_exchange(&own->closed, true))
        return;
    atomic_store(&own->stopping, true);
    own->wake.run = woken;
    mailbox_post(own->mailbox, &own->wake);
    must(pthread_join(own->thread, NULL) == 0);
    /* What was posted while the thread ended comes back undone. */
    (void)mailbox_run(own->mailbox);
}

void sepa_rail_free(struct sepa_rail *own)
{
    if (own == NULL)
        return;
    must(!own->started || atomic_load(&own->closed));
    if (own->desk.reader != NULL)
        reader_close(own->desk.reader);
    mailbox_free(own->mailbox);
    process_free(own);
}
