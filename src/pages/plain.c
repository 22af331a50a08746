#include "pages/plain.h"

#include "core/core.h"
#include "pages/answer.h"
#include "pages/assets.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/test_cards.h"

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

/* These pages know no merchant and hence no mode: in the sandbox everything is a test. */
static struct layout_frame plain_frame(struct request *request, enum page_lang *lang)
{
    if (request->core->sandbox)
        request->cx->mode = MODE_TEST;
    *lang = frame_language(request, NULL);
    return frame_make(request, *lang, NULL, STR_NONE);
}

void plain_start(struct request *request)
{
    enum page_lang lang;
    struct page_start page = {
        .frame = plain_frame(request, &lang),
        .sandbox = request->core->sandbox,
        .base_url = request->core->public_url,
    };
    struct buf out = answer_begin(request);

    page_start(&out, &page, lang);
    answer_page(request, 200, lang, &STRICT, &out);
}

void plain_test_cards(struct request *request)
{
    enum page_lang lang;
    struct page_cards page = test_cards_page();
    struct buf out = answer_begin(request);

    page.frame = plain_frame(request, &lang);
    page_cards(&out, &page, lang);
    answer_page(request, 200, lang, &STRICT, &out);
}

void plain_accessibility(struct request *request)
{
    enum page_lang lang;
    struct page_accessibility page = {.frame = plain_frame(request, &lang)};
    struct buf out = answer_begin(request);

    page_accessibility(&out, &page, lang);
    answer_page(request, 200, lang, &STRICT, &out);
}

void plain_privacy(struct request *request)
{
    enum page_lang lang;
    struct page_privacy page = {.frame = plain_frame(request, &lang)};
    struct buf out = answer_begin(request);

    page_privacy(&out, &page, lang);
    answer_page(request, 200, lang, &STRICT, &out);
}

void plain_asset(struct request *request)
{
    for (size_t i = 0; i < ASSETS_COUNT; i++) {
        if (!str_eq(request->path, ASSETS[i].path))
            continue;
        response_set(request, 200, ASSETS[i].media_type, ASSETS[i].content);
        response_header(request, STR("Cache-Control"), STR("public, max-age=31536000, immutable"));
        answer_plain_headers(request);
        return;
    }
    notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
}

void plain_robots(struct request *request)
{
    response_set(request, 200, STR("text/plain; charset=utf-8"),
                 STR("User-agent: *\nDisallow: /\n"));
    answer_plain_headers(request);
}
