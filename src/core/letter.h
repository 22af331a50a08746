#ifndef GUICHET_CORE_LETTER_H
#define GUICHET_CORE_LETTER_H

#include "base/str.h"

/* What a mail says, written once and told twice: as plain text and as a document with the look of
 * our pages, which brings everything along and fetches nothing. */

enum { LETTER_PARAGRAPHS_MAX = 4, LETTER_ROWS_MAX = 8, LETTER_NOTES_MAX = 4 };

struct letter_row {
    struct str label;
    struct str value; /* {NULL, 0}: the row is left out */
};

/* Words of others go in as base/shown.h shows them; here they are only escaped. */
struct letter {
    bool french;
    struct str sender;  /* on the head */
    struct str accent;  /* "#1a8f5a", or {NULL, 0} for ours */
    struct str title;   /* what it is about: also the document's title */
    struct str amount;  /* large, or {NULL, 0} */
    struct str opening; /* "Bonjour Dupont Jean," */
    struct str paragraphs[LETTER_PARAGRAPHS_MAX];
    size_t paragraph_count;
    struct letter_row rows[LETTER_ROWS_MAX];
    size_t row_count;
    struct str action; /* the words of a link, or {NULL, 0} */
    struct str url;    /* and where it leads */
    struct str notes[LETTER_NOTES_MAX];
    size_t note_count;
    struct str registered; /* who that is by law, at the end */
};

void letter_paragraph(struct letter *letter, struct str text);
/* Without a value the row is left out. */
void letter_row(struct letter *letter, const char *label, struct str value);
void letter_note(struct letter *letter, struct str text);

/* Both in the arena; lines of the text end with \n. */
struct str letter_text(struct arena *arena, const struct letter *letter);
struct str letter_html(struct arena *arena, const struct letter *letter);

#endif
