#include "support/states_enrol.h"
#include "support/states_link.h"

#include <sys/stat.h>

#include "pages/assets.h"
#include "pages/countries.h"
#include "pages/mandate_entry.h"
#include "pages/test_cards.h"

/* Every page in every state with sample data. Each is checked to be well formed; with
 * GUICHET_RENDER_DIR in the environment each is also written there as <state>.<language>.html, with
 * the assets, for the tests in a browser. */

static struct part_methods sample_methods(bool by_debit)
{
    return (struct part_methods){
        .debit_url = STR("?method=sepa"), .card_url = STR("?method=card"), .by_debit = by_debit};
}

/* As long as a name may be, in one word. */
#define LONG_NAME                                                                                  \
    "Wagenknechtsgesellschaftwagenknechtsgesellschaftwagenknechtsgesellschaft"                     \
    "wagenknechtsgesellschaftwagenknechtsgesellschaft & Cie"

static void render_pay(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("card_number"), TEXT_ERROR_NUMBER_INVALID},
        {STR_INIT("card_expiry"), TEXT_ERROR_EXPIRY_PAST   },
        {STR_INIT("card_cvc"),    TEXT_ERROR_CVC_MISSING   },
    };
    struct page_pay page = sample_pay(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_pay(&out, &page, lang);
    save(&out, "pay", lang);

    page.has_problem = true;
    page.errors.items = errors;
    page.errors.items_count = ARRAY_LEN(errors);
    page.errors.again = true;
    page.number_error = TEXT_ERROR_NUMBER_INVALID;
    page.expiry_error = TEXT_ERROR_EXPIRY_PAST;
    page.cvc_error = TEXT_ERROR_CVC_MISSING;
    page.ask_holder = true;
    page.holder = STR("Camille \"<Durand>\" & Fils");
    page.expiry = STR("01/20");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_pay(&out, &page, lang);
    save(&out, "pay-errors", lang);

    page = sample_pay(arena, lang);
    page.saved = STR("Visa •••• 4242");
    page.other_url = STR("?other=1");
    page.cancel_url = STR_NONE;
    page.frame.back_url = STR_NONE;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_pay(&out, &page, lang);
    save(&out, "pay-saved", lang);

    page = sample_pay(arena, lang);
    page.methods = sample_methods(false);
    page.has_problem = true;
    page.banner = TEXT_BANNER_BANK;
    page.hold = true;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_pay(&out, &page, lang);
    save(&out, "pay-refused", lang);

    page = sample_pay(arena, lang);
    page.summary.amount =
        lang == PAGE_LANG_FR ? STR("42\u202f949\u202f672,95\u00a0€") : STR("€42,949,672.95");
    page.amount = page.summary.amount;
    page.summary.description =
        STR("Remboursementdelavanceconsentieparlasocieteexemplepourlestravaux");
    page.summary.order_id = STR("d41d8cd98f00b204e9800998ecf8427eWWWW");
    page.payee = page.summary.payee = page.frame.payee = STR(LONG_NAME);
    page.frame.legal = STR(LONG_NAME " – SIREN 100 000 009");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_pay(&out, &page, lang);
    save(&out, "pay-long", lang);
}

/* --- direct debit --- */

static struct page_debit sample_debit(struct arena *arena, enum page_lang lang)
{
    struct page_debit page = {
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .methods = sample_methods(true),
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .ask_address = true,
        .ask_email = true,
        .csrf = STR("0123456789abcdef"),
        .attempt = STR("0123456789abcdef01234567"),
        .cancel_url = STR("https://boutique.example/panier"),
    };

    page.frame.by_debit = true;
    page.countries = countries_part(arena, lang, STR("FR"));
    return page;
}

