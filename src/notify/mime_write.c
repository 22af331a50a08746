#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "notify/mime.h"

/* An encoded word has 75 characters at most and a line with one 76 (RFC 2047), of which "Subject:
 * ",
 * "=?UTF-8?B?" and "?=" take 21; in base 64 that leaves 39 bytes. A line of quoted-printable has
 * 76, with its "=". */
enum {
    WORD_BYTES = 39,
    PLAIN_MAX = 60,
    QUOTED_LINE = 75,
    MESSAGE_SPARE = 8 * 1024,
    QUOTED_GROWTH = 4,
};

static bool is_ascii_line(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < ' ' || (unsigned char)text.ptr[i] > '~')
            return false;
    }
    return true;
}

/* How many bytes of text from `from` on fit into max without cutting a character. */
static size_t whole_characters(struct str text, size_t from, size_t max)
{
    size_t len = text.len - from < max ? text.len - from : max;

    while (from + len < text.len && len > 0 && ((unsigned char)text.ptr[from + len] & 0xC0) == 0x80)
        len--;
    return len;
}

/* A text in a header: as it is when it is short, plain and cannot be taken for an encoded word;
 * else in encoded words, each on a line of its own. */
static void header_text(struct arena *arena, struct buf *out, struct str text)
{
    if (is_ascii_line(text) && text.len <= PLAIN_MAX &&
        memmem(text.ptr, text.len, "=?", 2) == NULL) {
        buf_put(out, text);
        return;
    }
    for (size_t at = 0; at < text.len;) {
        size_t len = whole_characters(text, at, WORD_BYTES);
        must(len > 0);
        struct str word = base64_encode(arena, str_sub(text, at, len));
        buf_format(out, "%s=?UTF-8?B?%.*s?=", at == 0 ? "" : "\r\n ", (int)word.len, word.ptr);
        at += len;
    }
}

/* A name before an address: quoted when it is plain. */
static void header_name(struct arena *arena, struct buf *out, struct str name)
{
    bool plain =
        is_ascii_line(name) && name.len <= PLAIN_MAX && memmem(name.ptr, name.len, "=?", 2) == NULL;

    if (!plain) {
        header_text(arena, out, name);
        return;
    }
    buf_put_byte(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"' || name.ptr[i] == '\\')
            buf_put_byte(out, '\\');
        buf_put_byte(out, name.ptr[i]);
    }
    buf_put_byte(out, '"');
}

static void header_date(struct buf *out, instant at)
{
    static const char *const DAYS[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t days = at / DAY_US;
    int64_t second = at % DAY_US / SECOND_US;
    struct date date = date_from_days(days);

    must(at >= 0);
    buf_format(out, "Date: %s, %d %s %04d %02lld:%02lld:%02lld +0000\r\n", DAYS[days % 7], date.day,
               MONTHS[date.month - 1], date.year, (long long)(second / 3600),
               (long long)(second / 60 % 60), (long long)(second % 60));
}

/* Quoted-printable (RFC 2045 6.7): line ends of the text become CRLF. */
static void quoted(struct buf *out, struct str text)
{
    static const char HEX[] = "0123456789ABCDEF";
    size_t column = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        if (byte == '\n') {
            buf_put(out, STR("\r\n"));
            column = 0;
            continue;
        }
        bool ends = i + 1 == text.len || text.ptr[i + 1] == '\n' || text.ptr[i + 1] == '\r';
        bool blank = byte == ' ' || byte == '\t';
        bool plain = (byte > ' ' && byte <= '~' && byte != '=') || (blank && !ends);
        /* A dot or "From " at the start of a line is what mail servers trip over. */
        if (column == 0 && (byte == '.' || byte == 'F'))
            plain = false;
        size_t width = plain ? 1 : 3;
        if (column + width > QUOTED_LINE) {
            buf_put(out, STR("=\r\n"));
            column = 0;
        }
        if (plain) {
            buf_put_byte(out, (char)byte);
        } else {
            buf_put_byte(out, '=');
            buf_put_byte(out, HEX[byte >> 4]);
            buf_put_byte(out, HEX[byte & 0x0F]);
        }
        column += width;
    }
}

static void part(struct buf *out, const char *type, struct str content)
{
    buf_format(out,
               "Content-Type: %s; charset=utf-8\r\n"
               "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
               type);
    quoted(out, content);
}

static void header(struct arena *arena, struct buf *out, const struct mail *mail,
                   const struct mime_frame *frame)
{
    size_t at = str_find(frame->from, '@');
    struct str domain = at < frame->from.len ? str_from(frame->from, at + 1) : STR("localhost");

    header_date(out, frame->date);
    buf_put(out, STR("From: "));
    if (mail->from_name.len > 0) {
        header_name(arena, out, mail->from_name);
        buf_put(out, STR("\r\n "));
    }
    buf_format(out, "<%.*s>\r\nTo: <%.*s>\r\n", (int)frame->from.len, frame->from.ptr,
               (int)mail->to.len, mail->to.ptr);
    if (mail->reply_to.len > 0)
        buf_format(out, "Reply-To: <%.*s>\r\n", (int)mail->reply_to.len, mail->reply_to.ptr);
    buf_put(out, STR("Subject: "));
    header_text(arena, out, mail->subject);
    buf_format(out, "\r\nMessage-ID: <%s@%.*s>\r\n", frame->id.raw, (int)domain.len, domain.ptr);
    /* RFC 3834: no holiday notices back. */
    buf_format(out, "Auto-Submitted: auto-generated\r\nContent-Language: %.*s\r\n",
               (int)mail->language.len, mail->language.ptr);
    buf_put(out, STR("MIME-Version: 1.0\r\n"));
}

struct str mime_write(struct arena *arena, const struct mail *mail, const struct mime_frame *frame)
{
    struct buf out =
        buf_make(arena, MESSAGE_SPARE + QUOTED_GROWTH * (mail->text.len + mail->html.len));

    header(arena, &out, mail, frame);
    if (mail->html.ptr == NULL) {
        part(&out, "text/plain", mail->text);
        buf_put(&out, str_ends(buf_str(&out), STR("\r\n")) ? STR("") : STR("\r\n"));
    } else {
        /* "=_" stands in no line of quoted-printable. */
        buf_format(&out, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n",
                   frame->id.raw);
        buf_format(&out, "--=_%s\r\n", frame->id.raw);
        part(&out, "text/plain", mail->text);
        buf_format(&out, "\r\n--=_%s\r\n", frame->id.raw);
        part(&out, "text/html", mail->html);
        buf_format(&out, "\r\n--=_%s--\r\n", frame->id.raw);
    }
    must(!out.failed);
    return buf_str(&out);
}
