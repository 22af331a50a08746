#include "core/einvoice_same.h"

#include <stddef.h>

#include "base/attr.h"

/* Tables of what each struct says, in the order of core/einvoice.h. */

enum kind {
    SAME_TEXT = 1,
    SAME_DAY,
    SAME_NUMBER,
    SAME_NUMBER_OR_0,
    SAME_NUMBER_OR_1,
    SAME_FLAG,
    SAME_WITHIN,
    SAME_LIST
};

struct members;

struct member {
    const char *term; /* NULL: that of the member within */
    enum kind kind;
    size_t offset;
    const struct members *within;
    size_t count; /* offset of a list's count */
    size_t size;  /* of an item */
};

struct members {
    const struct member *items;
    size_t count;
};

#define ONE(term_, kind_, struct_, member_)                                                        \
    {                                                                                              \
        .term = term_, .kind = kind_, .offset = offsetof(struct_, member_)                         \
    }
#define TEXT(term_, struct_, member_) ONE(term_, SAME_TEXT, struct_, member_)
#define DAY(term_, struct_, member_) ONE(term_, SAME_DAY, struct_, member_)
#define NUMBER(term_, struct_, member_) ONE(term_, SAME_NUMBER, struct_, member_)
#define WITHIN(term_, struct_, member_, within_)                                                   \
    {                                                                                              \
        .term = term_, .kind = SAME_WITHIN, .offset = offsetof(struct_, member_),                  \
        .within = &(within_)                                                                       \
    }
#define LIST(term_, struct_, items_, count_, item_, within_)                                       \
    {                                                                                              \
        .term = term_, .kind = SAME_LIST, .offset = offsetof(struct_, items_),                     \
        .within = &(within_), .count = offsetof(struct_, count_), .size = sizeof(item_)            \
    }
#define IDS(term_, struct_, member_)                                                               \
    LIST(term_, struct_, member_.items, member_.count, struct einvoice_id, ID)
#define MEMBERS(name_, rows_) static const struct members name_ = {rows_, ARRAY_LEN(rows_)}

static const struct member ID_ROWS[] = {
    TEXT(NULL, struct einvoice_id, id),
    TEXT(NULL, struct einvoice_id, scheme),
};
MEMBERS(ID, ID_ROWS);

static const struct member ADDRESS_ROWS[] = {
    TEXT(NULL, struct einvoice_address, lines[0]),    TEXT(NULL, struct einvoice_address, lines[1]),
    TEXT(NULL, struct einvoice_address, lines[2]),    TEXT(NULL, struct einvoice_address, city),
    TEXT(NULL, struct einvoice_address, zip),         TEXT(NULL, struct einvoice_address, country),
    TEXT(NULL, struct einvoice_address, subdivision),
};
MEMBERS(ADDRESS, ADDRESS_ROWS);

static const struct member PERIOD_ROWS[] = {
    DAY(NULL, struct einvoice_period, from),
    DAY(NULL, struct einvoice_period, to),
};
MEMBERS(PERIOD, PERIOD_ROWS);

static const struct member VAT_ROWS[] = {
    TEXT(NULL, struct einvoice_vat, category),
    NUMBER(NULL, struct einvoice_vat, rate),
};
MEMBERS(VAT, VAT_ROWS);

