#include "core/letter.h"

#include "base/arena.h"
#include "base/html.h"
#include "base/must.h"
#include "core/colour.h"

enum { LETTER_MAX = 64 * 1024 };

void letter_paragraph(struct letter *letter, struct str text)
{
    must(letter->paragraph_count < LETTER_PARAGRAPHS_MAX);
    letter->paragraphs[letter->paragraph_count++] = text;
}

void letter_row(struct letter *letter, const char *label, struct str value)
{
    must(letter->row_count < LETTER_ROWS_MAX);
    if (value.len > 0)
        letter->rows[letter->row_count++] = (struct letter_row){str_of(label), value};
}

void letter_note(struct letter *letter, struct str text)
{
    must(letter->note_count < LETTER_NOTES_MAX);
    letter->notes[letter->note_count++] = text;
}

/* --- plain text ------------------------------------------------------------------------------- */

static void line(struct buf *out, struct str text)
{
    buf_put(out, text);
    buf_put_byte(out, '\n');
}

struct str letter_text(struct arena *arena, const struct letter *letter)
{
    struct buf out = buf_make(arena, LETTER_MAX);

    line(&out, letter->opening);
    for (size_t i = 0; i < letter->paragraph_count; i++) {
        line(&out, STR(""));
        line(&out, letter->paragraphs[i]);
    }
    if (letter->row_count > 0)
        line(&out, STR(""));
    for (size_t i = 0; i < letter->row_count; i++) {
        buf_put(&out, letter->rows[i].label);
        buf_put_cstr(&out, letter->french ? "\u00a0: " : ": ");
        line(&out, letter->rows[i].value);
    }
    if (letter->url.len > 0) {
        buf_put_byte(&out, '\n');
        buf_put(&out, letter->action);
        line(&out, letter->french ? STR("\u00a0:") : STR(":"));
        line(&out, letter->url);
    }
    for (size_t i = 0; i < letter->note_count; i++) {
        line(&out, STR(""));
        line(&out, letter->notes[i]);
    }
    line(&out, STR(""));
    line(&out, letter->registered);
    must(!out.failed);
    return buf_str(&out);
}

/* --- document --------------------------------------------------------------------------------- */

/* Readers of mail know few style sheets, so that each element carries its own; those that know the
 * dark get it from the few rules at the top. */
static const char HEAD[] =
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
    "<style>\n"
    "@media (prefers-color-scheme: dark) {\n"
    ".page { background: #0e1120 !important; }\n"
    ".paper { background: #171b2e !important; }\n"
    ".ink { color: #eef0fa !important; }\n"
    ".soft { color: #adb4d0 !important; }\n"
    ".row { border-color: #2b3151 !important; }\n"
    "}\n"
    "</style>\n";

#define FONT                                                                                       \
    "font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "         \
    "sans-serif;"

static void element(struct buf *out, const char *begin, struct str text, const char *end)
{
    buf_put_cstr(out, begin);
    html_put(out, text);
    buf_put_cstr(out, end);
}

static void head_put(struct buf *out, const struct letter *letter, const char *background,
                     const char *colour)
{
    buf_format(out,
               "<tr><td style=\"padding: 28px 32px; background: %s; color: %s; border-radius: 16px "
               "16px 0 0; overflow-wrap: anywhere;\">\n",
               background, colour);
    element(out, "<p style=\"margin: 0 0 18px; font-size: 15px; font-weight: 600;\">",
            letter->sender, "</p>\n");
    element(out, "<h1 style=\"margin: 0; font-size: 16px; font-weight: 500;\">", letter->title,
            "</h1>\n");
    if (letter->amount.len > 0)
        element(out,
                "<p style=\"margin: 6px 0 0; font-size: 34px; line-height: 1.15; "
                "font-weight: 700;\">",
                letter->amount, "</p>\n");
    buf_put_cstr(out, "</td></tr>\n");
}

