#include "base/rand.h"

#include <sodium.h>

void rand_bytes(void *out, size_t len)
{
    randombytes_buf(out, len);
}

uint32_t rand_below(uint32_t limit)
{
    return randombytes_uniform(limit);
}
