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

#endif
