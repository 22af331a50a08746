#ifndef GUICHET_PAGES_FORM_VISIT_H
#define GUICHET_PAGES_FORM_VISIT_H

#include "core/mandate_form.h"
#include "http/request.h"
#include "pages/answer.h"
#include "pages/form_token.h"
#include "pages/mandate_entry.h"

/* Somebody in front of a mandate form: what its handlers share. Lives in the request's arena. */
struct form_visit {
    struct request *request;
    struct mandate_visit visit;
    enum page_lang lang;
    struct str lang_given; /* "fr" when the address said so: links keep it; else {NULL, 0} */
    /* What the page says now. */
    int status;
    enum text_form_banner banner; /* 0: none */
    struct mandate_entry entry;   /* of the first step */
    bool accepted;                /* of the second */
    enum text_error accept_error;
    enum text_error otp_error;
};

/* By the token of the address (the first parameter), or NULL: then an answer has been given. */
struct form_visit *form_visit_open(struct request *request);

/* "/m/{token}{suffix}?lang=fr&{query}"; suffix and query may be "". */
struct str form_visit_path(const struct form_visit *at, const char *suffix, const char *query);
/* "fr": the language in the words of the core. */
struct str form_visit_language(const struct form_visit *at);
/* What a form of this page is signed for: shown is "" in the first step. */
struct form_token form_visit_token(const struct form_visit *at, struct str shown);

/* --- pages ---------------------------------------------------------------------------------------
 */

/* The first step, with what the entry holds. */
void form_details_answer(struct form_visit *at);
/* The first step, with what is known. */
void form_known_answer(struct form_visit *at);
/* The second step. */
void form_signature_answer(struct form_visit *at);
/* How it ended, on the way back to the merchant. */
void form_ended_answer(struct form_visit *at);
/* A link that is good for nothing any more: 410. */
void form_closed_answer(const struct form_visit *at);
/* It went wrong on our side. */
void form_failed_answer(const struct form_visit *at, err_t err);

#endif
