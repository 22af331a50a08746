#include "http/request.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "http/exchange.h"

const char *method_text(enum method method)
{
    switch (method) {
    case METHOD_GET:
        return "GET";
    case METHOD_POST:
        return "POST";
    case METHOD_PATCH:
        return "PATCH";
    case METHOD_PUT:
        return "PUT";
    case METHOD_DELETE:
        return "DELETE";
    case METHOD_HEAD:
        return "HEAD";
    case METHOD_OPTIONS:
        return "OPTIONS";
    }
    must_fail(__FILE__, __LINE__, "method is a member of enum method");
}

struct str request_header(const struct request *request, struct str name)
{
    const struct exchange *exchange = (const struct exchange *)request;

    for (size_t i = 0; i < exchange->header_count; i++) {
        if (str_eq_nocase(exchange->headers[i].name, name))
            return str_trim(exchange->headers[i].value);
    }
    return STR_NONE;
}

/* One "name=value" of a Cookie header (RFC 6265 4.2.1). */
static bool cookie_matches(struct str pair, struct str name, struct str *value)
{
    size_t equals = str_find(pair, '=');

    if (equals == pair.len || !str_eq(str_trim(str_sub(pair, 0, equals)), name))
        return false;
    *value = str_trim(str_sub(pair, equals + 1, pair.len - equals - 1));
    if (value->len >= 2 && value->ptr[0] == '"' && value->ptr[value->len - 1] == '"')
        *value = str_sub(*value, 1, value->len - 2);
    return true;
}

static bool cookie_find(struct str line, struct str name, struct str *value)
{
    while (line.len > 0) {
        struct str pair = str_sub(line, 0, str_find(line, ';'));
        if (cookie_matches(pair, name, value))
            return true;
        size_t used = pair.len < line.len ? pair.len + 1 : pair.len;
        line = str_sub(line, used, line.len - used);
    }
    return false;
}

struct str request_cookie(const struct request *request, struct str name)
{
    const struct exchange *exchange = (const struct exchange *)request;
    struct str value = STR_NONE;

    for (size_t i = 0; i < exchange->header_count; i++) {
        if (str_eq_nocase(exchange->headers[i].name, STR("Cookie")) &&
            cookie_find(exchange->headers[i].value, name, &value))
            return value;
    }
    return STR_NONE;
}

void response_set(struct request *request, int status, struct str content_type, struct str body)
{
    must(request->response.status == 0);
    must(status >= 200);
    must(status <= 599);
    request->response.status = status;
    request->response.body = body;
    if (content_type.len > 0)
        response_header(request, STR("Content-Type"), content_type);
}

static bool is_one_line(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (byte < ' ' || byte == 0x7F)
            return false;
    }
    return true;
}

void response_header(struct request *request, struct str name, struct str value)
{
    struct response *response = &request->response;

    must(response->header_count < RESPONSE_HEADERS_MAX);
    if (!is_one_line(value)) {
        /* A line end would begin another header: leaving it out is the safe half of an answer. */
        log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "header_value"));
        return;
    }
    response->headers[response->header_count++] =
        (struct header){str_dup(request->cx->arena, name), str_dup(request->cx->arena, value)};
}

void request_park(struct request *request)
{
    struct exchange *exchange = exchange_of(request);

    must(exchange->stage == STAGE_RUN);
    must(!exchange->parked);
    must(!exchange->suspended);
    exchange->parked = true;
    exchange->suspended = true;
    count_add(&request->server->counters.parked, 1);
    library_suspend(exchange->connection);
}

void request_resume(struct request *request)
{
    struct exchange *exchange = exchange_of(request);

    must(exchange->parked);
    exchange->parked = false;
    timer_cancel(&request->server->timers, &exchange->later);
    count_add(&request->server->counters.parked, -1);
    request->server->resumed = true;
    library_resume(exchange->connection);
}

bool request_is_parked(struct request *request)
{
    return exchange_of(request)->parked;
}

static void on_later(struct timer *timer)
{
    struct exchange *exchange =
        (struct exchange *)(void *)((char *)timer - offsetof(struct exchange, later));

    must(exchange->parked);
    exchange->again(&exchange->request);
}

void request_later(struct request *request, int delay_ms, void (*again)(struct request *request))
{
    struct exchange *exchange = exchange_of(request);
    int64_t delay_us = delay_ms < 1 ? 1000 : (int64_t)delay_ms * 1000;

    must(exchange->parked);
    exchange->again = again;
    exchange->later.run = on_later;
    timer_set(&request->server->timers, &exchange->later, request->server->turn_us + delay_us);
}
