#include "support/unit.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/must.h"
#include "pages/assets.h"
#include "pages/countries.h"
#include "pages/mandate_entry.h"
#include "pages/templates.h"
#include "pages/test_cards.h"

/* Every page in every state with sample data. Each is checked to be well formed; with
 * GUICHET_RENDER_DIR in the environment each is also written there as <state>.<language>.html, with
 * the assets, for the tests in a browser. */

enum { PAGE_SIZE_MAX = 1 << 20, IDS_MAX = 64, DEPTH_MAX = 64 };

/* --- is a page well formed?
 * --------------------------------------------------------------------------- */

struct reading {
    struct str open[DEPTH_MAX];
    size_t depth;
    struct str ids[IDS_MAX];
    size_t id_count;
    size_t h1_count;
    size_t main_count;
};

static bool is_void(struct str name)
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
static struct str attribute(struct str tag, const char *start)
{
    const char *found = memmem(tag.ptr, tag.len, start, strlen(start));

    if (found == NULL)
        return STR_NONE;
    size_t from = (size_t)(found - tag.ptr) + strlen(start);
    struct str rest = str_from(tag, from);
    return str_sub(rest, 0, str_find(rest, '"'));
}

static void id_note(struct reading *reading, struct str id)
{
    if (id.len == 0)
        return;
    for (size_t i = 0; i < reading->id_count; i++)
        assert_false(str_eq(id, reading->ids[i]));
    assert_true(reading->id_count < IDS_MAX);
    reading->ids[reading->id_count++] = id;
}

/* One tag, without its angle brackets. */
static void tag_read(struct reading *reading, struct str tag)
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

static void page_check(struct str page)
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

/* --- where pages go
 * --------------------------------------------------------------------------------- */

static void write_file(const char *name, struct str content)
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

static void save(const struct buf *out, const char *state, enum page_lang lang)
{
    struct str name =
        str_format(out->arena, "%s.%.*s.html", state, (int)PAGE_LANGUAGES[lang - 1].code.len,
                   PAGE_LANGUAGES[lang - 1].code.ptr);

    assert_false(out->failed);
    page_check(buf_str(out));
    write_file(name.ptr, buf_str(out));
}

/* --- the states
 * -------------------------------------------------------------------------------------- */

static struct layout_frame sample_frame(struct arena *arena, enum page_lang lang)
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

static struct str sample_amount(enum page_lang lang)
{
    return lang == PAGE_LANG_FR ? STR("25,99\u00a0€") : STR("€25.99");
}

static struct part_summary sample_summary(enum page_lang lang)
{
    return (struct part_summary){
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .description = STR("Cours de poterie"),
        .order_id = STR("CMD-2026-0117"),
    };
}

static struct part_methods sample_methods(bool by_debit)
{
    return (struct part_methods){
        .debit_url = STR("?method=sepa"), .card_url = STR("?method=card"), .by_debit = by_debit};
}

static struct page_pay sample_pay(struct arena *arena, enum page_lang lang)
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

static void render_pay(struct arena *arena, enum page_lang lang)
{
    static const struct page_pay_errors errors[] = {
        {STR_INIT("card_number"), TEXT_ERROR_NUMBER_INVALID},
        {STR_INIT("card_expiry"), TEXT_ERROR_EXPIRY_PAST   },
        {STR_INIT("card_cvc"),    TEXT_ERROR_CVC_MISSING   },
    };
    struct page_pay page = sample_pay(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_pay(&out, &page, lang);
    save(&out, "pay", lang);

    page.has_problem = true;
    page.errors = errors;
    page.errors_count = ARRAY_LEN(errors);
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
    static const struct page_debit_errors errors[] = {
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
    page.errors = errors;
    page.errors_count = ARRAY_LEN(errors);
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
    static const struct page_mandate_errors errors[] = {
        {STR_INIT("agree"), TEXT_ERROR_AGREE_MISSING},
    };
    struct page_mandate page = sample_mandate(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_mandate(&out, &page, lang);
    save(&out, "mandate", lang);

    page.has_problem = true;
    page.errors = errors;
    page.errors_count = ARRAY_LEN(errors);
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
    static const struct page_signature_errors errors[] = {
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
    page.errors = errors;
    page.errors_count = ARRAY_LEN(errors);
    page.accept_error = errors[0].message;
    page.otp_error = errors[1].message;
    page.warning = TEXT_WARNING_NAME;
    page.by_sms = false;
    page.code_to = STR("c•••@messagerie.example");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_signature(&out, &page, lang);
    save(&out, "signature-errors", lang);

    page.errors_count = 0;
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
        {"paid",  TEXT_OUTCOME_PAID },
        {"held",  TEXT_OUTCOME_HELD },
        {"saved", TEXT_OUTCOME_SAVED},
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
        page_result(&out, &page, lang);
        save(&out, RESULTS[i].name, lang);
    }
}

static void render_notices(struct arena *arena, enum page_lang lang)
{
    static const char *const NAMES[] = {
        "expired",        "cancelled",   "not-found",    "too-many",      "technical",
        "unavailable",    "bad-request", "mandate-gone", "not-ready",     "form-signed",
        "form-cancelled", "form-failed", "form-expired", "form-replaced",
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

UNIT_MAIN(T(the_form_is_well_formed_in_each_state), T(the_steps_of_a_debit_are_well_formed),
          T(the_steps_of_a_mandate_form_are_well_formed), T(the_pages_on_the_way_are_well_formed),
          T(the_results_are_well_formed), T(the_notices_are_well_formed),
          T(the_plain_pages_are_well_formed), T(script_and_style_stay_within_their_budget))
