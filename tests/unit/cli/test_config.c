#include "cli/config.h"
#include "support/logged.h"

static struct config defaults(void)
{
    struct config config = {.data = STR("/data")};

    config_default(&config);
    return config;
}

CASE(a_file_overrides_the_defaults)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    assert_int_equal(config.port, 8080);
    assert_ok(config_read(cx,
                          STR("; a comment\n[server]\nport = 9000 ; and one more\n"
                              "listen = ::1\n\n[cards]\naccept_pan = yes\n"),
                          &config));
    assert_int_equal(config.port, 9000);
    assert_str(config.listen, "::1");
    assert_true(config.accept_pan);
    unit_ctx_free(cx);
}

CASE(a_last_line_without_an_end_counts)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    assert_ok(config_read(cx, STR("[server]\nport = 9000"), &config));
    assert_int_equal(config.port, 9000);
    unit_ctx_free(cx);
}

CASE(keys_that_are_set_in_are_keys)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    assert_ok(
        config_read(cx,
                    STR("[sepa]\n  out_dir = out\n\tin_dir = in\n\n  [server]\n  port = 9000\n"
                        "  ; a comment\n   \n   "),
                    &config));
    assert_str(config.sepa_out_dir, "out");
    assert_str(config.sepa_in_dir, "in");
    assert_int_equal(config.port, 9000);
    assert_int_equal(config_read(cx, STR("[sepa]\nout_dir = out\n  and more\n"), &config),
                     ERR_INVALID);
    unit_ctx_free(cx);
}

struct repeated {
    struct ctx *cx;
    struct config config;
};

static void repeated_read(void *arg)
{
    struct repeated *repeated = arg;

    assert_ok(config_read(repeated->cx,
                          STR("[server]\nport = 1\n[sepa]\nin_dir = in\n\n[server]\n  port = 2\n"),
                          &repeated->config));
}

CASE(a_key_that_stands_there_twice_is_told_and_the_last_one_counts)
{
    struct repeated repeated = {unit_ctx(), defaults()};
    char log[1024];

    logged(log, sizeof log, repeated_read, &repeated);
    assert_int_equal(repeated.config.port, 2);
    assert_non_null(strstr(log, " config.repeated section=server key=port line=2 again=7\n"));
    assert_null(strstr(log, "in_dir"));
    unit_ctx_free(repeated.cx);
}

CASE(an_unknown_key_is_an_error)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    assert_int_equal(config_read(cx, STR("[server]\nprot = 9000\n"), &config), ERR_INVALID);
    assert_string_equal(cx->faults[0].field, "server.prot");
    unit_ctx_free(cx);
}

