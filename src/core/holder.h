#ifndef GUICHET_CORE_HOLDER_H
#define GUICHET_CORE_HOLDER_H

#include "store/store.h"

/* Several servers on one database (docs/adr/0045): each is a holder, with a number of its own and a
 * lease that it prolongs. What it takes (a task, a delivery, a lease by name) carries its number;
 * when its lease is out, the others take that over. A server that has the database to itself is no
 * holder: wherever a `struct holder *` is asked for, NULL means that one, and costs nothing. */
struct holder;

/* How long a server that has died keeps what it took, and how often one that lives says so. By the
 * clock of the database: those of the servers may be wrong. */
enum { HOLDER_LEASE_S = 15, HOLDER_RENEW_S = 3 };

/* Joins, with a number that begins with the context's time. */
MUST_CHECK err_t holder_join(struct ctx *cx, struct store *store, struct holder **out);
/* Prolongs the lease; also after it was out. */
MUST_CHECK err_t holder_renew(struct ctx *cx, struct holder *holder);
/* Ends the lease now, so that nobody has to wait for its end. The row goes with it, unless attempts
 * without an answer are to be settled by others. */
MUST_CHECK err_t holder_leave(struct ctx *cx, struct holder *holder);
/* NULL is allowed. */
void holder_free(struct holder *holder);

/* The rest is safe from any thread. */

/* As rows carry it: NULL of a server that is alone. */
struct value holder_value(const struct holder *holder);
/* Whether the lease surely holds a while longer: only then new work may be begun. */
bool holder_is_sure(const struct holder *holder);
/* Names the lease of this moment, and tells later whether it has surely held ever since: until then
 * nobody has taken what was begun under it. Read before the commit that begins something. */
int64_t holder_term(const struct holder *holder);
bool holder_holds(const struct holder *holder, int64_t term);
/* Whether it may tell by now that another one is dead. When it was late itself, because the
 * database was away, or the database's clock was moved, which a fail-over does as well, nobody is
 * dead until each has had the time of a lease to come back. */
bool holder_judges(const struct holder *holder);
/* A holder whose lease ended before this moment is dead, for this one: by the database's clock, or
 * a little behind it. Nobody's did while it does not judge. */
instant holder_dead_before(const struct holder *holder);

/* --- what one server does at a time -------------------------------------------------------------
 */

/* Inside a body: *taken is false while another one that lives has it. A lease that one has already
 * is taken again. */
MUST_CHECK err_t lease_take(struct ctx *cx, struct tx *tx, const struct holder *holder,
                            const char *name, bool *taken);
/* Inside a body: gives it back. */
MUST_CHECK err_t lease_give(struct ctx *cx, struct tx *tx, const struct holder *holder,
                            const char *name);

/* --- who is there ------------------------------------------------------------------------------
 */

/* How many others live. */
MUST_CHECK err_t holder_others(struct ctx *cx, struct tx *tx, const struct holder *holder,
                               int64_t *count);
/* Inside a body: that one is known to be dead, whatever its lease says. */
MUST_CHECK err_t holder_gone(struct ctx *cx, struct tx *tx, int64_t number);
/* One that is dead: 0 when there is none. Inside a body that has settled what it left, its row
 * goes. */
MUST_CHECK err_t holder_dead(struct ctx *cx, struct tx *tx, const struct holder *holder,
                             int64_t *number);
MUST_CHECK err_t holder_forget(struct ctx *cx, struct tx *tx, int64_t number);

#endif
