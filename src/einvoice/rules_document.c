#include "einvoice/rules.h"

/* What belongs together in the header: periods, payment, the day on which VAT falls due. */

static bool in_order(const struct einvoice_period *period)
{
    return !einvoice_has_date(period->from) || !einvoice_has_date(period->to) ||
           date_compare(period->from, period->to) <= 0;
}

static bool is_filled(const struct einvoice_period *period)
{
    return !period->present || einvoice_has_date(period->from) || einvoice_has_date(period->to);
}

static void check_periods(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    rule_holds(checking, in_order(&invoice->period), "BR-29", "BT-74", 0,
               "the period ends before it begins");
    rule_holds(checking, is_filled(&invoice->period), "BR-CO-19", "BG-14", 0,
               "the period has neither a begin nor an end");
    for (size_t i = 0; i < invoice->line_count; i++) {
        const struct einvoice_period *period = &invoice->lines[i].period;
        rule_holds(checking, in_order(period), "BR-30", "BT-135", i + 1,
                   "the period ends before it begins");
        rule_holds(checking, is_filled(period), "BR-CO-20", "BG-26", i + 1,
                   "the period has neither a begin nor an end");
    }
}

static bool is_transfer(struct str means)
{
    return str_eq(means, STR("30")) || str_eq(means, STR("58"));
}

static bool has_account(const struct einvoice_payment *payment)
{
    for (size_t i = 0; i < payment->account_count; i++) {
        if (payment->accounts[i].id.len > 0)
            return true;
    }
    return false;
}

/* EN 16931 lets the first six and last four digits of a card be shown, and counts characters. */
enum { CARD_SHOWN_MAX = 10 };

static void check_payment(struct checking *checking)
{
    const struct einvoice_payment *payment = &checking->invoice->payment;

    if (!payment->present)
        return;
    rule_holds(checking, payment->means.len > 0, "BR-49", "BT-81", 0,
               "the means of payment has no code");
    for (size_t i = 0; i < payment->account_count; i++)
        rule_holds(checking, payment->accounts[i].id.len > 0, "BR-50", "BT-84", i + 1,
                   "the account has no identifier");
    rule_holds(checking, !is_transfer(payment->means) || has_account(payment), "BR-61", "BT-84", 0,
               "a transfer needs an account");
    rule_holds(checking, payment->card.len <= CARD_SHOWN_MAX, "BR-51", "BT-87", 0,
               "shows more than ten characters of the number of a card");
}

static void check_due(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    bool owed = decimal_sign(invoice->totals.due) > 0;

    rule_holds(checking, !owed || einvoice_has_date(invoice->due) || invoice->terms.len > 0,
               "BR-CO-25", "BT-9", 0, "an amount is due, but neither a day nor terms are there");
}

/* EN 16931 itself, or a specification that only narrows it. */
static bool is_profile(struct str profile)
{
    return str_eq(profile, STR("urn:cen.eu:en16931:2017")) ||
           str_starts(profile, STR("urn:cen.eu:en16931:2017#compliant#")) ||
           str_eq(profile,
                  STR("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended")) ||
           str_eq(profile, STR("urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-"
                               "ctc-fr"));
}

void rules_document(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    rule_holds(checking, invoice->profile.len == 0 || is_profile(invoice->profile), "PROFILE",
               "BT-24", 0, "is none of the profiles that are accepted");
    rule_holds(checking, !einvoice_has_date(invoice->vat_day) || invoice->vat_day_code.len == 0,
               "BR-CO-03", "BT-7", 0, "says both a day and a code for when VAT falls due");
    rule_holds(checking,
               invoice->vat_currency.len == 0 || invoice->totals.vat_accounting.present ||
                   str_eq(invoice->vat_currency, invoice->currency),
               "BR-53", "BT-111", 0, "the VAT in the accounting currency is missing");
    check_periods(checking);
    check_payment(checking);
    check_due(checking);
}