CASE(an_unknown_section_is_an_error)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    assert_int_equal(config_read(cx, STR("[sever]\nport = 9000\n"), &config), ERR_INVALID);
    assert_int_equal(config_read(cx, STR("port = 9000\n"), &config), ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(a_line_that_is_no_line_is_an_error)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    assert_int_equal(config_read(cx, STR("[server]\nnonsense\n"), &config), ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(a_line_has_at_most_189_bytes)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();
    char text[256];

    memset(text, 'a', sizeof text);
    memcpy(text, ";", 1);
    assert_ok(config_read(cx, (struct str){text, 190}, &config));
    assert_int_equal(config_read(cx, (struct str){text, 191}, &config), ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(numbers_hold_their_limits)
{
    static const struct {
        const char *name;
        const char *value;
        err_t result;
    } TRIES[] = {
        {"server.port",          "0",     OK         },
        {"server.port",          "65535", OK         },
        {"server.port",          "65536", ERR_INVALID},
        {"server.port",          "-1",    ERR_INVALID},
        {"server.port",          "",      ERR_INVALID},
        {"server.port",          "80x",   ERR_INVALID},
        {"server.tls_port",      "-1",    OK         },
        {"server.threads",       "64",    OK         },
        {"server.threads",       "65",    ERR_INVALID},
        {"server.threads",       "0",     ERR_INVALID},
        {"sandbox.enabled",      "yes",   OK         },
        {"sandbox.enabled",      "true",  ERR_INVALID},
        {"pages.payment_life_h", "0",     ERR_INVALID},
    };
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    for (size_t i = 0; i < ARRAY_LEN(TRIES); i++)
        assert_int_equal(config_set(cx, &config, str_of(TRIES[i].name), str_of(TRIES[i].value)),
                         TRIES[i].result);
    unit_ctx_free(cx);
}

/* A slash at its end would be two in every link. */
CASE(addresses_that_others_are_built_on_are_ones)
{
    static const char *const LINKS[] = {"https://pay.example.com", "http://127.0.0.1:8080",
                                        "https://example.com/pay", ""};
    static const char *const NO_LINKS[] = {"pay.example.com",           "https://pay.example.com/",
                                           "ftp://pay.example.com",     "https://",
                                           "https://pay.example.com?x", "https://pay.example.com#x",
                                           "https://pay example.com",   "HTTPS://pay.example.com"};
    struct ctx *cx = unit_ctx();
    struct config config = defaults();

    for (size_t i = 0; i < ARRAY_LEN(LINKS); i++)
        assert_ok(config_set(cx, &config, STR("server.public_url"), str_of(LINKS[i])));
    for (size_t i = 0; i < ARRAY_LEN(NO_LINKS); i++)
        assert_int_equal(config_set(cx, &config, STR("server.public_url"), str_of(NO_LINKS[i])),
                         ERR_INVALID);
    assert_ok(config_set(cx, &config, STR("smtp.url"), STR("smtp://localhost:25")));
    assert_ok(config_set(cx, &config, STR("smtp.url"), STR("smtps://mail.example.com")));
    assert_ok(config_set(cx, &config, STR("smtp.url"), STR("")));
    assert_int_equal(config_set(cx, &config, STR("smtp.url"), STR("localhost:25")), ERR_INVALID);
    assert_int_equal(config_set(cx, &config, STR("smtp.url"), STR("smtp://")), ERR_INVALID);
    assert_ok(config_set(cx, &config, STR("smtp.from"), STR("shop@example.com")));
    assert_ok(config_set(cx, &config, STR("smtp.from"), STR("")));
    assert_int_equal(config_set(cx, &config, STR("smtp.from"), STR("Shop <shop@example.com>")),
                     ERR_INVALID);
    assert_int_equal(config_set(cx, &config, STR("smtp.from"), STR("shop")), ERR_INVALID);
    assert_str(config.public_url, "");
    unit_ctx_free(cx);
}

CASE(the_environment_overrides_the_file)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();
    char port[] = "GUICHET_SERVER_PORT=9001";
    char kek[] = "GUICHET_KEYS_KEK_FILE=/secret/kek";
    char other[] = "GUICHET_DATA=/elsewhere";
    char *environment[] = {other, port, kek, NULL};

    assert_ok(config_read(cx, STR("[server]\nport = 9000\n"), &config));
    assert_ok(config_read_environment(cx, environment, &config));
    assert_int_equal(config.port, 9001);
    assert_str(config.kek_file, "/secret/kek");
    unit_ctx_free(cx);
}

CASE(an_unknown_variable_of_a_section_is_an_error)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();
    char wrong[] = "GUICHET_SERVER_PROT=9001";
    char *environment[] = {wrong, NULL};

    assert_int_equal(config_read_environment(cx, environment, &config), ERR_INVALID);
    assert_string_equal(cx->faults[0].field, "GUICHET_SERVER_PROT");
    unit_ctx_free(cx);
}

CASE(what_is_printed_reads_back_the_same)
{
    struct ctx *cx = unit_ctx();
    struct config config = defaults();
    struct config again = defaults();

    assert_ok(config_set(cx, &config, STR("server.port"), STR("1234")));
    assert_ok(config_set(cx, &config, STR("server.public_url"), STR("https://pay.example.com")));
    assert_ok(config_set(cx, &config, STR("cards.accept_pan"), STR("yes")));
    struct str text = config_print(cx->arena, &config);
    assert_ok(config_read(cx, text, &again));
    struct str text_again = config_print(cx->arena, &again);
    assert_true(str_eq(text, text_again));
    assert_int_equal(again.port, 1234);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_file_overrides_the_defaults), T(a_last_line_without_an_end_counts),
          T(keys_that_are_set_in_are_keys),
          T(a_key_that_stands_there_twice_is_told_and_the_last_one_counts),
          T(an_unknown_key_is_an_error), T(an_unknown_section_is_an_error),
          T(a_line_that_is_no_line_is_an_error), T(a_line_has_at_most_189_bytes),
          T(numbers_hold_their_limits), T(addresses_that_others_are_built_on_are_ones),
          T(the_environment_overrides_the_file), T(an_unknown_variable_of_a_section_is_an_error),
          T(what_is_printed_reads_back_the_same))
