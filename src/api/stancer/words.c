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
