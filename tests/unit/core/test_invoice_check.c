#include "base/must.h"
#include "core/invoice.h"
#include "core/invoice_amount.h"
#include "support/unit.h"

/* What an invoice may say: each rule at its limit and one past it. */

static const struct invoice_seller SELLER = {
    .name = STR_INIT("Atelier Exemple SARL"),
    .legal_form = STR_INIT("SARL"),
    .capital = STR_INIT("10 000 EUR"),
    .rcs = STR_INIT("Paris"),
    .siren = STR_INIT("100000009"),
    .vat_number = STR_INIT("FR88100000009"),
    .line = STR_INIT("12 rue de la Démonstration"),
    .zip = STR_INIT("75011"),
    .city = STR_INIT("Paris"),
    .country = STR_INIT("France"),
    .nature = NATURE_SERVICES,
    .usd_e6 = 900000,
};
static const struct date ISSUED = {2031, 6, 2};
static const struct invoice_place PLACE = {
    .number = STR_INIT("F2031-000001"), .issued = {2031, 6, 2}
};

static struct invoice_item item;

static struct invoice_draft good(void)
{
    item = (struct invoice_item){
        .designation = STR("Produit"), .price_e4 = 100000, .quantity_e4 = 10000, .rate_bp = 2000};
    return (struct invoice_draft){
        .kind = INVOICE_NORMAL,
        .name = STR("Client"),
        .address = STR("1 rue Haute\n69001 Lyon"),
        .currency = CURRENCY_EUR,
        .items = &item,
        .item_count = 1,
    };
}

/* NULL: it may be issued; otherwise the one field that is wrong. */
static void is_wrong_about(const struct invoice_draft *draft, const char *field)
{
    struct ctx *cx = unit_ctx();
    err_t err = invoice_check(cx, &SELLER, draft, ISSUED);

    if (field == NULL) {
        if (err != OK)
            fail_msg("%s is refused", cx->faults[0].field);
    } else {
        assert_int_equal(err, ERR_INVALID);
        assert_int_equal(cx->fault_count, 1);
        assert_string_equal(cx->faults[0].field, field);
    }
    unit_ctx_free(cx);
}

struct trial {
    struct str text;
    bool fits;
};

#define TRY_TEXTS(member, field, ...)                                                              \
    do {                                                                                           \
        const struct trial trials_[] = {__VA_ARGS__};                                              \
        for (size_t i_ = 0; i_ < ARRAY_LEN(trials_); i_++) {                                       \
            struct invoice_draft draft_ = good();                                                  \
            (member) = trials_[i_].text;                                                           \
            is_wrong_about(&draft_, trials_[i_].fits ? NULL : (field));                            \
        }                                                                                          \
    } while (0)

/* `count` times a letter of two bytes. */
static struct str long_text(size_t count)
{
    static char text[2 * (INVOICE_ADDRESS_MAX + 1)];

    must(count <= INVOICE_ADDRESS_MAX + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + 2 * i, "é", 2);
    return (struct str){text, 2 * count};
}

/* --- texts ----------------------------------------------------------------------------------- */

CASE(texts_have_characters_up_to_their_limit)
{
    TRY_TEXTS(draft_.name, "name", {long_text(INVOICE_NAME_MAX), true}, {STR(""), false},
              {STR(" "), false}, {STR("\xC3"), false});
    TRY_TEXTS(draft_.name, "name", {long_text(INVOICE_NAME_MAX + 1), false});
    TRY_TEXTS(draft_.address, "address", {long_text(INVOICE_ADDRESS_MAX), true});
    TRY_TEXTS(draft_.address, "address", {long_text(INVOICE_ADDRESS_MAX + 1), false});
    TRY_TEXTS(draft_.delivery_address, "delivery_address", {long_text(INVOICE_ADDRESS_MAX), true},
              {STR(""), true}, {STR("\r\n"), false});
    TRY_TEXTS(draft_.order_number, "order_number", {long_text(INVOICE_ORDER_NUMBER_MAX), true});
    TRY_TEXTS(draft_.order_number, "order_number", {long_text(INVOICE_ORDER_NUMBER_MAX + 1), false},
              {STR(""), true});
    TRY_TEXTS(item.designation, "designation", {long_text(INVOICE_DESIGNATION_MAX), true});
    TRY_TEXTS(item.designation, "designation", {long_text(INVOICE_DESIGNATION_MAX + 1), false},
              {STR(""), false});
}

