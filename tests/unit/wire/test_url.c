#include "support/unit.h"
#include "wire/url.h"

static struct url good(struct str text)
{
    struct url url;

    assert_ok(url_parse(text, &url));
    return url;
}

static void bad(struct str text)
{
    struct url url;

    assert_int_equal(url_parse(text, &url), ERR_INVALID);
}

CASE(the_parts_are_found)
{
    struct url url = good(STR("https://shop.example.com:8443/a/b?x=1&y=@#top"));

    assert_true(url.tls);
    assert_str(url.host, "shop.example.com");
    assert_int_equal(url.port, 8443);
    assert_str(url.path, "/a/b?x=1&y=@");
    assert_str(url.origin, "https://shop.example.com:8443");
    url = good(STR("HTTP://Example.COM"));
    assert_false(url.tls);
    assert_str(url.host, "Example.COM");
    assert_int_equal(url.port, 80);
    assert_str(url.path, "");
    assert_str(url.origin, "HTTP://Example.COM");
    url = good(STR("https://a?x=1"));
    assert_int_equal(url.port, 443);
    assert_str(url.path, "?x=1");
    url = good(STR("https://a#x/y"));
    assert_str(url.path, "");
}

CASE(only_http_and_https_are_schemes)
{
    bad(STR(""));
    bad(STR("https:"));
    bad(STR("https:/a"));
    bad(STR("//a/b"));
    bad(STR("/a"));
    bad(STR("ftp://a/"));
    bad(STR("javascript://a/%0aalert(1)"));
    bad(STR(" https://a/"));
    bad(STR("httpss://a/"));
}

CASE(a_host_is_needed)
{
    bad(STR("https://"));
    bad(STR("https:///a"));
    bad(STR("https://:443/"));
    bad(STR("https://?a"));
    bad(STR("https://#"));
    bad(STR("https://[]/"));
}

CASE(credentials_are_refused)
{
    bad(STR("https://user@a.example/"));
    bad(STR("https://user:pass@a.example/"));
    bad(STR("https://a.example:443@b.example/"));
    bad(STR("https://@a.example/"));
    bad(STR("https://good.example%40evil.example/"));
    good(STR("https://a.example/user@b"));
}

CASE(blanks_controls_and_backslashes_are_refused_everywhere)
{
    bad(STR("https://a example/"));
    bad(STR("https://a/b c"));
    bad(STR("https://a/b\tc"));
    bad(STR("https://a/\r\nSet-Cookie: x"));
    bad(STR("https://a/\0"));
    bad(STR("https://a/\x7f"));
    bad(STR("https://a/\xC2\x85"));
    bad(STR("https://a/\xC2\xA0"));
    bad(STR("https://a\\.evil.example/"));
    bad(STR("https://a/\\b"));
    bad(STR("https:\\\\a/"));
    good(STR("https://a/caf\xC3\xA9"));
}

CASE(ports_go_from_1_to_65535)
{
    assert_int_equal(good(STR("https://a:1/")).port, 1);
    assert_int_equal(good(STR("https://a:65535/")).port, 65535);
    bad(STR("https://a:0/"));
    bad(STR("https://a:65536/"));
    bad(STR("https://a:/"));
    bad(STR("https://a:080/"));
    bad(STR("https://a:+80/"));
    bad(STR("https://a:-1/"));
    bad(STR("https://a:8o/"));
    bad(STR("https://a:99999999999999999999/"));
    bad(STR("https://a:1:2/"));
}

CASE(hosts_are_plain_names)
{
    char label[64];
    char text[128];

    good(STR("https://a-b.c9/"));
    good(STR("https://xn--caf-dma.example/"));
    bad(STR("https://caf\xC3\xA9.example/"));
    bad(STR("https://a_b.example/"));
    bad(STR("https://a%2eb/"));
    bad(STR("https://a..b/"));
    bad(STR("https://.a/"));
    bad(STR("https://a./"));
    bad(STR("https://a,b/"));
    bad(STR("https://a;b/"));
    memset(label, 'a', sizeof label);
    snprintf(text, sizeof text, "https://%.63s/", label);
    good(str_of(text));
    snprintf(text, sizeof text, "https://%.64s/", label);
    bad(str_of(text));
}

CASE(a_host_has_at_most_253_characters)
{
    char text[8 + 254 + 1] = "https://";

    memset(text + 8, 'a', 254);
    for (size_t i = 8 + 50; i < sizeof text - 4; i += 51)
        text[i] = '.';
    bad((struct str){text, 8 + 254});
    good((struct str){text, 8 + 253});
}

CASE(ipv6_stands_in_brackets)
{
    struct url url = good(STR("https://[2001:db8::1]:8443/a"));

    assert_str(url.host, "2001:db8::1");
    assert_int_equal(url.port, 8443);
    assert_str(url.origin, "https://[2001:db8::1]:8443");
    good(STR("https://[::ffff:10.0.0.1]/"));
    bad(STR("https://2001:db8::1/"));
    bad(STR("https://[2001:db8::1/"));
    bad(STR("https://[2001:db8::1]8443/"));
    bad(STR("https://[1:2:3]/"));
    bad(STR("https://[fe80::1%25eth0]/"));
    bad(STR("https://[a.example]/"));
    bad(STR("https://a[::1]/"));
    bad(STR("https://[::1]]/"));
    bad(STR("https://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]/"));
}

static bool local(struct str text)
{
    struct url url = good(text);

    return url_is_local(&url);
}

CASE(this_machine_is_recognised)
{
    assert_true(local(STR("http://localhost/")));
    assert_true(local(STR("http://LocalHost:8080/")));
    assert_true(local(STR("http://127.0.0.1")));
    assert_true(local(STR("http://127.0.0.2:1/")));
    assert_true(local(STR("http://127.255.255.255/")));
    assert_true(local(STR("http://[::1]:80/")));
    assert_true(local(STR("http://[0:0:0:0:0:0:0:1]/")));
}

CASE(nothing_else_is_this_machine)
{
    assert_false(local(STR("http://localhost.evil.com/")));
    assert_false(local(STR("http://evil.localhost/")));
    assert_false(local(STR("http://127.0.0.1.evil.com/")));
    assert_false(local(STR("http://126.0.0.1/")));
    assert_false(local(STR("http://128.0.0.1/")));
    assert_false(local(STR("http://0.0.0.0/")));
    assert_false(local(STR("http://127.1/")));
    assert_false(local(STR("http://127.0.0.01/")));
    assert_false(local(STR("http://127.0.0.256/")));
    assert_false(local(STR("http://2130706433/")));
    assert_false(local(STR("http://0x7f.0.0.1/")));
    assert_false(local(STR("http://[::2]/")));
    assert_false(local(STR("http://[::]/")));
    assert_false(local(STR("http://10.0.0.1/")));
    assert_false(local(STR("http://example.com/127.0.0.1")));
}

UNIT_MAIN(T(the_parts_are_found), T(only_http_and_https_are_schemes), T(a_host_is_needed),
          T(credentials_are_refused), T(blanks_controls_and_backslashes_are_refused_everywhere),
          T(ports_go_from_1_to_65535), T(hosts_are_plain_names),
          T(a_host_has_at_most_253_characters), T(ipv6_stands_in_brackets),
          T(this_machine_is_recognised), T(nothing_else_is_this_machine))