/* Each party has its own terms. */
#define PARTY(name_, named, trading, ids_, legal_id_, vat, tax, legal_, endpoint_, address_,       \
              contact_)                                                                            \
    static const struct member name_##_ROWS[] = {                                                  \
        TEXT(named, struct einvoice_party, name),                                                  \
        TEXT(trading, struct einvoice_party, trading_name),                                        \
        IDS(ids_, struct einvoice_party, ids),                                                     \
        WITHIN(legal_id_, struct einvoice_party, legal_id, ID),                                    \
        TEXT(vat, struct einvoice_party, vat_number),                                              \
        TEXT(tax, struct einvoice_party, tax_number),                                              \
        TEXT(legal_, struct einvoice_party, legal),                                                \
        WITHIN(endpoint_, struct einvoice_party, endpoint, ID),                                    \
        WITHIN(address_, struct einvoice_party, address, ADDRESS),                                 \
        TEXT(contact_, struct einvoice_party, contact.name),                                       \
        TEXT(contact_, struct einvoice_party, contact.phone),                                      \
        TEXT(contact_, struct einvoice_party, contact.email),                                      \
    };                                                                                             \
    MEMBERS(name_, name_##_ROWS)
PARTY(SELLER, "BT-27", "BT-28", "BT-29", "BT-30", "BT-31", "BT-32", "BT-33", "BT-34", "BG-5",
      "BG-6");
PARTY(BUYER, "BT-44", "BT-45", "BT-46", "BT-47", "BT-48", "BG-7", "BG-7", "BT-49", "BG-8", "BG-9");
PARTY(PAYEE, "BT-59", "BG-10", "BT-60", "BT-61", "BG-10", "BG-10", "BG-10", "BG-10", "BG-10",
      "BG-10");
PARTY(REPRESENTATIVE, "BT-62", "BG-11", "BG-11", "BG-11", "BT-63", "BG-11", "BG-11", "BG-11",
      "BG-12", "BG-11");

static const struct member NOTE_ROWS[] = {
    TEXT("BT-21", struct einvoice_note, code),
    TEXT("BT-22", struct einvoice_note, text),
};
MEMBERS(NOTE, NOTE_ROWS);

static const struct member REFERENCE_ROWS[] = {
    TEXT("BT-25", struct einvoice_reference, number),
    DAY("BT-26", struct einvoice_reference, issued),
    TEXT("BG-3", struct einvoice_reference, type),
};
MEMBERS(REFERENCE, REFERENCE_ROWS);

static const struct member ATTACHMENT_ROWS[] = {
    TEXT("BT-122", struct einvoice_attachment, reference),
    TEXT("BT-123", struct einvoice_attachment, description),
    TEXT("BT-124", struct einvoice_attachment, uri),
    TEXT("BT-125", struct einvoice_attachment, mime),
    TEXT("BT-125", struct einvoice_attachment, file_name),
    TEXT("BT-125", struct einvoice_attachment, content),
};
MEMBERS(ATTACHMENT, ATTACHMENT_ROWS);

static const struct member ALLOWANCE_ROWS[] = {
    ONE(NULL, SAME_FLAG, struct einvoice_allowance, charge),
    NUMBER(NULL, struct einvoice_allowance, amount),
    NUMBER(NULL, struct einvoice_allowance, base),
    NUMBER(NULL, struct einvoice_allowance, percent),
    WITHIN(NULL, struct einvoice_allowance, vat, VAT),
    TEXT(NULL, struct einvoice_allowance, reason),
    TEXT(NULL, struct einvoice_allowance, reason_code),
};
MEMBERS(ALLOWANCE, ALLOWANCE_ROWS);

static const struct member GROUP_ROWS[] = {
    TEXT("BT-118", struct einvoice_group, vat.category),
    NUMBER("BT-119", struct einvoice_group, vat.rate),
    NUMBER("BT-116", struct einvoice_group, base),
    NUMBER("BT-117", struct einvoice_group, tax),
    TEXT("BT-120", struct einvoice_group, reason),
    TEXT("BT-121", struct einvoice_group, reason_code),
};
MEMBERS(GROUP, GROUP_ROWS);

static const struct member ATTRIBUTE_ROWS[] = {
    TEXT("BT-160", struct einvoice_attribute, name),
    TEXT("BT-161", struct einvoice_attribute, value),
};
MEMBERS(ATTRIBUTE, ATTRIBUTE_ROWS);

static const struct member LINE_ROWS[] = {
    TEXT("BT-126", struct einvoice_line, id),
    TEXT("BT-127", struct einvoice_line, note),
    IDS("BT-128", struct einvoice_line, objects),
    NUMBER("BT-129", struct einvoice_line, quantity),
    TEXT("BT-130", struct einvoice_line, unit),
    NUMBER("BT-131", struct einvoice_line, net),
    TEXT("BT-132", struct einvoice_line, order_line),
    TEXT("BT-133", struct einvoice_line, accounting),
    WITHIN("BG-26", struct einvoice_line, period, PERIOD),
    LIST("BG-27", struct einvoice_line, allowances, allowance_count, struct einvoice_allowance,
         ALLOWANCE),
    NUMBER("BT-146", struct einvoice_line, price),
    ONE("BT-147", SAME_NUMBER_OR_0, struct einvoice_line, price_discount),
    NUMBER("BT-148", struct einvoice_line, gross_price),
    ONE("BT-149", SAME_NUMBER_OR_1, struct einvoice_line, base_quantity),
    TEXT("BT-150", struct einvoice_line, base_unit),
    TEXT("BT-151", struct einvoice_line, vat.category),
    NUMBER("BT-152", struct einvoice_line, vat.rate),
    TEXT("BT-153", struct einvoice_line, name),
    TEXT("BT-154", struct einvoice_line, description),
    TEXT("BT-155", struct einvoice_line, seller_id),
    TEXT("BT-156", struct einvoice_line, buyer_id),
    WITHIN("BT-157", struct einvoice_line, standard_id, ID),
    IDS("BT-158", struct einvoice_line, classes),
    TEXT("BT-159", struct einvoice_line, origin),
    LIST("BG-32", struct einvoice_line, attributes, attribute_count, struct einvoice_attribute,
         ATTRIBUTE),
    LIST("BG-3", struct einvoice_line, preceding, preceding_count, struct einvoice_reference,
         REFERENCE),
};
MEMBERS(LINE, LINE_ROWS);

static const struct member ACCOUNT_ROWS[] = {
    TEXT("BT-84", struct einvoice_account, id),
    TEXT("BT-85", struct einvoice_account, name),
    TEXT("BT-86", struct einvoice_account, bic),
};
MEMBERS(ACCOUNT, ACCOUNT_ROWS);

static const struct member DOCUMENT_ROWS[] = {
    TEXT("BT-1", struct einvoice, number),
    DAY("BT-2", struct einvoice, issued),
    TEXT("BT-3", struct einvoice, type),
    TEXT("BT-5", struct einvoice, currency),
    TEXT("BT-6", struct einvoice, vat_currency),
    DAY("BT-7", struct einvoice, vat_day),
    TEXT("BT-8", struct einvoice, vat_day_code),
    DAY("BT-9", struct einvoice, due),
    TEXT("BT-10", struct einvoice, buyer_reference),
    TEXT("BT-11", struct einvoice, project),
    TEXT("BT-12", struct einvoice, contract),
    TEXT("BT-13", struct einvoice, order),
    TEXT("BT-14", struct einvoice, sales_order),
    TEXT("BT-15", struct einvoice, receipt),
    TEXT("BT-16", struct einvoice, despatch),
    TEXT("BT-17", struct einvoice, tender),
    IDS("BT-18", struct einvoice, objects),
    TEXT("BT-19", struct einvoice, accounting),
    TEXT("BT-20", struct einvoice, terms),
    TEXT("BT-23", struct einvoice, framework),
    TEXT("BT-24", struct einvoice, profile),
    LIST("BG-1", struct einvoice, notes, note_count, struct einvoice_note, NOTE),
    LIST("BG-3", struct einvoice, preceding, preceding_count, struct einvoice_reference, REFERENCE),
    WITHIN(NULL, struct einvoice, seller, SELLER),
    WITHIN(NULL, struct einvoice, buyer, BUYER),
    WITHIN(NULL, struct einvoice, payee, PAYEE),
    WITHIN(NULL, struct einvoice, representative, REPRESENTATIVE),
    TEXT("BT-70", struct einvoice, delivery.name),
    WITHIN("BT-71", struct einvoice, delivery.location, ID),
    DAY("BT-72", struct einvoice, delivery.day),
    WITHIN("BG-15", struct einvoice, delivery.address, ADDRESS),
    WITHIN("BG-14", struct einvoice, period, PERIOD),
    TEXT("BT-81", struct einvoice, payment.means),
    TEXT("BT-82", struct einvoice, payment.means_text),
    TEXT("BT-83", struct einvoice, payment.remittance),
    LIST("BG-17", struct einvoice, payment.accounts, payment.account_count, struct einvoice_account,
         ACCOUNT),
    TEXT("BT-87", struct einvoice, payment.card),
    TEXT("BT-88", struct einvoice, payment.card_holder),
    TEXT("BT-89", struct einvoice, payment.mandate),
    TEXT("BT-90", struct einvoice, payment.creditor),
    TEXT("BT-91", struct einvoice, payment.debited),
    LIST("BG-20", struct einvoice, allowances, allowance_count, struct einvoice_allowance,
         ALLOWANCE),
    NUMBER("BT-106", struct einvoice, totals.lines),
    ONE("BT-107", SAME_NUMBER_OR_0, struct einvoice, totals.allowances),
    ONE("BT-108", SAME_NUMBER_OR_0, struct einvoice, totals.charges),
    NUMBER("BT-109", struct einvoice, totals.without_vat),
    NUMBER("BT-110", struct einvoice, totals.vat),
    NUMBER("BT-111", struct einvoice, totals.vat_accounting),
    NUMBER("BT-112", struct einvoice, totals.with_vat),
    ONE("BT-113", SAME_NUMBER_OR_0, struct einvoice, totals.paid),
    ONE("BT-114", SAME_NUMBER_OR_0, struct einvoice, totals.rounding),
    NUMBER("BT-115", struct einvoice, totals.due),
    LIST("BG-23", struct einvoice, groups, group_count, struct einvoice_group, GROUP),
    LIST("BG-24", struct einvoice, attachments, attachment_count, struct einvoice_attachment,
         ATTACHMENT),
    LIST("BG-25", struct einvoice, lines, line_count, struct einvoice_line, LINE),
};
MEMBERS(DOCUMENT, DOCUMENT_ROWS);

static const void *at(const void *struct_, size_t offset)
{
    return (const char *)struct_ + offset;
}

static bool same_day(const struct date *a, const struct date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day;
}

static bool same_number(const struct decimal *a, const struct decimal *b)
{
    return a->present == b->present && decimal_equal(*a, *b);
}

static struct decimal number_or_1(const struct decimal *number)
{
    return number->present ? *number : decimal_of(1, 0);
}

static bool members_same(const struct members *members, const void *a, const void *b,
                         struct einvoice_difference *out);

/* The index is that of the outermost list. */
static bool list_same(const struct member *member, const void *a, const void *b,
                      struct einvoice_difference *out)
{
    size_t a_count = *(const size_t *)at(a, member->count);
    size_t b_count = *(const size_t *)at(b, member->count);
    const char *const *a_items = at(a, member->offset);
    const char *const *b_items = at(b, member->offset);

    for (size_t i = 0; i < a_count && i < b_count; i++) {
        if (members_same(member->within, *a_items + i * member->size, *b_items + i * member->size,
                         out))
            continue;
        out->at = i + 1;
        return false;
    }
    return a_count == b_count;
}

static bool member_same(const struct member *member, const void *a, const void *b,
                        struct einvoice_difference *out)
{
    const void *a_at = at(a, member->offset);
    const void *b_at = at(b, member->offset);

    switch (member->kind) {
    case SAME_TEXT:
        return str_eq(*(const struct str *)a_at, *(const struct str *)b_at);
    case SAME_DAY:
        return same_day(a_at, b_at);
    case SAME_NUMBER:
        return same_number(a_at, b_at);
    case SAME_NUMBER_OR_0:
        return decimal_equal(*(const struct decimal *)a_at, *(const struct decimal *)b_at);
    case SAME_NUMBER_OR_1:
        return decimal_equal(number_or_1(a_at), number_or_1(b_at));
    case SAME_FLAG:
        return *(const bool *)a_at == *(const bool *)b_at;
    case SAME_WITHIN:
        return members_same(member->within, a_at, b_at, out);
    case SAME_LIST:
        return list_same(member, a, b, out);
    }
    return false;
}

static bool members_same(const struct members *members, const void *a, const void *b,
                         struct einvoice_difference *out)
{
    for (size_t i = 0; i < members->count; i++) {
        if (member_same(&members->items[i], a, b, out))
            continue;
        if (out->term == NULL)
            out->term = members->items[i].term;
        return false;
    }
    return true;
}

bool einvoice_same(const struct einvoice *a, const struct einvoice *b,
                   struct einvoice_difference *out)
{
    *out = (struct einvoice_difference){0};
    return members_same(&DOCUMENT, a, b, out);
}
