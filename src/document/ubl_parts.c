#include "document/ubl_parts.h"

#include "core/invoice_facts.h"
#include "document/invoice_xml.h"

void ubl_put_within(struct ubl *ubl, const char *outer, const char *inner, struct str text)
{
    xml_open(ubl->xml, outer);
    xml_text(ubl->xml, inner, text);
    xml_close(ubl->xml);
}

void ubl_put_date(struct ubl *ubl, const char *name, struct date date)
{
    if (einvoice_has_date(date))
        xml_text(ubl->xml, name, date_text(ubl->arena, date));
}

static void ubl_put_number(struct ubl *ubl, const char *name, struct decimal number)
{
    xml_text(ubl->xml, name, xml_number(ubl->arena, number));
}

void ubl_put_amount_in(struct ubl *ubl, const char *name, struct str currency,
                       struct decimal amount)
{
    xml_text_with(ubl->xml, name, "currencyID", currency, xml_number(ubl->arena, amount));
}

void ubl_put_amount(struct ubl *ubl, const char *name, struct decimal amount)
{
    ubl_put_amount_in(ubl, name, ubl->invoice->currency, amount);
}

void ubl_put_id(struct ubl *ubl, const char *name, const char *attribute,
                const struct einvoice_id *id)
{
    xml_text_with(ubl->xml, name, id->scheme.len > 0 ? attribute : NULL, id->scheme, id->id);
}

void ubl_put_id_within(struct ubl *ubl, const char *outer, const struct einvoice_id *id)
{
    xml_open(ubl->xml, outer);
    ubl_put_id(ubl, "cbc:ID", "schemeID", id);
    xml_close(ubl->xml);
}

void ubl_put_period(struct ubl *ubl, const struct einvoice_period *period, struct str code)
{
    xml_open(ubl->xml, "cac:InvoicePeriod");
    ubl_put_date(ubl, "cbc:StartDate", period->from);
    ubl_put_date(ubl, "cbc:EndDate", period->to);
    xml_text(ubl->xml, "cbc:DescriptionCode", code);
    xml_close(ubl->xml);
}

void ubl_put_preceding(struct ubl *ubl, const struct einvoice_reference *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        xml_open(ubl->xml, "cac:BillingReference");
        xml_open(ubl->xml, "cac:InvoiceDocumentReference");
        xml_text(ubl->xml, "cbc:ID", items[i].number);
        ubl_put_date(ubl, "cbc:IssueDate", items[i].issued);
        xml_text(ubl->xml, "cbc:DocumentTypeCode", items[i].type);
        xml_close(ubl->xml);
        xml_close(ubl->xml);
    }
}

void ubl_put_additional(struct ubl *ubl, const char *name, const struct einvoice_id *id,
                        struct str type)
{
    if (id->id.len == 0)
        return;
    xml_open(ubl->xml, name);
    ubl_put_id(ubl, "cbc:ID", "schemeID", id);
    xml_text(ubl->xml, "cbc:DocumentTypeCode", type);
    xml_close(ubl->xml);
}

void ubl_put_objects(struct ubl *ubl, const char *name, const struct einvoice_ids *objects)
{
    for (size_t i = 0; i < objects->count; i++)
        ubl_put_additional(ubl, name, &objects->items[i], TYPE_OBJECT);
}

void ubl_put_category(struct ubl *ubl, const char *name, const struct einvoice_vat *vat,
                      const struct einvoice_group *reason)
{
    if (vat->category.len == 0)
        return;
    xml_open(ubl->xml, name);
    xml_text(ubl->xml, "cbc:ID", vat->category);
    ubl_put_number(ubl, "cbc:Percent", vat->rate);
    if (reason != NULL) {
        xml_text(ubl->xml, "cbc:TaxExemptionReasonCode", reason->reason_code);
        xml_text(ubl->xml, "cbc:TaxExemptionReason", reason->reason);
    }
    ubl_put_within(ubl, "cac:TaxScheme", "cbc:ID", SCHEME_VAT);
    xml_close(ubl->xml);
}

void ubl_put_allowances(struct ubl *ubl, const struct einvoice_allowance *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        xml_open(ubl->xml, "cac:AllowanceCharge");
        xml_text(ubl->xml, "cbc:ChargeIndicator", items[i].charge ? STR("true") : STR("false"));
        xml_text(ubl->xml, "cbc:AllowanceChargeReasonCode", items[i].reason_code);
        xml_text(ubl->xml, "cbc:AllowanceChargeReason", items[i].reason);
        ubl_put_number(ubl, "cbc:MultiplierFactorNumeric", items[i].percent);
        ubl_put_amount(ubl, "cbc:Amount", items[i].amount);
        ubl_put_amount(ubl, "cbc:BaseAmount", items[i].base);
        ubl_put_category(ubl, "cac:TaxCategory", &items[i].vat, NULL);
        xml_close(ubl->xml);
    }
}
