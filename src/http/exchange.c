#include "http/exchange.h"

#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "http/target.h"

enum {
    /* For all but the body. A page of 100 payments may hold 200 URLs of 64 KB and thousands of
     * refunds, and is in memory a few times over while it is written; past it we abort. */
    ARENA_ROOM = 192 * 1024 * 1024,
    BODY_FIRST = 64 * 1024,  /* a longer body gets more room as it comes */
    BODY_FREE = 16 * 1024,   /* a shorter one lies in the request's arena and is not counted */
    BODY_ASIDE = 64 * 1024,  /* what an arena of its own takes beside the body */
    DRAIN_MAX = 1024 * 1024, /* read past the limit so that the client hears 413 */
};

static const char NO_BODY[JSON_SPARE + 1];

static struct arena *arena_take(struct server *server)
{
    /* What is made of a body is texts of our own, some of them more than once. */
    if (server->spare_arena_count == 0)
        return arena_new(ARENA_ROOM + 3 * server->options.body_max);
    return server->spare_arenas[--server->spare_arena_count];
}

static void arena_give(struct server *server, struct arena *arena)
{
    if (server->spare_arena_count == SPARE_ARENAS_MAX) {
        arena_free(arena);
        return;
    }
    arena_reset(arena);
    server->spare_arenas[server->spare_arena_count++] = arena;
}

/* Eleven characters that differ for each request and tell nothing: SplitMix64 over a counter that
 * started at a random place (a bijection, so no two are the same). */
