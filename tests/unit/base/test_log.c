#include "base/log.h"

#include "support/logged.h"

static void assert_scrubbed(const char *line, const char *expected)
{
    char copy[256];

    assert_true(strlen(line) < sizeof copy);
    snprintf(copy, sizeof copy, "%s", line);
    log_scrub(copy, strlen(copy));
    assert_string_equal(copy, expected);
}

CASE(card_numbers_are_hidden)
{
    assert_scrubbed("card=4111111111111111", "card=****************");
    assert_scrubbed("378282246310005 x", "*************** x");
    assert_scrubbed("4222222222222", "*************");
    assert_scrubbed("6304000000000000000", "*******************");
    assert_scrubbed("a 4111111111111111 b 5555555555554444",
                    "a **************** b ****************");
}

CASE(card_numbers_in_groups_are_hidden)
{
    assert_scrubbed("4111 1111 1111 1111", "**** **** **** ****");
    assert_scrubbed("n=4111-1111-1111-1111;", "n=****-****-****-****;");
    assert_scrubbed("3782 822463 10005", "**** ****** *****");
    assert_scrubbed("4111  1111--1111 -1111", "****  ****--**** -****");
    assert_scrubbed("12 4111 1111 1111 1111", "12 **** **** **** ****");
}

CASE(card_numbers_next_to_letters_are_hidden)
{
    assert_scrubbed("PAN4111111111111111", "PAN****************");
    assert_scrubbed("_4111111111111111_", "_****************_");
    assert_scrubbed("pan4111111111111111exp1227", "pan****************exp1227");
}

CASE(what_is_no_card_number_stays)
{
    assert_scrubbed("amount=4111111111111112eur", "amount=4111111111111112eur");
    assert_scrubbed("count=123456789012", "count=123456789012");
    assert_scrubbed("at=2026-07-14T21:00:00Z", "at=2026-07-14T21:00:00Z");
    assert_scrubbed("", "");
    assert_scrubbed("no digits", "no digits");
}

CASE(ibans_are_hidden)
{
    assert_scrubbed("iban=FR7630006000011234567890189", "iban=FR*************************");
    assert_scrubbed("DE89370400440532013000 x", "DE******************** x");
    assert_scrubbed("GB82WEST12345698765432", "GB**WEST**************");
    assert_scrubbed("MT84MALT011000012345MTLCAST001S", "MT**MALT************MTLCAST***S");
}

CASE(our_ids_stay)
{
    struct id_source *source = id_source_new();
    struct payment_id id;
    char line[64];

    for (int i = 0; i < 20000; i++) {
        ID_NEW(source, &id);
        snprintf(line, sizeof line, "payment=%s", id.raw);
        assert_scrubbed(line, line);
    }
    id_source_free(source);
}

static void log_each_kind(void *arg)
{
    struct ctx *cx = unit_ctx();
    struct payment_id id = {"0123456789ABCDEFGHXYZabz"};

    (void)arg;
    snprintf(cx->request, sizeof cx->request, "REQUEST");
    log_event(cx, EV_PAYMENT_STATE, LOG_ID("payment", id), LOG_INT("attempt", 3),
              LOG_WORD("state", "captured"),
              LOG_MONEY("amount", ((struct money){2599, CURRENCY_EUR})), LOG_ERR(ERR_BUSY),
              LOG_WORD("none", NULL));
    unit_ctx_free(cx);
}

CASE(a_line_has_time_event_request_and_fields)
{
    char line[1024];

    logged(line, sizeof line, log_each_kind, NULL);
    assert_int_equal(line[19], 'Z');
    assert_string_equal(line + 20, " payment.state request=REQUEST "
                                   "payment=0123456789ABCDEFGHXYZabz attempt=3 state=captured "
                                   "amount=2599eur err=busy none=-\n");
}

static void log_a_card_number(void *arg)
{
    (void)arg;
    log_event(NULL, EV_INTERNAL_ERROR, LOG_INT("number", 4111111111111111));
}

CASE(a_card_number_does_not_get_out_even_by_mistake)
{
    char line[1024];

    logged(line, sizeof line, log_a_card_number, NULL);
    assert_string_equal(line + 20, " internal.error number=****************\n");
}

static void log_too_much(void *arg)
{
    char word[3000];

    (void)arg;
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("word", word));
}

CASE(a_long_line_is_cut_and_still_one_line)
{
    char line[4096];

    logged(line, sizeof line, log_too_much, NULL);
    assert_int_equal(strlen(line), 1024);
    assert_ptr_equal(strchr(line, '\n'), line + 1023);
}

static void log_batched(void *arg)
{
    static struct log_batch batch;

    (void)arg;
    log_batch_event(&batch, NULL, EV_LINK_UP, LOG_INT("n", 1));
    log_event(NULL, EV_LINK_DOWN, LOG_INT("n", 2));
    log_batch_event(&batch, NULL, EV_LINK_UP, LOG_INT("n", 3));
    log_batch_flush(&batch);
    log_batch_flush(&batch);
}

CASE(a_batch_writes_its_lines_together)
{
    char text[4096];

    logged(text, sizeof text, log_batched, NULL);
    const char *down = strstr(text, "link.down n=2\n");
    const char *first = strstr(text, "link.up n=1\n");
    const char *last = strstr(text, "link.up n=3\n");
    assert_non_null(down);
    assert_non_null(first);
    assert_non_null(last);
    assert_true(down < first);
    assert_true(first < last);
    assert_string_equal(last, "link.up n=3\n");
}

static void log_much(void *arg)
{
    static struct log_batch batch;

    (void)arg;
    for (int i = 0; i < LOG_BATCH_SIZE / 16; i++)
        log_batch_event(&batch, NULL, EV_LINK_UP, LOG_INT("n", 4111111111111111));
    log_batch_flush(&batch);
}

CASE(a_batch_that_is_full_is_written_and_hides_numbers_too)
{
    static char text[LOG_BATCH_SIZE * 4];
    int lines = 0;

    logged(text, sizeof text, log_much, NULL);
    for (const char *at = text; (at = strstr(at, "link.up n=****************\n")) != NULL; at++)
        lines++;
    assert_int_equal(lines, LOG_BATCH_SIZE / 16);
}

UNIT_MAIN(T(a_batch_writes_its_lines_together),
          T(a_batch_that_is_full_is_written_and_hides_numbers_too), T(card_numbers_are_hidden),
          T(card_numbers_in_groups_are_hidden), T(card_numbers_next_to_letters_are_hidden),
          T(what_is_no_card_number_stays), T(ibans_are_hidden), T(our_ids_stay),
          T(a_line_has_time_event_request_and_fields),
          T(a_card_number_does_not_get_out_even_by_mistake),
          T(a_long_line_is_cut_and_still_one_line))
