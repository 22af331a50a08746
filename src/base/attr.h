#ifndef GUICHET_BASE_ATTR_H
#define GUICHET_BASE_ATTR_H

/* The compiler extensions beyond C17 that the project allows itself, each wrapped once. */

#define MUST_CHECK __attribute__((warn_unused_result))
#define NO_RETURN __attribute__((noreturn))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#define add_overflows(a, b, out) __builtin_add_overflow(a, b, out)
#define sub_overflows(a, b, out) __builtin_sub_overflow(a, b, out)
#define mul_overflows(a, b, out) __builtin_mul_overflow(a, b, out)

/* For products that are divided again at once (base/money.c). */
__extension__ typedef __int128 wide_int;

#endif
