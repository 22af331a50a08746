#include "api/simplypaie/words.h"

#include "core/listing.h"

/* [seed] payments/list */
static const char *const MODES[] = {
    [REQUEST_BY_WEB] = "web",   [REQUEST_BY_EMAIL] = "email",   [REQUEST_BY_SMS] = "sms",
    [REQUEST_BY_LINK] = "link", [REQUEST_BY_SIMPLY] = "simply",
};
const struct words SIMPLYPAIE_MODES = {MODES, ARRAY_LEN(MODES), false};

/* [seed] payments/new has email and link. */
static const char *const MODES_ASKED[] = {
    [REQUEST_BY_EMAIL] = "email",
    [REQUEST_BY_SMS] = "sms",
    [REQUEST_BY_LINK] = "link",
};
const struct words SIMPLYPAIE_MODES_ASKED = {MODES_ASKED, ARRAY_LEN(MODES_ASKED), false};

static const char *const TYPES[] = {
    [LISTING_STANDARD] = "standard",
    [LISTING_PREAUTH] = "preauth",
};
const struct words SIMPLYPAIE_TYPES = {TYPES, ARRAY_LEN(TYPES), false};

static const char *const PAGES[] = {
    [PAGE_STANDARD] = "standard",
    [PAGE_SHORT] = "short",
};
const struct words SIMPLYPAIE_PAGES = {PAGES, ARRAY_LEN(PAGES), false};

/* Exact capitals. */
static const char *const CURRENCIES[] = {
    [CURRENCY_EUR] = "EUR",
    [CURRENCY_USD] = "USD",
    [CURRENCY_GBP] = "GBP",
};
const struct words SIMPLYPAIE_CURRENCIES = {CURRENCIES, ARRAY_LEN(CURRENCIES), false};

/* [seed] the first four that a filter may ask for; [our choice] the others */
static const char *const STATUSES[] = {
    [LISTING_WAITING] = "waiting",
    [LISTING_REMINDED] = "reminded",
    [LISTING_PREAUTHORIZED] = "preauthorized",
    [LISTING_CASHED] = "cashed",
    [LISTING_REFUNDED] = "refunded",
    [LISTING_CANCELLED] = "cancelled",
    [LISTING_EXPIRED] = "expired",
};
const struct words SIMPLYPAIE_STATUSES = {STATUSES, ARRAY_LEN(STATUSES), false};

static const char *const WAYS[] = {
    [LISTING_DEBIT] = "debit",
    [LISTING_CREDIT] = "credit",
};
const struct words SIMPLYPAIE_WAYS = {WAYS, ARRAY_LEN(WAYS), false};
