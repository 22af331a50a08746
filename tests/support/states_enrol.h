#ifndef GUICHET_TESTS_SUPPORT_STATES_ENROL_H
#define GUICHET_TESTS_SUPPORT_STATES_ENROL_H

#include "pages/company_entry.h"
#include "pages/person_entry.h"
#include "support/states.h"

/* The page on which a company enrols, in its states. */

static inline struct layout_frame enrol_frame(struct arena *arena, enum page_lang lang)
{
    struct layout_frame frame = sample_frame(arena, lang);

    frame.payee = STR("Éditeur Exemple SAS");
    frame.back_url = STR_NONE;
    frame.legal = STR_NONE;
    frame.enrols = true;
    return frame;
}

static inline struct part_enrol_stub enrol_stub(void)
{
    static const struct part_enrol_stub_steps steps[] = {
        {.step = TEXT_ENROL_STEP_COMPANY, .current = true},
        {.step = TEXT_ENROL_STEP_REPRESENTATIVE                              },
        {.step = TEXT_ENROL_STEP_DOCUMENTS},
        {.step = TEXT_ENROL_STEP_SIGNATURE                              },
    };

    return (struct part_enrol_stub){
        .sponsor = STR("Éditeur Exemple SAS"),
        .organization = STR("Boulangerie \"<du Port>\" & Fils"),
        .steps = steps,
        .steps_count = ARRAY_LEN(steps),
    };
}

