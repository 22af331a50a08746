#include "document/maker.h"

#include "document/attachment.h"
#include "document/enrolment.h"
#include "document/facturx.h"
#include "document/invoice_xml.h"
#include "document/mandate.h"

const struct document_maker DOCUMENT_MAKER = {
    .mandate = mandate_draw,
    .enrolment = enrolment_draw,
    .invoice = invoice_draw,
    .invoice_xml = invoice_xml,
    .einvoice = einvoice_draw,
    .einvoice_xml = einvoice_xml,
    .attachment = pdf_attachment,
};
