#ifndef GUICHET_PAGES_OFFICE_LOGIN_H
#define GUICHET_PAGES_OFFICE_LOGIN_H

#include "http/request.h"

/* Signing in to the operator's pages, and out. */
void office_login_show(struct request *request);
void office_login_submit(struct request *request);
void office_logout(struct request *request);

#endif
