#ifndef GUICHET_BASE_LOCK_H
#define GUICHET_BASE_LOCK_H

#include "base/err.h"

/* Locks the whole open file for us alone, until the descriptor is closed or the process ends.
 * Whoever has it gets two seconds to end first: a process that was killed may leave a child that
 * holds its files until it becomes another program. ERR_BUSY: another process keeps it. ERR_IO: the
 * file cannot be locked. */
MUST_CHECK err_t lock_file(int fd);

#endif
