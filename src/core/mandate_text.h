#ifndef GUICHET_CORE_MANDATE_TEXT_H
#define GUICHET_CORE_MANDATE_TEXT_H

#include "core/core.h"

/* What a mandate says (standards/sepa.md 2.2): the scheme's own sentences belong to whoever runs
 * the server and come from files; what we ship is our paraphrase, a draft that is refused in live
 * mode.
 */
#define MANDATE_SCHEME_LIST(X) X(MANDATE_CORE, 1, "CORE") X(MANDATE_B2B, 2, "B2B")
ENUM_DECLARE(mandate_scheme, MANDATE_SCHEME_LIST);

#define MANDATE_LANGUAGE_LIST(X) X(MANDATE_FR, 1, "fr") X(MANDATE_EN, 2, "en")
ENUM_DECLARE(mandate_language, MANDATE_LANGUAGE_LIST);

enum { MANDATE_PARAGRAPHS_MAX = 12, MANDATE_TEXT_MAX = 16 * 1024 };

struct mandate_text {
    struct str title;
    struct str paragraphs[MANDATE_PARAGRAPHS_MAX]; /* {creditor} stands for the creditor's name */
    size_t count;
    bool draft;
};

/* Those that the operator gave; a title of {NULL, 0} means our draft. Indexed by the enums. */
struct mandate_texts {
    struct mandate_text texts[MANDATE_EN + 1][MANDATE_B2B + 1];
    struct mandate_text platform[MANDATE_EN + 1]; /* core/enrolment_paper.h */
};

/* Reads a file: the title is its first line, then come paragraphs, separated by empty lines. Texts
 * are copied into the arena. NULL, or what is wrong with it. */
const char *mandate_text_read(struct arena *arena, struct str file, struct mandate_text *out);

/* The text in force: the operator's, else our draft. A language that is none of ours is English. */
const struct mandate_text *mandate_text_of(const struct core *core, struct str language,
                                           enum mandate_scheme scheme);

/* The same, to be shown to somebody who signs: ERR_UNAVAILABLE with a fault on "mandate" in live
 * mode while only the draft is there. */
MUST_CHECK err_t mandate_text_usable(const struct core *core, struct ctx *cx, struct str language,
                                     enum mandate_scheme scheme, const struct mandate_text **out);

/* A paragraph with the creditor's name in it. */
struct str mandate_text_fill(struct arena *arena, struct str paragraph, struct str creditor);

#endif
