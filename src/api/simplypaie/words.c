#include "api/simplypaie/words.h"

#include "core/request.h"

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
    [TYPE_STANDARD] = "standard",
    [TYPE_PREAUTH] = "preauth",
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
