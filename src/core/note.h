#ifndef GUICHET_CORE_NOTE_H
#define GUICHET_CORE_NOTE_H

#include "base/ctx.h"
#include "base/str.h"

/* What a person writes beside a decision. */
enum { NOTE_MAX = 200 }; /* characters */

/* ERR_INVALID with a fault for one that is empty, too long, or not UTF-8. */
MUST_CHECK err_t note_check(struct ctx *cx, struct str note);

#endif
