#include "pages/threeds.h"

#include "base/log.h"
#include "pages/browser.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/visit.h"

/* An authentication under way; the core borrows work until done. */
struct passage {
    struct page_authenticate work;
    struct request *request;
};

static struct passage *passage_make(struct request *request, struct str token,
                                    void (*done)(struct operation *operation))
{
    struct passage *passage = arena_make(request->cx->arena, struct passage);

    passage->request = request;
    passage->work.operation = (struct operation){
        .core = request->core, .cx = request->cx, .done = done, .owner = passage};
    passage->work.flow.browser = browser_of(request);
    passage->work.token = token;
    return passage;
}

static struct visit visit_of(struct passage *passage)
{
    struct request *request = passage->request;

    return (struct visit){
        .request = request,
        .page = &passage->work.flow.page,
        .lang = frame_language(request, &passage->work.flow.page.merchant),
    };
}

static void failure_answer(struct request *request, err_t err)
{
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
        return;
    }
    log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "authentication"), LOG_ERR(err));
    notice_answer(request, err == ERR_INTERNAL || err == ERR_IO ? 500 : 503,
                  TEXT_NOTICE_UNAVAILABLE);
}

/* A chain of redirects that began with the bank's form may not end on another origin (pages.md 19):
 * this page ends the chain, and leaves by itself. */
static void leave_answer(const struct visit *visit, struct str url)
{
    struct request *request = visit->request;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(request);
    struct page_leave page = {
        .frame = visit_frame(visit),
        .payee = visit->page->merchant.name,
        .leave_url = url,
    };

    (void)answer_leaves(request, 0, url, &policy);
    visit_tell(&page.frame, visit, "secure-auth-end", url);
    page_leave(&out, &page, visit->lang);
    answer_page(request, 200, visit->lang, &policy, &out);
}

static bool is_own_path(struct str url)
{
    return url.len > 0 && url.ptr[0] == '/';
}

static void redirect_answer(struct passage *passage)
{
    struct page_authenticate *work = &passage->work;
    struct request *request = passage->request;
    struct visit visit = visit_of(passage);

    if (work->challenge)
        visit_bank(&visit, work->flow.session);
    else if (is_own_path(work->go))
        answer_redirect(request, work->go);
    else if (work->go.len == 0 || str_eq(frame_query(request, STR("from")), STR("bank")) ||
             !answer_fits(request, work->go))
        leave_answer(&visit, work->go);
    else
        answer_away(request, work->go);
}

static void redirected(struct operation *operation)
{
    struct passage *passage = operation->owner;

    if (operation->result != OK)
        failure_answer(passage->request, operation->result);
    else
        redirect_answer(passage);
    request_resume(passage->request);
}

void threeds_redirect(struct request *request)
{
    struct passage *passage = passage_make(request, request->params[0], redirected);

    request_park(request);
    page_redirect(&passage->work);
}

static struct str way_back(const struct passage *passage)
{
    const struct pay_page *page = &passage->work.flow.page;
    struct arena *arena = passage->request->cx->arena;
    struct str path = authentication_path(arena, page->mode, &page->view.authentication);

    return str_format(arena, "%.*s?from=bank", (int)path.len, path.ptr);
}

/* The bank's POST is cross-site: we answer at once with a GET of our own (pages.md 18). For a
 * payment of the API that is the redirect link again, which now knows the way back. */
static void returned(struct operation *operation)
{
    struct passage *passage = operation->owner;
    struct page_authenticate *work = &passage->work;
    struct request *request = passage->request;

    if (operation->result != OK)
        failure_answer(request, operation->result);
    else if (is_own_path(work->go))
        answer_redirect(request, work->go);
    else
        answer_redirect(request, way_back(passage));
    request_resume(request);
}

void threeds_notification(struct request *request)
{
    struct passage *passage;
    struct form form;
    struct str session;

    /* The cres is not believed: the core asks the bank itself (cards.md 6). */
    if (form_parse(request->cx->arena, request->body, &form) != OK ||
        !form_get(&form, STR("threeDSSessionData"), &session)) {
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
        return;
    }
    passage = passage_make(request, session, returned);
    request_park(request);
    page_return(&passage->work);
}
