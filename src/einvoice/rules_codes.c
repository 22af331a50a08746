#include "base/country.h"
#include "einvoice/rules.h"

/* Lists of codes (BR-CL-*). Short lists are here whole; of the long ones, units (2162), reasons of
 * exemption, subjects of notes, only the form is looked at. */

static const char CURRENCIES[] =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/* UNTDID 4461. */
static bool is_means(struct str code)
{
    int64_t number = 0;

    if (str_eq(code, STR("ZZZ")))
        return true;
    return code.len <= 2 && code.len > 0 && code.ptr[0] != '0' && str_to_int64(code, &number) &&
           ((number >= 1 && number <= 70) || (number >= 74 && number <= 78) ||
            (number >= 91 && number <= 98));
}

/* UNTDID 5189, as EN 16931 restricts it. */
static const char ALLOWANCE_REASONS[] =
    "41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105";

static const char ENDPOINTS[] =
    "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 "
    "0183 0184 0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 "
    "0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 "
    "0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 "
    "9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 "
    "9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ AS AU EM";

/* Capitals and digits, so many at most. */
static bool is_code(struct str text, size_t max)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (!(byte >= 'A' && byte <= 'Z') && !(byte >= '0' && byte <= '9'))
            return false;
    }
    return text.len > 0 && text.len <= max;
}

/* ISO 6523: four digits of its list, which ends at 0248. */
static bool is_scheme(struct str scheme)
{
    int64_t number = 0;

    return scheme.len == 4 && str_to_int64(scheme, &number) && number >= 2 && number <= 248;
}

static bool is_country(struct str code)
{
    return code.len == 2 && is_code(code, 2) && country_is_code(code);
}

/* Codes that are not there are no mistake here: whether they must be is another rule. */
static void check_code(struct checking *checking, struct str code, bool known, const char *rule,
                       const char *term, size_t at)
{
    rule_holds(checking, code.len == 0 || known, rule, term, at, "is not in the list of codes");
}

static void check_currencies(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_code(checking, invoice->currency, rule_listed(invoice->currency, CURRENCIES), "BR-CL-04",
               "BT-5", 0);
    check_code(checking, invoice->vat_currency, rule_listed(invoice->vat_currency, CURRENCIES),
               "BR-CL-05", "BT-6", 0);
}

static void check_country(struct checking *checking, struct str code, const char *term, size_t at)
{
    check_code(checking, code, is_country(code), "BR-CL-14", term, at);
}

static void check_schemes(struct checking *checking, const struct einvoice_party *party,
                          const char *id, const char *legal, const char *endpoint)
{
    for (size_t i = 0; i < party->ids.count; i++) {
        struct str scheme = party->ids.items[i].scheme;
        check_code(checking, scheme, is_scheme(scheme), "BR-CL-10", id, i + 1);
    }
    check_code(checking, party->legal_id.scheme, is_scheme(party->legal_id.scheme), "BR-CL-11",
               legal, 0);
    check_code(checking, party->endpoint.scheme, rule_listed(party->endpoint.scheme, ENDPOINTS),
               "BR-CL-25", endpoint, 0);
}

static void check_header(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_code(checking, invoice->vat_day_code, rule_listed(invoice->vat_day_code, "5 29 72"),
               "BR-CL-06", "BT-8", 0);
    check_code(checking, invoice->payment.means, is_means(invoice->payment.means), "BR-CL-16",
               "BT-81", 0);
    check_country(checking, invoice->seller.address.country, "BT-40", 0);
    check_country(checking, invoice->buyer.address.country, "BT-55", 0);
    check_country(checking, invoice->representative.address.country, "BT-69", 0);
    check_country(checking, invoice->delivery.address.country, "BT-80", 0);
    check_schemes(checking, &invoice->seller, "BT-29", "BT-30", "BT-34");
    check_schemes(checking, &invoice->buyer, "BT-46", "BT-47", "BT-49");
    check_schemes(checking, &invoice->payee, "BT-60", "BT-61", NULL);
    for (size_t i = 0; i < invoice->note_count; i++)
        check_code(checking, invoice->notes[i].code,
                   invoice->notes[i].code.len == 3 && is_code(invoice->notes[i].code, 3),
                   "BR-CL-08", "BT-21", i + 1);
    for (size_t i = 0; i < invoice->group_count; i++) {
        struct str code = invoice->groups[i].reason_code;
        check_code(checking, code, str_starts(code, STR("VATEX-")), "BR-CL-22", "BT-121", i + 1);
    }
}

static void check_reason(struct checking *checking, const struct einvoice_allowance *allowance,
                         const char *allowance_term, const char *charge_term, size_t at)
{
    struct str code = allowance->reason_code;

    if (allowance->charge)
        check_code(checking, code, is_code(code, 3), "BR-CL-20", charge_term, at);
    else
        check_code(checking, code, rule_listed(code, ALLOWANCE_REASONS), "BR-CL-19", allowance_term,
                   at);
}

static void check_line(struct checking *checking, const struct einvoice_line *line, size_t at)
{
    check_code(checking, line->unit, is_code(line->unit, 3), "BR-CL-23", "BT-130", at);
    check_code(checking, line->base_unit, is_code(line->base_unit, 3), "BR-CL-23", "BT-150", at);
    check_code(checking, line->origin, is_country(line->origin), "BR-CL-15", "BT-159", at);
    check_code(checking, line->standard_id.scheme, is_scheme(line->standard_id.scheme), "BR-CL-21",
               "BT-157", at);
    for (size_t i = 0; i < line->classes.count; i++)
        check_code(checking, line->classes.items[i].scheme,
                   is_code(line->classes.items[i].scheme, 3), "BR-CL-13", "BT-158", at);
    for (size_t i = 0; i < line->allowance_count; i++)
        check_reason(checking, &line->allowances[i], "BT-140", "BT-145", at);
}

void rules_codes(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_currencies(checking);
    check_header(checking);
    for (size_t i = 0; i < invoice->allowance_count; i++)
        check_reason(checking, &invoice->allowances[i], "BT-98", "BT-105", i + 1);
    for (size_t i = 0; i < invoice->line_count; i++)
        check_line(checking, &invoice->lines[i], i + 1);
}
