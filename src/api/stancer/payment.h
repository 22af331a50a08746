#ifndef GUICHET_API_STANCER_PAYMENT_H
#define GUICHET_API_STANCER_PAYMENT_H

#include "api/stancer/object.h"
#include "core/dispute.h"
#include "core/payment.h"
#include "core/refund.h"

/* The wire structs of payments (api/stancer.md 8 and 9); tables in payment_table.c. */
struct device_in {
    struct given given;
    struct str ip;
    int64_t port;
    struct str user_agent;
    struct str http_accept;
    struct str languages;
};

struct auth_in {
    struct given given;
    int status;
    struct str return_url;
    struct device_in device;
};

/* Apple Pay's token, as the browser got it (api/stancer.md 11). */
struct apple_header_in {
    struct given given;
    struct str public_key_hash;
    struct str ephemeral_public_key;
    struct str transaction_id;
};
struct apple_data_in {
    struct given given;
    struct str data;
    struct str signature;
    struct str version;
    struct apple_header_in header;
};
struct apple_pay_in {
    struct given given;
    struct apple_data_in payment_data;
};
struct wallet_in {
    struct given given;
    struct apple_pay_in apple_pay;
};

struct payment_in {
    struct given given;
    int64_t amount;
    int currency;
    bool auth_flag;
    struct auth_in auth;
    struct card_id card_id;
    struct card_in card;
    struct bank_account_id sepa_id;
    struct sepa_in sepa;
    struct wallet_in wallet;
    unsigned methods_allowed;
    struct customer_id customer_id;
    struct customer_in customer;
    struct str description;
    struct device_in device;
    struct str order_id;
    struct str unique_id;
    struct date date_settlement;
    struct str return_url;
    bool capture;
    struct address_id billing_address;
    struct address_id shipping_address;
    int status; /* an enum payment_ask; PATCH only */
};

struct device_out {
    struct given given;
    struct str ip;
    int64_t port;
    struct str user_agent;
    struct str http_accept;
    struct str languages;
    struct str city;
    struct str country;
    struct str zip_code;
};

struct auth_out {
    struct given given;
    struct str status;
    struct str redirect_url;
    struct str return_url;
    struct str uuid;
    struct str message;
    struct device_out device;
};

struct refund_out {
    struct given given;
    struct refund_id id;
    struct payment_id payment;
    int64_t amount;
    int currency;
    struct str status;
    instant created;
    instant date_refund;
    struct date day_refund;
    instant date_bank;
    struct date day_bank;
    bool live_mode;
};

struct payment_out {
    struct given given;
    struct payment_id id;
    int64_t amount;
    int currency;
    struct str description;
    struct str order_id;
    struct str unique_id;
    struct str method;
    unsigned methods_allowed;
    struct card_out card;
    struct sepa_out sepa;
    struct customer_out customer;
    struct str status;
    struct str response;
    struct str response_author;
    struct auth_out auth;
    struct device_out device;
    bool capture;
    instant created;
    instant date_bank;
    struct date day_bank;
    instant date_paym;
    struct str date_settlement;
    int64_t fee;
    struct str country;
    struct str return_url;
    struct field_list refunds;
    bool live_mode;
    struct address_id billing_address;
    struct address_id shipping_address;
};

extern const struct words STANCER_CURRENCIES;
extern const struct words STANCER_METHODS;

/* refunds: of this payment, for v1; NULL when there are none. */
void payment_put(const struct request *request, struct buf *out, const struct payment_view *view,
                 const struct refund *refunds, size_t refund_count);
struct str payment_text(const struct request *request, const struct payment_view *view,
                        const struct refund *refunds, size_t refund_count);

/* The face's word for a state; {NULL, 0} is null (design.md 5). */
struct str payment_status_word(enum payment_state state);

struct str refund_text(const struct request *request, const struct refund *refund);
struct str dispute_text(const struct request *request, const struct dispute *dispute);
void refund_to_wire(const struct request *request, const struct refund *refund,
                    struct refund_out *out);

#endif