CASE(what_neither_page_nor_xml_can_show_is_refused)
{
    TRY_TEXTS(draft_.name, "name",
              /* the last control and the first character of each kind */
              {STR("a\x1F"), false}, {STR("a "), true}, {STR("a\x7E"), true}, {STR("a\x7F"), false},
              {STR("a\xC2\x80"), false}, {STR("a\xC2\x9F"), false}, {STR("a\xC2\xA0"), true},
              /* U+FFFE and U+FFFF are no characters of XML; U+FFFD and others of that row are */
              {STR("a\xEF\xBF\xBE"), false}, {STR("a\xEF\xBF\xBF"), false},
              {STR("a\xEF\xBF\xBD"), true}, {STR("a\xEF\xBC\xA1"), true},
              /* nothing is seen of it: U+2060, U+FFF9, the last of plane 1 */
              {STR("\xE2\x81\xA0"), false}, {STR(" \xEF\xBF\xB9\xC2\xA0"), false},
              {STR("\xF0\x9F\xBF\xBF"), false}, {STR("a\xE2\x81\xA0"), true},
              /* lines only where there may be several */
              {STR("a\nb"), false}, {STR("a\rb"), false});
    TRY_TEXTS(draft_.address, "address", {STR("a\r\nb"), true}, {STR("a\tb"), false});
    TRY_TEXTS(draft_.order_number, "order_number", {STR("\xE2\x81\xA0"), false});
    TRY_TEXTS(draft_.delivery_address, "delivery_address", {STR("\xE2\x81\xA0"), false});
}

/* --- who ------------------------------------------------------------------------------------- */

CASE(vat_numbers_are_those_of_a_country)
{
    TRY_TEXTS(draft_.client_vat, "client_vat", {STR(""), true}, {STR("FR88100000009"), true},
              {STR("FR89100000009"), false}, {STR("FR8810000000"), false},
              /* elsewhere: two letters, then up to 13 of both */
              {STR("DE12"), true}, {STR("DE1"), false}, {STR("DE1234567890123"), true},
              {STR("DE12345678901234"), false}, {STR("ATU12345678"), true}, {STR("1E1234"), false},
              {STR("D11234"), false}, {STR("de1234"), false}, {STR("DE 123"), false},
              {STR("DE12:4"), false}, {STR("DE12[4"), false},
              /* which there is: Greece and Northern Ireland have codes of their own */
              {STR("EL123456789"), true}, {STR("XI123456789"), true}, {STR("GB123456789"), true},
              {STR("XX123456789"), false}, {STR("UK123456789"), false});
}

CASE(a_french_vat_number_ends_with_the_siren_that_is_told)
{
    struct invoice_draft draft = good();

    draft.client_vat = STR("FR88100000009");
    draft.client_siren = STR("100000009");
    is_wrong_about(&draft, NULL);
    draft.client_siren = STR("732829320");
    is_wrong_about(&draft, "client_vat");
}

CASE(the_client_has_an_address_for_mail)
{
    TRY_TEXTS(draft_.client_email, "client_email", {STR(""), true}, {STR("a@b.example"), true},
              {STR("@b.example"), false}, {STR("a@"), false}, {STR("a@b.example\xFF"), false});
    TRY_TEXTS(draft_.client_siren, "client_siren", {STR("732829320"), true},
              {STR("732829321"), false}, {STR("73282932"), false});
}

/* --- when ------------------------------------------------------------------------------------ */

