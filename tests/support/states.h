#ifndef GUICHET_TESTS_SUPPORT_STATES_H
#define GUICHET_TESTS_SUPPORT_STATES_H

#include <stdlib.h>

#include "base/must.h"
#include "pages/templates.h"
#include "support/unit.h"

/* Looks at a page that was rendered, and samples of what most pages show. */

enum { PAGE_SIZE_MAX = 1 << 20, IDS_MAX = 128, DEPTH_MAX = 64 };

struct reading {
    struct str open[DEPTH_MAX];
    size_t depth;
    struct str ids[IDS_MAX];
    size_t id_count;
    size_t h1_count;
    size_t main_count;
};

static inline bool is_void(struct str name)
{
    static const struct str VOID[] = {STR_INIT("meta"),    STR_INIT("link"), STR_INIT("input"),
                                      STR_INIT("br"),      STR_INIT("hr"),   STR_INIT("img"),
                                      STR_INIT("!doctype")};

    for (size_t i = 0; i < ARRAY_LEN(VOID); i++) {
        if (str_eq(name, VOID[i]))
            return true;
    }
    return false;
}

/* The value of an attribute of this tag, or {NULL, 0}. */
static inline struct str attribute(struct str tag, const char *start)
{
    const char *found = memmem(tag.ptr, tag.len, start, strlen(start));

    if (found == NULL)
        return STR_NONE;
    size_t from = (size_t)(found - tag.ptr) + strlen(start);
    struct str rest = str_from(tag, from);
    return str_sub(rest, 0, str_find(rest, '"'));
}

static inline void id_note(struct reading *reading, struct str id)
{
    if (id.len == 0)
        return;
    for (size_t i = 0; i < reading->id_count; i++)
        assert_false(str_eq(id, reading->ids[i]));
    assert_true(reading->id_count < IDS_MAX);
    reading->ids[reading->id_count++] = id;
}

/* One tag, without its angle brackets. */
static inline void tag_read(struct reading *reading, struct str tag)
{
    size_t name_len = 0;

    while (name_len < tag.len && tag.ptr[name_len] != ' ' && tag.ptr[name_len] != '\n')
        name_len++;
    struct str name = str_sub(tag, 0, name_len);
    if (name.ptr[0] == '/') {
        assert_true(reading->depth > 0);
        assert_true(str_eq(str_from(name, 1), reading->open[--reading->depth]));
        return;
    }
    id_note(reading, attribute(tag, " id=\""));
    reading->h1_count += str_eq(name, STR("h1")) ? 1 : 0;
    reading->main_count += str_eq(name, STR("main")) ? 1 : 0;
    if (is_void(name) || str_ends(tag, STR("/")))
        return;
    assert_true(reading->depth < DEPTH_MAX);
    reading->open[reading->depth++] = name;
}

static inline void page_check(struct str page)
{
    struct reading reading = {.depth = 0};

    while (page.len > 0) {
        struct str rest = str_from(page, str_find(page, '<'));
        if (rest.len == 0)
            break;
        size_t end = str_find(rest, '>');
        assert_true(end < rest.len);
        tag_read(&reading, str_sub(rest, 1, end - 1));
        page = str_from(rest, end + 1);
    }
    assert_int_equal(reading.depth, 0);
    assert_int_equal(reading.h1_count, 1);
    assert_int_equal(reading.main_count, 1);
}

static inline void write_file(const char *name, struct str content)
{
    const char *folder = getenv("GUICHET_RENDER_DIR");
    char path[4096];
    FILE *file;

    if (folder == NULL)
        return;
    must(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    file = fopen(path, "wb");
    must(file != NULL);
    must(fwrite(content.ptr, 1, content.len, file) == content.len);
    must(fclose(file) == 0);
}

static inline void save(const struct buf *out, const char *state, enum page_lang lang)
{
    struct str name =
        str_format(out->arena, "%s.%.*s.html", state, (int)PAGE_LANGUAGES[lang - 1].code.len,
                   PAGE_LANGUAGES[lang - 1].code.ptr);

    assert_false(out->failed);
    page_check(buf_str(out));
    write_file(name.ptr, buf_str(out));
}

static inline struct layout_frame sample_frame(struct arena *arena, enum page_lang lang)
{
    struct layout_frame_languages *languages =
        arena_array(arena, struct layout_frame_languages, PAGE_LANGUAGES_COUNT);

    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++) {
        languages[i].code = PAGE_LANGUAGES[i].code;
        languages[i].name = PAGE_LANGUAGES[i].name;
        languages[i].current = lang == (enum page_lang)(i + 1);
    }
    return (struct layout_frame){
        .test_mode = true,
        .back_url = STR("https://boutique.example/panier"),
        .payee = STR("Atelier Exemple SARL"),
        .languages = languages,
        .languages_count = PAGE_LANGUAGES_COUNT,
        .legal = STR("Atelier Exemple SARL – SIREN 100 000 009"),
    };
}

/* What the operator's pages have around them; who is {NULL, 0} before signing in. */
static inline struct layout_office sample_office(struct arena *arena, enum page_lang lang,
                                                 struct str who)
{
    struct layout_office_languages *languages =
        arena_array(arena, struct layout_office_languages, PAGE_LANGUAGES_COUNT);

    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++) {
        languages[i].code = PAGE_LANGUAGES[i].code;
        languages[i].name = PAGE_LANGUAGES[i].name;
        languages[i].url = STR("/operator?lang=fr");
        languages[i].current = lang == (enum page_lang)(i + 1);
    }
    return (struct layout_office){
        .sandbox = true,
        .home_url = STR("/operator"),
        .enrolments_url = STR("/operator/enrolments"),
        .audit_url = STR("/operator/audit"),
        .sign_out_url = STR("/operator/logout"),
        .who = who,
        .csrf = STR("0123456789abcdef"),
        .languages = languages,
        .languages_count = PAGE_LANGUAGES_COUNT,
    };
}

static inline struct str sample_amount(enum page_lang lang)
{
    return lang == PAGE_LANG_FR ? STR("25,99\u00a0€") : STR("€25.99");
}

static inline struct part_summary sample_summary(enum page_lang lang)
{
    return (struct part_summary){
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .description = STR("Cours de poterie"),
        .order_id = STR("CMD-2026-0117"),
    };
}

static inline struct page_pay sample_pay(struct arena *arena, enum page_lang lang)
{
    return (struct page_pay){
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .prefer_national = true,
        .csrf = STR("0123456789abcdef"),
        .attempt = STR("0123456789abcdef01234567"),
        .cancel_url = STR("https://boutique.example/panier"),
    };
}

#endif
