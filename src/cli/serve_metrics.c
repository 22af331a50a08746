#include <fcntl.h>
#include <unistd.h>

#include "base/must.h"
#include "cli/serve.h"

enum { TEXT_MAX = 16 * 1024, STATM_MAX = 256 };

static const struct serve *serve_of(const struct request *request)
{
    const struct unit *unit = (const struct unit *)(const void *)request->core;

    return unit->serve;
}

static bool rail_is_working(const struct card_rail *rail)
{
    return rail == NULL || rail->is_up(rail->self);
}

/* Every link that there is. */
static bool link_is_working(const struct serve *serve)
{
    const struct core *base = &serve->base;

    return (base->test_rail != NULL || base->live_rail != NULL) &&
           rail_is_working(base->test_rail) && rail_is_working(base->live_rail);
}

/* --- /healthz -----------------------------------------------------------------------------------
 */

static void healthz(struct request *request)
{
    const struct serve *serve = serve_of(request);
    struct tx *tx;
    bool store = core_read(request->core, &tx) == OK;
    struct str body = str_format(
        request->cx->arena, "{\"status\":\"%s\",\"store\":%s,\"vault\":%s,\"card_link\":%s}\n",
        store ? "ok" : "failing", store ? "true" : "false",
        serve->backend.vault != NULL ? "true" : "false", link_is_working(serve) ? "true" : "false");

    response_header(request, STR("Cache-Control"), STR("no-store"));
    response_set(request, store ? 200 : 503, STR("application/json"), body);
}

/* --- /metrics -----------------------------------------------------------------------------------
 */

static void metric(struct buf *out, const char *name, const char *kind, const char *about,
                   int64_t value)
{
    buf_format(out, "# HELP guichet_%s %s\n# TYPE guichet_%s %s\nguichet_%s %lld\n", name, about,
               name, kind, name, (long long)value);
}

static void stats_add(struct server_stats *sum, const struct server_stats *one)
{
    for (size_t i = 0; i < ARRAY_LEN(sum->answers_by_class); i++)
        sum->answers_by_class[i] += one->answers_by_class[i];
    sum->requests += one->requests;
    sum->refused += one->refused;
    sum->connections_open += one->connections_open;
    sum->parked += one->parked;
    sum->bytes_in += one->bytes_in;
    sum->bytes_out += one->bytes_out;
}

static void http_metrics(struct buf *out, const struct serve *serve)
{
    struct server_stats sum = {.requests = 0};

    for (size_t i = 0; i < serve->unit_count; i++) {
        struct server_stats one;
        server_stats_read(serve->units[i].server, &one);
        stats_add(&sum, &one);
    }
    buf_put_cstr(out, "# HELP guichet_answers_total Answers by class of their status.\n"
                      "# TYPE guichet_answers_total counter\n");
    for (size_t i = 1; i < ARRAY_LEN(sum.answers_by_class); i++)
        buf_format(out, "guichet_answers_total{class=\"%zuxx\"} %lld\n", i,
                   (long long)sum.answers_by_class[i]);
    metric(out, "requests_total", "counter", "Requests begun.", sum.requests);
    metric(out, "requests_refused_total", "counter", "Refused before a face saw them.",
           sum.refused);
    metric(out, "requests_parked", "gauge", "Waiting for the database or an acquirer.", sum.parked);
    metric(out, "connections_open", "gauge", "Open connections.", sum.connections_open);
    metric(out, "received_bytes_total", "counter", "Bytes of requests.", sum.bytes_in);
    metric(out, "sent_bytes_total", "counter", "Bytes of answers.", sum.bytes_out);
}

static void notify_metrics(struct buf *out, const struct serve *serve)
{
    struct notify_stats stats;

    notify_stats_read(serve->notify, &stats);
    metric(out, "deliveries_total", "counter", "Webhooks and mails delivered.", stats.delivered);
    metric(out, "delivery_failures_total", "counter", "Tries to deliver that failed.",
           stats.failed);
    metric(out, "deliveries_running", "gauge", "Deliveries under way.", stats.running);
}

static void store_metrics(struct buf *out, const struct serve *serve)
{
    struct store_stats stats;

    store_stats_read(serve->backend.store, &stats);
    metric(out, "store_jobs_total", "counter", "Bodies run to an answer.", stats.jobs);
    metric(out, "store_groups_total", "counter", "Commits.", stats.groups);
    metric(out, "store_reruns_total", "counter", "Groups that ran a second time.", stats.reruns);
    metric(out, "store_queue", "gauge", "Jobs that wait for the writer.", stats.queued);
    metric(out, "store_commit_microseconds_total", "counter", "Time spent in commits.",
           stats.commit_us);
}

/* Pages in memory, the second number of statm. */
static int64_t resident_bytes(void)
{
    char text[STATM_MAX];
    int64_t pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    ssize_t len = read(fd, text, sizeof text);
    close(fd);
    struct str rest = {text, len < 0 ? 0 : (size_t)len};
    size_t blank = str_find(rest, ' ');
    if (blank == rest.len)
        return 0;
    rest = str_from(rest, blank + 1);
    if (!str_to_int64(str_sub(rest, 0, str_find(rest, ' ')), &pages))
        return 0;
    return pages * sysconf(_SC_PAGESIZE);
}

static void metrics(struct request *request)
{
    const struct serve *serve = serve_of(request);
    struct buf out = buf_make(request->cx->arena, TEXT_MAX);

    http_metrics(&out, serve);
    store_metrics(&out, serve);
    metric(&out, "card_link_up", "gauge", "Signed on at the acquirer: 1.",
           link_is_working(serve) ? 1 : 0);
    metric(&out, "vault_open", "gauge", "Card numbers can be read: 1.",
           serve->backend.vault != NULL ? 1 : 0);
    metric(&out, "tasks_running", "gauge", "Tasks that run now.",
           serve->tasks == NULL ? 0 : tasks_running(serve->tasks));
    notify_metrics(&out, serve);
    metric(&out, "resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
    metric(&out, "start_time_seconds", "gauge", "When the server started, Unix time.",
           instant_unix(serve->started));
    must(!out.failed);
    response_header(request, STR("Cache-Control"), STR("no-store"));
    response_set(request, 200, STR("text/plain; version=0.0.4; charset=utf-8"), buf_str(&out));
}

/* --- mounts -------------------------------------------------------------------------------------
 */

static void refuse(struct request *request, enum refusal status, const char *why)
{
    response_set(request, (int)status, STR("application/json"),
                 str_format(request->cx->arena, "{\"error\":\"%s\"}\n", why));
}

void own_mounts(struct mount out[OWN_MOUNTS])
{
    static const struct route HEALTHZ[] = {
        {METHOD_GET, "", OURS, 1, healthz, NULL, NULL, NULL, NULL, "Whether the server can work"},
    };
    static const struct route METRICS[] = {
        {METHOD_GET, "", OURS, 1, metrics, NULL, NULL, NULL, NULL, "Figures for Prometheus"},
    };

    out[0] = (struct mount){
        .prefix = "/healthz",
        .edition = 1,
        .routes = HEALTHZ,
        .count = ARRAY_LEN(HEALTHZ),
        .refuse = refuse,
        .title = "Health",
    };
    out[1] = (struct mount){
        .prefix = "/metrics",
        .edition = 1,
        .routes = METRICS,
        .count = ARRAY_LEN(METRICS),
        .refuse = refuse,
        .title = "Metrics",
    };
}
