#include "core/invoice_vat.h"

#include "base/must.h"

ENUM_DEFINE(vat_reason, VAT_REASON_LIST)

enum { RATE_MAX_BP = 10000, REASONS_MAX = 4096 };

/* BR-FR-16, in basis points. */
static const int64_t FRENCH_RATES[] = {
    2000, 1000, 550, 210, 0, 850, 105, 175, 90, 1300, 920, 960, 700, 1960, 2060,
};

/* What VAT numbers of the Union begin with: EL is Greece, XI Northern Ireland. */
static const char *const OTHER_STATES[] = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
};

static const char FRANCHISE[] = "TVA non applicable, art. 293 B du CGI";

bool vat_rate_is_french(int64_t rate_bp)
{
    for (size_t i = 0; i < ARRAY_LEN(FRENCH_RATES); i++) {
        if (FRENCH_RATES[i] == rate_bp)
            return true;
    }
    return false;
}

/* CGI 262 ter, I: the buyer is known by a number of another member state. */
bool vat_number_is_of_another_state(struct str text)
{
    for (size_t i = 0; i < ARRAY_LEN(OTHER_STATES); i++) {
        if (str_starts(text, str_of(OTHER_STATES[i])))
            return true;
    }
    return false;
}

static bool reason_fits(const struct invoice_draft *draft, const struct invoice_item *item)
{
    bool unknown = (draft->bad & 1U << INVOICE_CLIENT_VAT) != 0; /* is told by itself */

    switch (item->reason) {
    case REASON_REVERSE:
        return unknown || draft->client_vat.len > 0;
    case REASON_INTRA:
        return unknown || vat_number_is_of_another_state(draft->client_vat);
    case REASON_EXPORT:
        return true;
    case REASON_EXEMPT:
        return invoice_text_shows(item->reason_text, INVOICE_REASON_MAX, false);
    }
    must_fail(__FILE__, __LINE__, "a reason");
}

bool invoice_vat_allowed(const struct invoice_seller *seller, const struct invoice_draft *draft,
                         const struct invoice_item *item)
{
    if (item->rate_bp < 0 || item->rate_bp > RATE_MAX_BP)
        return false;
    if (item->rate_bp == 0)
        return item->reason == 0 ? seller->franchise : reason_fits(draft, item);
    if (seller->franchise || item->reason != 0)
        return false;
    bool typed = (draft->bad & 1U << INVOICE_TYPE) == 0;
    return draft->kind != INVOICE_NORMAL || !typed || vat_rate_is_french(item->rate_bp);
}

enum vat_category invoice_vat_category(const struct invoice_seller *seller,
                                       const struct invoice_item *item)
{
    must(item->rate_bp != 0 || item->reason != 0 || seller->franchise);
    if (item->rate_bp != 0)
        return VAT_STANDARD;
    if (item->reason == REASON_REVERSE)
        return VAT_REVERSE;
    if (item->reason == REASON_INTRA)
        return VAT_INTRA;
    return item->reason == REASON_EXPORT ? VAT_EXPORT : VAT_EXEMPT;
}

static struct str reason_text(const struct invoice_item *item)
{
    if (item->reason == 0)
        return str_of(FRANCHISE);
    switch (item->reason) {
    case REASON_REVERSE:
        return STR("Autoliquidation");
    case REASON_INTRA:
        return STR("Exonération TVA, art. 262 ter, I du CGI");
    case REASON_EXPORT:
        return STR("Exonération TVA, art. 262, I du CGI");
    case REASON_EXEMPT:
        return str_trim(item->reason_text);
    }
    must_fail(__FILE__, __LINE__, "a reason");
}

static struct str reason_code(const struct invoice_item *item)
{
    if (item->reason == 0)
        return STR("VATEX-FR-FRANCHISE");
    switch (item->reason) {
    case REASON_REVERSE:
        return STR("VATEX-EU-AE");
    case REASON_INTRA:
        return STR("VATEX-EU-IC");
    case REASON_EXPORT:
        return STR("VATEX-EU-G");
    case REASON_EXEMPT:
        return item->reason_code;
    }
    must_fail(__FILE__, __LINE__, "a reason");
}

/* A text is told once; when they do not fit together, the first ones are. */
static void reason_add(struct ctx *cx, struct invoice_paper_rate *group,
                       const struct invoice_item *item)
{
    struct str text = reason_text(item);
    struct buf joined = buf_make(cx->arena, REASONS_MAX);

    if (group->reason.len == 0) {
        group->reason = text;
        group->reason_code = reason_code(item);
        return;
    }
    for (size_t at = 0; at + text.len <= group->reason.len; at++) {
        if (str_starts(str_from(group->reason, at), text))
            return;
    }
    buf_put(&joined, group->reason);
    buf_put(&joined, STR(" ; "));
    buf_put(&joined, text);
    if (!joined.failed)
        group->reason = buf_str(&joined);
    group->reason_code = STR_NONE;
}

void invoice_vat_reasons(struct ctx *cx, const struct invoice_draft *draft,
                         struct invoice_paper *paper)
{
    must(draft->item_count == paper->line_count);
    for (size_t i = 0; i < paper->line_count; i++) {
        for (size_t j = 0; j < paper->rate_count; j++) {
            struct invoice_paper_rate *group = &paper->rates[j];
            if (paper->lines[i].rate_bp == 0 && group->rate_bp == 0 &&
                group->category == paper->lines[i].category)
                reason_add(cx, group, &draft->items[i]);
        }
    }
}
