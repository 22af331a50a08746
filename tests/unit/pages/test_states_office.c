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
        {STR_INIT("3"),  false, TEXT_HOME_WORK_BANK,       {NULL, 0}, STR_INIT("guichet sepa work list")},
        {STR_INIT("12"),
         true,                  TEXT_HOME_WORK_SETTLEMENT,
         {NULL, 0},
         STR_INIT("guichet settlement list")                                                            },
        {STR_INIT("2"),
         false,                 TEXT_HOME_WORK_ENROLMENT,
         STR_INIT("/operator/enrolments"),
         {NULL, 0}                                                                                      },
        {STR_INIT("1"),  false, TEXT_HOME_WORK_TOTALS,     {NULL, 0}, STR_INIT("guichet totals list")   },
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
        .pager = {.any = true, .newest_url = STR("/operator/audit")},
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.office.at_audit = true;
    page_operator_audit(&out, &page, lang);
    save(&out, "office-audit-empty", lang);
    page.empty = false;
    page.audit = sample_rows("audit");
    page.pager.older_url = STR("/operator/audit?before=120429");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_audit(&out, &page, lang);
    save(&out, "office-audit", lang);
}

static void render_enrolments(struct arena *arena, enum page_lang lang)
{
    static const struct page_operator_enrolments_filters FILTERS[] = {
        {STR_INIT("?state=waiting"),   true,  TEXT_ENROLMENTS_FILTER_WAITING,   STR_INIT("2")},
        {STR_INIT("?state=open"),      false, TEXT_ENROLMENTS_FILTER_OPEN,      {NULL, 0}    },
        {STR_INIT("?state=completed"), false, TEXT_ENROLMENTS_FILTER_COMPLETED, {NULL, 0}    },
        {STR_INIT("?state=failed"),    false, TEXT_ENROLMENTS_FILTER_FAILED,    {NULL, 0}    },
        {STR_INIT("?state=all"),       false, TEXT_ENROLMENTS_FILTER_ALL,       {NULL, 0}    },
    };
    struct page_operator_enrolments_lines lines[6] = {{.test = false}};
    struct page_operator_enrolments page = {
        .office = sample_office(arena, lang, WHO),
        .filters = FILTERS,
        .filters_count = ARRAY_LEN(FILTERS),
        .empty = true,
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.office.at_enrolments = true;
    page_operator_enrolments(&out, &page, lang);
    save(&out, "office-enrolments-none", lang);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        lines[i] = (struct page_operator_enrolments_lines){
            .url = STR("/operator/enrolments/0VcJqU4PFm4ecFwvLAsJ2wep"),
            .organization = STR("Boulangerie-pâtisserie des Quatre-Chemins & fils SARL"),
            .external_ref = i % 2 == 0 ? STR("REF-2026-000117") : STR_NONE,
            .state = (enum text_enrolments_state)(i + 1),
            .test = i % 2 == 1,
            .created_iso = STR("2026-11-28T08:12:00Z"),
            .created = STR("28 novembre 2026 à 9:12"),
            .changed_iso = STR("2026-11-29T13:03:00Z"),
            .changed = STR("29 novembre 2026 à 14:03"),
            .progress = STR("77\u00a0%"),
        };
    page.empty = false;
    page.lines = lines;
    page.lines_count = ARRAY_LEN(lines);
    page.pager = (struct part_pager){
        .any = true, .newest_url = STR("?state=waiting"), .older_url = STR("?before=0")};
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_enrolments(&out, &page, lang);
    save(&out, "office-enrolments", lang);
}

static struct page_operator_enrolment sample_enrolment(struct arena *arena, enum page_lang lang)
{
    static const struct page_operator_enrolment_company COMPANY[] = {
        {TEXT_REVIEW_FIELD_SIREN,      STR_INIT("732829320")                                 },
        {TEXT_REVIEW_FIELD_NAME,       STR_INIT("Boulangerie-pâtisserie des Quatre-Chemins")},
        {TEXT_REVIEW_FIELD_VAT_NUMBER, STR_INIT("FR44732829320")                             },
    };
    static const struct page_operator_enrolment_steps STEPS[] = {
        {TEXT_REVIEW_STEP_COMPANY,   STR_INIT("29 novembre 2026 à 14:03")},
        {TEXT_REVIEW_STEP_SIGNATURE, {NULL, 0}                            },
    };

    static const struct page_operator_enrolment_person PERSON[] = {
        {TEXT_REVIEW_PERSON_FAMILY_NAME, STR_INIT("Durand-Desmoulins")},
        {TEXT_REVIEW_PERSON_BIRTH_DATE,  STR_INIT("31 janvier 1980")  },
    };
    static const struct page_operator_enrolment_named NAMED[] = {
        {STR_INIT("Camille Durand"), STR_INIT("50\u00a0%"), STR_INIT("31 janvier 1980"),
         STR_INIT("française")},
    };
    static const struct page_operator_enrolment_files FILES[] = {
        {STR_INIT("/operator/enrolments/0/files/identity_front"),  TEXT_REVIEW_FILE_IDENTITY_FRONT,
         STR_INIT("image/jpeg"),      STR_INIT("120\u00a0KB")        },
        {STR_INIT("/operator/enrolments/0/files/company_extract"), TEXT_REVIEW_FILE_COMPANY_EXTRACT,
         STR_INIT("application/pdf"), STR_INIT("10\u00a0240\u00a0KB")},
    };

    return (struct page_operator_enrolment){
        .person = PERSON,
        .person_count = ARRAY_LEN(PERSON),
        .owners = TEXT_REVIEW_OWNERS_LISTED,
        .named = NAMED,
        .named_count = ARRAY_LEN(NAMED),
        .files = FILES,
        .files_count = ARRAY_LEN(FILES),
        .office = sample_office(arena, lang, WHO),
        .organization = STR("Boulangerie-pâtisserie des Quatre-Chemins & fils SARL"),
        .back_url = STR("/operator/enrolments"),
        .state = TEXT_ENROLMENTS_STATE_OPEN,
        .progress = STR("33\u00a0%"),
        .accept_url = STR("/operator/enrolments/0/accept"),
        .refuse_url = STR("/operator/enrolments/0/refuse"),
        .company = COMPANY,
        .company_count = ARRAY_LEN(COMPANY),
        .reference = STR("onb_0VcJqU4PFm4ecFwvLAsJ2wep"),
        .sponsor = STR("Éditeur Exemple SAS"),
        .external_ref = STR("REF-2026-000117"),
        .email = WHO,
        .created = STR("28 novembre 2026 à 9:12"),
        .expires = STR("5 décembre 2026 à 9:12"),
        .steps = STEPS,
        .steps_count = ARRAY_LEN(STEPS),
        .audit = sample_rows("deeds"),
    };
}

static void render_enrolment(struct arena *arena, enum page_lang lang)
{
    struct page_operator_enrolment page = sample_enrolment(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_operator_enrolment(&out, &page, lang);
    save(&out, "office-enrolment-open", lang);
    page.test = true;
    page.verified = true;
    page.state = TEXT_ENROLMENTS_STATE_FAILED;
    page.told = TEXT_REVIEW_TOLD_REFUSED;
    page.accept_url = STR_NONE;
    page.reason = STR("La pièce d’identité est illisible.\nMerci d’en envoyer une autre.");
    page.opened = page.created;
    page.ended = page.expires;
    page.signer = STR("Camille Durand");
    page.sha256 = STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    page.mandate_url = STR("/operator/enrolments/0VcJqU4PFm4ecFwvLAsJ2wep/mandate");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_enrolment(&out, &page, lang);
    save(&out, "office-enrolment", lang);
    page = (struct page_operator_enrolment){
        .office = sample_office(arena, lang, WHO),
        .organization = STR("X"),
        .state = TEXT_ENROLMENTS_STATE_EXPIRED,
        .reference = STR("onb_0VcJqU4PFm4ecFwvLAsJ2wep"),
        .audit = {.labelled = STR("deeds")},
    };
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_enrolment(&out, &page, lang);
    save(&out, "office-enrolment-empty", lang);
    page.organization = STR("Y");
    page.erased = STR("5 mars 2027 à 3:00");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_enrolment(&out, &page, lang);
    save(&out, "office-enrolment-erased", lang);
}

static void render_decide(struct arena *arena, enum page_lang lang)
{
    struct page_operator_decide page = {
        .office = sample_office(arena, lang, WHO),
        .organization = STR("Boulangerie-pâtisserie des Quatre-Chemins & fils SARL"),
        .back_url = STR("/operator/enrolments/0"),
        .siren = STR("732829320"),
        .sponsor = STR("Éditeur Exemple SAS"),
        .action = STR("/operator/enrolments/0/accept"),
        .csrf = STR("0123456789abcdef"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_operator_decide(&out, &page, lang);
    save(&out, "office-accept", lang);
    page.refuses = true;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_decide(&out, &page, lang);
    save(&out, "office-refuse", lang);
    page.has_problem = true;
    page.stale = true;
    page.reason_error = true;
    page.reason = STR("<b>Pourquoi</b> & comment");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_operator_decide(&out, &page, lang);
    save(&out, "office-refuse-errors", lang);
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

CASE(the_list_of_enrolments_is_well_formed)
{
    in_each_language(render_enrolments);
}

CASE(an_enrolment_is_well_formed)
{
    in_each_language(render_enrolment);
    in_each_language(render_decide);
}

UNIT_MAIN(T(the_login_is_well_formed_in_each_state), T(home_is_well_formed),
          T(the_audit_is_well_formed), T(the_list_of_enrolments_is_well_formed),
          T(an_enrolment_is_well_formed))
