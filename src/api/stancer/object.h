#ifndef GUICHET_API_STANCER_OBJECT_H
#define GUICHET_API_STANCER_OBJECT_H

#include "api/stancer/call.h"
#include "core/card.h"
#include "core/customer.h"

/* Objects that stand alone and inside payments: their tables, and both directions between wire and
 * core. */

struct customer_in {
    struct given given;
    struct str email;
    struct str name;
    struct str mobile;
    struct date date_birth;
    struct str legal_id;
    struct str country;
    struct str external_id;
    struct address_id billing_address;
    struct address_id shipping_address;
};
extern const struct table STANCER_CUSTOMER_IN;

struct customer_out {
    struct given given;
    struct customer_id id;
    instant created;
    struct str name;
    struct str email;
    struct str mobile;
    struct str external_id;
    struct str country;
    bool live_mode;
    struct str date_birth;
    struct str legal_id;
    bool deleted;
    struct address_id billing_address;
    struct address_id shipping_address;
};
extern const struct table STANCER_CUSTOMER_OUT;

/* Fills the members that were given. */
void customer_from_wire(struct ctx *cx, const struct customer_in *in, struct customer *out);
void customer_to_wire(const struct request *request, const struct customer *customer,
                      struct customer_out *out);

struct card_in {
    struct given given;
    struct str number;
    int64_t exp_month;
    int64_t exp_year;
    struct str cvc;
    struct str name;
    struct str zip_code;
    struct str external_id;
    struct customer_id customer;
    bool tokenize;
    int preferred_network;
};
extern const struct table STANCER_CARD_IN;

struct card_out {
    struct given given;
    struct card_id id;
    instant created;
    struct str brand;
    struct str country;
    int64_t exp_month;
    int64_t exp_year;
    struct str last4;
    struct str name;
    struct str zip_code;
    struct str funding;
    struct str nature;
    struct str network;
    struct str preferred_network;
    struct str external_id;
    struct customer_id customer;
    bool deleted;
    bool live_mode;
};
extern const struct table STANCER_CARD_OUT;

extern const struct words STANCER_NETWORKS;
struct str network_word(int preferred_network);

/* Seals a card that came in; wipes number and code. Faults are named "card.number" when prefix is
 * "card.". */
MUST_CHECK err_t card_from_wire(struct request *request, struct card_in *in, const char *prefix,
                                struct card *out);
void card_to_wire(const struct request *request, const struct card *card, struct card_out *out);

#endif
