#ifndef GUICHET_BASE_RAND_H
#define GUICHET_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

/* Cryptographic randomness from the kernel, through libsodium. */
void rand_bytes(void *out, size_t len);

/* Uniform in 0..limit-1. */
uint32_t rand_below(uint32_t limit);

/* len characters of A-Z2-7, then a NUL. */
void rand_base32(char *out, size_t len);

#endif
