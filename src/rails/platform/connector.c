#include "rails/platform/connector.h"

#include <pthread.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "rails/platform/ask.h"
#include "wire/form.h"

enum {
    THREADS = 2,
    TOKEN_MAX = 8192,
    ANSWER_MAX = 4 << 20,
    TOKEN_MARGIN_S = 30,
    SECONDS_MAX = 86400
};

struct platform_connector {
    struct platform platform; /* first */
    struct platform_options options;
    struct workers *workers;
    pthread_mutex_t mutex; /* of what follows */
    char token[TOKEN_MAX];
    int64_t token_until_us; /* monotonic */
};

const struct platform_options *ask_options(const struct ask *ask)
{
    return &ask->connector->options;
}

/* --- tokens -------------------------------------------------------------------------------------
 */

struct token_in {
    struct given given;
    struct str token;
    int64_t seconds;
};
#define AT(member) FIELD_AT(struct token_in, member)
static const struct field TOKEN_FIELDS[] = {
    {"access_token", F_TEXT, 1, TOKEN_MAX - 1, REQUIRED, OURS, ED_ALL, AT(token)  },
    {"expires_in",   F_INT,  0, INT64_MAX,     OPTIONAL, OURS, ED_ALL, AT(seconds)},
};
#undef AT
static const struct table TOKEN_IN = TABLE_OF("Token", struct token_in, TOKEN_FIELDS);

static void token_keep(struct platform_connector *connector, const struct token_in *in)
{
    int64_t seconds = in->seconds > SECONDS_MAX ? SECONDS_MAX : in->seconds;

    must(in->token.len < TOKEN_MAX);
    must(pthread_mutex_lock(&connector->mutex) == 0);
    memcpy(connector->token, in->token.ptr, in->token.len);
    connector->token[in->token.len] = '\0';
    connector->token_until_us = clock_monotonic_us() + (seconds - TOKEN_MARGIN_S) * SECOND_US;
    must(pthread_mutex_unlock(&connector->mutex) == 0);
}

/* NULL: none, or not any more. */
static const char *token_kept(struct ask *ask)
{
    struct platform_connector *connector = ask->connector;
    const char *token = NULL;

    must(pthread_mutex_lock(&connector->mutex) == 0);
    if (clock_monotonic_us() < connector->token_until_us)
        token = str_cstr(ask->cx->arena, str_of(connector->token));
    must(pthread_mutex_unlock(&connector->mutex) == 0);
    return token;
}

static void token_forget(struct platform_connector *connector)
{
    must(pthread_mutex_lock(&connector->mutex) == 0);
    connector->token_until_us = 0;
    must(pthread_mutex_unlock(&connector->mutex) == 0);
}

static const char *token_fetch(struct ask *ask)
{
    const struct platform_options *options = &ask->connector->options;
    struct buf body = buf_make(ask->cx->arena, TOKEN_MAX);
    struct token_in in;

    buf_put_cstr(&body, "grant_type=client_credentials&client_id=");
    percent_put(&body, str_of(options->client_id == NULL ? "" : options->client_id));
    buf_put_cstr(&body, "&client_secret=");
    percent_put(&body, str_of(options->secret));
    struct http_call http = {
        .method = "POST",
        .url = options->token_url,
        .content_type = "application/x-www-form-urlencoded",
        .body = buf_str(&body),
        .timeout_ms = options->timeout_ms,
        .answer_max = TOKEN_MAX * 2,
    };
    err_t err = body.failed ? ERR_LIMIT : http_call(ask->cx->arena, &http);
    crypto_wipe_text(buf_str(&body));
    /* The table has counted characters, of which some have more than one byte. */
    if (err != OK || http.status != 200 || !ask_read(ask, &http, &TOKEN_IN, &in) ||
        in.token.len >= TOKEN_MAX)
        return NULL;
    token_keep(ask->connector, &in);
    return str_cstr(ask->cx->arena, in.token);
}

static const char *token_of(struct ask *ask)
{
    const struct platform_options *options = &ask->connector->options;

    if (options->token_url == NULL)
        return options->secret;
    const char *token = token_kept(ask);
    return token != NULL ? token : token_fetch(ask);
}

/* --- calling ------------------------------------------------------------------------------------
 */

static void call_once(struct ask *ask, const char *token, struct http_call *http)
{
    const char *organization = ask->connector->options.organization;
    struct arena *arena = ask->cx->arena;
    struct event_id number;

    ID_NEW(ask->cx->ids, &number);
    const char *headers[] = {
        str_format(arena, "Authorization: Bearer %s", token).ptr,
        "Accept: application/json",
        str_format(arena, "Request-Id: %s", number.raw).ptr,
        organization == NULL ? NULL : str_format(arena, "Organization-Id: %s", organization).ptr,
    };
    http->headers = headers;
    http->header_count = organization == NULL ? ARRAY_LEN(headers) - 1 : ARRAY_LEN(headers);
    http->status = 0;
    if (http_call(arena, http) != OK)
        http->status = 0;
    http->headers = NULL;
    http->header_count = 0;
}

