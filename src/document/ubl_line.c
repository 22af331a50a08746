#include "document/invoice_xml.h"
#include "document/ubl_parts.h"

/* The lines of a UBL document, in the order of its schema. */

static void put_item(struct ubl *ubl, const struct einvoice_line *line)
{
    xml_open(ubl->xml, "cac:Item");
    xml_text(ubl->xml, "cbc:Description", line->description);
    xml_text(ubl->xml, "cbc:Name", line->name);
    ubl_put_within(ubl, "cac:BuyersItemIdentification", "cbc:ID", line->buyer_id);
    ubl_put_within(ubl, "cac:SellersItemIdentification", "cbc:ID", line->seller_id);
    ubl_put_id_within(ubl, "cac:StandardItemIdentification", &line->standard_id);
    ubl_put_within(ubl, "cac:OriginCountry", "cbc:IdentificationCode", line->origin);
    for (size_t i = 0; i < line->classes.count; i++) {
        xml_open(ubl->xml, "cac:CommodityClassification");
        ubl_put_id(ubl, "cbc:ItemClassificationCode", "listID", &line->classes.items[i]);
        xml_close(ubl->xml);
    }
    ubl_put_category(ubl, "cac:ClassifiedTaxCategory", &line->vat, NULL);
    for (size_t i = 0; i < line->attribute_count; i++) {
        xml_open(ubl->xml, "cac:AdditionalItemProperty");
        xml_text(ubl->xml, "cbc:Name", line->attributes[i].name);
        xml_text(ubl->xml, "cbc:Value", line->attributes[i].value);
        xml_close(ubl->xml);
    }
    xml_close(ubl->xml);
}

/* BT-148 stands beside BT-147, which the schema wants: nothing is taken off where it was not said.
 */
static void put_price(struct ubl *ubl, const struct einvoice_line *line)
{
    struct decimal discount = line->price_discount;

    if (line->gross_price.present && !discount.present)
        discount = decimal_of(0, 2);
    xml_open(ubl->xml, "cac:Price");
    ubl_put_amount(ubl, "cbc:PriceAmount", line->price);
    xml_text_with(ubl->xml, "cbc:BaseQuantity", line->base_unit.len > 0 ? "unitCode" : NULL,
                  line->base_unit, xml_number(ubl->arena, line->base_quantity));
    if (discount.present) {
        xml_open(ubl->xml, "cac:AllowanceCharge");
        xml_text(ubl->xml, "cbc:ChargeIndicator", STR("false"));
        ubl_put_amount(ubl, "cbc:Amount", discount);
        ubl_put_amount(ubl, "cbc:BaseAmount", line->gross_price);
        xml_close(ubl->xml);
    }
    xml_close(ubl->xml);
}

void ubl_put_line(struct ubl *ubl, const struct einvoice_line *line)
{
    xml_open(ubl->xml, ubl->words->line);
    xml_text(ubl->xml, "cbc:ID", line->id);
    xml_text(ubl->xml, "cbc:Note", line->note);
    xml_text_with(ubl->xml, ubl->words->quantity, "unitCode", line->unit,
                  xml_number(ubl->arena, line->quantity));
    ubl_put_amount(ubl, "cbc:LineExtensionAmount", line->net);
    xml_text(ubl->xml, "cbc:AccountingCost", line->accounting);
    ubl_put_period(ubl, &line->period, STR_NONE);
    ubl_put_within(ubl, "cac:OrderLineReference", "cbc:LineID", line->order_line);
    ubl_put_preceding(ubl, line->preceding, line->preceding_count);
    ubl_put_objects(ubl, "cac:DocumentReference", &line->objects);
    ubl_put_allowances(ubl, line->allowances, line->allowance_count);
    put_item(ubl, line);
    put_price(ubl, line);
    xml_close(ubl->xml);
}
