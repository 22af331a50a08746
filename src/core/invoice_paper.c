#include "core/invoice_paper.h"

ENUM_DEFINE(invoice_kind, INVOICE_KIND_LIST)
ENUM_DEFINE(vat_category, VAT_CATEGORY_LIST)
ENUM_DEFINE(invoice_nature, INVOICE_NATURE_LIST)
ENUM_DEFINE(invoice_buyer, INVOICE_BUYER_LIST)