static inline void render_enrol_number(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("number"), TEXT_ERROR_COMPANY_NUMBER_INVALID},
    };
    struct page_enrol_number page = {
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub(),
        .organization = enrol_stub().organization,
        .field = {.name = STR("number"),
                  .label = TEXT_FORM_LABEL_COMPANY_NUMBER,
                  .hint = TEXT_FORM_HINT_COMPANY_NUMBER,
                  .type = STR("text"),
                  .autocomplete = STR("off"),
                  .max = STR("24"),
                  .missing = TEXT_ERROR_COMPANY_NUMBER_MISSING},
        .csrf = STR("0123456789abcdef"),
        .until =
            lang == PAGE_LANG_FR ? STR("6 décembre 2026 à 15:29") : STR("6 December 2026, 15:29"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_enrol_number(&out, &page, lang);
    save(&out, "enrol-number", lang);

    page.has_problem = true;
    page.enrol_alerts.errors.items = errors;
    page.enrol_alerts.errors.items_count = ARRAY_LEN(errors);
    page.field.value = STR("732 829 321");
    page.field.error = errors[0].message;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_number(&out, &page, lang);
    save(&out, "enrol-number-errors", lang);
}

static inline struct page_enrol_company enrol_company_page(struct arena *arena, enum page_lang lang)
{
    return (struct page_enrol_company){
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub(),
        .organization = enrol_stub().organization,
        .siren = STR("732\u00a0829\u00a0320"),
        .number = STR("732829320"),
        .other_url = STR("?step=number"),
        .csrf = STR("0123456789abcdef"),
    };
}

static inline void render_enrol_company(struct arena *arena, enum page_lang lang)
{
    static const struct form_pair pairs[] = {
        {STR_INIT("name"),         STR_INIT("Boulangerie \"<du Port>\" & Fils")},
        {STR_INIT("siret"),        STR_INIT("73282932000075")                  },
        {STR_INIT("address_line"), STR_INIT("3 place des Essais")              },
        {STR_INIT("address_zip"),  STR_INIT("12345678901234567")               },
        {STR_INIT("vat_number"),   STR_INIT("FR00732829320")                   },
    };
    const struct form form = {pairs, ARRAY_LEN(pairs)};
    struct page_enrol_company page = enrol_company_page(arena, lang);
    struct company_entry entry = {
        .company = {.fields = {[COMPANY_NAME] = STR("Société d'essai 732"),
                               [COMPANY_LEGAL_FORM] = STR("SAS"),
                               [COMPANY_CAPITAL] = STR("10 000 EUR"),
                               [COMPANY_LINE] = STR("3 place des Essais"),
                               [COMPANY_ZIP] = STR("69001"),
                               [COMPANY_CITY] = STR("Lyon"),
                               [COMPANY_VAT_NUMBER] = STR("FR44732829320")}},
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.registry = TEXT_ENROL_REGISTER_KNOWN;
    company_entry_fill(arena, &entry, &page);
    page_enrol_company(&out, &page, lang);
    save(&out, "enrol-company", lang);

    page = enrol_company_page(arena, lang);
    assert_false(company_entry_read(arena, &form, STR("732829320"), &entry));
    company_entry_fill(arena, &entry, &page);
    page.has_problem = true;
    page.last = true;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_company(&out, &page, lang);
    save(&out, "enrol-company-errors", lang);

    page = enrol_company_page(arena, lang);
    entry = (struct company_entry){.company = {.fields = {[COMPANY_NAME] = STR("Essai")}}};
    page.registry = TEXT_ENROL_REGISTER_SILENT;
    page.has_problem = true;
    page.enrol_alerts.banner = TEXT_ENROL_BANNER_TECHNICAL;
    company_entry_fill(arena, &entry, &page);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_company(&out, &page, lang);
    save(&out, "enrol-company-silent", lang);
}

static inline struct part_enrol_stub enrol_stub_signing(void)
{
    static const struct part_enrol_stub_steps steps[] = {
        {.step = TEXT_ENROL_STEP_COMPANY, .done = true, .url = STR_INIT("?step=company")},
        {.step = TEXT_ENROL_STEP_SIGNATURE,                               .current = true          },
    };
    struct part_enrol_stub stub = enrol_stub();

    stub.steps = steps;
    stub.steps_count = ARRAY_LEN(steps);
    return stub;
}

static inline struct part_field enrol_name_field(const char *name, enum text_form_label label,
                                                 enum text_error missing)
{
    return (struct part_field){
        .name = str_of(name),
        .label = label,
        .type = STR("text"),
        .autocomplete = STR("name"),
        .max = STR("70"),
        .missing = missing,
    };
}

static inline struct part_enrol_paper enrol_paper(void)
{
    static const struct part_enrol_paper_giver giver[] = {
        {false, STR_INIT("Société d'essai 732")},
        {true,  STR_INIT("SIREN 732829320")      },
    };
    static const struct part_enrol_paper_taker taker[] = {
        {false, STR_INIT("Éditeur Exemple SAS")},
    };
    static const struct part_enrol_paper_paragraphs paragraphs[] = {
        {STR_INIT("Par ce mandat, l'entreprise désignée ci-dessus charge Éditeur Exemple SAS de "
                  "l'inscrire à l'annuaire national de la facturation électronique.")},
        {STR_INIT("Ce mandat prend effet à sa signature.")},
    };

    return (struct part_enrol_paper){
        .title = STR("Mandat de facturation électronique"),
        .test = true,
        .reference = STR("onb_0VcNA1RKCLUkdIOkpTbpu3Dd"),
        .giver = giver,
        .giver_count = ARRAY_LEN(giver),
        .taker = taker,
        .taker_count = ARRAY_LEN(taker),
        .paragraphs = paragraphs,
        .paragraphs_count = ARRAY_LEN(paragraphs),
    };
}

static inline void render_enrol_sign(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("first_name"), TEXT_ERROR_FIRST_NAME_MISSING},
        {STR_INIT("accept"),     TEXT_ERROR_AGREE_MISSING     },
    };
    struct page_enrol_sign_fields fields[] = {
        {enrol_name_field("first_name", TEXT_FORM_LABEL_FIRST_NAME, TEXT_ERROR_FIRST_NAME_MISSING)},
        {enrol_name_field("last_name", TEXT_FORM_LABEL_LAST_NAME, TEXT_ERROR_LAST_NAME_MISSING)},
    };
    struct page_enrol_sign page = {
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub_signing(),
        .organization = enrol_stub().organization,
        .enrol_paper = enrol_paper(),
        .pdf_url = STR("/onboarding/x/mandat.pdf"),
        .fields = fields,
        .fields_count = ARRAY_LEN(fields),
        .csrf = STR("0123456789abcdef"),
        .shown = STR("00"),
        .code_to = STR("c•••@messagerie.example"),
        .change_url = STR("?step=company"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_enrol_sign(&out, &page, lang);
    save(&out, "enrol-sign", lang);

    page.has_problem = true;
    page.enrol_alerts.errors.items = errors;
    page.enrol_alerts.errors.items_count = ARRAY_LEN(errors);
    fields[0].field.error = errors[0].message;
    page.accept_error = errors[1].message;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_sign(&out, &page, lang);
    save(&out, "enrol-sign-errors", lang);
}

static inline void render_enrol_code(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("otp"), TEXT_ERROR_CODE_TRY},
    };
    struct page_enrol_code page = {
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub_signing(),
        .organization = enrol_stub().organization,
        .signer = STR("Camille \"<Durand>\""),
        .code_to = STR("c•••@messagerie.example"),
        .again = true,
        .change_url = STR("?step=mandate"),
        .csrf = STR("0123456789abcdef"),
        .shown = STR("00"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_enrol_code(&out, &page, lang);
    save(&out, "enrol-code", lang);

    page.has_problem = true;
    page.again = false;
    page.enrol_alerts.errors.items = errors;
    page.enrol_alerts.errors.items_count = ARRAY_LEN(errors);
    page.otp_error = errors[0].message;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_code(&out, &page, lang);
    save(&out, "enrol-code-errors", lang);

    page.enrol_alerts.errors.items_count = 0;
    page.otp_error = 0;
    page.code_to = STR_NONE;
    page.enrol_alerts.banner = TEXT_ENROL_BANNER_NO_MORE_CODES;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_code(&out, &page, lang);
    save(&out, "enrol-code-no-more", lang);
}

static inline void render_enrol_person(struct arena *arena, enum page_lang lang)
{
    static const struct form_pair pairs[] = {
        {STR_INIT("family_name"),        STR_INIT("D'\"<Arc>\"")},
        {STR_INIT("birth_date"),         STR_INIT("31/02/1980") },
        {STR_INIT("owners"),             STR_INIT("listed")     },
        {STR_INIT("owner1_family_name"), STR_INIT("Martin")     },
        {STR_INIT("owner1_share"),       STR_INIT("24")         },
    };
    const struct form form = {pairs, ARRAY_LEN(pairs)};
    struct person_entry entry = {0};
    struct page_enrol_person page = {
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub(),
        .organization = enrol_stub().organization,
        .csrf = STR("0123456789abcdef"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    person_entry_fill(arena, &entry, &page);
    page_enrol_person(&out, &page, lang);
    save(&out, "enrol-person", lang);

    page = (struct page_enrol_person){
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub(),
        .organization = enrol_stub().organization,
        .csrf = STR("0123456789abcdef"),
        .has_problem = true,
    };
    assert_false(person_entry_read(arena, &form, (struct date){2026, 11, 29}, &entry));
    person_entry_fill(arena, &entry, &page);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_person(&out, &page, lang);
    save(&out, "enrol-person-errors", lang);
}

static inline void render_enrol_files(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("company_extract"), TEXT_ERROR_FILE_UNKNOWN},
    };
    struct page_enrol_files_files files[] = {
        {.name = STR("identity_front"), .label = TEXT_ENROL_FILE_IDENTITY_FRONT},
        {.name = STR("identity_back"),  .label = TEXT_ENROL_FILE_IDENTITY_BACK,  .optional = true},
        {.name = STR("company_extract"),                             .label = TEXT_ENROL_FILE_COMPANY_EXTRACT                                      },
    };
    struct page_enrol_files page = {
        .frame = enrol_frame(arena, lang),
        .enrol_stub = enrol_stub(),
        .organization = enrol_stub().organization,
        .files = files,
        .files_count = ARRAY_LEN(files),
        .upload_url = STR("/onboarding/x/fichier"),
        .page_url = STR("/onboarding/x"),
        .csrf = STR("0123456789abcdef"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_enrol_files(&out, &page, lang);
    save(&out, "enrol-files", lang);

    page.has_problem = true;
    page.enrol_alerts.errors.items = errors;
    page.enrol_alerts.errors.items_count = ARRAY_LEN(errors);
    files[0].received = STR("JPEG, 240\u00a0ko");
    files[2].error = errors[0].message;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrol_files(&out, &page, lang);
    save(&out, "enrol-files-errors", lang);
}

static inline void render_enrolled(struct arena *arena, enum page_lang lang)
{
    struct page_enrolled page = {
        .frame = enrol_frame(arena, lang),
        .outcome = TEXT_ENROLLED_COMPLETED,
        .good = true,
        .organization = enrol_stub().organization,
        .sponsor = STR("Éditeur Exemple SAS"),
        .company = STR("Société d'essai 732"),
        .siren = STR("732829320"),
        .reference = STR("onb_0VcNA1RKCLUkdIOkpTbpu3Dd"),
        .date =
            lang == PAGE_LANG_FR ? STR("29 novembre 2026 à 15:29") : STR("29 November 2026, 15:29"),
        .leave_url = STR("https://your-app.example/onboarding-complete"),
        .stay_url = STR("?auto=0"),
        .pdf_url = STR("/onboarding/x/mandat.pdf"),
        .copy_to = STR("c•••@messagerie.example"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_enrolled(&out, &page, lang);
    save(&out, "enrolled", lang);
    page.pdf_url = STR_NONE;
    page.leave_url = STR_NONE;
    page.stay_url = STR_NONE;
    page.closing = true;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrolled(&out, &page, lang);
    save(&out, "enrolled-closing", lang);
    page.outcome = TEXT_ENROLLED_WAITING;
    page.good = false;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrolled(&out, &page, lang);
    save(&out, "enrolled-waiting", lang);
    page.outcome = TEXT_ENROLLED_FAILED;
    page.bad = true;
    page.reason = STR("La pièce d'identité n'est pas lisible.");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_enrolled(&out, &page, lang);
    save(&out, "enrolled-failed", lang);
}

#endif