static void name_request(struct server *server, char out[ID_SIZE])
{
    static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    enum { NAME_LEN = 11 };
    uint64_t mixed = server->request_seed += UINT64_C(0x9E3779B97F4A7C15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    mixed ^= mixed >> 31;
    for (size_t i = 0; i < NAME_LEN; i++) {
        out[i] = ALPHABET[mixed % (sizeof ALPHABET - 1)];
        mixed /= sizeof ALPHABET - 1;
    }
    out[NAME_LEN] = '\0';
}

static struct exchange *exchange_new(struct connection *connection)
{
    struct server *server = connection->server;
    struct arena *arena = arena_take(server);
    struct exchange *exchange = arena_make(arena, struct exchange);
    struct request *request = &exchange->request;

    exchange->connection = connection;
    exchange->stage = STAGE_BODY;
    exchange->started_us = clock_monotonic_us();
    exchange->cx.arena = arena;
    exchange->cx.ids = server->options.ids;
    exchange->cx.real = clock_now();
    exchange->cx.now = exchange->cx.real;
    name_request(server, exchange->cx.request);
    request->cx = &exchange->cx;
    request->core = server->options.core;
    request->method = METHOD_GET;
    request->body = (struct str){NO_BODY, 0};
    request->peer = str_of(connection->peer);
    request->peer_local = connection->peer_local;
    request->tls = connection->tls;
    request->json = server->json;
    request->server = server;
    connection->exchange = exchange;
    server->active++;
    count_add(&server->counters.requests, 1);
    return exchange;
}

/* Finds the mount, and the row if there is one; an unusable target belongs to the
 * mount of its beginning. */
static bool find_route(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct server *server = connection->server;
    struct str raw = {connection->target, connection->target_len};
    struct request *request = &exchange->request;
    struct target target;
    bool usable = target_parse(raw, &target);

    if (!usable)
        target = (struct target){.path = target_beginning(raw)};
    request->target = str_dup(request->cx->arena, raw);
    request->path = str_dup(request->cx->arena, target.path);
    request->query = str_dup(request->cx->arena, target.query);
    route_find(server->options.mounts, server->options.mount_count, request, &request->mount,
               &request->route, &exchange->allowed);
    if (!usable)
        request->route = NULL;
    return usable;
}

void exchange_refuse(struct exchange *exchange, enum refusal status, const char *why)
{
    struct request *request = &exchange->request;

    request->response = (struct response){0};
    if (request->mount != NULL && request->mount->refuse != NULL)
        request->mount->refuse(request, status, why);
    if (request->response.status == 0)
        response_set(request, (int)status, STR("text/plain; charset=utf-8"),
                     str_format(request->cx->arena, "%s\n", why));
    if (status == REFUSE_METHOD)
        response_header(request, STR("Allow"), exchange->allowed);
    if (status == REFUSE_UNAVAILABLE)
        response_header(request, STR("Retry-After"), STR("1"));
}

/* The refusals of the guard and of limits are counted apart: they are what an attack looks like. */
static void refuse_early(struct exchange *exchange, enum refusal status, const char *why)
{
    exchange->refused = true;
    exchange->close = true;
    exchange_refuse(exchange, status, why);
}

static void refuse_busy(struct exchange *exchange, const char *why)
{
    exchange->refused = true;
    exchange_refuse(exchange, REFUSE_UNAVAILABLE, why);
}

static const struct route_note *note_of(const struct exchange *exchange)
{
    const struct request *request = &exchange->request;

    return request->route == NULL ? NULL : route_note_of(request->mount, request->route);
}

static size_t body_limit(const struct exchange *exchange)
{
    size_t most = exchange->connection->server->options.body_max;
    const struct mount *mount = exchange->request.mount;
    const struct route_note *note = note_of(exchange);
    size_t own = mount == NULL ? 0 : mount->body_max;

    if (note != NULL && note->body_max != 0)
        own = note->body_max;
    return own == 0 || own > most ? most : own;
}

/* A body on any other method is read within the limit and ignored (standards/http.md 1). */
static bool body_matters(const struct exchange *exchange)
{
    switch (exchange->request.method) {
    case METHOD_POST:
    case METHOD_PATCH:
    case METHOD_PUT:
        return exchange->request.route != NULL;
    case METHOD_GET:
    case METHOD_DELETE:
    case METHOD_HEAD:
    case METHOD_OPTIONS:
        return false;
    }
    return false;
}

/* What a body has to be, or NULL. */
static const char *media_of(const struct exchange *exchange)
{
    const struct mount *mount = exchange->request.mount;
    const struct route_note *note = note_of(exchange);

    if (note != NULL && note->media != NULL)
        return note->media;
    return mount != NULL && mount->json_only ? "application/json" : NULL;
}

static bool is_of_type(struct str content_type, const char *media)
{
    struct str type = str_sub(content_type, 0, str_find(content_type, ';'));

    return str_eq_nocase(str_trim(type), str_of(media));
}

static bool is_wrong_media(const struct exchange *exchange)
{
    struct str type = request_header(&exchange->request, STR("Content-Type"));
    const char *media = media_of(exchange);

    return media != NULL && exchange->body_kept && exchange->pass.expects_body &&
           type.ptr != NULL && !is_of_type(type, media);
}

/* Without both headers a request has no body (RFC 9112 6.3), as that of curl -X POST. Where nothing
 * can be done without one, its length was forgotten, and it would be read as the next request. */
static bool lacks_length(const struct exchange *exchange)
{
    const struct guard_pass *pass = &exchange->pass;
    const struct mount *mount = exchange->request.mount;
    const struct route *route = exchange->request.route;

    if (!exchange->body_kept || pass->has_length || pass->chunked || route->in == NULL)
        return false;
    return mount->body_needed || table_needs(route->in, mount->edition);
}

/* What can be said before the handler is asked, with the body or without. False when it refused. */
static bool check_request(struct exchange *exchange)
{
    int64_t size = exchange->body_received > exchange->pass.length ? exchange->body_received
                                                                   : exchange->pass.length;

    if (exchange->request.route == NULL && exchange->allowed.len > 0)
        exchange_refuse(exchange, REFUSE_METHOD, "The method is not allowed here.");
    else if (exchange->request.route == NULL)
        exchange_refuse(exchange, REFUSE_NOT_FOUND, "There is nothing at this path.");
    else if (lacks_length(exchange))
        refuse_early(exchange, REFUSE_LENGTH, "The request must state its length.");
    else if (size > (int64_t)exchange->body_max)
        exchange_refuse(exchange, REFUSE_TOO_LARGE, "The body is too large.");
    else if (is_wrong_media(exchange))
        exchange_refuse(
            exchange, REFUSE_MEDIA,
            str_format(exchange->cx.arena, "The body must be %s.", media_of(exchange)).ptr);
    else if (exchange->body_left)
        refuse_busy(exchange, "Too many long bodies are coming.");
    return exchange->request.response.status == 0;
}

/* An answer to what is checked here closes the connection, so only what cannot wait for the body
 * is. */
static void check_head(struct exchange *exchange, const struct guard_refusal *refusal,
                       size_t pool_used)
{
    bool too_long = exchange->pass.length > (int64_t)exchange->body_max + DRAIN_MAX;

    if (refusal->why != NULL)
        refuse_early(exchange, refusal->status, refusal->why);
    else if (pool_used > BLOCK_MAX)
        refuse_early(exchange, REFUSE_HEADERS, "The header is too large.");
    else if (too_long)
        refuse_early(exchange, REFUSE_TOO_LARGE, "The body is too large.");
    else if (exchange->pass.waits && !check_request(exchange))
        exchange->close = true;
}

struct exchange *exchange_begin(struct connection *connection, const struct guard_head *head,
                                size_t header_size, size_t pool_used)
{
    struct exchange *exchange = exchange_new(connection);
    struct request *request = &exchange->request;
    struct guard_refusal refusal = {0};
    struct header *headers = arena_array(request->cx->arena, struct header, head->count);

    if (head->count > 0)
        memcpy(headers, head->headers, head->count * sizeof *headers);
    exchange->headers = headers;
    exchange->header_count = head->count;
    count_add(&connection->server->counters.bytes_in, (int64_t)header_size);
    if (!guard_is_whole(head, header_size))
        refusal = (struct guard_refusal){REFUSE_BAD_REQUEST, "The header is not well formed."};
    else if (guard_check(head, &exchange->pass, &refusal))
        request->method = exchange->pass.method;
    if (!find_route(exchange) && refusal.why == NULL)
        refusal =
            (struct guard_refusal){REFUSE_BAD_REQUEST, "The request target is not well formed."};
    request->header_room = pool_used < CONNECTION_MEMORY ? CONNECTION_MEMORY - pool_used : 0;
    exchange->body_max = body_limit(exchange);
    exchange->body_kept = body_matters(exchange);
    check_head(exchange, &refusal, pool_used);
    connection_phase(connection, exchange->pass.expects_body ? PHASE_BODY : PHASE_WORK);
    return exchange;
}

struct exchange *exchange_begin_cut(struct connection *connection)
{
    struct exchange *exchange = exchange_new(connection);

    (void)find_route(exchange);
    exchange->refused = true;
    return exchange;
}

static void body_wipe(struct exchange *exchange)
{
    struct request *request = &exchange->request;

    /* The body may hold card data; its memory serves the next request. */
    if (exchange->body != NULL)
        crypto_wipe(exchange->body, exchange->body_capacity);
    exchange->connection->server->bodies -= exchange->body_counted;
    arena_free(exchange->body_arena);
    exchange->body_arena = NULL;
    exchange->body_counted = 0;
    exchange->body = NULL;
    exchange->body_capacity = 0;
    request->body = (struct str){NO_BODY, 0};
}

static size_t body_capacity(const struct exchange *exchange, size_t need)
{
    size_t announced = exchange->pass.length > 0 ? (size_t)exchange->pass.length : SIZE_MAX;
    size_t capacity = exchange->body_capacity == 0 ? BODY_FIRST : exchange->body_capacity * 2;

    if (capacity > announced)
        capacity = announced;
    if (capacity < need)
        capacity = need;
    return capacity > exchange->body_max ? exchange->body_max : capacity;
}

/* Nobody has said who sends this, and what it comes to was limited for one body only: those that
 * are long share a room. False when there is none left. */
static bool body_reserve(struct exchange *exchange, size_t need)
{
    struct server *server = exchange->connection->server;
    struct request *request = &exchange->request;

    if (need <= exchange->body_capacity)
        return true;
    size_t capacity = body_capacity(exchange, need);
    size_t counted = capacity > BODY_FREE ? capacity : 0;
    if (server->bodies + counted > server->options.bodies_max)
        return false;
    struct arena *own = counted > 0 ? arena_new(capacity + JSON_SPARE + BODY_ASIDE) : NULL;
    char *bigger = arena_alloc(own == NULL ? request->cx->arena : own, capacity + JSON_SPARE);
    size_t len = request->body.len;
    memcpy(bigger, request->body.ptr, len);
    body_wipe(exchange);
    server->bodies += counted;
    exchange->body_arena = own;
    exchange->body_counted = counted;
    exchange->body = bigger;
    exchange->body_capacity = capacity;
    request->body = (struct str){bigger, len};
    return true;
}

void exchange_body(struct exchange *exchange, struct str portion)
{
    struct request *request = &exchange->request;
    int64_t limit = (int64_t)exchange->body_max;

    must(exchange->stage == STAGE_BODY);
    exchange->body_received += (int64_t)portion.len;
    count_add(&exchange->connection->server->counters.bytes_in, (int64_t)portion.len);
    if (exchange->body_received > limit + DRAIN_MAX) {
        exchange->refused = true;
        connection_cut(exchange->connection, REFUSE_TOO_LARGE, "The body is too large.");
        return;
    }
    if (exchange->body_received > limit)
        body_wipe(exchange);
    if (exchange->body_received > limit || !exchange->body_kept)
        return;
    if (!body_reserve(exchange, request->body.len + portion.len)) {
        body_wipe(exchange);
        exchange->body_kept = false;
        exchange->body_left = true;
        return;
    }
    memcpy(exchange->body + request->body.len, portion.ptr, portion.len);
    request->body.len += portion.len;
}

/* Reads go on while writes wait: what is not a GET would have to be parked. */
static bool is_too_busy(const struct exchange *exchange)
{
    struct server *server = exchange->connection->server;

    return exchange->request.route->method != METHOD_GET &&
           count_of(&server->counters.parked) >= server->options.requests_parked_max;
}

void exchange_run(struct exchange *exchange)
{
    struct request *request = &exchange->request;

    must(exchange->stage == STAGE_BODY);
    exchange->stage = STAGE_RUN;
    connection_phase(exchange->connection, PHASE_WORK);
    if (!check_request(exchange))
        return;
    if (is_too_busy(exchange)) {
        refuse_busy(exchange, "Too many requests are waiting.");
        return;
    }
    if (request->mount->admit == NULL || request->mount->admit(request))
        request->route->handle(request);
}

void exchange_finish(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct server *server = exchange->connection->server;

    must(!exchange->parked);
    if (request->response.status == 0) {
        log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "no_answer"));
        exchange_refuse(exchange, REFUSE_INTERNAL, "The request was not answered.");
    }
    exchange->stage = STAGE_ANSWERED;
    response_header(request, STR("X-Request-Id"), str_of(request->cx->request));
    if (exchange->close || server->stopping)
        response_header(request, STR("Connection"), STR("close"));
    count_add(&server->counters.answers_by_class[request->response.status / 100], 1);
    count_add(&server->counters.refused, exchange->refused ? 1 : 0);
    count_add(&server->counters.bytes_out, (int64_t)request->response.body.len);
    connection_phase(exchange->connection, PHASE_SEND);
}

