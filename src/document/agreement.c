#include "document/agreement.h"

#define GRAY 0x595959

static const struct canvas_style TITLE = {
    .size = 17, .weight = CANVAS_BOLD, .align = CANVAS_CENTER};
static const struct canvas_style NOTE = {
    .size = 8.5, .weight = CANVAS_BOLD, .align = CANVAS_CENTER, .ink = GRAY};
const struct canvas_style AGREEMENT_BODY = {.size = 9.5, .align = CANVAS_JUSTIFY};
const struct canvas_style AGREEMENT_LABEL = {.size = 8.5, .align = CANVAS_LEFT, .ink = GRAY};
const struct canvas_style AGREEMENT_VALUE = {.size = 10, .align = CANVAS_LEFT};
const struct canvas_style AGREEMENT_HEAD = {
    .size = 10.5, .weight = CANVAS_BOLD, .align = CANVAS_LEFT};
const struct canvas_style AGREEMENT_FOOT = {.size = 7.5, .align = CANVAS_LEFT, .ink = GRAY};

void agreement_head(struct sheet *sheet, const char *test, const char *draft, struct str title)
{
    if (test != NULL)
        sheet_text(sheet, &NOTE, str_of(test));
    if (draft != NULL)
        sheet_text(sheet, &NOTE, str_of(draft));
    if (test != NULL || draft != NULL)
        sheet_space(sheet, AGREEMENT_GAP);
    sheet_text(sheet, &TITLE, title);
    sheet_space(sheet, AGREEMENT_GAP);
}
