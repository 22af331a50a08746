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

extern const struct arguments SAFEDEBIT_PAYMENT;
extern const struct table SAFEDEBIT_LEVY_MADE;
void safedebit_payment(struct request *request);

extern const struct arguments SAFEDEBIT_VALIDATE;
extern const struct table SAFEDEBIT_VALIDATED;
void safedebit_validate_payment(struct request *request);

extern const struct arguments SAFEDEBIT_EDIT_SDD;
void safedebit_edit_sdd(struct request *request);

extern const struct arguments SAFEDEBIT_CANCEL_SDD;
void safedebit_cancel_sdd(struct request *request);

extern const struct arguments SAFEDEBIT_CANCEL_BATCH;
extern const struct table SAFEDEBIT_BATCH_CANCELED;
void safedebit_cancel_sdd_batch(struct request *request);

extern const struct arguments SAFEDEBIT_SEARCH_PAYMENT;
extern const struct table SAFEDEBIT_PAYMENTS_FOUND;
void safedebit_search_payment(struct request *request);

extern const struct arguments SAFEDEBIT_EDIT_CONSUMER;
void safedebit_edit_consumer(struct request *request);

extern const struct arguments SAFEDEBIT_SEARCH_CONSUMER;
extern const struct table SAFEDEBIT_CONSUMERS;
void safedebit_search_consumer(struct request *request);

extern const struct arguments SAFEDEBIT_ADD_MANDATE;
void safedebit_add_mandate(struct request *request);

extern const struct arguments SAFEDEBIT_EDIT_MANDATE;
void safedebit_edit_mandate(struct request *request);

extern const struct arguments SAFEDEBIT_SEARCH_MANDATE;
extern const struct table SAFEDEBIT_MANDATES;
void safedebit_search_mandate(struct request *request);

extern const struct arguments SAFEDEBIT_DOWNLOAD_MANDATE_FILE;
extern const struct table SAFEDEBIT_FILE;
void safedebit_download_mandate_file(struct request *request);

extern const struct arguments SAFEDEBIT_UPLOAD_FILE;
void safedebit_upload_file(struct request *request);

extern const struct arguments SAFEDEBIT_GET_AVAILABLE_FILES;
extern const struct table SAFEDEBIT_FILES;
void safedebit_get_available_files(struct request *request);

extern const struct arguments SAFEDEBIT_DOWNLOAD_ARCHIVE_FILE;
void safedebit_download_archive_file(struct request *request);

extern const struct arguments SAFEDEBIT_CREATE_BENEFICIARY;
extern const struct table SAFEDEBIT_BENEFICIARY_MADE;
void safedebit_create_beneficiary(struct request *request);

extern const struct arguments SAFEDEBIT_UPDATE_BENEFICIARY;
void safedebit_update_beneficiary(struct request *request);

/* Calls that need a guarantor or a bank that we do not have (api/safedebit.md 13). */
void safedebit_not_offered(struct request *request);

#endif