CASE(days_are_within_a_year)
{
    static const struct {
        struct date date;
        bool fits;
        bool due_fits;
    } DAYS[] = {
        {{1899, 12, 31}, false, false},
        {{1900, 1, 1},   true,  false},
        {{2031, 6, 1},   true,  false},
        {{2031, 6, 2},   true,  true },
        {{2032, 6, 2},   true,  true },
        {{2032, 6, 3},   false, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(DAYS); i++) {
        struct invoice_draft draft = good();
        draft.has_date = true;
        draft.date = DAYS[i].date;
        is_wrong_about(&draft, DAYS[i].fits ? NULL : "date");
        draft = good();
        draft.has_due = true;
        draft.due = DAYS[i].date;
        is_wrong_about(&draft, DAYS[i].due_fits ? NULL : "due_date");
    }
}

/* --- how much -------------------------------------------------------------------------------- */

static void try_item(int64_t price_e4, int64_t quantity_e4, const char *field)
{
    struct invoice_draft draft = good();

    item.price_e4 = price_e4;
    item.quantity_e4 = quantity_e4;
    is_wrong_about(&draft, field);
}

CASE(prices_and_quantities_have_limits)
{
    try_item(0, 10000, NULL);
    try_item(-1, 10000, "price");
    try_item(INVOICE_PRICE_MAX_E4, 1, NULL);
    try_item(INVOICE_PRICE_MAX_E4 + 1, 1, "price");
    try_item(1, 1, NULL);
    try_item(1, 0, "quantity");
    try_item(1, INVOICE_QUANTITY_MAX_E4, NULL);
    try_item(1, INVOICE_QUANTITY_MAX_E4 + 1, "quantity");
}

static void try_two(int64_t nine_times_e4, int64_t once_e4, const char *field)
{
    struct invoice_item items[2];
    struct invoice_draft draft = good();

    items[0] = items[1] = item;
    items[0].price_e4 = nine_times_e4;
    items[0].quantity_e4 = 90000;
    items[1].price_e4 = once_e4;
    draft.items = items;
    draft.item_count = 2;
    is_wrong_about(&draft, field);
}

/* 83333333.32 and its 20 % are 99999999.98; a cent more makes 100000000.00. */
CASE(the_total_has_a_limit_too)
{
    try_two(83333333300, 83333333500, NULL);
    try_two(83333333300, 83333333600, "items");
    /* Before their VAT already: both together, and one alone. */
    try_two(INVOICE_PRICE_MAX_E4, INVOICE_PRICE_MAX_E4, "items");
    try_item(INVOICE_PRICE_MAX_E4, 110000, "items");
}

CASE(an_invoice_has_1_to_500_items)
{
    static struct invoice_item items[INVOICE_LINES_MAX + 1];
    struct invoice_draft draft = good();

    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        items[i] = item;
    draft.items = items;
    draft.item_count = 0;
    is_wrong_about(&draft, "items");
    draft.item_count = INVOICE_LINES_MAX;
    is_wrong_about(&draft, NULL);
    draft.item_count = INVOICE_LINES_MAX + 1;
    is_wrong_about(&draft, "items");
    draft.item_count = 1;
    draft.bad = 1U << INVOICE_ITEMS;
    is_wrong_about(&draft, "items");
}

/* A quote may have any rate; 32 of them, and one more. */
CASE(rates_of_an_invoice_are_32_at_most)
{
    static struct invoice_item items[INVOICE_RATES_MAX + 1];
    struct invoice_draft draft = good();

    draft.kind = INVOICE_QUOTE;
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        items[i] = item;
        items[i].rate_bp = (int64_t)i + 1;
    }
    draft.items = items;
    draft.item_count = INVOICE_RATES_MAX;
    is_wrong_about(&draft, NULL);
    draft.item_count = INVOICE_RATES_MAX + 1;
    is_wrong_about(&draft, "items");
}

CASE(a_deposit_that_was_not_read_is_told_once)
{
    struct invoice_draft draft = good();

    draft.deposit_minor = 1200;
    is_wrong_about(&draft, NULL);
    draft.deposit_minor = 1201;
    is_wrong_about(&draft, "deposit");
    draft.bad = 1U << INVOICE_DEPOSIT;
    is_wrong_about(&draft, "deposit");
    draft = good();
    draft.deposit_minor = -1;
    is_wrong_about(&draft, "deposit");
}

