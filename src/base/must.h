#ifndef GUICHET_BASE_MUST_H
#define GUICHET_BASE_MUST_H

#include "base/attr.h"

/* States what we believe of our own code; stays on in release builds. Aborts with the place and the
 * text of the condition. Input from outside is never asserted. */
#define must(condition) ((condition) ? (void)0 : must_fail(__FILE__, __LINE__, #condition))

NO_RETURN void must_fail(const char *file, int line, const char *condition);

#endif
