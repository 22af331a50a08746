#include "pages/logo.h"

#include "core/logo.h"
#include "pages/answer.h"
#include "pages/notice.h"

static const struct str ENDING = STR_INIT(".png");

struct str logo_url(struct arena *arena, const struct merchant *merchant)
{
    if (merchant->logo.len == 0)
        return STR_NONE;
    return str_format(arena, "/logo/%s/%.*s.png", merchant->id.raw, (int)merchant->logo.len,
                      merchant->logo.ptr);
}

static err_t image_read(struct request *request, struct str *image)
{
    struct str file = request->params[1];
    struct merchant_id merchant;
    struct tx *tx;

    if (!ID_PARSE(request->params[0], &merchant) || !str_ends(file, ENDING))
        return ERR_NOT_FOUND;
    TRY(core_read(request->core, &tx));
    return logo_image(request->cx, tx, merchant, str_sub(file, 0, file.len - ENDING.len), image);
}

void logo_show(struct request *request)
{
    struct str image;

    err_t err = image_read(request, &image);
    if (err != OK) {
        notice_answer(request, err == ERR_NOT_FOUND ? 404 : 503,
                      err == ERR_NOT_FOUND ? TEXT_NOTICE_NOT_FOUND : TEXT_NOTICE_UNAVAILABLE);
        return;
    }
    response_set(request, 200, STR("image/png"), image);
    response_header(request, STR("Cache-Control"), STR("public, max-age=31536000, immutable"));
    answer_plain_headers(request);
}
