#ifndef GUICHET_CORE_DIRECTORY_H
#define GUICHET_CORE_DIRECTORY_H

#include "base/clock.h"
#include "base/ctx.h"

/* Lines of the national directory (annuaire): which address of a company takes invoices
 * (standards/einvoicing.md 7, api/seqino.md 5). Who asks the directory does so through a platform
 * (core/platform.h). */
#define ROUTING_SCHEME_LIST(X)                                                                     \
    X(ROUTING_0224, 1, "0224") /* a routing code */                                                \
    X(ROUTING_0088, 2, "0088") /* a global location number */                                      \
    X(ROUTING_0060, 3, "0060") /* a DUNS number */                                                 \
    X(ROUTING_INTERNAL, 4, "Internal")
ENUM_DECLARE(routing_scheme, ROUTING_SCHEME_LIST);

#define ESTABLISHMENT_NATURE_LIST(X)                                                               \
    X(ESTABLISHMENT_PRIVATE, 1, "Private")                                                         \
    X(ESTABLISHMENT_PUBLIC, 2, "Public")
ENUM_DECLARE(establishment_nature, ESTABLISHMENT_NATURE_LIST);

enum {
    SIREN_LEN = 9,
    SIRET_LEN = 14,
    DIRECTORY_ADDRESS_MAX = 125, /* BR-FR-23 and 25 */
    DIRECTORY_SUFFIX_MAX = DIRECTORY_ADDRESS_MAX - SIREN_LEN - 1,
    DIRECTORY_ROUTING_MAX = DIRECTORY_ADDRESS_MAX - SIREN_LEN - 1 - SIRET_LEN - 1,
};

/* A company, one of its own subdivisions, an establishment, or a service of that one. */
struct directory_line {
    struct str siren;
    struct str name;
    struct str suffix;                  /* a subdivision, or {NULL, 0} as each of the following */
    struct str siret;                   /* an establishment */
    struct str routing_identifier;      /* a service */
    enum routing_scheme routing_scheme; /* 0: none */
    struct str routing_label;
    enum establishment_nature nature; /* 0: not told */
    bool legal_commitment;            /* wants the number of a commitment on its invoices */
    struct str administrative_status; /* "Active", "Closed" */
    bool addressable;                 /* invoices reach it */
    struct str postal;                /* where it is */
    instant created;                  /* 0: not told */
    instant updated;
};

/* What a line may be, as far as its own members tell: faults ERR_INVALID on prefix and the name of
 * the member, one each. prefix is static or in the arena: "directory_entry." */
MUST_CHECK err_t directory_line_check(struct ctx *cx, const char *prefix,
                                      const struct directory_line *line);

/* Its electronic address, of scheme 0225: "100000009", "100000009_ACHATS",
 * "100000009_10000000900017", "100000009_10000000900017_SERVICE". Of a line that was checked. */
struct str directory_address(struct arena *arena, const struct directory_line *line);

#endif
