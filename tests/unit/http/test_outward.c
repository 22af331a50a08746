#include "http/outward.h"

#include <poll.h>

#include "support/slow_names.h"
#include "support/unit.h"

static bool checked(const char *text, bool test)
{
    struct url url;
    const char *why;

    bool good = outward_check(str_of(text), test, &url, &why) == OK;
    assert_int_equal(good, why == NULL);
    return good;
}

CASE(https_with_a_name_may_be_called)
{
    assert_true(checked("https://shop.example/hook?a=b", false));
    assert_true(checked("https://shop.example:8443", false));
    assert_true(checked("https://93.184.216.34/", false));
    assert_true(checked("https://[2606:2800:220:1:248:1893:25c8:1946]/", false));
}

CASE(anything_else_may_not)
{
    static const char *const BAD[] = {
        "",
        "shop.example",
        "ftp://shop.example/",
        "http://shop.example/",
        "https://user:pass@shop.example/",
        "https:///hook",
        "https://shop.example\\@evil.example/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://172.31.255.255/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:db8::1]/",
        "https://[ff02::1]/",
        "https://[::]/",
    };

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        if (checked(BAD[i], false))
            fail_msg("%s is allowed", BAD[i]);
    }
}

CASE(in_test_mode_this_machine_and_private_networks_may)
{
    assert_true(checked("http://127.0.0.1:9000/hook", true));
    assert_true(checked("http://localhost:9000/hook", true));
    assert_true(checked("http://[::1]:9000/hook", true));
    assert_true(checked("https://10.1.2.3/", true));
    assert_true(checked("https://localhost/", true));
    assert_false(checked("http://10.1.2.3/", true));
    assert_false(checked("http://shop.example/", true));
    assert_false(checked("https://169.254.169.254/", true));
    assert_false(checked("https://0.0.0.0/", true));
    assert_false(checked("https://[::ffff:169.254.169.254]/", true));
}

CASE(the_edges_of_networks_are_exact)
{
    assert_true(outward_allows("9.255.255.255", false));
    assert_false(outward_allows("10.0.0.0", false));
    assert_false(outward_allows("10.255.255.255", false));
    assert_true(outward_allows("11.0.0.0", false));
    assert_true(outward_allows("172.15.255.255", false));
    assert_true(outward_allows("172.32.0.0", false));
    assert_false(outward_allows("100.127.255.255", false));
    assert_true(outward_allows("100.128.0.0", false));
    assert_true(outward_allows("223.255.255.255", false));
    assert_false(outward_allows("255.255.255.255", false));
    assert_false(outward_allows("no address", false));
    assert_true(outward_allows("2a00::1", false));
    assert_false(outward_allows("2001:0:1::1", false));
    assert_true(outward_allows("2001:200::1", false));
    assert_false(outward_allows("4000::1", false));
}

static void resolved(struct resolution *resolution)
{
    (void)resolution;
}

CASE(localhost_is_this_machine_in_test_mode_and_nobody_in_live)
{
    struct resolver *resolver = resolver_new();
    struct mailbox *home = mailbox_new();
    struct resolution asked = {.home = home, .test = true, .done = resolved};

    assert_ok(url_parse(STR("http://LocalHost:81/"), &asked.url));
    resolver_ask(resolver, &asked);
    assert_int_equal(asked.result, OK);
    assert_string_equal(asked.pin, "localhost:81:127.0.0.1,[::1]");
    asked.test = false;
    resolver_ask(resolver, &asked);
    assert_int_equal(asked.result, ERR_FORBIDDEN);
    resolver_free(resolver);
    mailbox_free(home);
}

/* Waits for so many answers. */
static void hear(struct mailbox *home, size_t count)
{
    struct pollfd inbox = {.fd = mailbox_fd(home), .events = POLLIN};

    while (count > 0) {
        must(poll(&inbox, 1, -1) > 0);
        count -= mailbox_run(home);
    }
}

static void ask(struct resolver *resolver, struct mailbox *home, struct resolution *asked,
                const char *url)
{
    *asked = (struct resolution){.home = home, .test = true, .result = OK, .done = resolved};
    assert_ok(url_parse(str_of(url), &asked->url));
    resolver_ask(resolver, asked);
}

CASE(a_name_that_does_not_exist_comes_back_as_such)
{
    struct resolver *resolver = resolver_new();
    struct mailbox *home = mailbox_new();
    struct resolution asked;

    ask(resolver, home, &asked, "https://nobody.invalid/");
    hear(home, 1);
    assert_int_equal(asked.result, ERR_UNAVAILABLE);
    resolver_free(resolver);
    mailbox_free(home);
}

CASE(a_name_that_hangs_keeps_no_other_waiting)
{
    struct resolver *resolver = resolver_new();
    struct mailbox *home = mailbox_new();
    struct resolution slow[64];
    struct resolution other;

    names_hold();
    for (size_t i = 0; i < ARRAY_LEN(slow); i++)
        ask(resolver, home, &slow[i], i % 2 == 0 ? "https://slow.test/" : "https://SLOW.test:1/");
    ask(resolver, home, &other, "https://nobody.invalid/");
    hear(home, 1);
    assert_int_equal(other.result, ERR_UNAVAILABLE);
    assert_int_equal(slow[0].result, OK);
    names_release();
    hear(home, ARRAY_LEN(slow));
    for (size_t i = 0; i < ARRAY_LEN(slow); i++)
        assert_int_equal(slow[i].result, ERR_UNAVAILABLE);
    resolver_free(resolver);
    mailbox_free(home);
}

CASE(who_gives_up_is_not_answered)
{
    struct resolver *resolver = resolver_new();
    struct mailbox *home = mailbox_new();
    struct resolution asked[3];

    names_hold();
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        ask(resolver, home, &asked[i], "https://slow.test/");
    assert_true(resolver_forget(resolver, &asked[2]));
    assert_true(resolver_forget(resolver, &asked[0]));
    assert_false(resolver_forget(resolver, &asked[0]));
    names_release();
    hear(home, 1);
    assert_int_equal(asked[0].result, OK);
    assert_int_equal(asked[1].result, ERR_UNAVAILABLE);
    assert_int_equal(asked[2].result, OK);
    ask(resolver, home, &asked[0], "https://slow.test/"); /* the queue is whole */
    hear(home, 1);
    assert_int_equal(asked[0].result, ERR_UNAVAILABLE);
    resolver_free(resolver);
    mailbox_free(home);
}

CASE(an_end_waits_for_no_name)
{
    struct resolver *resolver = resolver_new();
    struct mailbox *home = mailbox_new();
    struct resolution asked;

    names_hold();
    ask(resolver, home, &asked, "https://slow.test/");
    resolver_free(resolver);
    names_release();
    assert_int_equal(mailbox_run(home), 0);
    mailbox_free(home);
}

UNIT_MAIN(T(https_with_a_name_may_be_called), T(anything_else_may_not),
          T(in_test_mode_this_machine_and_private_networks_may), T(the_edges_of_networks_are_exact),
          T(localhost_is_this_machine_in_test_mode_and_nobody_in_live),
          T(a_name_that_does_not_exist_comes_back_as_such),
          T(a_name_that_hangs_keeps_no_other_waiting), T(who_gives_up_is_not_answered),
          T(an_end_waits_for_no_name))