/* A token that was taken back early is fetched once more. */
void ask_call(struct ask *ask, const char *base, const char *path, struct http_call *http)
{
    const char *token = token_of(ask);

    http->status = 0;
    http->url = str_format(ask->cx->arena, "%s%s", base, path).ptr;
    http->timeout_ms = ask->connector->options.timeout_ms;
    http->answer_max = ANSWER_MAX;
    if (token == NULL)
        return;
    call_once(ask, token, http);
    if (http->status != 401 || ask->connector->options.token_url == NULL)
        return;
    token_forget(ask->connector);
    token = token_of(ask);
    if (token != NULL)
        call_once(ask, token, http);
}

void ask_json(struct ask *ask, const char *base, const char *path, struct str body,
              struct http_call *http)
{
    *http = (struct http_call){
        .method = body.ptr == NULL ? "GET" : "POST",
        .content_type = body.ptr == NULL ? NULL : "application/json",
        .body = body,
    };
    ask_call(ask, base, path, http);
}

bool ask_is_good(const struct http_call *http)
{
    return http->status == 200 || http->status == 201 || http->status == 202 || http->status == 206;
}

enum platform_answer ask_verdict(const struct http_call *http)
{
    switch (http->status) {
    case 404:
        return PLATFORM_UNKNOWN;
    case 400:
    case 409:
    case 413:
    case 415:
    case 422:
        return PLATFORM_REFUSED;
    default:
        return PLATFORM_SILENT;
    }
}

bool ask_read(struct ask *ask, const struct http_call *http, const struct table *table, void *out)
{
    struct field_reading reading = {.edition = ED_ALL, .where = "answer"};
    char *copy = arena_alloc(ask->cx->arena, http->answer.len + JSON_SPARE);
    struct json root;
    const char *why;

    if (http->answer.len > 0)
        memcpy(copy, http->answer.ptr, http->answer.len);
    memset(copy + http->answer.len, 0, JSON_SPARE);
    err_t err = json_parse(ask->json, (struct str){copy, http->answer.len}, &root, &why);
    if (err == OK)
        err = field_read(ask->cx, table, reading, root, out);
    ctx_clear_faults(ask->cx);
    return err == OK;
}

/* --- asking -------------------------------------------------------------------------------------
 */

/* On a worker's thread. */
static void ask_run(struct work *work)
{
    struct ask *ask = (struct ask *)work;

    ask->json = json_parser_new(ANSWER_MAX);
    *ask->answer = ask->question(ask);
    json_parser_free(ask->json);
}

static void ask_done(struct message *message)
{
    struct ask *ask = (struct ask *)message;

    operation_end(ask->operation, OK);
}

static void ask_begin(const struct platform *self, struct operation *operation,
                      enum platform_answer (*question)(struct ask *ask),
                      enum platform_answer *answer)
{
    struct ask *ask = arena_make(operation->cx->arena, struct ask);

    *ask = (struct ask){
        .work = {.done = {.run = ask_done}, .home = operation->core->home, .run = ask_run},
        .connector = (struct platform_connector *)(uintptr_t)self,
        .operation = operation,
        .cx = operation->cx,
        .question = question,
        .answer = answer,
    };
    workers_submit(ask->connector->workers, &ask->work);
}

static void look(const struct platform *self, struct platform_look *look)
{
    ask_begin(self, &look->operation, directory_look, &look->answer);
}

static void enlist(const struct platform *self, struct platform_registration *registration)
{
    ask_begin(self, &registration->operation, directory_enlist, &registration->answer);
}

static void transmit(const struct platform *self, struct platform_transmission *transmission)
{
    ask_begin(self, &transmission->operation, flow_transmit, &transmission->answer);
}

/* --- making -------------------------------------------------------------------------------------
 */

struct platform_connector *platform_connector_new(const struct platform_options *options)
{
    struct platform_connector *connector = process_make(struct platform_connector);

    connector->platform = (struct platform){.look = look, .enlist = enlist, .transmit = transmit};
    connector->options = *options;
    connector->workers = workers_new(THREADS);
    must(pthread_mutex_init(&connector->mutex, NULL) == 0);
    return connector;
}

void platform_connector_free(struct platform_connector *connector)
{
    if (connector == NULL)
        return;
    workers_free(connector->workers);
    (void)pthread_mutex_destroy(&connector->mutex);
    crypto_wipe(connector->token, sizeof connector->token);
    process_free(connector);
}

const struct platform *platform_connector_platform(const struct platform_connector *connector)
{
    return &connector->platform;
}
