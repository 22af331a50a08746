#include "support/unit.h"

#include "pages/card_entry.h"

static const struct date TODAY = {2026, 11, 21};

/* Reads a form body; the context is the caller's to free. */
static bool entry_read(struct ctx *cx, const char *body, struct card_entry *entry)
{
    struct form form;

    assert_ok(form_parse(cx->arena, str_of(body), &form));
    return card_entry_read(&form, TODAY, false, entry);
}

static enum text_error number_error(const char *number)
{
    struct ctx *cx = unit_ctx();
    struct card_entry entry;
    char body[256];

    snprintf(body, sizeof body, "card_number=%s&card_expiry=12/30&card_cvc=123", number);
    (void)entry_read(cx, body, &entry);
    unit_ctx_free(cx);
    return entry.number_error;
}

static enum text_error expiry_error(const char *expiry, int64_t *month, int64_t *year)
{
    struct ctx *cx = unit_ctx();
    struct card_entry entry;
    char body[256];

    snprintf(body, sizeof body, "card_number=4242424242424242&card_expiry=%s&card_cvc=123", expiry);
    (void)entry_read(cx, body, &entry);
    unit_ctx_free(cx);
    *month = entry.exp_month;
    *year = entry.exp_year;
    return entry.expiry_error;
}

static enum text_error cvc_error(const char *number, const char *cvc)
{
    struct ctx *cx = unit_ctx();
    struct card_entry entry;
    char body[256];

    snprintf(body, sizeof body, "card_number=%s&card_expiry=12/30&card_cvc=%s", number, cvc);
    (void)entry_read(cx, body, &entry);
    unit_ctx_free(cx);
    return entry.cvc_error;
}

static struct str network(const char *number, const char *choice)
{
    struct ctx *cx = unit_ctx();
    struct card_entry entry;
    char body[256];

    snprintf(body, sizeof body,
             "card_number=%s&card_expiry=12/30&card_cvc=123&preferred_network=%s", number, choice);
    assert_true(entry_read(cx, body, &entry));
    unit_ctx_free(cx);
    return entry.preferred_network;
}

CASE(a_number_is_taken_however_it_is_grouped)
{
    assert_int_equal(number_error("4242424242424242"), 0);
    assert_int_equal(number_error("4242+4242+4242+4242"), 0);
    assert_int_equal(number_error("4242-4242-4242-4242"), 0);
    assert_int_equal(number_error("+4242.4242.4242.4242+"), 0);
    assert_int_equal(number_error("4242%C2%A04242%E2%80%AF4242%094242"), 0);
}

CASE(a_number_that_cannot_be_one_is_refused)
{
    assert_int_equal(number_error(""), TEXT_ERROR_NUMBER_MISSING);
    assert_int_equal(number_error("+++"), TEXT_ERROR_NUMBER_MISSING);
    assert_int_equal(number_error("4242424242424241"), TEXT_ERROR_NUMBER_INVALID);
    assert_int_equal(number_error("4242a42424242424"), TEXT_ERROR_NUMBER_INVALID);
    assert_int_equal(number_error("424242424242"), TEXT_ERROR_NUMBER_INVALID);
    assert_int_equal(number_error("42424242424242424242"), TEXT_ERROR_NUMBER_INVALID);
}

CASE(an_expiry_is_taken_in_each_usual_form)
{
    static const char *const FORMS[] = {
        "1/27",   "01/27", "01+27",   "0127",   "01/2027",
        "012027", "01-27", "01.2027", "1+/+27", "01+-+2027",
    };

    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        int64_t month;
        int64_t year;
        assert_int_equal(expiry_error(FORMS[i], &month, &year), 0);
        assert_int_equal(month, 1);
        assert_int_equal(year, 2027);
    }
}

CASE(an_expiry_that_is_none_is_refused)
{
    static const char *const FORMS[] = {
        "13/27",
        "00/27",
        "1/7",
        "127",
        "01/27/30",
        "aa/bb",
        "/27",
        "01/",
        "2027/01",
        "01/2100",
        "1/99999999999999999999",
    };

    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        int64_t month;
        int64_t year;
        assert_int_equal(expiry_error(FORMS[i], &month, &year), TEXT_ERROR_EXPIRY_INVALID);
    }
}

