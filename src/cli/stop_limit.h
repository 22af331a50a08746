#ifndef GUICHET_CLI_STOP_LIMIT_H
#define GUICHET_CLI_STOP_LIMIT_H

#include <stdint.h>

/* A stop that waits for what does not answer, a database that is frozen, a disk that hangs: when
 * the limit is over the process ends as it is, with EXIT_DONE, and the next start settles what it
 * left, as after a crash. */
struct stop_limit;

struct stop_limit *stop_limit_start(int64_t limit_us);
/* The stop is over. */
void stop_limit_end(struct stop_limit *limit);

#endif
