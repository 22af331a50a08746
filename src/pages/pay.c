#include "pages/pay.h"

#include "pages/frame.h"
#include "pages/pay_debit.h"
#include "pages/pay_form.h"
#include "pages/visit.h"

enum {
    REFRESH_S = 2,
    SLOW_AFTER = 15,  /* refreshes: half a minute */
    ROUNDS_MAX = 9999 /* of the counter in the address */
};

void pay_show(struct request *request)
{
    struct visit *visit = visit_open(request);
    bool retry;
    bool typed;
    bool by_debit;

    if (visit == NULL)
        return;
    by_debit = pay_by_debit(visit, frame_query(request, STR("method")));
    typed = str_eq(frame_query(request, STR("other")), STR("1"));
    retry = str_eq(frame_query(request, STR("retry")), STR("1"));
    switch (visit->page->state) {
    case PAGE_FORM:
        if (by_debit) {
            pay_debit_show(visit);
            return;
        }
        pay_form_answer(visit, &(struct pay_form){.typed = typed,
                                                  .banner = pay_banner(visit->page->problem),
                                                  .status = 200});
        return;
    case PAGE_CHALLENGE:
        /* Whoever comes back from the bank may begin again, with another card if need be. */
        if (by_debit && (retry || frame_query(request, STR("method")).len > 0))
            pay_debit_show(visit);
        else if (retry)
            pay_form_answer(visit, &(struct pay_form){.typed = typed, .status = 200});
        else
            answer_redirect(request, visit_path(visit, "/status", ""));
        return;
    case PAGE_WAITING:
        answer_redirect(request, visit_path(visit, "/status", ""));
        return;
    case PAGE_PAID:
        visit_receipt(visit, 410, false);
        return;
    case PAGE_PAUSED:
    case PAGE_OVER:
    case PAGE_CANCELED:
    case PAGE_BLOCKED:
        visit_closed(visit);
        return;
    }
}

/* How often the status page has refreshed itself: the address counts, so that no script and no
 * cookie need to. */
static int64_t rounds_read(struct request *request)
{
    int64_t rounds;

    if (!str_to_int64(frame_query(request, STR("n")), &rounds) || rounds < 0)
        return 0;
    return rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
}

static void waiting_answer(const struct visit *visit)
{
    struct request *request = visit->request;
    struct arena *arena = request->cx->arena;
    int64_t rounds = rounds_read(request);
    bool automatic = !str_eq(frame_query(request, STR("auto")), STR("0"));
    struct str next =
        visit_path(visit, "/status", str_format(arena, "n=%lld", (long long)rounds + 1).ptr);
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(request);
    struct page_wait page = {
        .frame = visit_frame(visit),
        .summary = visit_summary(visit),
        .slow = rounds >= SLOW_AFTER,
        .automatic = automatic,
        .other_url = automatic ? visit_path(visit, "/status", "auto=0") : next,
    };

    if (automatic)
        policy.refresh = str_format(arena, "%d; url=%.*s", REFRESH_S, (int)next.len, next.ptr);
    page_wait(&out, &page, visit->lang);
    answer_page(request, 200, visit->lang, &policy, &out);
}

void pay_status(struct request *request)
{
    struct visit *visit = visit_open(request);

    if (visit == NULL)
        return;
    switch (visit->page->state) {
    case PAGE_FORM:
        answer_redirect(request, visit_path(visit, "", ""));
        return;
    case PAGE_WAITING:
        waiting_answer(visit);
        return;
    case PAGE_CHALLENGE:
        visit_bank(visit, page_session(request->core, request->cx, visit->page,
                                       visit_path(visit, "/status", "")));
        return;
    case PAGE_PAID:
        visit_receipt(visit, 200, !str_eq(frame_query(request, STR("auto")), STR("0")));
        return;
    case PAGE_PAUSED:
    case PAGE_OVER:
    case PAGE_CANCELED:
    case PAGE_BLOCKED:
        visit_closed(visit);
        return;
    }
}
