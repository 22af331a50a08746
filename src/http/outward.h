#ifndef GUICHET_HTTP_OUTWARD_H
#define GUICHET_HTTP_OUTWARD_H

#include <netinet/in.h>
#include <stdbool.h>

#include "base/mailbox.h"
#include "wire/url.h"

/* The one checker of addresses that others make us call: webhooks and callbacks (design.md 9).
 * https only, no credentials, no address of a private network. In test mode private addresses are
 * allowed, and http to this machine too; what only a link or nobody has (169.254/16, multicast,
 * 0.0.0.0) is never called [our choice]. */

/* Whether the text may be called at all. ERR_INVALID: it may not; *why then says so in a short
 * static sentence. Addresses written as numbers are checked here; names when they are resolved. */
MUST_CHECK err_t outward_check(struct str text, bool test, struct url *out, const char **why);

/* Whether this address may be connected to: text as inet_ntop writes it. */
bool outward_allows(const char *address, bool test);

/* --- resolving
 * ---------------------------------------------------------------------------------- */

/* Turns names into checked addresses on threads of its own, since the system's resolver blocks. */
struct resolver;
struct resolver *resolver_new(void);
/* Who still waits is not answered; what the system has not answered is not waited for. */
void resolver_free(struct resolver *resolver);

enum { PIN_SIZE = 1024 };
struct resolution {
    struct message message;  /* done: run is called on home's owner */
    struct resolution *next; /* the resolver's own */
    struct mailbox *home;
    struct url url; /* borrowed until then */
    bool test;
    err_t result; /* ERR_UNAVAILABLE: no such name; ERR_FORBIDDEN: an address is not allowed */
    char pin[PIN_SIZE]; /* "name:port:address,address" for struct http_send; "" for a number */
    void (*done)(struct resolution *resolution);
};
/* done may be called before it returns: a number needs no thread. */
void resolver_ask(struct resolver *resolver, struct resolution *resolution);
/* Gives up waiting. False: it was answered, and done will be called. */
bool resolver_forget(struct resolver *resolver, const struct resolution *resolution);

#endif
