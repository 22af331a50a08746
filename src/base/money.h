#ifndef GUICHET_BASE_MONEY_H
#define GUICHET_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/enum.h"
#include "base/err.h"

/* The currencies of api/stancer.md 8, by the lower-case ISO 4217 code that the database stores. */
#define CURRENCY_LIST(X)                                                                           \
    X(CURRENCY_EUR, 1, "eur")                                                                      \
    X(CURRENCY_AUD, 2, "aud")                                                                      \
    X(CURRENCY_CAD, 3, "cad")                                                                      \
    X(CURRENCY_CHF, 4, "chf")                                                                      \
    X(CURRENCY_DKK, 5, "dkk")                                                                      \
    X(CURRENCY_GBP, 6, "gbp")                                                                      \
    X(CURRENCY_NOK, 7, "nok")                                                                      \
    X(CURRENCY_PLN, 8, "pln")                                                                      \
    X(CURRENCY_SEK, 9, "sek")                                                                      \
    X(CURRENCY_USD, 10, "usd")
ENUM_DECLARE(currency, CURRENCY_LIST);

int currency_decimals(enum currency currency);
/* ISO 4217 numeric code: 978 for the euro. */
int currency_numeric(enum currency currency);
bool currency_from_numeric(int numeric, enum currency *out);

struct money {
    int64_t minor; /* cents, for a currency with two decimals */
    enum currency currency;
};

enum rounding { ROUND_HALF_UP = 1, ROUND_DOWN = 2 };

/* Adding two currencies is a mistake of ours and aborts. ERR_LIMIT on overflow. */
MUST_CHECK err_t money_add(struct money a, struct money b, struct money *out);
MUST_CHECK err_t money_sub(struct money a, struct money b, struct money *out);

/* amount * times / per, exactly, then rounded; `per` is positive. ROUND_HALF_UP rounds a half away
 * from zero. ERR_LIMIT when the result does not fit. */
MUST_CHECK err_t money_times(struct money amount, int64_t times, int64_t per,
                             enum rounding rounding, struct money *out);

/* Shares an amount by weights (positive sum); the parts add up to it again: the cents left over by
 * rounding down go to the first parts, one each. ERR_LIMIT on overflow. */
MUST_CHECK err_t money_split(struct money amount, const int64_t *weights, size_t count,
                             struct money *parts);

int money_cmp(struct money a, struct money b);

/* Exact decimals as clients write them: "26.30" with 4 decimals is 263000. Digits, and after a dot
 * one or more of them, as many as are allowed; no sign, blank, comma or exponent. False otherwise,
 * and when it does not fit. */
bool decimal_parse(struct str text, int decimals, int64_t *out);

/* "25.99", "-0.05": as many decimals as the currency has. */
struct str money_decimal(struct arena *arena, struct money amount);

#endif
