#ifndef GUICHET_RAILS_SEPA_POSTAL_H
#define GUICHET_RAILS_SEPA_POSTAL_H

#include "core/address.h"
#include "core/bank_profile.h"
#include "rails/sepa/sepa_file.h"

/* Addresses of the core as those of files (standards/sepa.md 8). Texts are borrowed or live in
 * arena. */

/* The merchant's, in the form that its bank wants; SEPA_ADDRESS_NONE when it wants none, or none is
 * known. */
struct sepa_address postal_of_merchant(const struct bank_profile *profile);

/* Of somebody whose bank is outside the European Economic Area: there has to be one, so a bank that
 * wants none gets the structured form. */
struct sepa_address postal_of(struct arena *arena, const struct bank_profile *profile,
                              const struct address *address);

#endif
