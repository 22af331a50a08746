#include "pages/frame.h"

#include "pages/accent.h"
#include "pages/format.h"
#include "pages/language.h"
#include "pages/logo.h"
#include "wire/form.h"

struct str frame_query(struct request *request, struct str name)
{
    struct form form;
    struct str value = STR_NONE;

    if (form_parse(request->cx->arena, request->query, &form) != OK)
        return STR_NONE;
    return form_get(&form, name, &value) ? value : STR_NONE;
}

enum page_lang frame_language(struct request *request, const struct merchant *merchant)
{
    return language_choose(frame_query(request, STR("lang")),
                           request_header(request, STR("Accept-Language")),
                           merchant == NULL ? STR_NONE : merchant->language);
}

static const struct layout_frame_languages *language_links(struct arena *arena, enum page_lang lang)
{
    struct layout_frame_languages *links =
        arena_array(arena, struct layout_frame_languages, PAGE_LANGUAGES_COUNT);

    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++) {
        links[i].code = PAGE_LANGUAGES[i].code;
        links[i].name = PAGE_LANGUAGES[i].name;
        links[i].current = (enum page_lang)(i + 1) == lang;
    }
    return links;
}

struct layout_frame frame_make(struct request *request, enum page_lang lang,
                               const struct merchant *merchant, struct str back_url)
{
    struct layout_frame frame = {
        .test_mode = request->cx->mode == MODE_TEST,
        .back_url = back_url,
        .languages = language_links(request->cx->arena, lang),
        .languages_count = PAGE_LANGUAGES_COUNT,
    };

    if (merchant != NULL) {
        frame.payee = merchant->name;
        if (merchant->accent.len > 0)
            frame.accent_url = accent_url(request->cx->arena, merchant->accent);
        frame.logo_url = logo_url(request->cx->arena, merchant);
        frame.legal = format_registered(request->cx->arena, merchant->name, merchant->siren, lang);
    }
    return frame;
}
