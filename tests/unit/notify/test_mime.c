#include "notify/mime.h"

#include "support/unit.h"

static const struct mime_frame FRAME = {
    .from = STR_INIT("guichet@shop.example"),
    .id = {"0VcJqU4PFm4ecFwvLAsJ2wep"},
    .date = INT64_C(1795913914000000),
};

static struct mail sample(void)
{
    return (struct mail){
        .to = STR("jean@example.com"),
        .language = STR("fr"),
        .subject = STR("Votre reçu"),
        .text = STR("Bonjour é\n"),
    };
}

static bool holds(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Every line is short, 7 bits and ends with CRLF. */
static void is_plain(struct str message)
{
    size_t column = 0;

    for (size_t i = 0; i < message.len; i++) {
        unsigned char byte = (unsigned char)message.ptr[i];
        assert_true(byte == '\r' || byte == '\n' || (byte >= ' ' && byte <= '~') || byte == '\t');
        if (byte == '\n') {
            assert_true(i > 0 && message.ptr[i - 1] == '\r');
            column = 0;
        } else if (byte != '\r') {
            assert_true(++column <= 78);
        }
    }
    assert_true(str_ends(message, STR("\r\n")));
}

CASE(a_mail_reads_as_it_was_written)
{
    struct ctx *cx = unit_ctx();
    struct mail mail = sample();
    struct mime_message read;

    mail.html = STR("<p>Bonjour é = 100 %</p>\n");
    mail.from_name = STR("Atelier \"Été\"");
    mail.reply_to = STR("shop@example.com");
    struct str message = mime_write(cx->arena, &mail, &FRAME);
    is_plain(message);
    assert_true(holds(message, "Message-ID: <0VcJqU4PFm4ecFwvLAsJ2wep@shop.example>\r\n"));
    assert_true(holds(message, "Date: Sun, 29 Nov 2026 00:58:34 +0000\r\n"));
    assert_true(holds(message, "multipart/alternative"));
    assert_true(holds(message, "Reply-To: <shop@example.com>\r\n"));
    mime_read(cx->arena, message, &read);
    assert_str(read.message_id, "0VcJqU4PFm4ecFwvLAsJ2wep@shop.example");
    assert_str(read.subject, "Votre reçu");
    assert_str(read.text, "Bonjour é\r\n");
    assert_str(read.html, "<p>Bonjour é = 100 %</p>\r\n");
    unit_ctx_free(cx);
}

CASE(each_try_writes_the_same_bytes)
{
    struct ctx *cx = unit_ctx();
    struct mail mail = sample();

    assert_true(str_eq(mime_write(cx->arena, &mail, &FRAME), mime_write(cx->arena, &mail, &FRAME)));
    unit_ctx_free(cx);
}

CASE(without_html_it_is_plain_text)
{
    struct ctx *cx = unit_ctx();
    struct mail mail = sample();
    struct mime_message read;

    struct str message = mime_write(cx->arena, &mail, &FRAME);
    assert_false(holds(message, "multipart"));
    mime_read(cx->arena, message, &read);
    assert_str(read.text, "Bonjour é\r\n");
    assert_null(read.html.ptr);
    unit_ctx_free(cx);
}

CASE(long_and_odd_subjects_survive)
{
    static const char *const SUBJECTS[] = {
        "x",
        "plain and short",
        "a plain subject that is much longer than one encoded word may be, and so it is encoded",
        "=?UTF-8?B?dHJpY2s=?=",
        "é",
        "Éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé fin",
        "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
    };
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < ARRAY_LEN(SUBJECTS); i++) {
        struct mail mail = sample();
        struct mime_message read;
        mail.subject = str_of(SUBJECTS[i]);
        struct str message = mime_write(cx->arena, &mail, &FRAME);
        is_plain(message);
        mime_read(cx->arena, message, &read);
        assert_str(read.subject, SUBJECTS[i]);
    }
    unit_ctx_free(cx);
}

CASE(lines_of_any_length_and_end_survive)
{
    struct ctx *cx = unit_ctx();
    struct mail mail = sample();
    struct mime_message read;
    char text[4096];

    memset(text, 'a', sizeof text);
    memcpy(text, ".\n..\nFrom me\n trailing \n\ttab\t\n=3D\n", 34);
    memset(text + 200, ' ', 200);
    mail.text = (struct str){text, sizeof text};
    struct str message = mime_write(cx->arena, &mail, &FRAME);
    is_plain(message);
    mime_read(cx->arena, message, &read);
    assert_true(holds(read.text, ".\r\n..\r\nFrom me\r\n trailing \r\n\ttab\t\r\n=3D\r\n"));
    assert_int_equal(read.text.len, sizeof text + 6 + 2);
    unit_ctx_free(cx);
}

static struct mime_message read_of(struct ctx *cx, const char *raw)
{
    struct mime_message read;

    mime_read(cx->arena, str_of(raw), &read);
    return read;
}

CASE(what_others_write_is_read)
{
    struct ctx *cx = unit_ctx();

    struct mime_message read =
        read_of(cx, "subject: =?iso-8859-1?Q?caf=E9_?=\n =?utf-8?q?cr=C3=A8me?="
                    " and more\n"
                    "MESSAGE-ID:\n <a@b>\n\nhello\n");
    assert_str(read.subject, "café crème and more");
    assert_str(read.message_id, "a@b");
    assert_str(read.text, "hello\n");
    read = read_of(cx, "Content-Type: multipart/mixed; boundary=out\r\n\r\npreamble\r\n"
                       "--out\r\nContent-Type: multipart/alternative; boundary=\"in\"\r\n\r\n"
                       "--in\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                       "Content-Transfer-Encoding: base64\r\n\r\nY2Fm\r\n6Q==\r\n"
                       "--in\r\nContent-Type: Text/HTML\r\n\r\n<b>x</b>\r\n--in--\r\n"
                       "--out\r\nContent-Type: text/plain\r\n\r\nsecond\r\n--out--\r\n");
    assert_str(read.text, "café");
    assert_str(read.html, "<b>x</b>");
    unit_ctx_free(cx);
}

CASE(what_cannot_be_read_is_left_out)
{
    static const char *const ODD[] = {
        "",
        "\n",
        "\r\n\r\n",
        "Subject",
        "Subject:",
        "Subject: =?",
        "Subject: =?utf-8?B?",
        "Subject: =?utf-8?B?%%%?= =?x?Q?=Z?=",
        "Content-Type: multipart/mixed; boundary=\n\n--\n--\n",
        "Content-Type: multipart/mixed; boundary=a\n\n--a",
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a\n--a--",
        "Content-Type: text/plain;;;=; charset=\"\n\nx",
        "Content-Transfer-Encoding: base64\n\n!!!!",
        "Content-Transfer-Encoding: quoted-printable\n\n=\n=4\n=",
        " folded from nothing\n\nx",
        "Message-ID: <>\n\n\xFF\xC3",
    };
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < ARRAY_LEN(ODD); i++) {
        size_t count;
        struct mime_message read = read_of(cx, ODD[i]);
        assert_true(str_utf8_count(read.subject, &count));
        assert_true(str_utf8_count(read.text, &count));
    }
    assert_str(read_of(cx, "\n\xFFx").text, "\xEF\xBF\xBDx");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_mail_reads_as_it_was_written), T(each_try_writes_the_same_bytes),
          T(without_html_it_is_plain_text), T(long_and_odd_subjects_survive),
          T(lines_of_any_length_and_end_survive), T(what_others_write_is_read),
          T(what_cannot_be_read_is_left_out))
