#include "pages/invoice_pdf.h"

#include "base/log.h"
#include "core/invoice_file.h"
#include "pages/answer.h"
#include "pages/notice.h"

/* A worker draws it within milliseconds, unless many are waiting. */
enum { LOOK_MS = 10, LOOKS_MAX = 1000 };

struct pdf_wait {
    struct invoice_id id;
    int looks;
};

static void refused_answer(struct request *request, err_t err)
{
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
    } else if (err == ERR_UNAVAILABLE || err == ERR_BUSY || err == ERR_FULL) {
        notice_answer(request, 503, TEXT_NOTICE_NOT_READY);
    } else {
        log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "invoice_pdf"), LOG_ERR(err));
        notice_answer(request, 500, TEXT_NOTICE_TECHNICAL);
    }
}

/* True when it has answered. */
static bool pdf_answer(struct request *request, struct invoice_id id)
{
    struct str pdf;
    bool ready = false;
    struct tx *tx;

    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = invoice_file_read(request->core, request->cx, tx, id, &pdf, &ready);
    if (err != OK) {
        refused_answer(request, err);
        return true;
    }
    if (!ready)
        return false;
    response_set(request, 200, STR("application/pdf"), pdf);
    response_header(request, STR("Content-Disposition"),
                    str_format(request->cx->arena, "inline; filename=\"%.*s\"",
                               (int)request->params[1].len, request->params[1].ptr));
    response_header(request, STR("Cache-Control"), STR("private, no-store"));
    answer_plain_headers(request);
    return true;
}

static void pdf_look(struct request *request)
{
    struct pdf_wait *wait = request->face_call;

    if (!pdf_answer(request, wait->id)) {
        if (wait->looks++ < LOOKS_MAX) {
            request_later(request, LOOK_MS, pdf_look);
            return;
        }
        refused_answer(request, ERR_UNAVAILABLE);
    }
    request_resume(request);
}

void invoice_pdf_show(struct request *request)
{
    struct pdf_wait *wait = arena_make(request->cx->arena, struct pdf_wait);
    struct tx *tx;

    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = invoice_file_find(request->cx, tx, request->params[0], request->params[1], &wait->id);
    if (err != OK) {
        refused_answer(request, err);
        return;
    }
    if (pdf_answer(request, wait->id))
        return;
    request->face_call = wait;
    request_park(request);
    request_later(request, LOOK_MS, pdf_look);
}