CASE(currencies_are_those_with_a_rate)
{
    struct invoice_draft draft = good();

    draft.currency = CURRENCY_USD;
    is_wrong_about(&draft, NULL);
    draft.currency = CURRENCY_GBP;
    is_wrong_about(&draft, "currency");
    draft.currency = CURRENCY_CHF;
    is_wrong_about(&draft, "currency");
    draft.kind = INVOICE_QUOTE;
    is_wrong_about(&draft, NULL);
}

/* --- VAT ------------------------------------------------------------------------------------- */

static void try_reason(struct str text, const char *field)
{
    struct invoice_draft draft = good();

    item.rate_bp = 0;
    item.reason = REASON_EXEMPT;
    item.reason_text = text;
    is_wrong_about(&draft, field);
}

CASE(a_reason_of_ones_own_is_a_text)
{
    try_reason(STR("Exonération, art. 261-4-4 du CGI"), NULL);
    try_reason(long_text(INVOICE_REASON_MAX), NULL);
    try_reason(long_text(INVOICE_REASON_MAX + 1), "vat");
    try_reason(STR(""), "vat");
    try_reason(STR("  "), "vat");
    try_reason(STR("a\x1F"), "vat");
    try_reason(STR("a\x7F"), "vat");
    try_reason(STR("a\xFF"), "vat");
    try_reason(STR("a\xC2\x85"), "vat");
    try_reason(STR("\xE2\x81\xA0"), "vat");
    try_reason(STR("\xC2\xA0"), "vat");
}

static void try_abroad(enum vat_reason reason, const char *client_vat, unsigned bad,
                       const char *field)
{
    struct invoice_draft draft = good();

    item.rate_bp = 0;
    item.reason = reason;
    draft.client_vat = str_of(client_vat);
    draft.bad = bad;
    is_wrong_about(&draft, field);
}

CASE(a_reason_may_need_the_number_of_the_buyer)
{
    const unsigned unread = 1U << INVOICE_CLIENT_VAT;

    try_abroad(REASON_REVERSE, "FR88100000009", 0, NULL);
    try_abroad(REASON_REVERSE, "", 0, "vat");
    try_abroad(REASON_REVERSE, "", unread, "client_vat");
    try_abroad(REASON_INTRA, "DE123456789", 0, NULL);
    try_abroad(REASON_INTRA, "EL123456789", 0, NULL);
    try_abroad(REASON_INTRA, "XI123456789", 0, NULL);
    try_abroad(REASON_INTRA, "FR88100000009", 0, "vat");
    try_abroad(REASON_INTRA, "GB123456789", 0, "vat");
    try_abroad(REASON_INTRA, "GR123456789", 0, "vat");
    try_abroad(REASON_INTRA, "", 0, "vat");
    try_abroad(REASON_INTRA, "", unread, "client_vat");
    try_abroad(REASON_EXPORT, "", 0, NULL);
}

CASE(rates_are_between_nothing_and_all)
{
    static const struct {
        int64_t rate_bp;
        enum invoice_kind kind;
        bool fits;
    } RATES[] = {
        {-1,    INVOICE_QUOTE,  false},
        {0,     INVOICE_QUOTE,  false},
        {10000, INVOICE_QUOTE,  true },
        {10001, INVOICE_QUOTE,  false},
        {2060,  INVOICE_NORMAL, true },
        {2061,  INVOICE_NORMAL, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(RATES); i++) {
        struct invoice_draft draft = good();
        draft.kind = RATES[i].kind;
        item.rate_bp = RATES[i].rate_bp;
        is_wrong_about(&draft, RATES[i].fits ? NULL : "vat");
    }
}

/* One group of the same category tells each reason once; a code is only told for one alone. */
CASE(reasons_of_one_category_are_told_together)
{
    static const char *const REASONS[] = {"Art. 261-4 du CGI", "Art. 261-7 du CGI",
                                          "Art. 261-4 du CGI"};
    struct invoice_item items[4];
    struct invoice_draft draft = good();
    struct invoice_paper paper;
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < 3; i++) {
        items[i] = item;
        items[i].rate_bp = 0;
        items[i].reason = REASON_EXEMPT;
        items[i].reason_text = str_of(REASONS[i]);
    }
    items[3] = item;
    items[3].rate_bp = 0;
    items[3].reason = REASON_EXPORT;
    draft.items = items;
    draft.item_count = 4;
    assert_ok(invoice_check(cx, &SELLER, &draft, ISSUED));
    invoice_fill(cx, &SELLER, &draft, &PLACE, &paper);
    assert_int_equal(paper.rate_count, 2);
    assert_int_equal(paper.rates[0].base_minor, 3000);
    assert_str(paper.rates[0].reason, "Art. 261-4 du CGI ; Art. 261-7 du CGI");
    assert_null(paper.rates[0].reason_code.ptr);
    assert_str(paper.rates[1].reason_code, "VATEX-EU-G");
    unit_ctx_free(cx);
}

