#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>

void must_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: must(%s) does not hold\n", file, line, condition);
    abort();
}
