#include "pages/notice.h"

#include "core/core.h"
#include "pages/answer.h"
#include "pages/frame.h"

void notice_answer(struct request *request, int status, enum text_notice notice)
{
    struct buf out = answer_begin(request);
    enum page_lang lang = frame_language(request, NULL);
    struct page_notice page = {.notice = notice};

    /* The sandbox says that it is one also where no payment is known. */
    if (request->core != NULL && request->core->sandbox)
        request->cx->mode = MODE_TEST;
    page.frame = frame_make(request, lang, NULL, STR_NONE);
    page_notice(&out, &page, lang);
    answer_page(request, status, lang, &(struct answer_policy){.parent = STR_NONE}, &out);
}

static enum text_notice notice_of(enum refusal status)
{
    switch (status) {
    case REFUSE_NOT_FOUND:
        return TEXT_NOTICE_NOT_FOUND;
    case REFUSE_TOO_MANY:
        return TEXT_NOTICE_TOO_MANY;
    case REFUSE_UNAVAILABLE:
        return TEXT_NOTICE_UNAVAILABLE;
    case REFUSE_INTERNAL:
        return TEXT_NOTICE_TECHNICAL;
    case REFUSE_TOO_LARGE:
        return TEXT_NOTICE_TOO_LARGE;
    case REFUSE_BAD_REQUEST:
    case REFUSE_METHOD:
    case REFUSE_TIMEOUT:
    case REFUSE_LENGTH:
    case REFUSE_MEDIA:
    case REFUSE_EXPECT:
    case REFUSE_HEADERS:
    case REFUSE_NOT_IMPLEMENTED:
        return TEXT_NOTICE_BAD_REQUEST;
    }
    return TEXT_NOTICE_BAD_REQUEST;
}

void notice_refuse(struct request *request, enum refusal status, const char *why)
{
    (void)why;
    notice_answer(request, (int)status, notice_of(status));
}
