#include "api/seqino/invoice_term.h"

#include <string.h>

/* '%' is the place in the list. */
struct term {
    const char *name;
    const char *path;
};
/* clang-format off */
static const struct term TERMS[] = {
    {"BT-1", "invoice_number"}, {"BT-2", "issue_date"}, {"BT-3", "type_code"},
    {"BT-5", "currency_code"}, {"BT-6", "vat_accounting_currency_code"},
    {"BT-7", "tax_point_date"}, {"BT-8", "value_added_tax_point_date"}, {"BT-9", "due_date"},
    {"BT-10", "buyer_reference"}, {"BT-11", "project_reference"}, {"BT-12", "contract_reference"},
    {"BT-13", "purchase_order_reference"}, {"BT-14", "sales_order_reference"},
    {"BT-15", "receiving_advice_reference"}, {"BT-16", "despatch_advice_reference"},
    {"BT-17", "tender_or_lot_reference"}, {"BT-18", "invoice_object_identifier"},
    {"BT-19", "buyer_accounting_reference"}, {"BT-20", "payment_terms"},
    {"BG-1", "notes.%"}, {"BT-21", "notes.%.subject_code"}, {"BT-22", "notes.%.note"},
    {"BT-23", "business_process_type"}, {"BT-24", "specification_identifier"},
    {"BG-3", "preceding_invoices.%"}, {"BT-25", "preceding_invoices.%.reference"},
    {"BT-26", "preceding_invoices.%.issue_date"},
    {"BG-4", "seller"}, {"BT-27", "seller.name"}, {"BT-28", "seller.trading_name"},
    {"BT-29", "seller.identifiers"}, {"BT-30", "seller.legal_registration_identifier"},
    {"BT-31", "seller.vat_identifier"}, {"BT-32", "seller.tax_registration_identifier"},
    {"BT-33", "seller.additional_legal_information"}, {"BT-34", "seller.electronic_address"},
    {"BG-5", "seller.postal_address"}, {"BT-35", "seller.postal_address.address_line_1"},
    {"BT-37", "seller.postal_address.city"}, {"BT-38", "seller.postal_address.post_code"},
    {"BT-40", "seller.postal_address.country_code"}, {"BG-6", "seller.contact"},
    {"BT-41", "seller.contact.name"}, {"BT-42", "seller.contact.telephone"},
    {"BT-43", "seller.contact.email"},
    {"BG-7", "buyer"}, {"BT-44", "buyer.name"}, {"BT-45", "buyer.trading_name"},
    {"BT-46", "buyer.identifiers"}, {"BT-47", "buyer.legal_registration_identifier"},
    {"BT-48", "buyer.vat_identifier"}, {"BT-49", "buyer.electronic_address"},
    {"BG-8", "buyer.postal_address"}, {"BT-50", "buyer.postal_address.address_line_1"},
    {"BT-52", "buyer.postal_address.city"}, {"BT-53", "buyer.postal_address.post_code"},
    {"BT-55", "buyer.postal_address.country_code"}, {"BG-9", "buyer.contact"},
    {"BT-56", "buyer.contact.name"}, {"BT-57", "buyer.contact.telephone"},
    {"BT-58", "buyer.contact.email"},
    {"BG-10", "payee"}, {"BT-59", "payee.name"}, {"BT-60", "payee.identifiers"},
    {"BT-61", "payee.legal_registration_identifier"},
    {"BG-11", "seller_tax_representative"}, {"BT-62", "seller_tax_representative.name"},
    {"BT-63", "seller_tax_representative.vat_identifier"},
    {"BG-12", "seller_tax_representative.postal_address"},
    {"BT-69", "seller_tax_representative.postal_address.country_code"},
    {"BG-13", "delivery"}, {"BT-70", "delivery.deliver_to_party_name"},
    {"BT-71", "delivery.deliver_to_location_identifier"},
    {"BT-72", "delivery.actual_delivery_date"}, {"BG-14", "invoicing_period"},
    {"BT-73", "invoicing_period.start_date"}, {"BT-74", "invoicing_period.end_date"},
    {"BG-15", "delivery.deliver_to_address"},
    {"BT-75", "delivery.deliver_to_address.address_line_1"},
    {"BT-80", "delivery.deliver_to_address.country_code"},
    {"BG-16", "payment_instructions"}, {"BT-81", "payment_instructions.means_type_code"},
    {"BT-82", "payment_instructions.means_text"},
    {"BT-83", "payment_instructions.remittance_information"},
    {"BG-17", "payment_instructions.credit_transfers.%"},
    {"BT-84", "payment_instructions.credit_transfers.%.account_identifier"},
    {"BT-86", "payment_instructions.credit_transfers.%.service_provider_identifier"},
    {"BT-87", "payment_instructions.card_primary_account_number"},
    {"BT-89", "payment_instructions.mandate_reference_identifier"},
    {"BT-90", "payment_instructions.bank_assigned_creditor_identifier"},
    {"BT-91", "payment_instructions.debited_account_identifier"},
    {"BG-20", "document_level_allowances.%"}, {"BT-92", "document_level_allowances.%.amount"},
    {"BT-93", "document_level_allowances.%.base_amount"},
    {"BT-94", "document_level_allowances.%.percentage"},
    {"BT-95", "document_level_allowances.%.vat_category_code"},
    {"BT-96", "document_level_allowances.%.vat_rate"},
    {"BT-97", "document_level_allowances.%.reason"},
    {"BT-98", "document_level_allowances.%.reason_code"},
    {"BG-21", "document_level_charges.%"}, {"BT-99", "document_level_charges.%.amount"},
    {"BT-100", "document_level_charges.%.base_amount"},
    {"BT-101", "document_level_charges.%.percentage"},
    {"BT-102", "document_level_charges.%.vat_category_code"},
    {"BT-103", "document_level_charges.%.vat_rate"},
    {"BT-104", "document_level_charges.%.reason"},
    {"BT-105", "document_level_charges.%.reason_code"},
    {"BG-22", "totals"}, {"BT-106", "totals.sum_of_line_net_amounts"},
    {"BT-107", "totals.sum_of_allowances"}, {"BT-108", "totals.sum_of_charges"},
    {"BT-109", "totals.total_without_vat"}, {"BT-110", "totals.total_vat"},
    {"BT-111", "totals.total_vat_accounting_currency"}, {"BT-112", "totals.total_with_vat"},
    {"BT-113", "totals.paid_amount"}, {"BT-114", "totals.rounding_amount"},
    {"BT-115", "totals.amount_due"},
    {"BG-23", "vat_breakdown.%"}, {"BT-116", "vat_breakdown.%.taxable_amount"},
    {"BT-117", "vat_breakdown.%.tax_amount"}, {"BT-118", "vat_breakdown.%.vat_category_code"},
    {"BT-119", "vat_breakdown.%.vat_rate"}, {"BT-120", "vat_breakdown.%.exemption_reason"},
    {"BT-121", "vat_breakdown.%.exemption_reason_code"},
    {"BG-24", "supporting_documents.%"}, {"BT-122", "supporting_documents.%.reference"},
    {"BT-123", "supporting_documents.%.description"},
    {"BT-124", "supporting_documents.%.external_document_location"},
    {"BT-125", "supporting_documents.%.mime_code"},
    {"BG-25", "lines.%"}, {"BT-126", "lines.%.line_identifier"}, {"BT-127", "lines.%.line_note"},
    {"BT-128", "lines.%.object_identifiers"}, {"BT-129", "lines.%.invoiced_quantity"},
    {"BT-130", "lines.%.invoiced_quantity_unit_code"}, {"BT-131", "lines.%.net_amount"},
    {"BT-132", "lines.%.purchase_order_line_reference"},
    {"BT-133", "lines.%.buyer_accounting_reference"}, {"BG-26", "lines.%.period"},
    {"BT-134", "lines.%.period.start_date"}, {"BT-135", "lines.%.period.end_date"},
    {"BG-27", "lines.%.allowances"}, {"BT-136", "lines.%.allowances"},
    {"BT-137", "lines.%.allowances"}, {"BT-139", "lines.%.allowances"},
    {"BT-140", "lines.%.allowances"}, {"BG-28", "lines.%.charges"}, {"BT-141", "lines.%.charges"},
    {"BT-142", "lines.%.charges"}, {"BT-144", "lines.%.charges"}, {"BT-145", "lines.%.charges"},
    {"BT-146", "lines.%.item_net_price"}, {"BT-147", "lines.%.item_price_discount"},
    {"BT-148", "lines.%.item_gross_price"}, {"BT-149", "lines.%.item_price_base_quantity"},
    {"BT-150", "lines.%.item_price_base_quantity_unit_code"},
    {"BT-151", "lines.%.vat_category_code"}, {"BT-152", "lines.%.vat_rate"},
    {"BT-153", "lines.%.item_name"}, {"BT-154", "lines.%.item_description"},
    {"BT-155", "lines.%.item_sellers_identifier"}, {"BT-156", "lines.%.item_buyers_identifier"},
    {"BT-157", "lines.%.item_standard_identifier"},
    {"BT-158", "lines.%.item_classification_identifiers"},
    {"BT-159", "lines.%.item_country_of_origin"}, {"BG-32", "lines.%.item_attributes"},
};
/* clang-format on */

