#include "api/stancer/intent.h"
#include "api/stancer/payment.h"
#include "base/must.h"

static const char *const CURRENCY_TEXTS[] = {NULL,  "eur", "aud", "cad", "chf", "dkk",
                                             "gbp", "nok", "pln", "sek", "usd"};
const struct words STANCER_CURRENCIES = {CURRENCY_TEXTS, ARRAY_LEN(CURRENCY_TEXTS), true};

struct str payment_status_word(enum payment_state state)
{
    switch (state) {
    case PAYMENT_NEW:
    case PAYMENT_AUTHENTICATING:
    case PAYMENT_AUTHORIZING:
        return STR_NONE;
    case PAYMENT_AUTHORIZED:
        return STR("authorized");
    case PAYMENT_TO_CAPTURE:
        return STR("to_capture");
    case PAYMENT_CAPTURE_SENT:
        return STR("capture_sent");
    case PAYMENT_CAPTURED:
        return STR("captured");
    case PAYMENT_REFUSED:
        return STR("refused");
    case PAYMENT_FAILED:
        return STR("failed");
    case PAYMENT_CANCELED:
        return STR("canceled");
    case PAYMENT_EXPIRED:
        return STR("expired");
    case PAYMENT_DISPUTED:
        return STR("disputed");
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* Two more words stand in the schema, and the PHP library throws on them (api/stancer.md 11). */
struct str intent_status_word(enum request_state state)
{
    switch (state) {
    case REQUEST_REQUIRE_METHOD:
        return STR("require_payment_method");
    case REQUEST_REQUIRE_AUTHENTICATION:
        return STR("require_authentication");
    case REQUEST_AUTHORIZED:
        return STR("authorized");
    case REQUEST_CAPTURED:
        return STR("captured");
    case REQUEST_UNPAID:
        return STR("unpaid");
    case REQUEST_CANCELED:
        return STR("canceled");
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}
