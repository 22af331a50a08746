#include "simulator/bank_check.h"
#include "support/unit.h"

static void outcome_is(const char *name, bool transfer, const char *code, const char *back)
{
    char found[5];
    char found_back[5];

    simulated_bank_outcome(str_of(name), transfer, found, found_back);
    assert_string_equal(found, code);
    assert_string_equal(found_back, back);
}

CASE(the_end_of_the_name_decides)
{
    outcome_is("Jean Test AM04", false, "AM04", "");
    outcome_is("Jean Test DMD06", false, "", "MD06");
    outcome_is("Jean Test DNOR", false, "DNOR", "");
    outcome_is("Jean Test DDNOR", false, "", "DNOR");
    outcome_is("Jean Test", false, "", "");
    outcome_is("Jean ROUX", false, "", "");
    outcome_is("Jean DROUX", false, "", "");
    outcome_is("JeanAM04", false, "", "");
    outcome_is("Jean Test am04", false, "", "");
    outcome_is("Jean Test AM04 ", false, "", "");
    outcome_is("AM04", false, "", "");
    outcome_is(" AM04", false, "AM04", "");
    outcome_is("", false, "", "");
}

CASE(transfers_know_their_own_codes)
{
    outcome_is("Jean Test AC04", true, "AC04", "");
    outcome_is("Jean Test DAC01", true, "", "AC01");
    outcome_is("Jean Test DMD06", true, "", "");
    outcome_is("Jean Test AM04", true, "", "");
}

static void day_is(struct date due, struct wall now, const char *code)
{
    const char *found = simulated_bank_check_day(instant_paris(now), due);

    if (code == NULL)
        assert_null(found);
    else
        assert_string_equal(found, code);
}

/* sepa.md 3, with the bank's own last moment: 20:00 on the business day before. */
CASE(the_day_of_a_debit_is_open_and_in_reach)
{
    static const struct date MONDAY = {2026, 12, 28};
    static const struct date THURSDAY = {2026, 12, 24};
    const struct date saturday = {2026, 12, 26};
    const struct date tuesday = {2027, 3, 30};

    day_is(MONDAY, (struct wall){THURSDAY, 20, 0, 0}, NULL);
    day_is(MONDAY, (struct wall){THURSDAY, 20, 0, 1}, "TM01");
    day_is(MONDAY, (struct wall){saturday, 1, 0, 0}, "TM01");
    day_is(MONDAY, (struct wall){MONDAY, 0, 0, 0}, "DT01");
    day_is(saturday, (struct wall){THURSDAY, 10, 0, 0}, "DT01");
    day_is(tuesday,
           (struct wall){
               {2027, 3, 25},
               20, 0, 0
    },
           NULL);
    day_is(
        (struct date){
            2027, 3, 26
    },
        (struct wall){{2027, 3, 24}, 9, 0, 0}, "DT01");
    day_is(tuesday,
           (struct wall){
               {2027, 3, 16},
               0, 0, 0
    },
           NULL);
    day_is(tuesday,
           (struct wall){
               {2027, 3, 15},
               23, 59, 59
    },
           "DT01");
}

UNIT_MAIN(T(the_end_of_the_name_decides), T(transfers_know_their_own_codes),
          T(the_day_of_a_debit_is_open_and_in_reach))
