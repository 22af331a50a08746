#include "pages/accent.h"

#include "core/colour.h"
#include "pages/answer.h"
#include "pages/notice.h"

enum { COLOUR_LEN = 6 };

struct str accent_url(struct arena *arena, struct str accent)
{
    return str_format(arena, "/accent/%.*s.css", (int)accent.len - 1, accent.ptr + 1);
}

void accent_sheet(struct request *request)
{
    struct arena *arena = request->cx->arena;
    struct str file = request->params[0];
    struct str digits = str_sub(file, 0, file.len < COLOUR_LEN ? file.len : COLOUR_LEN);
    struct str accent = str_format(arena, "#%.*s", (int)digits.len, digits.ptr);
    struct colour colour;

    if (!str_eq(str_from(file, digits.len), STR(".css")) || !colour_parse(accent, &colour) ||
        !colour_is_accent(colour)) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
        return;
    }
    const char *on = colour_wants_white(colour) ? "#ffffff" : "#000000";
    response_set(request, 200, STR("text/css"),
                 str_format(arena,
                            ":root{--brand:%s;--brand-strong:%s;--on-brand:%s;--stub:%s;"
                            "--stub-end:%s;--stub-glow:%s;--on-stub:%s;--on-stub-soft:%s}\n",
                            accent.ptr, accent.ptr, on, accent.ptr, accent.ptr, accent.ptr, on,
                            on));
    response_header(request, STR("Cache-Control"), STR("public, max-age=31536000, immutable"));
    answer_plain_headers(request);
}
