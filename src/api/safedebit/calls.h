#ifndef GUICHET_API_SAFEDEBIT_CALLS_H
#define GUICHET_API_SAFEDEBIT_CALLS_H

#include "api/safedebit/argument.h"

/* Every call of the face: its arguments, what it answers, and who does it. The table CALLS of
 * face.c puts them together. */

extern const struct arguments SAFEDEBIT_CREATE_CONSUMER;
extern const struct table SAFEDEBIT_CONSUMER_MADE;
void safedebit_create_consumer(struct request *request);

extern const struct arguments SAFEDEBIT_INITIATE_CONSUMER;
extern const struct table SAFEDEBIT_INITIATED;
void safedebit_initiate_consumer(struct request *request);

extern const struct arguments SAFEDEBIT_CREATE_MANDATE;
extern const struct table SAFEDEBIT_MANDATE_ASKED;
void safedebit_create_mandate(struct request *request);

extern const struct arguments SAFEDEBIT_OTU_CONFIRM;
void safedebit_otu_confirm(struct request *request);
extern const struct arguments SAFEDEBIT_OTU_RESET;
void safedebit_otu_reset(struct request *request);

/* Calls that need a guarantor or a bank that we do not have (api/safedebit.md 13). */
void safedebit_not_offered(struct request *request);

#endif
