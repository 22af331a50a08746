#ifndef GUICHET_API_STANCER_ROUTES_H
#define GUICHET_API_STANCER_ROUTES_H

#include "http/route.h"

/* The handlers and tables that the route table of face.c names. */
extern const struct table STANCER_CUSTOMER_QUERY;
void stancer_customer_list(struct request *request);
void stancer_customer_create(struct request *request);
void stancer_customer_get(struct request *request);
void stancer_customer_update(struct request *request);
void stancer_customer_delete(struct request *request);

extern const struct table STANCER_CARD_QUERY;
extern const struct table STANCER_CARD_UPDATE;
void stancer_card_list(struct request *request);
void stancer_card_create(struct request *request);
void stancer_card_get(struct request *request);
void stancer_card_update(struct request *request);
void stancer_card_delete(struct request *request);

extern const struct table STANCER_SEPA_QUERY;
extern const struct table STANCER_SEPA_CREATE_QUERY;
extern const struct table STANCER_SEPA_UPDATE;
extern const struct table STANCER_SEPA_CHECK_IN;
extern const struct table STANCER_SEPA_CHECK_OUT;
void stancer_sepa_list(struct request *request);
void stancer_sepa_create(struct request *request);
void stancer_sepa_get(struct request *request);
void stancer_sepa_update(struct request *request);
void stancer_sepa_delete(struct request *request);
void stancer_sepa_check_create(struct request *request);
void stancer_sepa_check_get(struct request *request);

extern const struct table STANCER_MANDATE_QUERY;
extern const struct table STANCER_MANDATE_IN;
/* A body with a signed document, which is longer than all others. */
enum { STANCER_PDF_BODY_MAX = 1 << 20 };
extern const struct table STANCER_MANDATE_UPDATE;
extern const struct table STANCER_MANDATE_OUT;
void stancer_mandate_list(struct request *request);
void stancer_mandate_create(struct request *request);
void stancer_mandate_get(struct request *request);
void stancer_mandate_pdf(struct request *request);
void stancer_mandate_update(struct request *request);
void stancer_mandate_delete(struct request *request);

extern const struct table STANCER_ADDRESS_IN;
extern const struct table STANCER_ADDRESS_OUT;
void stancer_address_create(struct request *request);
void stancer_address_get(struct request *request);
void stancer_address_delete(struct request *request);

extern const struct table STANCER_PAYMENT_QUERY;
extern const struct table STANCER_PAYMENT_IN;
extern const struct table STANCER_PAYMENT_UPDATE;
extern const struct table STANCER_PAYMENT_OUT;
void stancer_payment_list(struct request *request);
void stancer_payment_create(struct request *request);
void stancer_payment_get(struct request *request);
void stancer_payment_update(struct request *request);
void stancer_payment_capture(struct request *request);
void stancer_payment_refunds(struct request *request);
void stancer_payment_disputes(struct request *request);

extern const struct table STANCER_INTENT_QUERY;
extern const struct table STANCER_INTENT_PAYMENTS_QUERY;
extern const struct table STANCER_INTENT_IN;
extern const struct table STANCER_INTENT_UPDATE;
extern const struct table STANCER_INTENT_OUT;
void stancer_intent_list(struct request *request);
void stancer_intent_create(struct request *request);
void stancer_intent_get(struct request *request);
void stancer_intent_update(struct request *request);
void stancer_intent_delete(struct request *request);
void stancer_intent_capture(struct request *request);
void stancer_intent_payments(struct request *request);

extern const struct table STANCER_REFUND_QUERY;
extern const struct table STANCER_REFUND_IN;
extern const struct table STANCER_REFUND_OUT;
extern const struct table STANCER_DISPUTE_OUT;
void stancer_refund_list(struct request *request);
void stancer_refund_create(struct request *request);
void stancer_refund_get(struct request *request);

void stancer_dispute_list(struct request *request);
void stancer_dispute_get(struct request *request);

extern const struct table STANCER_PAYOUT_QUERY;
extern const struct table STANCER_PAYOUT_IN;
extern const struct table STANCER_PAYOUT_OUT;
void stancer_payout_list(struct request *request);
void stancer_payout_create(struct request *request);
void stancer_payout_get(struct request *request);
void stancer_payout_payments(struct request *request);
void stancer_payout_refunds(struct request *request);
void stancer_payout_disputes(struct request *request);
extern const struct table STANCER_WEBHOOK_QUERY;
extern const struct table STANCER_WEBHOOK_IN;
extern const struct table STANCER_WEBHOOK_MADE;
extern const struct table STANCER_WEBHOOK_OUT;
void stancer_webhook_list(struct request *request);
void stancer_webhook_create(struct request *request);
void stancer_webhook_get(struct request *request);
void stancer_webhook_delete(struct request *request);

extern const struct table STANCER_PING_OUT;
void stancer_ping(struct request *request);

extern const struct table STANCER_CLOCK_IN;
extern const struct table STANCER_CLOCK_OUT;
void stancer_clock_get(struct request *request);
void stancer_clock_move(struct request *request);

#endif
