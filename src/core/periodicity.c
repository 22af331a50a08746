#include "core/periodicity.h"

#include "base/must.h"
#include "core/merchant.h"

ENUM_DEFINE(vat_regime, VAT_REGIME_LIST)
ENUM_DEFINE(transaction_period, TRANSACTION_PERIOD_LIST)
ENUM_DEFINE(payment_period, PAYMENT_PERIOD_LIST)

/* Names of settings (core/merchant_setting.c); the empty value follows the regime. */
static const char REGIME[] = "vat_regime";
static const char TRANSACTIONS[] = "reporting.transactions";
static const char PAYMENTS[] = "reporting.payments";

/* Under the franchise all is reported every two months; months are the nearest that can be told of
 * transactions. */
static struct periodicity regime_periods(enum vat_regime regime)
{
    struct periodicity periods = {regime, TRANSACTIONS_MONTHLY, PAYMENTS_MONTHLY};

    if (regime == REGIME_NORMAL_MONTHLY)
        periods.transactions = TRANSACTIONS_DECADE;
    if (regime == REGIME_FRANCHISE)
        periods.payments = PAYMENTS_BIMONTHLY;
    return periods;
}

err_t periodicity_load(struct ctx *cx, struct tx *tx, struct periodicity *out)
{
    enum vat_regime regime;
    struct str *values;

    TRY(merchant_settings(cx, tx, cx->merchant, &values));
    must(vat_regime_parse(merchant_setting_value(values, REGIME), &regime));
    *out = regime_periods(regime);
    /* An empty value is none of the words, and leaves what the regime has. */
    (void)transaction_period_parse(merchant_setting_value(values, TRANSACTIONS),
                                   &out->transactions);
    (void)payment_period_parse(merchant_setting_value(values, PAYMENTS), &out->payments);
    return OK;
}

static struct date month_end(struct date day)
{
    const struct date first = {day.year, day.month, 1};

    return date_from_days(date_to_days(date_add_months(first, 1)) - 1);
}

struct date periodicity_end(const struct periodicity *periodicity, struct date day)
{
    if (periodicity->transactions == TRANSACTIONS_MONTHLY || day.day > 20)
        return month_end(day);
    return (struct date){day.year, day.month, day.day <= 10 ? 10 : 20};
}

static err_t periods_check(struct ctx *cx, const struct periodicity *wanted)
{
    err_t err = OK;

    if (wanted->regime == REGIME_NORMAL_MONTHLY && wanted->transactions == TRANSACTIONS_MONTHLY)
        err = fault(cx, ERR_INVALID, "body.transaction_periodicity",
                    "must be decade under real_normal_monthly");
    if (wanted->regime != REGIME_FRANCHISE && wanted->payments == PAYMENTS_BIMONTHLY)
        err = fault(cx, ERR_INVALID, "body.payment_periodicity",
                    "may be bimonthly under franchise only");
    return err;
}

/* What the regime has anyway is not kept: it follows the next one. */
static err_t setting_put(struct ctx *cx, struct tx *tx, const char *name, bool is_own,
                         const char *word)
{
    return merchant_set(cx, tx, cx->merchant, str_of(name), is_own ? str_of(word) : STR(""));
}

static err_t set_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct periodicity_set *set = arg;
    struct periodicity *made = &set->made;

    TRY(periodicity_load(cx, tx, made));
    if (set->to.regime != 0 && set->to.regime != made->regime)
        *made = regime_periods(set->to.regime);
    if (set->to.transactions != 0)
        made->transactions = set->to.transactions;
    if (set->to.payments != 0)
        made->payments = set->to.payments;
    TRY(periods_check(cx, made));
    const struct periodicity usual = regime_periods(made->regime);
    TRY(setting_put(cx, tx, REGIME, true, vat_regime_text(made->regime)));
    TRY(setting_put(cx, tx, TRANSACTIONS, made->transactions != usual.transactions,
                    transaction_period_text(made->transactions)));
    return setting_put(cx, tx, PAYMENTS, made->payments != usual.payments,
                       payment_period_text(made->payments));
}

static void was_set(struct operation *operation, err_t err)
{
    if (err == OK)
        generation_raise(operation->core->generation);
    operation_end(operation, err);
}

void periodicity_set(struct periodicity_set *set)
{
    operation_write(&set->operation, set_body, was_set);
}
