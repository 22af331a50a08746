#ifndef GUICHET_CORE_PLATFORM_H
#define GUICHET_CORE_PLATFORM_H

#include "core/core.h"
#include "core/directory.h"

/* What only an accredited platform (PA, formerly PDP) can do for us: ask the national directory,
 * have a company registered there as one that receives through us, carry invoices to other
 * companies, hand reports to the administration. One connector each for test and live mode; without
 * one every call below is refused: nothing is ever simulated silently. */
enum platform_answer {
    PLATFORM_DONE = 1,
    PLATFORM_UNKNOWN, /* there is no such company */
    PLATFORM_REFUSED, /* it will not do that: `cause` says why */
    PLATFORM_SILENT,  /* no answer: to be asked again, the same question */
};

/* Lines of a company, the company itself first. */
struct platform_look {
    struct operation operation;
    struct str siren;            /* in: a SIREN */
    enum platform_answer answer; /* DONE, UNKNOWN or SILENT */
    struct directory_line *lines;
    size_t count;
};

/* The company receives through us from now on. Once more is as good as once. */
struct platform_registration {
    struct operation operation;
    struct directory_line line; /* in */
    enum platform_answer answer;
    const char *cause; /* a word of ours: "recipient_closed" */
};

/* An invoice on its way to its buyer. Its bytes are those that were received or made; sent again
 * they have the same name, by which the platform knows them. */
enum { PLATFORM_STATUSES_MAX = 8 };
struct platform_status {
    int code;           /* of the life cycle: 200 (standards/einvoicing.md 6) */
    const char *reason; /* "DEST_INC", where the code wants one, or NULL */
};
struct platform_transmission {
    struct operation operation;
    struct str name;      /* in: of the flow */
    struct str format;    /* in: "Factur-X", "CII" or "UBL" */
    struct str bytes;     /* in */
    struct str recipient; /* in: the buyer's electronic address, or its SIREN */
    enum platform_answer answer;
    struct platform_status statuses[PLATFORM_STATUSES_MAX]; /* in their order */
    size_t count;
};

/* A report of flow 10. */
struct platform_report {
    struct operation operation;
    struct str name;  /* in: of the flow */
    struct str siren; /* in: who reports, or {NULL, 0} where it is not known */
    struct str text;  /* in: what is reported, JSON */
    enum platform_answer answer;
    const char *cause;
};

/* A connector. Each function answers by filling the struct and operation_end(OK) on the operation's
 * own thread; it may do so before it returns. */
struct platform {
    void (*look)(const struct platform *self, struct platform_look *look);
    void (*enlist)(const struct platform *self, struct platform_registration *registration);
    void (*transmit)(const struct platform *self, struct platform_transmission *transmission);
    /* NULL: it takes none. */
    void (*report)(const struct platform *self, struct platform_report *report);
};

/* The connector of cx->mode. Fault on "platform" and ERR_UNAVAILABLE: there is none. */
MUST_CHECK err_t core_platform(const struct core *core, struct ctx *cx,
                               const struct platform **out);

/* The platform of test mode: what it does is in the first digit of the SIREN that it is asked about
 * (docs/seqino.md). */
extern const struct platform PLATFORM_TEST;

#endif
