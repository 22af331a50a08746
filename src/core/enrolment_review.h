#ifndef GUICHET_CORE_ENROLMENT_REVIEW_H
#define GUICHET_CORE_ENROLMENT_REVIEW_H

#include "core/enrolment_decide.h"
#include "core/enrolment_file.h"
#include "core/enrolment_person.h"

/* Enrolments as the operator sees them: those of all clients of all sponsors, of both modes. */
#define ENROLMENT_FILTER_LIST(X)                                                                   \
    X(ENROLMENT_WAITING, 1, "waiting") /* for somebody to accept or refuse what was handed in */   \
    X(ENROLMENT_UNFINISHED, 2, "open") /* of the others, those whose visitor may go on */          \
    X(ENROLMENT_ACCEPTED, 3, "completed")                                                          \
    X(ENROLMENT_TURNED_DOWN, 4, "failed")                                                          \
    X(ENROLMENT_ANY, 5, "all")
ENUM_DECLARE(enrolment_filter, ENROLMENT_FILTER_LIST);

struct enrolment_line {
    struct enrolment enrolment;
    enum enrolment_state state; /* as it is now */
    bool waits;                 /* for a decision */
    enum mode mode;
    struct merchant merchant;
    struct str organization; /* what its sponsor calls it */
    struct str email;        /* of its contact, or {NULL, 0} */
    struct str external_ref; /* or {NULL, 0}: its sponsor does not manage it any longer */
};

enum { ENROLMENT_PAGE_MAX = 200 };

/* Newest first, those made before one (none: all); an array in the arena. Leaves cx as it was. */
struct enrolment_page {
    enum enrolment_filter filter;
    struct enrolment_id before;
    int64_t limit; /* ENROLMENT_PAGE_MAX at most */
};
MUST_CHECK err_t enrolment_list(struct ctx *cx, struct tx *tx, const struct enrolment_page *page,
                                struct enrolment_line **out, size_t *count);

/* One by its id, with or without "onb_" before it: cx is its merchant's from here on. ERR_NOT_FOUND
 * with a fault on "enrolment". */
MUST_CHECK err_t enrolment_line(struct ctx *cx, struct tx *tx, struct str id,
                                struct enrolment_line *out);

/* What stands in it: what was typed, which files were handed in, what was decided and signed. Of
 * the vault of the core alone. */
struct enrolment_contents {
    struct str sponsor;
    bool has_company;
    struct company company;
    bool has_person;
    struct enrolment_person person;
    struct enrolment_file files[ENROLMENT_FILES];
    struct str reason; /* of a refusal, or {NULL, 0} */
    bool is_signed;
    struct str signer; /* the name that was typed, or {NULL, 0} */
    struct str sha256; /* of what was signed */
};
MUST_CHECK err_t enrolment_contents(const struct core *core, struct ctx *cx, struct tx *tx,
                                    const struct enrolment_line *line,
                                    struct enrolment_contents *out);

/* Inside a body: an operator looks at what personal data it holds; {NULL, 0} as in
 * struct audit_deed. */
struct enrolment_viewer {
    struct str actor;
    struct str address;
    struct str what; /* the file that is opened; {NULL, 0}: what was typed */
};
MUST_CHECK err_t enrolment_viewed(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                                  const struct enrolment_viewer *viewer);

#endif
