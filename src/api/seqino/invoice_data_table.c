#include "api/seqino/invoice_data.h"

/* Names of EN 16931 in snake_case. Texts may be empty, which is as if they were not there. */

enum { TEXT = 1000, CODE = 100, FILE_URI = 2048 };

/* clang-format off */
#define AT(member) FIELD_AT(struct data_id, of.member)
static const struct field ID_FIELDS[] = {
    {"identifier", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(id)},
    {"scheme_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(scheme)},
};
#undef AT
static const struct table ID = TABLE_OF("InvoiceIdentifier", struct data_id, ID_FIELDS);

#define AT(member) FIELD_AT(struct data_address, of.member)
static const struct field ADDRESS_FIELDS[] = {
    {"address_line_1", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(lines[0])},
    {"address_line_2", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(lines[1])},
    {"address_line_3", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(lines[2])},
    {"city", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(city)},
    {"post_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(zip)},
    {"country_subdivision", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(subdivision)},
    {"country_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(country)},
};
#undef AT
static const struct table ADDRESS =
    TABLE_OF("InvoiceAddress", struct data_address, ADDRESS_FIELDS);

#define AT(member) FIELD_AT(struct data_contact, of.member)
static const struct field CONTACT_FIELDS[] = {
    {"name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(name)},
    {"telephone", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(phone)},
    {"email", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(email)},
};
#undef AT
static const struct table CONTACT =
    TABLE_OF("InvoiceContact", struct data_contact, CONTACT_FIELDS);

#define AT(member) FIELD_AT(struct data_party, of.member)
#define IN(member, table) FIELD_AT_MORE(struct data_party, member, table)
static const struct field PARTY_FIELDS[] = {
    {"name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(name)},
    {"trading_name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(trading_name)},
    {"identifiers", F_OBJECTS, 0, EINVOICE_ITEMS_MAX, SPARSE, OURS, ED_ALL, IN(ids, &ID)},
    {"legal_registration_identifier", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(legal_id, &ID)},
    {"vat_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(vat_number)},
    {"tax_registration_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(tax_number)},
    {"additional_legal_information", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(legal)},
    {"electronic_address", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(endpoint, &ID)},
    {"postal_address", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(address, &ADDRESS)},
    {"contact", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(contact, &CONTACT)},
};
#undef AT
#undef IN
static const struct table PARTY = TABLE_OF("InvoiceParty", struct data_party, PARTY_FIELDS);

#define AT(member) FIELD_AT(struct data_period, of.member)
static const struct field PERIOD_FIELDS[] = {
    {"start_date", F_DATE, 0, 0, SPARSE, OURS, ED_ALL, AT(from)},
    {"end_date", F_DATE, 0, 0, SPARSE, OURS, ED_ALL, AT(to)},
};
#undef AT
static const struct table PERIOD = TABLE_OF("InvoicePeriod", struct data_period, PERIOD_FIELDS);

#define AT(member) FIELD_AT(struct data_note, of.member)
static const struct field NOTE_FIELDS[] = {
    {"subject_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(code)},
    {"note", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(text)},
};
#undef AT
static const struct table NOTE = TABLE_OF("InvoiceNote", struct data_note, NOTE_FIELDS);

#define AT(member) FIELD_AT(struct data_reference, of.member)
static const struct field REFERENCE_FIELDS[] = {
    {"reference", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(number)},
    {"issue_date", F_DATE, 0, 0, SPARSE, OURS, ED_ALL, AT(issued)},
    {"type_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(type)},
};
#undef AT
static const struct table REFERENCE =
    TABLE_OF("InvoiceReference", struct data_reference, REFERENCE_FIELDS);

#define AT(member) FIELD_AT(struct data_attachment, of.member)
static const struct field ATTACHMENT_FIELDS[] = {
    {"reference", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(reference)},
    {"description", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(description)},
    {"external_document_location", F_TEXT, 0, FILE_URI, SPARSE, OURS, ED_ALL, AT(uri)},
    {"mime_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(mime)},
    {"file_name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(file_name)},
};
#undef AT
static const struct table ATTACHMENT =
    TABLE_OF("InvoiceAttachment", struct data_attachment, ATTACHMENT_FIELDS);

#define AT(member) FIELD_AT(struct data_allowance, of.member)
static const struct field ALLOWANCE_FIELDS[] = {
    {"amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(amount)},
    {"base_amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(base)},
    {"percentage", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(percent)},
    {"vat_category_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(vat.category)},
    {"vat_rate", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(vat.rate)},
    {"reason", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(reason)},
    {"reason_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(reason_code)},
};
#undef AT
static const struct table ALLOWANCE =
    TABLE_OF("InvoiceAllowanceOrCharge", struct data_allowance, ALLOWANCE_FIELDS);

#define AT(member) FIELD_AT(struct data_group, of.member)
static const struct field GROUP_FIELDS[] = {
    {"vat_category_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(vat.category)},
    {"vat_rate", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(vat.rate)},
    {"taxable_amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(base)},
    {"tax_amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(tax)},
    {"exemption_reason", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(reason)},
    {"exemption_reason_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(reason_code)},
};
#undef AT
static const struct table GROUP = TABLE_OF("InvoiceVatBreakdown", struct data_group, GROUP_FIELDS);

#define AT(member) FIELD_AT(struct data_attribute, of.member)
static const struct field ATTRIBUTE_FIELDS[] = {
    {"name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(name)},
    {"value", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(value)},
};
#undef AT
static const struct table ATTRIBUTE =
    TABLE_OF("InvoiceItemAttribute", struct data_attribute, ATTRIBUTE_FIELDS);

#define AT(member) FIELD_AT(struct data_line, of.member)
#define IN(member, table) FIELD_AT_MORE(struct data_line, member, table)
#define MOST EINVOICE_ITEMS_MAX
static const struct field LINE_FIELDS[] = {
    {"line_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(id)},
    {"line_note", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(note)},
    {"object_identifiers", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(objects, &ID)},
    {"invoiced_quantity", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(quantity)},
    {"invoiced_quantity_unit_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(unit)},
    {"net_amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(net)},
    {"purchase_order_line_reference", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(order_line)},
    {"buyer_accounting_reference", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(accounting)},
    {"period", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(period, &PERIOD)},
    {"allowances", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(allowances, &ALLOWANCE)},
    {"charges", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(charges, &ALLOWANCE)},
    {"item_net_price", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(price)},
    {"item_price_discount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(price_discount)},
    {"item_gross_price", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(gross_price)},
    {"item_price_base_quantity", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(base_quantity)},
    {"item_price_base_quantity_unit_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(base_unit)},
    {"vat_category_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(vat.category)},
    {"vat_rate", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(vat.rate)},
    {"item_name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(name)},
    {"item_description", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(description)},
    {"item_sellers_identifier", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(seller_id)},
    {"item_buyers_identifier", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(buyer_id)},
    {"item_standard_identifier", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(standard_id, &ID)},
    {"item_classification_identifiers", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(classes, &ID)},
    {"item_country_of_origin", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(origin)},
    {"item_attributes", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(attributes, &ATTRIBUTE)},
    {"preceding_invoices", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(preceding, &REFERENCE)},
};
#undef AT
#undef IN
static const struct table LINE = TABLE_OF("InvoiceLine", struct data_line, LINE_FIELDS);

#define AT(member) FIELD_AT(struct data_totals, of.member)
static const struct field TOTAL_FIELDS[] = {
    {"sum_of_line_net_amounts", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(lines)},
    {"sum_of_allowances", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(allowances)},
    {"sum_of_charges", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(charges)},
    {"total_without_vat", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(without_vat)},
    {"total_vat", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(vat)},
    {"total_vat_accounting_currency", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(vat_accounting)},
    {"total_with_vat", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(with_vat)},
    {"paid_amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(paid)},
    {"rounding_amount", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(rounding)},
    {"amount_due", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(due)},
};
#undef AT
static const struct table TOTALS = TABLE_OF("InvoiceTotals", struct data_totals, TOTAL_FIELDS);

#define AT(member) FIELD_AT(struct data_account, of.member)
static const struct field ACCOUNT_FIELDS[] = {
    {"account_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(id)},
    {"account_name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(name)},
    {"service_provider_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(bic)},
};
#undef AT
static const struct table ACCOUNT =
    TABLE_OF("InvoiceCreditTransfer", struct data_account, ACCOUNT_FIELDS);

#define AT(member) FIELD_AT(struct data_payment, of.member)
#define IN(member, table) FIELD_AT_MORE(struct data_payment, member, table)
static const struct field PAYMENT_FIELDS[] = {
    {"means_type_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(means)},
    {"means_text", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(means_text)},
    {"remittance_information", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(remittance)},
    {"credit_transfers", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(accounts, &ACCOUNT)},
    {"card_primary_account_number", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(card)},
    {"card_holder_name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(card_holder)},
    {"mandate_reference_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(mandate)},
    {"bank_assigned_creditor_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(creditor)},
    {"debited_account_identifier", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(debited)},
};
#undef AT
#undef IN
static const struct table PAYMENT =
    TABLE_OF("InvoicePaymentInstructions", struct data_payment, PAYMENT_FIELDS);

#define AT(member) FIELD_AT(struct data_delivery, of.member)
#define IN(member, table) FIELD_AT_MORE(struct data_delivery, member, table)
static const struct field DELIVERY_FIELDS[] = {
    {"deliver_to_party_name", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(name)},
    {"deliver_to_location_identifier", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(location, &ID)},
    {"actual_delivery_date", F_DATE, 0, 0, SPARSE, OURS, ED_ALL, AT(day)},
    {"deliver_to_address", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(address, &ADDRESS)},
};
#undef AT
#undef IN
static const struct table DELIVERY =
    TABLE_OF("InvoiceDelivery", struct data_delivery, DELIVERY_FIELDS);

#define AT(member) FIELD_AT(struct invoice_data, of.member)
#define OWN(member) FIELD_AT(struct invoice_data, member)
#define IN(member, table) FIELD_AT_MORE(struct invoice_data, member, table)
static const struct field INVOICE_FIELDS[] = {
    {"specification_identifier", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(profile)},
    {"business_process_type", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(framework)},
    {"invoice_number", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(number)},
    {"issue_date", F_DATE, 0, 0, SPARSE, DOC, ED_ALL, AT(issued)},
    {"due_date", F_DATE, 0, 0, SPARSE, DOC, ED_ALL, AT(due)},
    {"type_code", F_TEXT, 0, CODE, SPARSE, DOC, ED_ALL, AT(type)},
    {"currency_code", F_TEXT, 0, CODE, SPARSE, DOC, ED_ALL, AT(currency)},
    {"vat_accounting_currency_code", F_TEXT, 0, CODE, SPARSE, OURS, ED_ALL, AT(vat_currency)},
    {"tax_point_date", F_DATE, 0, 0, SPARSE, DOC, ED_ALL, AT(vat_day)},
    {"value_added_tax_point_date", F_TEXT, 0, CODE, SPARSE, DOC, ED_ALL, AT(vat_day_code)},
    {"buyer_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(buyer_reference)},
    {"project_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(project)},
    {"contract_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(contract)},
    {"purchase_order_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(order)},
    {"sales_order_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(sales_order)},
    {"receiving_advice_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(receipt)},
    {"despatch_advice_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(despatch)},
    {"tender_or_lot_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(tender)},
    {"invoice_object_identifier", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, OWN(object)},
    {"invoice_object_identifier", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(objects, &ID)},
    {"buyer_accounting_reference", F_TEXT, 0, TEXT, SPARSE, DOC, ED_ALL, AT(accounting)},
    {"payment_terms", F_TEXT, 0, TEXT, SPARSE, OURS, ED_ALL, AT(terms)},
    {"notes", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(notes, &NOTE)},
    {"preceding_invoices", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(preceding, &REFERENCE)},
    {"seller", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(seller, &PARTY)},
    {"buyer", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(buyer, &PARTY)},
    {"payee", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(payee, &PARTY)},
    {"seller_tax_representative", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(representative, &PARTY)},
    {"delivery", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(delivery, &DELIVERY)},
    {"invoicing_period", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(period, &PERIOD)},
    {"payment_instructions", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(payment, &PAYMENT)},
    {"document_level_allowances", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(allowances, &ALLOWANCE)},
    {"document_level_charges", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(charges, &ALLOWANCE)},
    {"totals", F_OBJECT, 0, 0, SPARSE, OURS, ED_ALL, IN(totals, &TOTALS)},
    {"vat_breakdown", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(groups, &GROUP)},
    {"supporting_documents", F_OBJECTS, 0, MOST, SPARSE, OURS, ED_ALL, IN(attachments, &ATTACHMENT)},
    {"lines", F_OBJECTS, 0, EINVOICE_LINES_MAX, SPARSE, OURS, ED_ALL, IN(lines, &LINE)},
};
/* clang-format on */
#undef AT
#undef OWN
#undef IN
#undef MOST
const struct table SEQINO_INVOICE_DATA =
    TABLE_OF("InvoiceData", struct invoice_data, INVOICE_FIELDS);