static const char *mount_word(const struct mount *mount)
{
    if (mount == NULL)
        return "-";
    return mount->prefix[0] == '\0' ? "/" : mount->prefix;
}

static void log_end(const struct exchange *exchange, bool sent)
{
    const struct request *request = &exchange->request;
    struct server *server = exchange->connection->server;
    int64_t took_us = clock_monotonic_us() - exchange->started_us;

    if (!server->options.access_log)
        return;
    log_batch_event(server->options.log, request->cx,
                    exchange->refused ? EV_HTTP_REFUSED : EV_HTTP_REQUEST,
                    LOG_WORD("method", method_text(request->method)),
                    LOG_WORD("mount", mount_word(request->mount)),
                    LOG_WORD("route", request->route == NULL ? "-" : request->route->pattern),
                    LOG_INT("status", request->response.status), LOG_INT("us", took_us),
                    LOG_WORD("end", sent ? "sent" : "lost"));
}

void exchange_end(struct exchange *exchange, bool sent)
{
    struct connection *connection = exchange->connection;
    struct server *server = connection->server;

    must(!exchange->parked);
    log_end(exchange, sent);
    timer_cancel(&server->timers, &exchange->later);
    body_wipe(exchange);
    connection->exchange = NULL;
    must(server->active > 0);
    server->active--;
    connection_phase(connection, PHASE_IDLE);
    arena_give(server, exchange->cx.arena);
}
