#ifndef GUICHET_PAGES_PAPER_H
#define GUICHET_PAGES_PAPER_H

#include "core/mandate_paper.h"
#include "core/sepa_check.h"
#include "pages/templates.h"

/* A mandate as it is shown before it is signed. */
struct part_paper paper_part(struct arena *arena, const struct mandate_paper *paper);

/* What is said of an account that looks doubtful; 0: nothing. Never a refusal (standards/pages.md
 * 27). */
enum text_warning paper_warning(const struct sepa_check *check);

#endif