const char *invoice_term_path(struct arena *arena, const char *term, size_t at)
{
    for (size_t i = 0; term != NULL && i < ARRAY_LEN(TERMS); i++) {
        if (strcmp(TERMS[i].name, term) != 0)
            continue;
        struct str path = str_of(TERMS[i].path);
        size_t place = str_find(path, '%');
        if (place == path.len)
            return TERMS[i].path;
        struct str list = str_sub(path, 0, place - 1);
        if (at == 0)
            return str_cstr(arena, list);
        return str_format(arena, "%.*s.%zu%s", (int)list.len, list.ptr, at - 1,
                          TERMS[i].path + place + 1)
            .ptr;
    }
    return NULL;
}

/* How much of a path a term's own path covers: numbers stand for '%'. 0: it is about something
 * else.
 */
static size_t covered(const char *path, const char *of_term)
{
    const char *at = path;

    while (*of_term != '\0') {
        bool number = *of_term == '%' && *at >= '0' && *at <= '9';
        if (!number && *of_term != *at)
            return 0;
        at++;
        of_term++;
        while (number && *at >= '0' && *at <= '9')
            at++;
    }
    return *at == '\0' || *at == '.' ? (size_t)(at - path) : 0;
}

const char *invoice_path_term(const char *path)
{
    const char *best = NULL;
    size_t most = 0;

    for (size_t i = 0; i < ARRAY_LEN(TERMS); i++) {
        size_t covers = covered(path, TERMS[i].path);
        if (covers > most) {
            most = covers;
            best = TERMS[i].name;
        }
    }
    return best;
}