static void render_debit(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("iban"),           TEXT_ERROR_IBAN_COUNTRY          },
        {STR_INIT("account_holder"), TEXT_ERROR_ACCOUNT_HOLDER_MISSING},
        {STR_INIT("address_line"),   TEXT_ERROR_LINE_MISSING          },
        {STR_INIT("email"),          TEXT_ERROR_EMAIL_INVALID         },
    };
    struct page_debit page = sample_debit(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_debit(&out, &page, lang);
    save(&out, "debit", lang);

    page.has_problem = true;
    page.errors.items = errors;
    page.errors.items_count = ARRAY_LEN(errors);
    page.iban = STR("US64 SVBK US6S 3300 9586 71");
    page.iban_error = TEXT_ERROR_IBAN_COUNTRY;
    page.holder_error = TEXT_ERROR_ACCOUNT_HOLDER_MISSING;
    page.line_error = TEXT_ERROR_LINE_MISSING;
    page.email_error = TEXT_ERROR_EMAIL_INVALID;
    page.email = STR("camille@");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_debit(&out, &page, lang);
    save(&out, "debit-errors", lang);
}

static struct part_paper sample_paper(void)
{
    static const struct part_paper_creditor_lines creditor[] = {
        {STR_INIT("12 rue de la Démonstration")},
        {STR_INIT("75011 Paris")},
        {STR_INIT("France")},
    };
    static const struct part_paper_debtor_lines debtor[] = {
        {STR_INIT("3 allée \"des\" <Lilas>")},
        {STR_INIT("69001 Lyon")},
        {STR_INIT("FR")},
    };
    static const struct part_paper_paragraphs paragraphs[] = {
        {STR_INIT("Deux autorisations : au créancier, celle de transmettre des ordres ; à la "
                  "banque, celle de débiter le compte conformément à ces ordres.")},
        {STR_INIT("Un prélèvement peut être remboursé dans les 8 semaines.")},
    };
    return (struct part_paper){
        .title = STR("Mandat de prélèvement SEPA"),
        .test = true,
        .umr = STR("GABCDEFGHIJKLMNOPQRS"),
        .creditor = STR("Atelier Exemple SARL"),
        .creditor_lines = creditor,
        .creditor_lines_count = ARRAY_LEN(creditor),
        .ics = STR("FR72ZZZ123456"),
        .debtor = STR("Camille Durand"),
        .debtor_lines = debtor,
        .debtor_lines_count = ARRAY_LEN(debtor),
        .number = STR("FR14 2004 1010 0505 0001 3M02 606"),
        .bic = STR("TESTFRPP"),
        .recurrent = true,
        .place = STR("Lyon"),
        .day = STR("29/11/2026"),
        .paragraphs = paragraphs,
        .paragraphs_count = ARRAY_LEN(paragraphs),
    };
}

static struct page_mandate sample_mandate(struct arena *arena, enum page_lang lang)
{
    struct page_mandate page = {
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .methods = sample_methods(true),
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .signs = true,
        .paper = sample_paper(),
        .due = STR("3 décembre 2026"),
        .umr = STR("GABCDEFGHIJKLMNOPQRS"),
        .ics = STR("FR72ZZZ123456"),
        .account = STR("FR •••• 2606"),
        .iban = STR("FR1420041010050500013M02606"),
        .holder = STR("Camille Durand"),
        .csrf = STR("0123456789abcdef"),
        .attempt = STR("0123456789abcdef01234567"),
        .shown = STR("00"),
    };

    page.frame.by_debit = true;
    return page;
}

static void render_mandate(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("agree"), TEXT_ERROR_AGREE_MISSING},
    };
    struct page_mandate page = sample_mandate(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_mandate(&out, &page, lang);
    save(&out, "mandate", lang);

    page.has_problem = true;
    page.errors.items = errors;
    page.errors.items_count = ARRAY_LEN(errors);
    page.agree_error = TEXT_ERROR_AGREE_MISSING;
    page.warning = TEXT_WARNING_NAME;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_mandate(&out, &page, lang);
    save(&out, "mandate-errors", lang);

    page = sample_mandate(arena, lang);
    page.signs = false;
    page.saved = true;
    page.other_url = STR("?method=sepa&other=1");
    page.methods = (struct part_methods){0};
    page.has_problem = true;
    page.banner = TEXT_BANNER_CHANGED;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_mandate(&out, &page, lang);
    save(&out, "mandate-known", lang);
}

/* --- the form of a mandate --- */

static struct consumer sample_consumer(enum consumer_type type)
{
    struct consumer consumer = {.type = type};
    struct str *fields = consumer.fields;

