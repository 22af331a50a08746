#ifndef GUICHET_API_STANCER_OBJECT_H
#define GUICHET_API_STANCER_OBJECT_H

#include "api/stancer/call.h"
#include "core/bank_account.h"
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

/* A SEPA account. In v1 the date of its mandate is a moment, in v2 a day; both are read. */
struct sepa_in {
    struct given given;
    struct bank_account_id id; /* of a check: one that is known */
    struct str iban;
    struct str name;
    struct str bic;
    struct str mandate;
    struct date day_mandate;
    instant date_mandate;
    struct date date_birth;
    struct customer_id customer;
};
extern const struct table STANCER_SEPA_IN;

struct sepa_out {
    struct given given;
    struct bank_account_id id;
    instant created;
    struct str bic;
    struct str last4;
    struct str name;
    struct str mandate;
    instant date_mandate;
    struct date day_mandate;
    struct str date_birth;
    struct customer_id customer;
    bool deleted;
    bool live_mode;
    int status; /* these four of a check */
    struct str response;
    bool birth_matches;
    int64_t score_name;
};
extern const struct table STANCER_SEPA_OUT;

/* Seals an account that came in; wipes the number. Faults are named "sepa.iban" when prefix is
 * "sepa.". */
MUST_CHECK err_t sepa_from_wire(struct request *request, struct sepa_in *in, const char *prefix,
                                struct bank_account *out);
/* What was given of a mandate. */
struct mandate_given sepa_mandate(const struct request *request, const struct sepa_in *in);
void sepa_to_wire(const struct request *request, const struct bank_account *account,
                  struct sepa_out *out);

#endif