CASE(the_month_of_expiry_still_counts)
{
    int64_t month;
    int64_t year;

    assert_int_equal(expiry_error("11/26", &month, &year), 0);
    assert_int_equal(expiry_error("10/26", &month, &year), TEXT_ERROR_EXPIRY_PAST);
    assert_int_equal(expiry_error("12/2025", &month, &year), TEXT_ERROR_EXPIRY_PAST);
    assert_int_equal(expiry_error("", &month, &year), TEXT_ERROR_EXPIRY_MISSING);
}

CASE(the_code_has_the_length_of_its_brand)
{
    assert_int_equal(cvc_error("4242424242424242", "123"), 0);
    assert_int_equal(cvc_error("4242424242424242", "1234"), TEXT_ERROR_CVC_INVALID);
    assert_int_equal(cvc_error("4242424242424242", "12"), TEXT_ERROR_CVC_INVALID);
    assert_int_equal(cvc_error("4242424242424242", "12345"), TEXT_ERROR_CVC_INVALID);
    assert_int_equal(cvc_error("4242424242424242", "12a"), TEXT_ERROR_CVC_INVALID);
    assert_int_equal(cvc_error("4242424242424242", ""), TEXT_ERROR_CVC_MISSING);
    assert_int_equal(cvc_error("378282246310005", "1234"), 0);
    assert_int_equal(cvc_error("378282246310005", "123"), TEXT_ERROR_CVC_INVALID);
    assert_int_equal(cvc_error("6759649826438453", "123"), 0);
}

CASE(the_choice_of_network_counts_where_two_are_possible)
{
    assert_str(network("4000002500000003", "national"), "national");
    assert_str(network("4000002500000003", "international"), "visa");
    assert_str(network("5131072454408923", "international"), "mastercard");
    assert_int_equal(network("4242424242424242", "national").len, 0);
}

CASE(a_holder_is_one_line_of_text_or_nobody)
{
    static const struct {
        const char *typed;
        enum text_error error;
    } ROWS[] = {
        {"",                                                                  0                          },
        {"Ana+Zo%C3%AB",                                                      0                          },
        {"A%0D%0AB",                                                          TEXT_ERROR_VALUE_CHARACTERS},
        {"Ana%7F",                                                            TEXT_ERROR_VALUE_CHARACTERS},
        {"Ana%C2%85",                                                         TEXT_ERROR_VALUE_CHARACTERS},
        {"abcdefghi+abcdefghi+abcdefghi+abcdefghi+abcdefghi+abcdefghi+abcd",  0                          },
        {"abcdefghi+abcdefghi+abcdefghi+abcdefghi+abcdefghi+abcdefghi+abcde",
         TEXT_ERROR_VALUE_LONG                                                                           },
    };

    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        struct ctx *cx = unit_ctx();
        struct card_entry entry;
        char body[128];
        snprintf(body, sizeof body, "card_holder=%s", ROWS[i].typed);
        (void)entry_read(cx, body, &entry);
        assert_int_equal(entry.holder_error, ROWS[i].error);
        assert_true(entry.holder.len > 0 || ROWS[i].typed[0] == '\0'); /* to be shown again */
        unit_ctx_free(cx);
    }
}

CASE(number_and_code_are_gone_after_wiping)
{
    struct ctx *cx = unit_ctx();
    struct card_entry entry;
    struct form form;
    struct str number;

    assert_ok(form_parse(
        cx->arena, STR("card_number=4242424242424242&card_expiry=12/30&card_cvc=987"), &form));
    assert_true(card_entry_read(&form, TODAY, false, &entry));
    card_entry_wipe(&entry, &form);
    assert_true(form_get(&form, STR("card_number"), &number));
    for (size_t i = 0; i < number.len; i++)
        assert_int_equal(number.ptr[i], 0);
    assert_int_equal(entry.number[0], 0);
    assert_int_equal(entry.cvc[2], 0);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_number_is_taken_however_it_is_grouped), T(a_number_that_cannot_be_one_is_refused),
          T(an_expiry_is_taken_in_each_usual_form), T(an_expiry_that_is_none_is_refused),
          T(the_month_of_expiry_still_counts), T(the_code_has_the_length_of_its_brand),
          T(the_choice_of_network_counts_where_two_are_possible),
          T(a_holder_is_one_line_of_text_or_nobody), T(number_and_code_are_gone_after_wiping))