    fields[CONSUMER_FIRST_NAME] = STR("Camille \"C.\"");
    fields[CONSUMER_LAST_NAME] = STR("Durand-Lefebvre <de> Montmorency");
    fields[CONSUMER_CORPORATE_NAME] = STR("Boulangerie Martin & Fils");
    fields[CONSUMER_SIREN] = STR("732829320");
    fields[CONSUMER_STREET_NUMBER] = STR("98");
    fields[CONSUMER_STREET_TYPE] = STR("Route");
    fields[CONSUMER_STREET_NAME] = STR("des pissenlits");
    fields[CONSUMER_ZIP_CODE] = STR("75011");
    fields[CONSUMER_CITY] = STR("Paris");
    fields[CONSUMER_EMAIL] = STR("camille.durand-lefebvre@messagerie.example");
    fields[CONSUMER_PHONE] = STR("0600000000");
    return consumer;
}

static struct page_form sample_form(struct arena *arena, enum page_lang lang)
{
    struct page_form page = {
        .frame = sample_frame(arena, lang),
        .payee = STR("Atelier Exemple SARL"),
        .mandate_stub = {.payee = STR("Atelier Exemple SARL"), .first = true},
        .csrf = STR("0123456789abcdef"),
    };

    page.frame.back_url = STR_NONE;
    return page;
}

static void render_form(struct arena *arena, enum page_lang lang)
{
    static const struct {
        const char *name;
        enum consumer_type type;
    } FORMS[] = {
        {"form",             CONSUMER_PERSON    },
        {"form-company",     CONSUMER_COMPANY   },
        {"form-association", CONSUMER_NON_PROFIT},
    };

    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        const struct consumer consumer = sample_consumer(FORMS[i].type);
        struct page_form page = sample_form(arena, lang);
        struct buf out = buf_make(arena, PAGE_SIZE_MAX);
        struct mandate_entry entry;

        mandate_entry_known(arena, &consumer, STR("FR1420041010050500013M02606"), &entry);
        mandate_entry_fill(arena, &entry, lang, &page);
        page_form(&out, &page, lang);
        save(&out, FORMS[i].name, lang);
    }
}

static void render_form_errors(struct arena *arena, enum page_lang lang)
{
    const struct consumer consumer = {.type = CONSUMER_COMPANY};
    static const struct form_pair pairs[] = {
        {STR_INIT("siren"),                 STR_INIT("123")                        },
        {STR_INIT("consumer_phone_number"), STR_INIT("call me")                    },
        {STR_INIT("iban"),                  STR_INIT("US64 SVBK US6S 3300 9586 71")},
    };
    const struct form form = {pairs, ARRAY_LEN(pairs)};
    struct page_form page = sample_form(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);
    struct mandate_entry entry;

    assert_false(mandate_entry_read(arena, &form, &consumer, &entry));
    mandate_entry_fill(arena, &entry, lang, &page);
    page.has_problem = true;
    page_form(&out, &page, lang);
    save(&out, "form-errors", lang);

    page = sample_form(arena, lang);
    mandate_entry_known(arena, &consumer, STR_NONE, &entry);
    mandate_entry_fill(arena, &entry, lang, &page);
    page.has_problem = true;
    page.banner = TEXT_FORM_BANNER_NO_MORE_CODES;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_form(&out, &page, lang);
    save(&out, "form-no-codes", lang);
}

