#include "core/bank_fact_internal.h"
#include "core/bank_line.h"

/* What a line moves on the account, and what becomes of it when nothing explains it. */

bool fact_is_line(const struct bank_fact *fact)
{
    return str_starts(fact->source, STR("camt.05"));
}

bool fact_posts(const struct bank_fact *fact, const struct effect *effect)
{
    return fact_is_line(fact) && bank_profile_books(effect->profile, fact->statement, fact->day);
}

/* The first SEPA transfers are of 2008. A test clock may run ahead of who imports. */
enum { FIRST_YEAR = 2008, YEARS_AHEAD = 10 };

bool fact_day_is_odd(const struct ctx *cx, const struct bank_fact *fact)
{
    int year = fact->day.year;

    return year != 0 && (year < FIRST_YEAR || year > date_paris(cx->now).year + YEARS_AHEAD);
}

struct date fact_booked(const struct ctx *cx, const struct bank_fact *fact)
{
    return fact->day.year == 0 || fact_day_is_odd(cx, fact) ? date_paris(cx->now) : fact->day;
}

int64_t fact_moved(const struct bank_fact *fact)
{
    if (fact->says == BANK_SAYS_CREDIT)
        return fact->amount_cents;
    return fact->says == BANK_SAYS_DEBIT ? -fact->amount_cents : fact->moved_cents;
}

static const char *refusal(enum bank_trouble what)
{
    return what == BANK_AMOUNT ? "has another amount" : "cannot have this line as well";
}

err_t fact_trouble(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                   struct effect *effect, enum bank_trouble what, const char *object)
{
    int64_t cents = fact_posts(fact, effect) ? fact_moved(fact) : 0;
    bool balanced = false;

    if (effect->by_hand)
        return fault_object(cx, ERR_STATE, "subject", refusal(what), object);
    if (effect->shared && fact_is_line(fact) && object[0] == '\0') {
        effect->elsewhere = true;
        return OK;
    }
    struct bank_work work = bank_work_of(cx, fact, effect->report, what, object);
    if (cents == 0)
        TRY(bank_work_put(cx, tx, &work));
    else
        TRY(bank_line_hold(cx, tx, fact, cents, &work, &balanced));
    effect->outcome = balanced ? BANK_APPLIED : BANK_TO_WORK;
    return OK;
}

int64_t fact_kept(const struct bank_fact *fact, int64_t expected_cents)
{
    int64_t expected = fact->says == BANK_SAYS_CREDIT ? expected_cents : -expected_cents;

    return fact->charge_cents > 0 && fact_moved(fact) == expected - fact->charge_cents
               ? fact->charge_cents
               : 0;
}

err_t bank_fact_unexplained(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                            struct effect *effect)
{
    return fact_trouble(cx, tx, fact, effect, BANK_UNMATCHED, "");
}