/* Twenty different reasons of 200 characters are more than one mention may say. */
CASE(reasons_that_do_not_fit_together_are_the_first_ones)
{
    enum { REASONS = 24, LEN = 190 };
    static char texts[REASONS][LEN];
    struct invoice_item items[REASONS];
    struct invoice_draft draft = good();
    struct invoice_paper paper;
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < REASONS; i++) {
        memset(texts[i], 'A' + (int)i, LEN);
        items[i] = item;
        items[i].rate_bp = 0;
        items[i].reason = REASON_EXEMPT;
        items[i].reason_text = (struct str){texts[i], LEN};
    }
    draft.items = items;
    draft.item_count = REASONS;
    assert_ok(invoice_check(cx, &SELLER, &draft, ISSUED));
    invoice_fill(cx, &SELLER, &draft, &PLACE, &paper);
    struct str reason = paper.rates[0].reason;
    assert_true(reason.len <= 4096);
    assert_true(str_starts(reason, (struct str){texts[0], LEN}));
    assert_true(str_ends(reason, (struct str){texts[20], LEN}));
    unit_ctx_free(cx);
}

/* --- the seller ------------------------------------------------------------------------------ */

static void lacks(const char *legal_form, bool franchise, const char *first)
{
    struct invoice_seller seller = SELLER;
    struct invoice_draft draft = good();
    struct ctx *cx = unit_ctx();

    seller.legal_form = str_of(legal_form);
    seller.capital = seller.rcs = STR_NONE;
    seller.franchise = franchise;
    if (franchise) {
        seller.vat_number = STR_NONE;
        item.rate_bp = 0;
    }
    err_t err = invoice_check(cx, &seller, &draft, ISSUED);
    assert_int_equal(err, first == NULL ? OK : ERR_STATE);
    if (first != NULL) {
        assert_string_equal(cx->faults[0].field, "account");
        assert_string_equal(cx->faults[1].field, first);
    }
    unit_ctx_free(cx);
}

CASE(only_companies_have_capital_and_an_entry)
{
    lacks("SARL", false, "capital");
    lacks("SAS unipersonnelle", false, "capital");
    lacks("EI", false, NULL);
    lacks("micro-entreprise", false, NULL);
    lacks("Association loi 1901", false, NULL);
    lacks("ASSOCIATION", false, NULL);
    lacks("", false, "legal_form");
    lacks("EI", true, NULL);
}

UNIT_MAIN(T(texts_have_characters_up_to_their_limit),
          T(what_neither_page_nor_xml_can_show_is_refused), T(vat_numbers_are_those_of_a_country),
          T(a_french_vat_number_ends_with_the_siren_that_is_told),
          T(the_client_has_an_address_for_mail), T(days_are_within_a_year),
          T(prices_and_quantities_have_limits), T(the_total_has_a_limit_too),
          T(an_invoice_has_1_to_500_items), T(rates_of_an_invoice_are_32_at_most),
          T(a_deposit_that_was_not_read_is_told_once), T(currencies_are_those_with_a_rate),
          T(a_reason_of_ones_own_is_a_text), T(a_reason_may_need_the_number_of_the_buyer),
          T(rates_are_between_nothing_and_all), T(reasons_of_one_category_are_told_together),
          T(reasons_that_do_not_fit_together_are_the_first_ones),
          T(only_companies_have_capital_and_an_entry))
