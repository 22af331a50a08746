#ifndef GUICHET_API_SIMPLYPAIE_CALLS_H
#define GUICHET_API_SIMPLYPAIE_CALLS_H

#include "api/simplypaie/parameter.h"

/* The calls of this face, one file per resource; face.c lists them. */

/* connection.c */
extern const struct table SIMPLYPAIE_CONNECTED;
void simplypaie_connection(struct request *request);

/* payment_new.c */
extern const struct parameters SIMPLYPAIE_NEW;
extern const struct table SIMPLYPAIE_MADE;
void simplypaie_payment_new(struct request *request);

/* payment_list.c */
extern const struct parameters SIMPLYPAIE_LIST;
extern const struct table SIMPLYPAIE_LISTED;
void simplypaie_payment_list(struct request *request);

/* payment_action.c */
extern const struct parameters SIMPLYPAIE_CASH;
extern const struct parameters SIMPLYPAIE_REFUND;
void simplypaie_payment_remind(struct request *request);
void simplypaie_payment_cancel(struct request *request);
void simplypaie_payment_cash(struct request *request);
void simplypaie_payment_refund(struct request *request);

/* invoice.c */
extern const struct parameters SIMPLYPAIE_INVOICE;
extern const struct table SIMPLYPAIE_INVOICED;
void simplypaie_invoice_new(struct request *request);

#endif