static void rows_put(struct buf *out, const struct letter *letter)
{
    if (letter->row_count == 0)
        return;
    buf_put_cstr(out, "<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" "
                      "style=\"margin: 0 0 20px; font-size: 15px;\">\n");
    for (size_t i = 0; i < letter->row_count; i++) {
        element(out,
                "<tr><th scope=\"row\" class=\"row soft\" align=\"left\" style=\"padding: 9px 16px "
                "9px 0; border-top: 1px solid #dfe2ee; font-weight: 400; color: #565d78; "
                "vertical-align: top;\">",
                letter->rows[i].label, "</th>");
        element(out,
                "<td class=\"row ink\" align=\"right\" style=\"padding: 9px 0; border-top: 1px "
                "solid #dfe2ee; font-weight: 600; overflow-wrap: anywhere;\">",
                letter->rows[i].value, "</td></tr>\n");
    }
    buf_put_cstr(out, "</table>\n");
}

static void action_put(struct buf *out, const struct letter *letter, const char *background,
                       const char *colour)
{
    if (letter->url.len == 0)
        return;
    buf_put_cstr(out, "<p style=\"margin: 26px 0 14px;\"><a href=\"");
    html_put(out, letter->url);
    buf_format(out,
               "\" style=\"display: block; padding: 15px 24px; border-radius: 12px; background: "
               "%s; color: %s; font-size: 17px; font-weight: 600; text-align: center; "
               "text-decoration: none;\">",
               background, colour);
    element(out, "", letter->action, "</a></p>\n");
    element(out,
            "<p class=\"soft\" style=\"margin: 0 0 20px; font-size: 13px; line-height: 1.5; color: "
            "#565d78; overflow-wrap: anywhere;\">",
            letter->url, "</p>\n");
}

static void body_put(struct buf *out, const struct letter *letter, const char *background,
                     const char *colour)
{
    static const char PARAGRAPH[] = "<p style=\"margin: 0 0 16px; font-size: 16px; line-height: "
                                    "1.55; overflow-wrap: anywhere;\">";

    buf_put_cstr(out, "<tr><td class=\"paper ink\" style=\"padding: 28px 32px; background: "
                      "#ffffff; color: #161a2d; border-radius: 0 0 16px 16px;\">\n");
    element(out, PARAGRAPH, letter->opening, "</p>\n");
    for (size_t i = 0; i < letter->paragraph_count; i++)
        element(out, PARAGRAPH, letter->paragraphs[i], "</p>\n");
    rows_put(out, letter);
    action_put(out, letter, background, colour);
    for (size_t i = 0; i < letter->note_count; i++)
        element(out,
                "<p class=\"soft\" style=\"margin: 0 0 10px; font-size: 14px; line-height: 1.5; "
                "color: #565d78; overflow-wrap: anywhere;\">",
                letter->notes[i], "</p>\n");
    buf_put_cstr(out, "</td></tr>\n");
}

struct str letter_html(struct arena *arena, const struct letter *letter)
{
    struct buf out = buf_make(arena, LETTER_MAX);
    const char *background = "#2b3599";
    const char *colour = "#ffffff";
    struct colour accent;

    if (letter->accent.len > 0 && colour_parse(letter->accent, &accent)) {
        background = str_cstr(arena, letter->accent);
        colour = colour_wants_white(accent) ? "#ffffff" : "#000000";
    }
    buf_format(&out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n%s<title>",
               letter->french ? "fr" : "en", HEAD);
    html_put(&out, letter->title);
    buf_put_cstr(&out, "</title>\n</head>\n<body class=\"page ink\" style=\"margin: 0; padding: 0; "
                       "background: #f3f4f9; color: #161a2d; " FONT "\">\n"
                       "<table class=\"page\" role=\"presentation\" width=\"100%\" "
                       "cellspacing=\"0\" cellpadding=\"0\" style=\"background: #f3f4f9;\">"
                       "<tr><td align=\"center\" style=\"padding: 24px 12px;\">\n"
                       "<table role=\"presentation\" width=\"100%\" cellspacing=\"0\" "
                       "cellpadding=\"0\" style=\"max-width: 560px; text-align: left;\">\n");
    head_put(&out, letter, background, colour);
    body_put(&out, letter, background, colour);
    element(&out,
            "<tr><td class=\"soft\" style=\"padding: 18px 32px; font-size: 13px; line-height: "
            "1.5; color: #565d78; text-align: center; overflow-wrap: anywhere;\">",
            letter->registered, "</td></tr>\n");
    buf_put_cstr(&out, "</table>\n</td></tr></table>\n</body>\n</html>\n");
    must(!out.failed);
    return buf_str(&out);
}
