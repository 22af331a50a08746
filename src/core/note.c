#include "core/note.h"

err_t note_check(struct ctx *cx, struct str note)
{
    size_t characters;

    if (note.len == 0 || !str_utf8_count(note, &characters) || characters > NOTE_MAX)
        return fault(cx, ERR_INVALID, "note", "has 1 to 200 characters");
    return OK;
}
