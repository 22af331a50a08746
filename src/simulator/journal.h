#ifndef GUICHET_SIMULATOR_JOURNAL_H
#define GUICHET_SIMULATOR_JOURNAL_H

#include "base/ctx.h"

/* An append-only file of lines: values separated by ';', a checksum at the end. What was synced is
 * there after a kill -9; a last line that was torn is dropped. */
struct journal;

enum { RECORD_VALUES_MAX = 32 };
struct record {
    struct str values[RECORD_VALUES_MAX];
    size_t count;
};

/* Opens or makes dir/name and gives every line to apply, in order. ERR_IO with a fault: the file
 * cannot be read, or a line before the last one is broken. */
MUST_CHECK err_t journal_open(struct ctx *cx, const char *dir, const char *name,
                              err_t (*apply)(void *arg, const struct record *record), void *arg,
                              struct journal **out);
void journal_close(struct journal *journal);

/* One line: begin, values, end. Nothing is on the disk before journal_sync. */
void journal_begin(struct journal *journal);
void journal_text(struct journal *journal, struct str value);
void journal_number(struct journal *journal, int64_t value);
void journal_end(struct journal *journal);

/* Writes what was added and waits for the disk. A disk that fails ends the process: an answer must
 * not leave without its record. */
void journal_sync(struct journal *journal);

#endif
