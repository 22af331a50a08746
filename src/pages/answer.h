#ifndef GUICHET_PAGES_ANSWER_H
#define GUICHET_PAGES_ANSWER_H

#include "http/request.h"
#include "pages/templates.h"

/* What one answer may do beyond what all pages may (pages.md 33). Origins are "https://host[:port]"
 * of addresses that url_parse accepted; {NULL, 0} is none. */
struct answer_policy {
    struct str parent;      /* origin of the only page that may frame it */
    struct str form_target; /* origin besides ours that its form may go to: the ACS */
    struct str refresh;     /* value of a Refresh header: "2", "3; url=https://..." */
};

/* A page shows the merchant's return URL, of 64 K characters, four times, each of six bytes. */
enum { PAGE_MAX = 2 * 1024 * 1024 };

/* An empty page to be written into. */
struct buf answer_begin(struct request *request);

/* Answers with a page and the fixed list of headers. */
void answer_page(struct request *request, int status, enum page_lang lang,
                 const struct answer_policy *policy, const struct buf *html);

/* The page leaves for an address by itself, unless that is too long for a header: false, and the
 * payer has its button. */
bool answer_leaves(struct request *request, int seconds, struct str url,
                   struct answer_policy *policy);

/* 303 to an address of ours: after a POST, so that a reload never posts again. */
void answer_redirect(struct request *request, struct str location);

/* Whether an address may be that of answer_away. */
bool answer_fits(struct request *request, struct str url);
/* 303 to the merchant's return URL; never as the answer to a form (pages.md 19). */
void answer_away(struct request *request, struct str url);

/* The headers of everything that is no page: redirects, assets, plain texts. */
void answer_plain_headers(struct request *request);

/* The origin of an address, {NULL, 0} for none or one that is not fit for a header. */
struct str answer_origin(struct str url);

#endif
