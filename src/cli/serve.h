#ifndef GUICHET_CLI_SERVE_H
#define GUICHET_CLI_SERVE_H

#include <pthread.h>

#include "base/log.h"
#include "cli/backend.h"
#include "core/cvc.h"
#include "core/task.h"
#include "http/server.h"
#include "notify/catcher.h"
#include "notify/notify.h"
#include "rails/card/connector.h"
#include "rails/sepa/rail.h"

/* What the files of the subcommand serve share: one running server. */

struct child;
struct platform_connector;
struct serve;

enum { UNITS_MAX = 64 };

/* One I/O thread. Its core comes first, so that a handler finds the unit through request->core. */
struct unit {
    struct core core;
    struct serve *serve;
    struct server *server;
    struct log_batch log;
    pthread_t thread;
    bool running;
    err_t result;
};

struct serve {
    struct cli *cli;
    struct config *config;
    struct backend backend;
    struct id_source *ids;
    struct cvc_pool *cvc;
    struct child *child;         /* the simulator of a sandbox, or NULL */
    struct connector *connector; /* the link to it, or NULL */
    struct sepa_rail *bank;      /* carries files to the bank and from it */
    struct tls_client *live_tls;
    struct connector *live_connector;    /* the link to the acquirer of live payments, or NULL */
    struct platform_connector *platform; /* of live mode, or NULL */
    struct control *control;
    struct workers *workers; /* draw documents */
    struct lookups *lookups; /* search */
    struct core base;        /* what all cores have in common */
    struct core tasks_core;
    struct tasks *tasks;
    pthread_t tasks_thread;
    bool tasks_running;
    struct news_desk *news;
    struct core notify_core;
    struct notify *notify; /* empties the outbox */
    pthread_t notify_thread;
    bool notify_running;
    struct catcher *catcher; /* of a sandbox, or NULL */
    struct mount mounts[MOUNTS_MAX];
    size_t mount_count;
    struct unit units[UNITS_MAX];
    size_t unit_count;
    instant started;
};

/* --- serve_units.c -------------------------------------------------------------------------------
 */

/* A core of its own for a thread: reader, home and cache. */
MUST_CHECK err_t core_make(struct serve *serve, struct core *out);
void core_drop(struct core *core);

/* Binds the ports, which are known afterwards; nothing is answered yet. */
MUST_CHECK err_t units_make(struct serve *serve, struct ctx *cx);
void units_start(struct serve *serve);
/* Graceful: what runs is finished. ERR_BUSY: requests had to be abandoned. */
MUST_CHECK err_t units_stop(struct serve *serve);
/* After everything that may call back has stopped. */
void units_free(struct serve *serve);

/* --- serve_notify.c ------------------------------------------------------------------------------
 */

/* Who listens is read, the sandbox's catcher opened. Before anything is written. */
MUST_CHECK err_t notify_make(struct serve *serve, struct ctx *cx);
/* When addresses and tasks are known. */
void notify_start(struct serve *serve);
/* After the last request and task. */
void notify_end(struct serve *serve);
/* After the last body, which may tell what happens. */
void notify_drop(struct serve *serve);

/* --- serve_card.c --------------------------------------------------------------------------------
 */

/* The simulator of a sandbox with the link to it, and the link to the acquirer of live payments.
 * Without keys there is neither. */
MUST_CHECK err_t cards_make(struct serve *serve, struct ctx *cx);
void cards_start(struct serve *serve);
/* Every call of theirs gets a result. */
void cards_stop(struct serve *serve);
void cards_free(struct serve *serve);

/* --- serve_bank.c
 * --------------------------------------------------------------------------------- */

/* After the simulator has started. */
MUST_CHECK err_t bank_make(struct serve *serve, struct ctx *cx);

/* --- serve_platform.c
 * ----------------------------------------------------------------------------- */

/* The accredited platform, when one is configured. Before the first core is made. */
MUST_CHECK err_t platform_make(struct serve *serve, struct ctx *cx);
/* What is being asked of it gets its answer first. */
void platform_end(struct serve *serve);

/* --- serve_metrics.c
 * ------------------------------------------------------------------------------ */

/* Mounts for GET /healthz and GET /metrics. */
enum { OWN_MOUNTS = 2 };
void own_mounts(struct mount out[OWN_MOUNTS]);

#endif
