#ifndef GUICHET_API_SEQINO_ROUTES_H
#define GUICHET_API_SEQINO_ROUTES_H

#include "http/route.h"

/* The handlers and tables that the route table of face.c names. */
extern const struct table SEQINO_CLIENT_QUERY;
extern const struct table SEQINO_CLIENT_IN;
extern const struct table SEQINO_CLIENT_CHANGE;
extern const struct table SEQINO_CLIENT_OUT;
void seqino_client_list(struct request *request);
void seqino_client_create(struct request *request);
void seqino_client_get(struct request *request);
void seqino_client_update(struct request *request);
void seqino_client_delete(struct request *request);

extern const struct table SEQINO_PDP_CLIENT_IN;
extern const struct table SEQINO_PDP_CLIENT_OUT;
void seqino_pdp_client_create(struct request *request);

extern const struct table SEQINO_DRAFT_IN;
extern const struct table SEQINO_DRAFT_OUT;
extern const struct table SEQINO_DRAFT_CHECKED;
void seqino_draft_create(struct request *request);
void seqino_draft_get(struct request *request);
void seqino_draft_replace(struct request *request);
void seqino_draft_delete(struct request *request);
void seqino_draft_check(struct request *request);

extern const struct table SEQINO_DRAFT_VALIDATE;
extern const struct table SEQINO_DRAFT_ISSUED;
void seqino_draft_validate(struct request *request);
extern const struct table SEQINO_EVENT_TYPES;
extern const struct table SEQINO_WEBHOOK_IN;
extern const struct table SEQINO_WEBHOOK_CHANGE;
extern const struct table SEQINO_WEBHOOK_OUT;
extern const struct table SEQINO_WEBHOOK_MADE;
extern const struct table SEQINO_WEBHOOK_TESTED;
void seqino_webhook_event_types(struct request *request);
void seqino_webhook_get(struct request *request);
void seqino_webhook_create(struct request *request);
void seqino_webhook_update(struct request *request);
void seqino_webhook_delete(struct request *request);
void seqino_webhook_test(struct request *request);

extern const struct table SEQINO_MANDATE_QUERY;
extern const struct table SEQINO_MANDATE_IN;
extern const struct table SEQINO_MANDATE_BATCH_IN;
extern const struct table SEQINO_MANDATE_OUT;
void seqino_mandate_list(struct request *request);
void seqino_mandate_create(struct request *request);
void seqino_mandate_batch(struct request *request);
void seqino_mandate_get(struct request *request);
void seqino_mandate_file(struct request *request);
void seqino_mandate_revoke(struct request *request);

extern const struct table SEQINO_ENTRY_OUT;
void seqino_directory_lines(struct request *request);
void seqino_directory_get(struct request *request);

extern const struct table SEQINO_PERIODICITY_IN;
extern const struct table SEQINO_PERIODICITY_OUT;
void seqino_periodicity_get(struct request *request);
void seqino_periodicity_set(struct request *request);

extern const struct table SEQINO_EXEMPT_IN;
extern const struct table SEQINO_SALES_IN;
extern const struct table SEQINO_REPORT_OUT;
void seqino_report_exempt(struct request *request);
void seqino_report_sales(struct request *request);
extern const struct table SEQINO_LINK_QUERY;
extern const struct table SEQINO_LINK_IN;
extern const struct table SEQINO_LINK_OUT;
extern const struct table SEQINO_LINK_STATUS_QUERY;
extern const struct table SEQINO_LINK_STATUS;
void seqino_link_create(struct request *request);
void seqino_link_status(struct request *request);

extern const struct table SEQINO_FILE_IN;
extern const struct table SEQINO_SUBMISSION_OUT;
void seqino_file_submit(struct request *request);

extern const struct table SEQINO_INVOICE_QUERY;
extern const struct table SEQINO_INVOICE_LISTED;
extern const struct table SEQINO_INVOICE_SHOWN;
extern const struct table SEQINO_INVOICE_FILE_QUERY;
void seqino_invoice_list(struct request *request);
void seqino_invoice_get(struct request *request);
void seqino_invoice_file(struct request *request);

extern const struct table SEQINO_LIFECYCLE_QUERY;
extern const struct table SEQINO_LIFECYCLE_EVENT;
void seqino_lifecycle_list(struct request *request);
extern const struct table SEQINO_USAGE_QUERY;
extern const struct table SEQINO_USAGE_METRICS;
extern const struct table SEQINO_USAGE_SUMMARY;
extern const struct table SEQINO_USAGE_LIMITS;
void seqino_usage_metrics(struct request *request);
void seqino_usage_summary(struct request *request);
void seqino_usage_limits(struct request *request);

#endif
