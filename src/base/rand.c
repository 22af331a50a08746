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

void rand_base32(char *out, size_t len)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    rand_bytes(out, len);
    for (size_t i = 0; i < len; i++)
        out[i] = ALPHABET[(unsigned char)out[i] % (sizeof ALPHABET - 1)]; /* 32 divides 256 */
    out[len] = '\0';
}
