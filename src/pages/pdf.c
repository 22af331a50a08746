#include "pages/pdf.h"

#include "base/log.h"
#include "pages/answer.h"
#include "pages/notice.h"

void pdf_answer(struct request *request, struct str pdf, struct str name)
{
    response_set(request, 200, STR("application/pdf"), pdf);
    response_header(
        request, STR("Content-Disposition"),
        str_format(request->cx->arena, "inline; filename=\"%.*s\"", (int)name.len, name.ptr));
    response_header(request, STR("Cache-Control"), STR("private, no-store"));
    answer_plain_headers(request);
}

void pdf_refuse(struct request *request, err_t err)
{
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
    } else if (err == ERR_STATE) {
        notice_answer(request, 410, TEXT_NOTICE_MANDATE_GONE);
    } else if (err == ERR_UNAVAILABLE || err == ERR_BUSY || err == ERR_FULL) {
        notice_answer(request, 503, TEXT_NOTICE_NOT_READY);
    } else {
        log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "pdf"), LOG_ERR(err));
        notice_answer(request, 500, TEXT_NOTICE_TECHNICAL);
    }
}

void pdf_late(struct request *request)
{
    pdf_refuse(request, ERR_UNAVAILABLE);
}
