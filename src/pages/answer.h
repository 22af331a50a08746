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

enum { PAGE_MAX = 128 * 1024 };

/* An empty page to be written into. */
struct buf answer_begin(struct request *request);

/* Answers with a page and the fixed list of headers. */
void answer_page(struct request *request, int status, enum page_lang lang,
                 const struct answer_policy *policy, const struct buf *html);

/* 303 to an address of ours: after a POST, so that a reload never posts again. */
void answer_redirect(struct request *request, struct str location);

/* 303 to the merchant's return URL; never as the answer to a form (pages.md 19). */
void answer_away(struct request *request, struct str url);

/* The headers of everything that is no page: redirects, assets, plain texts. */
void answer_plain_headers(struct request *request);

/* The origin of an address, {NULL, 0} for none or one that is not fit for a header. */
struct str answer_origin(struct str url);

#endif
