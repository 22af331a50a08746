#include "support/states.h"

/* The operator's pages in each state; tests/browser/states.test.mjs looks at them. */

#define WHO STR("prenom.nom-compose@un-domaine-assez-long.example")

static void render_login(struct arena *arena, enum page_lang lang)
{
    struct page_operator_login page = {
        .office = sample_office(arena, lang, STR_NONE),
        .action = STR("/operator/login"),
        .csrf = STR("0123456789abcdef"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_operator_login(&out, &page, lang);
    save(&out, "office-login", lang);
    page.nobody = true;
    page.news = TEXT_LOGIN_NEWS_ENDED;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_login(&out, &page, lang);
    save(&out, "office-login-nobody", lang);
    page.nobody = false;
    page.news = 0;
    page.has_problem = true;
    page.email_missing = true;
    page.password_missing = true;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_login(&out, &page, lang);
    save(&out, "office-login-empty", lang);
}

static void render_banners(struct arena *arena, enum page_lang lang)
{
    static const char *const NAMES[] = {"office-login-refused", "office-login-paused",
                                        "office-login-stale", "office-login-technical"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        const struct page_operator_login page = {
            .office = sample_office(arena, lang, STR_NONE),
            .has_problem = true,
            .banner = (enum text_login_banner)(i + 1),
            .email = WHO,
            .action = STR("/operator/login"),
            .csrf = STR("0123456789abcdef"),
        };
        struct buf out = buf_make(arena, PAGE_SIZE_MAX);

        page_operator_login(&out, &page, lang);
        save(&out, NAMES[i], lang);
    }
}

static struct part_audit sample_rows(const char *labelled)
{
    static const struct part_audit_rows ROWS[] = {
        {STR_INIT("2026-11-29T13:03:00Z"),
         STR_INIT("29 novembre 2026 à 14:03"),
         TEXT_AUDIT_WHAT_SESSION_OPENED,  STR_INIT("session.opened"),
         {NULL, 0},
         STR_INIT("prenom.nom-compose@un-domaine-assez-long.example"),
         false, STR_INIT("2001:db8:85a3:8d3:1319:8a2e:370:7348"),
         {NULL, 0},
         STR_INIT("120431")},
        {STR_INIT("2026-11-29T13:02:00Z"),
         STR_INIT("29 novembre 2026 à 14:02"),
         TEXT_AUDIT_WHAT_SESSION_REFUSED, STR_INIT("session.refused"),
         {NULL, 0},
         {NULL, 0},
         false, STR_INIT("192.0.2.7"),
         STR_INIT("ada@example.org"),
         STR_INIT("120430")},
        {STR_INIT("2026-11-28T13:02:00Z"),
         STR_INIT("28 novembre 2026 à 14:02"),
         0,                               STR_INIT("something.newer"),
         STR_INIT("<b>a reason & more</b>"),
         {NULL, 0},
         true,  {NULL, 0},
         STR_INIT("0VcJqU4PFm4ecFwvLAsJ2wep"),
         STR_INIT("120429")},
    };

    return (struct part_audit){
        .labelled = str_of(labelled), .rows = ROWS, .rows_count = ARRAY_LEN(ROWS)};
}

static void render_home(struct arena *arena, enum page_lang lang)
{
    static const struct page_operator_home_works WORKS[] = {
        {STR_INIT("3"),  false, TEXT_HOME_WORK_BANK,       STR_INIT("guichet sepa work list") },
        {STR_INIT("12"), true,  TEXT_HOME_WORK_SETTLEMENT, STR_INIT("guichet settlement list")},
    };
    struct page_operator_home page = {
        .office = sample_office(arena, lang, WHO),
        .nothing = true,
        .opened = STR("29 novembre 2026 à 14:03"),
        .address = STR("192.0.2.7"),
        .audit = sample_rows("deeds"),
        .audit_url = STR("/operator/audit"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.office.at_home = true;
    page_operator_home(&out, &page, lang);
    save(&out, "office-home-calm", lang);
    page.nothing = false;
    page.works = WORKS;
    page.works_count = ARRAY_LEN(WORKS);
    page.previous = STR("28 novembre 2026 à 9:12");
    page.refused = STR("4");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_home(&out, &page, lang);
    save(&out, "office-home", lang);
}

static void render_audit(struct arena *arena, enum page_lang lang)
{
    struct page_operator_audit page = {
        .office = sample_office(arena, lang, WHO),
        .empty = true,
        .newest_url = STR("/operator/audit"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.office.at_audit = true;
    page_operator_audit(&out, &page, lang);
    save(&out, "office-audit-empty", lang);
    page.empty = false;
    page.audit = sample_rows("audit");
    page.older_url = STR("/operator/audit?before=120429");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_audit(&out, &page, lang);
    save(&out, "office-audit", lang);
}

static void in_each_language(void (*render)(struct arena *arena, enum page_lang lang))
{
    struct arena *arena = arena_new(16U << 20);

    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++)
        render(arena, (enum page_lang)(i + 1));
    arena_free(arena);
}

CASE(the_login_is_well_formed_in_each_state)
{
    in_each_language(render_login);
    in_each_language(render_banners);
}

CASE(home_is_well_formed)
{
    in_each_language(render_home);
}

CASE(the_audit_is_well_formed)
{
    in_each_language(render_audit);
}

UNIT_MAIN(T(the_login_is_well_formed_in_each_state), T(home_is_well_formed),
          T(the_audit_is_well_formed))
