#ifndef GUICHET_BASE_CTX_H
#define GUICHET_BASE_CTX_H

#include "base/arena.h"
#include "base/enum.h"
#include "base/err.h"
#include "base/id.h"

/* Rows of the two modes never meet (design.md 6); the database stores the text. */
#define MODE_LIST(X) X(MODE_TEST, 1, "test") X(MODE_LIVE, 2, "live")
ENUM_DECLARE(mode, MODE_LIST);

/* What a value that was given lacks, for faces that tell it by a word of their own. */
enum fault_kind {
    FAULT_OTHER = 0,
    FAULT_MISSING,
    FAULT_TOO_SHORT,
    FAULT_TOO_LONG,
    FAULT_NO_TEXT, /* another type of value */
    FAULT_NO_BOOL,
    FAULT_NO_TIME,
    FAULT_NO_WORD, /* none of those that there are */
};

/* What is wrong, said once by the place that knows it, for the face to put into its own words. */
struct fault {
    err_t err;
    enum fault_kind kind; /* where a field of a table does not fit; else FAULT_OTHER */
    const char *field;    /* what it is about: "amount", "card.number", "payment"; or NULL */
    size_t name_at;       /* where a name begins in it that may hold dots itself; 0: none may */
    const char *text;     /* an English sentence without the field's name; static */
    char object[ID_SIZE]; /* the thing in the way or the id asked for, or "" */
};

enum { FAULTS_MAX = 32 };

struct news_desk; /* core/news.h */

/* One per request or job. Never shared by two threads at the same time. */
struct ctx {
    struct arena *arena;
    struct id_source *ids;
    instant now;  /* the time that counts here: real time plus the merchant's test clock */
    instant real; /* real time, for ids and for work outside */
    enum mode mode;
    struct merchant_id merchant;
    /* Who is told what happens; NULL: the database knows. */
    struct news_desk *news;
    char request[ID_SIZE]; /* joins the log lines of one request */
    struct fault faults[FAULTS_MAX];
    size_t fault_count;
};

/* Records a fault and returns err, so that a check reads `return fault(cx, ERR_STATE, ...)`.
 * Several may be recorded when a face reports all bad fields at once; past FAULTS_MAX they are
 * dropped. field and text must be static or live in cx->arena. */
err_t fault(struct ctx *cx, err_t err, const char *field, const char *text);
/* The same with the id of the object concerned. */
err_t fault_object(struct ctx *cx, err_t err, const char *field, const char *text, const char *id);

void ctx_clear_faults(struct ctx *cx);

/* What went wrong in another one, whose memory may go, is told here. */
void ctx_take_faults(struct ctx *cx, const struct ctx *from);

#endif