static void render_signature(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("accept"), TEXT_ERROR_AGREE_MISSING},
        {STR_INIT("otp"),    TEXT_ERROR_CODE_WRONG   },
    };
    struct page_signature page = {
        .frame = sample_frame(arena, lang),
        .payee = STR("Atelier Exemple SARL"),
        .mandate_stub = {.payee = STR("Atelier Exemple SARL"), .second = true},
        .paper = sample_paper(),
        .csrf = STR("0123456789abcdef"),
        .shown = STR("00"),
        .code_to = STR("•••• 0000"),
        .by_sms = true,
        .change_url = STR("?step=1"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.frame.back_url = STR_NONE;
    page_signature(&out, &page, lang);
    save(&out, "signature", lang);

    page.has_problem = true;
    page.errors.items = errors;
    page.errors.items_count = ARRAY_LEN(errors);
    page.accept_error = errors[0].message;
    page.otp_error = errors[1].message;
    page.warning = TEXT_WARNING_NAME;
    page.by_sms = false;
    page.code_to = STR("c•••@messagerie-de-la-boulangerie-des-quatre-chemins.example");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_signature(&out, &page, lang);
    save(&out, "signature-errors", lang);

    page.errors.items_count = 0;
    page.accept_error = 0;
    page.otp_error = 0;
    page.warning = 0;
    page.accepted = true;
    page.code_to = STR_NONE;
    page.change_url = STR_NONE;
    page.banner = TEXT_FORM_BANNER_TOO_SOON;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_signature(&out, &page, lang);
    save(&out, "signature-too-soon", lang);
}

static void render_ended(struct arena *arena, enum page_lang lang)
{
    static const struct {
        const char *name;
        enum text_ended outcome;
    } ENDS[] = {
        {"ended-business", TEXT_ENDED_SIGNED  },
        {"ended-signed",   TEXT_ENDED_SIGNED  },
        {"ended-canceled", TEXT_ENDED_CANCELED},
        {"ended-failed",   TEXT_ENDED_FAILED  },
        {"ended-posted",   TEXT_ENDED_SIGNED  },
    };

    for (size_t i = 0; i < ARRAY_LEN(ENDS); i++) {
        struct page_ended page = {
            .frame = sample_frame(arena, lang),
            .outcome = ENDS[i].outcome,
            .payee = STR("Atelier Exemple SARL"),
            .contact = STR("atelier@example.com"),
            .leave_url = STR("https://boutique.example/merci?status=OK"),
            .stay_url = STR("?auto=0"),
        };
        struct buf out = buf_make(arena, PAGE_SIZE_MAX);

        page.frame.back_url = STR_NONE;
        if (ENDS[i].outcome == TEXT_ENDED_SIGNED) {
            page.good = true;
            page.business = i == 0;
            page.umr = STR("GABCDEFGHIJKLMNOPQRS");
            page.creditor = STR("Atelier Exemple SARL");
            page.ics = STR("FR72ZZZ123456");
            page.account = STR("FR •••• 2606");
            page.pdf_url = STR("/mandat/t.s");
            page.copy_to = STR("camille.durand-lefebvre@messagerie.example");
        }
        if (i + 1 == ARRAY_LEN(ENDS)) {
            page.leave_url = STR_NONE;
            page.stay_url = STR_NONE;
            page.post_url = STR("https://boutique.example/merci");
            page.iban = STR("FR1420041010050500013M02606");
            page.bic = STR("TESTFRPP");
        }
        if (ENDS[i].outcome == TEXT_ENDED_FAILED) {
            page.leave_url = STR_NONE;
            page.stay_url = STR_NONE;
            page.closing = true;
        }
        page_ended(&out, &page, lang);
        save(&out, ENDS[i].name, lang);
    }
}

static void render_debited(struct arena *arena, enum page_lang lang)
{
    struct page_result page = {
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .outcome = TEXT_OUTCOME_DEBIT,
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .due = STR("3 décembre 2026"),
        .account = STR("FR •••• 2606"),
        .umr = STR("GABCDEFGHIJKLMNOPQRS"),
        .ics = STR("FR72ZZZ123456"),
        .creditor = STR("Atelier Exemple SARL"),
        .reference = STR("paym_0123456789abcdef01234567"),
        .pdf_url = STR("/mandat/t.s"),
        .copy_to = STR("camille.durand-lefebvre@messagerie.example"),
        .contact = STR("atelier@example.com"),
        .leave_url = STR("https://boutique.example/merci"),
        .stay_url = STR("?auto=0"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_result(&out, &page, lang);
    save(&out, "debited", lang);
}

static void render_under_way(struct arena *arena, enum page_lang lang)
{
    struct page_bank bank = {
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .acs_url = STR("http://127.0.0.1:9/acs"),
        .creq = STR("eyJ"),
        .session = STR("s"),
        .restart_url = STR("/?retry=1"),
    };
    struct page_leave leave = {
        .frame = sample_frame(arena, lang),
        .payee = STR("Atelier Exemple SARL"),
        .leave_url = STR("https://boutique.example/merci"),
    };
    struct page_wait wait = {
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .slow = true,
        .automatic = true,
        .other_url = STR("?auto=0"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_bank(&out, &bank, lang);
    save(&out, "bank", lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_wait(&out, &wait, lang);
    save(&out, "wait", lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_leave(&out, &leave, lang);
    save(&out, "leave", lang);
}

static void render_results(struct arena *arena, enum page_lang lang)
{
    static const struct {
        const char *name;
        enum text_outcome outcome;
    } RESULTS[] = {
        {"paid",      TEXT_OUTCOME_PAID },
        {"held",      TEXT_OUTCOME_HELD },
        {"saved",     TEXT_OUTCOME_SAVED},
        {"paid-long", TEXT_OUTCOME_PAID },
    };

    for (size_t i = 0; i < ARRAY_LEN(RESULTS); i++) {
        struct page_result page = {
            .frame = sample_frame(arena, lang),
            .summary = sample_summary(lang),
            .outcome = RESULTS[i].outcome,
            .amount = sample_amount(lang),
            .payee = STR("Atelier Exemple SARL"),
            .date = lang == PAGE_LANG_FR ? STR("21 novembre 2026 à 14:03")
                                         : STR("21 November 2026, 14:03"),
            .card = STR("Visa •••• 4242"),
            .reference = STR("paym_0123456789abcdef01234567"),
            .author = STR("A1B2C3"),
            .leave_url = STR("https://boutique.example/merci"),
        };
        struct buf out = buf_make(arena, PAGE_SIZE_MAX);

        if (RESULTS[i].outcome == TEXT_OUTCOME_PAID)
            page.stay_url = STR("?auto=0");
        if (RESULTS[i].outcome == TEXT_OUTCOME_SAVED)
            page.leave_url = STR_NONE;
        if (str_ends(str_of(RESULTS[i].name), STR("long"))) {
            page.payee = page.summary.payee = page.frame.payee = STR(LONG_NAME);
            page.frame.legal = STR(LONG_NAME " – SIREN 100 000 009");
        }
        page_result(&out, &page, lang);
        save(&out, RESULTS[i].name, lang);
    }
}

static void render_notices(struct arena *arena, enum page_lang lang)
{
    static const char *const NAMES[] = {
        "expired",       "cancelled",    "blocked",       "released",    "not-found",
        "incomplete",    "too-many",     "bad-button",    "technical",   "unavailable",
        "too-large",     "bad-request",  "mandate-gone",  "not-ready",   "enrol-replaced",
        "enrol-expired", "enrol-done",   "enrol-refused", "form-signed", "form-cancelled",
        "form-failed",   "form-expired", "form-replaced", "https",
    };

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct page_notice page = {.frame = sample_frame(arena, lang),
                                   .notice = (enum text_notice)(i + 1)};
        struct buf out = buf_make(arena, PAGE_SIZE_MAX);

        if (page.notice != TEXT_NOTICE_NOT_FOUND) {
            page.payee = STR("Atelier Exemple SARL");
            page.contact = STR("atelier@example.com");
            page.leave_url = STR("https://boutique.example/panier");
        } else {
            page.frame.payee = STR_NONE;
            page.frame.back_url = STR_NONE;
            page.frame.legal = STR_NONE;
        }
        if (page.notice == TEXT_NOTICE_TOO_MANY)
            page.again_url = STR("?");
        page_notice(&out, &page, lang);
        save(&out, NAMES[i], lang);
    }
}

static void render_plain(struct arena *arena, enum page_lang lang)
{
    struct layout_frame frame = sample_frame(arena, lang);
    struct page_cards cards = test_cards_page();
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    frame.payee = STR_NONE;
    frame.back_url = STR_NONE;
    frame.legal = STR_NONE;
    cards.frame = frame;
    page_cards(&out, &cards, lang);
    save(&out, "cards", lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_accessibility(&out, &(struct page_accessibility){.frame = frame}, lang);
    save(&out, "accessibility", lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_privacy(&out, &(struct page_privacy){.frame = frame}, lang);
    save(&out, "privacy", lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_start(&out,
               &(struct page_start){
                   .frame = frame, .sandbox = true, .base_url = STR("http://127.0.0.1:8080")},
               lang);
    save(&out, "start", lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_mail(&out, &(struct page_mail){.frame = frame, .to = STR("a@b.example"), .empty = true},
              lang);
    save(&out, "mail-none", lang);
    const struct page_mail_mails mails[] = {
        {
         .subject = STR_INIT("Votre paiement <reçu>"),
         .receiver = STR_INIT("jean@example.com"),
         .sender = STR_INIT("guichet@localhost"),
         .at = STR_INIT("29 novembre 2026 à 14:03"),
         .content = STR_INIT("Bonjour,\nmerci & à bientôt"),
         .source_url = STR_INIT("/sandbox/mail/0VcJqU4PFm4ecFwvLAsJ2wep"),
         },
        {
         .receiver = STR_INIT("0600000000"),
         .sms = true,
         .sender = STR_INIT("guichet"),
         .at = STR_INIT("29 novembre 2026 à 14:03"),
         .source_url = STR_INIT("/sandbox/mail/0VcJqU4PFm4ecFwvLAsJ2weq"),
         },
    };
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_mail(&out,
              &(struct page_mail){.frame = frame, .mails = mails, .mails_count = ARRAY_LEN(mails)},
              lang);
    save(&out, "mail", lang);
}

static void in_each_language(void (*render)(struct arena *arena, enum page_lang lang))
{
    struct arena *arena = arena_new(64U << 20);

    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++)
        render(arena, (enum page_lang)(i + 1));
    arena_free(arena);
}

CASE(the_form_is_well_formed_in_each_state)
{
    in_each_language(render_pay);
}

CASE(the_pages_of_links_and_buttons_are_well_formed)
{
    in_each_language(render_link);
    in_each_language(render_button);
    in_each_language(render_deposits);
}

CASE(the_steps_of_a_debit_are_well_formed)
{
    in_each_language(render_debit);
    in_each_language(render_mandate);
    in_each_language(render_debited);
}

CASE(the_steps_of_a_mandate_form_are_well_formed)
{
    in_each_language(render_form);
    in_each_language(render_form_errors);
    in_each_language(render_signature);
    in_each_language(render_ended);
}

CASE(the_steps_of_an_enrolment_are_well_formed)
{
    in_each_language(render_enrol_number);
    in_each_language(render_enrol_company);
    in_each_language(render_enrol_person);
    in_each_language(render_enrol_files);
    in_each_language(render_enrol_sign);
    in_each_language(render_enrol_code);
    in_each_language(render_enrolled);
}

CASE(the_pages_on_the_way_are_well_formed)
{
    in_each_language(render_under_way);
}

CASE(the_results_are_well_formed)
{
    in_each_language(render_results);
}

CASE(the_notices_are_well_formed)
{
    in_each_language(render_notices);
}

CASE(the_plain_pages_are_well_formed)
{
    in_each_language(render_plain);
}

CASE(script_and_style_stay_within_their_budget)
{
    const char *folder = getenv("GUICHET_RENDER_DIR");
    char path[4096];

    if (folder != NULL) {
        must(snprintf(path, sizeof path, "%s/assets", folder) < (int)sizeof path);
        (void)mkdir(path, 0777);
    }
    for (size_t i = 0; i < ASSETS_COUNT; i++) {
        size_t max = str_ends(ASSETS[i].path, STR(".css")) ? 18 * 1024 : 10 * 1024;
        assert_in_range(ASSETS[i].content.len, 1, max);
        write_file(ASSETS[i].path.ptr + 1, ASSETS[i].content);
    }
}

UNIT_MAIN(T(the_form_is_well_formed_in_each_state),
          T(the_pages_of_links_and_buttons_are_well_formed),
          T(the_steps_of_a_debit_are_well_formed), T(the_steps_of_a_mandate_form_are_well_formed),
          T(the_steps_of_an_enrolment_are_well_formed), T(the_pages_on_the_way_are_well_formed),
          T(the_results_are_well_formed), T(the_notices_are_well_formed),
          T(the_plain_pages_are_well_formed), T(script_and_style_stay_within_their_budget))
