#ifndef GUICHET_CORE_INVOICE_ADDRESS_H
#define GUICHET_CORE_INVOICE_ADDRESS_H

#include "base/arena.h"
#include "core/invoice_paper.h"

/* Cuts an address as people write it (api/simplypaie.md 7): a last line that is a country's name is
 * the country, else it is France; a last line "NNNNN Town" becomes postcode and town; what is left
 * are the lines, those beyond the third joined to it. An address of one line is cut at its commas
 * first, and before a postcode. */
struct invoice_address invoice_address_cut(struct arena *arena, struct str text);

#endif
