#include "rails/sepa/early.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/must.h"
#include "base/thread.h"

struct early {
    struct ctx cx; /* with memory of its own, where it lies too */
    const struct sepa_desk *desk;
    const struct bank_profile *profile;
    pthread_t thread; /* looks at all that is due, and begins: so long the desk's reader is its */
    atomic_bool begun;
    bool joined;
    struct bank_foresight foresight;
    struct draft *draft; /* NULL: none was begun, or it is of no use */
};

/* --- beginning ----------------------------------------------------------------------------------
 */

static err_t foresee(struct early *early, bool *found)
{
    struct tx *tx;

    TRY(desk_read(early->desk, &tx));
    err_t err = bank_foresee(&early->cx, tx, early->profile, &early->foresight, found);
    reader_release(early->desk->reader);
    return err;
}

static err_t draft_open(struct early *early)
{
    const struct bank_file *file = &early->foresight.file;
    bool found;

    TRY(foresee(early, &found));
    if (!found)
        return OK;
    const struct sepa_order order = {
        .desk = early->desk,
        .profile = early->profile,
        .file = file,
        .foresight = &early->foresight,
    };
    return draft_begin(&early->cx, &order, desk_sent_path(&early->cx, early->desk, file->msg_id),
                       &early->draft);
}

static void *begin_main(void *arg)
{
    struct early *early = arg;

    if (draft_open(early) != OK)
        must(early->draft == NULL);
    atomic_store(&early->begun, true);
    return NULL;
}

struct early *early_begin(struct ctx *cx, const struct sepa_desk *desk,
                          const struct bank_profile *profile)
{
    struct ctx own;

    desk_ctx(cx, &own);
    struct early *early = arena_make(own.arena, struct early);
    *early = (struct early){.cx = own, .desk = desk, .profile = profile};
    thread_start(&early->thread, begin_main, early);
    return early;
}

void early_wait(struct early *early)
{
    if (early == NULL || early->joined)
        return;
    must(pthread_join(early->thread, NULL) == 0);
    early->joined = true;
}

/* --- going on -----------------------------------------------------------------------------------
 */

static void draft_forget(struct early *early)
{
    if (early->draft != NULL)
        draft_drop(early->draft);
    early->draft = NULL;
}

void early_go_on(struct early *early, struct tx_ahead *taking)
{
    bool more = true;

    if (!atomic_load(&early->begun))
        return;
    early_wait(early);
    while (early->draft != NULL && more && !tx_is_answered(taking)) {
        if (draft_go_on(early->draft, &more) != OK)
            draft_forget(early);
    }
}

/* --- ending -------------------------------------------------------------------------------------
 */

static bool came_true(struct early *early)
{
    bool is = false;
    struct tx *tx;

    if (desk_read(early->desk, &tx) != OK)
        return false;
    err_t err = bank_foresight_came_true(&early->cx, tx, &early->foresight, &is);
    reader_release(early->desk->reader);
    return err == OK && is;
}

void early_end(struct ctx *cx, struct early *early, const struct bank_file *file,
               struct bank_file_facts *facts, struct draft **out)
{
    struct ctx own = *cx;

    *out = NULL;
    if (early == NULL)
        return;
    early_wait(early);
    if (early->draft == NULL || !ID_EQ(early->foresight.file.id, file->id))
        return;
    own.fault_count = 0;
    if (came_true(early) && draft_end(&own, early->draft, file, facts) == OK) {
        *out = early->draft;
        early->draft = NULL;
    }
    draft_forget(early);
}

void early_free(struct early *early)
{
    if (early == NULL)
        return;
    early_wait(early);
    draft_forget(early);
    struct ctx own = early->cx;
    desk_ctx_free(&own);
}
