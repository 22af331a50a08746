#include "cli/config.h"

#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "cli/file.h"
#include "core/mail.h"
#include "wire/url.h"

enum { FILE_MAX = 64 * 1024, NAME_MAX_LEN = 64, INT_PORT_MAX = 65535, HOUR_MS = 3600 * 1000 };

enum kind { KIND_TEXT = 1, KIND_PATH, KIND_LINKS, KIND_MAILS, KIND_SENDER, KIND_INT, KIND_YES_NO };

/* One key. Texts start empty: what that means is said in `about`. */
struct key {
    const char *section;
    const char *name;
    enum kind kind;
    int64_t min;
    int64_t max;
    int64_t initial;
    size_t offset;
    const char *about;
};

#define TEXT(member) KIND_TEXT, 0, 0, 0, offsetof(struct config, member)
#define PATH(member) KIND_PATH, 0, 0, 0, offsetof(struct config, member)
#define LINKS(member) KIND_LINKS, 0, 0, 0, offsetof(struct config, member)
#define MAILS(member) KIND_MAILS, 0, 0, 0, offsetof(struct config, member)
#define SENDER(member) KIND_SENDER, 0, 0, 0, offsetof(struct config, member)
#define INT(min, max, initial, member) KIND_INT, min, max, initial, offsetof(struct config, member)
#define YES_NO(initial, member) KIND_YES_NO, 0, 1, initial, offsetof(struct config, member)

/* clang-format off */
static const struct key KEYS[] = {
    {"server", "listen", TEXT(listen), "address to listen on; empty: 127.0.0.1"},
    {"server", "port", INT(0, INT_PORT_MAX, 8080, port), "port for http; 0: a free one"},
    {"server", "tls_port", INT(-1, INT_PORT_MAX, -1, tls_port), "port for https; 0: a free one, -1: no https"},
    {"server", "public_url", LINKS(public_url), "base of every link, without a slash at the end; empty: the address we listen on"},
    {"server", "tls_cert", PATH(tls_cert), "certificate chain, PEM; empty: DATA/tls/server.pem"},
    {"server", "tls_key", PATH(tls_key), "its key, PEM; empty: DATA/tls/server.key"},
    {"server", "threads", INT(1, 64, 2, threads), "threads that answer requests; each takes 1 MB"},
    {"server", "header_ms", INT(100, HOUR_MS, 10000, header_ms), "a request's header must have come within this time"},
    {"server", "body_ms", INT(100, HOUR_MS, 20000, body_ms), "and its body within this time after it"},
    {"server", "idle_ms", INT(100, HOUR_MS, 60000, idle_ms), "a connection without requests is closed after this time"},
    {"server", "stop_ms", INT(100, 9500, 8000, stop_ms), "a stop waits this long for what runs"},
    {"server", "connections_max", INT(1, 1000000, 4096, connections_max), "connections per thread; more are closed at once"},
    {"server", "bodies_mb", INT(32, 1000000, 256, bodies_mb), "memory per thread for bodies that come, of those above 16 KiB; more are answered 503"},
    {"server", "connections_per_peer", INT(0, 1000000, 0, connections_per_peer), "connections per thread from one address; 0: no limit"},
    {"server", "parked_max", INT(1, 4096, 1024, parked_max), "requests per thread that wait for the database or an acquirer; more are answered 503"},
    {"server", "access_log", YES_NO(1, access_log), "one line per request on standard error"},
    {"store", "url", TEXT(store_url), "the database: sqlite:PATH or postgresql://HOST/NAME; empty: sqlite:DATA/guichet.db"},
    {"store", "sync_delay_us", INT(0, 1000000, 0, sync_delay_us), "added to every commit, to imitate a slow disk in benchmarks"},
    {"keys", "kek_file", PATH(kek_file), "key-encryption key, mode 0400; empty: DATA/kek. A systemd credential named guichet-kek comes first"},
    {"cards", "accept_pan", YES_NO(0, accept_pan), "take live card numbers on our page and API: PCI DSS SAQ D applies"},
    {"card", "sim_port", INT(0, INT_PORT_MAX, 0, sim_port), "sandbox: the simulated acquirer's port; 0: a free one"},
    {"card", "sim_control_port", INT(0, INT_PORT_MAX, 0, sim_control_port), "sandbox: its control port; 0: a free one"},
    {"card", "sim_acs_port", INT(0, INT_PORT_MAX, 0, sim_acs_port), "sandbox: the port of its 3-D Secure pages; 0: a free one"},
    {"card", "sim_secret_file", PATH(sim_secret_file), "sandbox of several servers: the simulator runs by itself on these three ports, and this file holds the token of its control port; empty: the server starts its own"},
    {"card", "sim_answer_ms", INT(0, 60000, 0, sim_answer_ms), "how long an acquirer's answer may take; 0: the profile's time"},
    {"card", "live_host", TEXT(live_host), "address of the acquirer's host for live payments, reached with TLS only; empty: live payments are refused"},
    {"card", "live_port", INT(0, INT_PORT_MAX, 0, live_port), "its port"},
    {"card", "live_name", TEXT(live_name), "the name its certificate must carry; empty: the address itself"},
    {"card", "live_ca", PATH(live_ca), "the authorities that may have signed it, PEM; empty: DATA/acquirer/ca.pem"},
    {"card", "live_cert", PATH(live_cert), "our certificate for it, PEM, with its chain; empty: DATA/acquirer/client.pem"},
    {"card", "live_key", PATH(live_key), "its key, PEM; empty: DATA/acquirer/client.key"},
    {"card", "live_terminal", TEXT(live_terminal), "our terminal there, 1 to 8 characters; empty: GUICH001"},
    {"card", "live_acquirer", TEXT(live_acquirer), "the acquirer's number, 1 to 11 digits"},
    {"card", "live_category", TEXT(live_category), "category of what is sold (MCC), 4 digits; empty: 5732"},
    {"card", "live_city", TEXT(live_city), "city shown to the payer; empty: PARIS"},
    {"card", "live_gateway_url", TEXT(live_gateway_url), "https address of what does 3-D Secure and gives settlement files for live payments (docs/acquirer.md); empty: neither"},
    {"card", "live_secret_file", PATH(live_secret_file), "file with our bearer token there; empty: DATA/acquirer/secret. A systemd credential named guichet-acquirer comes first"},
    {"safedebit", "prefixes", TEXT(safedebit_prefixes), "first segments of paths, beside ssp, under which the Safedebit interface answers, separated by blanks"},
    {"pages", "payment_life_h", INT(1, 24 * 90, 24, payment_life_h), "hours that a pay page of a Stancer payment stays open"},
    {"pages", "mandate_life_d", INT(1, 365, 30, mandate_life_d), "days that a form on which a mandate is signed stays open"},
    {"pages", "request_life_d", INT(1, 365, 90, request_life_d), "days that a payment request of SimplyPaie can be paid"},
    {"pages", "onboarding_life_h", INT(1, 24 * 30, 168, onboarding_life_h), "hours that the page is open on which a company enrols"},
    {"sepa", "schema_dir", TEXT(sepa_schema_dir), "directory of the ISO 20022 schemas (pain.008.001.08.xsd ...), against which files are checked before they leave; empty: not checked"},
    {"sepa", "out_dir", TEXT(sepa_out_dir), "directory from which live files are carried to the bank; empty: they wait"},
    {"sepa", "in_dir", TEXT(sepa_in_dir), "directory into which the bank's live files are put; read ones are moved to done or failed below it; empty: none"},
    {"smtp", "url", MAILS(smtp_url), "server for mails: smtp://HOST:PORT or smtps://HOST:PORT; empty: none, in a sandbox its catcher"},
    {"smtp", "from", SENDER(smtp_from), "address that mails come from; empty: none is sent, in a sandbox guichet@localhost"},
    {"smtp", "user", TEXT(smtp_user), "user at that server, who needs encryption; empty: none"},
    {"smtp", "password_file", PATH(smtp_password_file), "file with the user's password; empty: DATA/smtp-password. A systemd credential named guichet-smtp comes first"},
    {"sms", "url", TEXT(sms_url), "https address that text messages are handed to, http on this machine only (docs/sms.md); empty: none, codes go by mail"},
    {"sms", "token_file", PATH(sms_token_file), "file with the bearer token for it; empty: none. A systemd credential named guichet-sms comes first"},
    {"platform", "directory_url", TEXT(platform_directory_url), "https address of the Directory Service of an accredited platform (XP Z12-013), without /v1, for live mode; empty: none"},
    {"platform", "flow_url", TEXT(platform_flow_url), "https address of its Flow Service, without /v1; empty: that of the directory"},
    {"platform", "token_url", TEXT(platform_token_url), "https address that gives tokens (OAuth 2, client credentials); empty: the secret is the token"},
    {"platform", "client_id", TEXT(platform_client_id), "our identifier there"},
    {"platform", "secret_file", PATH(platform_secret_file), "file with our secret there; empty: DATA/platform-secret. A systemd credential named guichet-platform comes first"},
    {"platform", "organization", TEXT(platform_organization), "the header Organization-Id; empty: none"},
    {"sandbox", "mail_port", INT(0, INT_PORT_MAX, 0, mail_port), "port on which the sandbox catches mails; 0: a free one"},
    {"sandbox", "enabled", YES_NO(0, sandbox), "test data directory: starts the simulator, keeps sandbox.json up to date"},
};
/* clang-format on */

/* --- one value ----------------------------------------------------------------------------------
 */

static void *place_of(struct config *config, const struct key *key)
{
    return (char *)config + key->offset;
}

static const void *place_in(const struct config *config, const struct key *key)
{
    return (const char *)config + key->offset;
}

void config_default(struct config *config)
{
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        const struct key *key = &KEYS[i];
        switch (key->kind) {
        case KIND_TEXT:
        case KIND_PATH:
        case KIND_LINKS:
        case KIND_MAILS:
        case KIND_SENDER:
            *(struct str *)place_of(config, key) = STR("");
            break;
        case KIND_INT:
            *(int64_t *)place_of(config, key) = key->initial;
            break;
        case KIND_YES_NO:
            *(bool *)place_of(config, key) = key->initial != 0;
            break;
        }
    }
}

static const struct key *key_find(struct str name)
{
    size_t dot = str_find(name, '.');

    if (dot == name.len)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        if (str_eq(str_sub(name, 0, dot), str_of(KEYS[i].section)) &&
            str_eq(str_from(name, dot + 1), str_of(KEYS[i].name)))
            return &KEYS[i];
    }
    return NULL;
}

/* What a path is put behind, and what says whether cookies are for https alone. */
static bool begins_links(struct str value)
{
    struct url url;

    return url_parse(value, &url) == OK &&
           str_starts(value, url.tls ? STR("https:") : STR("http:")) &&
           value.ptr[value.len - 1] != '/' && str_find(value, '?') == value.len &&
           str_find(value, '#') == value.len;
}

static bool is_mail_server(struct str value)
{
    size_t scheme = str_starts(value, STR("smtp://"))    ? strlen("smtp://")
                    : str_starts(value, STR("smtps://")) ? strlen("smtps://")
                                                         : 0;

    return scheme > 0 && value.len > scheme && str_find(value, ' ') == value.len;
}

static err_t value_set(struct ctx *cx, struct config *config, const struct key *key,
                       struct str name, struct str value)
{
    const char *field = str_cstr(cx->arena, name);
    bool yes = str_eq(value, STR("yes"));
    int64_t number;

    if (key->kind == KIND_LINKS && value.len > 0 && !begins_links(value))
        return fault(cx, ERR_INVALID, field,
                     "must be an address like https://pay.example.com, without a slash at the end");
    if (key->kind == KIND_MAILS && value.len > 0 && !is_mail_server(value))
        return fault(cx, ERR_INVALID, field, "must be smtp://HOST:PORT or smtps://HOST:PORT");
    if (key->kind == KIND_SENDER && value.len > 0 && !mail_address_valid(value))
        return fault(cx, ERR_INVALID, field, "must be an e-mail address, without a name before it");
    switch (key->kind) {
    case KIND_TEXT:
    case KIND_PATH:
    case KIND_LINKS:
    case KIND_MAILS:
    case KIND_SENDER:
        *(struct str *)place_of(config, key) = str_dup(cx->arena, value);
        return OK;
    case KIND_INT:
        if (!str_to_int64(value, &number) || number < key->min || number > key->max)
            return fault(cx, ERR_INVALID, field,
                         str_format(cx->arena, "must be a number from %lld to %lld",
                                    (long long)key->min, (long long)key->max)
                             .ptr);
        *(int64_t *)place_of(config, key) = number;
        return OK;
    case KIND_YES_NO:
        if (!yes && !str_eq(value, STR("no")))
            return fault(cx, ERR_INVALID, field, "must be yes or no");
        *(bool *)place_of(config, key) = yes;
        return OK;
    }
    must_fail(__FILE__, __LINE__, "a kind of key");
}

err_t config_set(struct ctx *cx, struct config *config, struct str name, struct str value)
{
    const struct key *key = key_find(name);

    if (key == NULL)
        return fault(cx, ERR_INVALID, str_cstr(cx->arena, name),
                     "is not a key of the configuration");
    return value_set(cx, config, key, name, value);
}

/* --- the file -----------------------------------------------------------------------------------
 */

struct reading {
    struct ctx *cx;
    struct config *config;
    struct str rest;
    int line;
    int found[ARRAY_LEN(KEYS)]; /* the line of each key; 0: none yet */
};

/* inih asks for a line at a time. One that begins with a blank it would take for more of the value
 * before, so a key that is set in would end up in that one. A line that does not fit comes in
 * pieces, which inih would take for lines of their own: config_read has refused such texts before.
 */
static char *line_next(char *out, int size, void *stream)
{
    struct reading *reading = stream;

    while (reading->rest.len > 0 && (reading->rest.ptr[0] == ' ' || reading->rest.ptr[0] == '\t'))
        reading->rest = str_from(reading->rest, 1);
    size_t len = str_find(reading->rest, '\n');
    if (reading->rest.len == 0 || size < 2)
        return NULL;
    if (len < reading->rest.len)
        len++;
    must(len < (size_t)size);
    memcpy(out, reading->rest.ptr, len);
    out[len] = '\0';
    reading->rest = str_from(reading->rest, len);
    reading->line++;
    return out;
}

/* The last one counts, as it always has; mostly one of them was to go. */
static void repeated_tell(struct reading *reading, struct str name)
{
    const struct key *key = key_find(name);
    int *found = &reading->found[key - KEYS];

    if (*found != 0)
        log_event(reading->cx, EV_CONFIG_REPEATED, LOG_WORD("section", key->section),
                  LOG_WORD("key", key->name), LOG_INT("line", *found),
                  LOG_INT("again", reading->line));
    *found = reading->line;
}

static int value_found(void *user, const char *section, const char *name, const char *value)
{
    struct reading *reading = user;
    struct str full = str_format(reading->cx->arena, "%s.%s", section, name);

    if (config_set(reading->cx, reading->config, full, str_of(value)) != OK)
        return 0;
    repeated_tell(reading, full);
    return 1;
}

static bool lines_fit(struct str text, size_t max)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\0' || i - from >= max)
            return false;
        if (text.ptr[i] == '\n')
            from = i + 1;
    }
    return true;
}

err_t config_read(struct ctx *cx, struct str text, struct config *config)
{
    struct reading reading = {.cx = cx, .config = config, .rest = text};

    if (!lines_fit(text, 190))
        return fault(cx, ERR_INVALID, "guichet.conf",
                     "holds a line of more than 190 bytes or a NUL byte");
    int line = ini_parse_stream(line_next, &reading, value_found, &reading);
    if (line == 0)
        return cx->fault_count == 0 ? OK : ERR_INVALID;
    const char *why = str_format(cx->arena, "cannot be understood at line %d", line).ptr;
    return fault(cx, ERR_INVALID, "guichet.conf", why);
}

/* --- the environment ----------------------------------------------------------------------------
 */

/* "GUICHET_SERVER_PORT" for server.port. */
static struct str variable_of(struct arena *arena, const char *section, const char *name)
{
    struct str text =
        str_format(arena, "GUICHET_%s%s%s", section, name[0] == '\0' ? "" : "_", name);
    char *upper = arena_alloc(arena, text.len + 1);

    for (size_t i = 0; i < text.len; i++)
        upper[i] =
            (char)(text.ptr[i] >= 'a' && text.ptr[i] <= 'z' ? text.ptr[i] - 32 : text.ptr[i]);
    return (struct str){upper, text.len};
}

/* Whether the variable claims to be a key: it begins with GUICHET_ and the name of a section. */
static bool variable_claims(struct arena *arena, struct str variable)
{
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        struct str section = variable_of(arena, KEYS[i].section, "");
        if (str_starts(variable, section) && variable.len > section.len &&
            variable.ptr[section.len] == '_')
            return true;
    }
    return false;
}

static err_t variable_read(struct ctx *cx, struct str entry, struct config *config)
{
    size_t equals = str_find(entry, '=');
    struct str variable = str_sub(entry, 0, equals);

    if (equals == entry.len || !str_starts(variable, STR("GUICHET_")))
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        if (str_eq(variable, variable_of(cx->arena, KEYS[i].section, KEYS[i].name)))
            return value_set(cx, config, &KEYS[i], variable, str_from(entry, equals + 1));
    }
    if (variable_claims(cx->arena, variable))
        return fault(cx, ERR_INVALID, str_cstr(cx->arena, variable),
                     "is not a key of the configuration");
    return OK;
}

err_t config_read_environment(struct ctx *cx, char *const *environment, struct config *config)
{
    for (size_t i = 0; environment[i] != NULL; i++)
        TRY(variable_read(cx, str_of(environment[i]), config));
    return OK;
}

/* --- all of it ----------------------------------------------------------------------------------
 */

/* An empty path gets its place in the data directory; a relative one begins there. */
static void path_complete(struct ctx *cx, struct str data, struct str *path, const char *otherwise)
{
    if (path->len == 0)
        *path = str_format(cx->arena, "%s/%s", data.ptr, otherwise);
    else if (path->ptr[0] != '/')
        *path = str_format(cx->arena, "%s/%s", data.ptr, str_cstr(cx->arena, *path));
}

/* A relative path begins in the data directory; an empty one stays empty. */
static void path_from(struct ctx *cx, struct str data, struct str *path)
{
    if (path->len > 0)
        path_complete(cx, data, path, "");
}

static bool is_directory(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

err_t config_load(struct ctx *cx, struct str data, struct config *out)
{
    struct str text;

    config_default(out);
    out->data = data;
    struct str path = str_format(cx->arena, "%s/guichet.conf", data.ptr);
    err_t err = file_read(cx, path.ptr, FILE_MAX, &text);
    if (err == OK)
        err = config_read(cx, text, out);
    else if (err != ERR_NOT_FOUND)
        fault(cx, err, "guichet.conf", "cannot be read");
    else if (!is_directory(data.ptr))
        fault(cx, err, data.ptr,
              "is no directory: guichet init makes one, --data or GUICHET_DATA names another");
    else
        err = OK;
    TRY(err);
    TRY(config_read_environment(cx, environ, out));
    if (out->listen.len == 0)
        out->listen = STR("127.0.0.1");
    if (out->store_url.len == 0)
        out->store_url = str_format(cx->arena, "sqlite:%s/guichet.db", data.ptr);
    path_from(cx, data, &out->sepa_schema_dir);
    path_from(cx, data, &out->sepa_out_dir);
    path_from(cx, data, &out->sepa_in_dir);
    path_from(cx, data, &out->sms_token_file);
    path_complete(cx, data, &out->kek_file, "kek");
    path_complete(cx, data, &out->smtp_password_file, "smtp-password");
    path_complete(cx, data, &out->platform_secret_file, "platform-secret");
    path_complete(cx, data, &out->live_ca, "acquirer/ca.pem");
    path_complete(cx, data, &out->live_cert, "acquirer/client.pem");
    path_complete(cx, data, &out->live_key, "acquirer/client.key");
    path_complete(cx, data, &out->live_secret_file, "acquirer/secret");
    path_complete(cx, data, &out->tls_cert, "tls/server.pem");
    path_complete(cx, data, &out->tls_key, "tls/server.key");
    return OK;
}

struct str config_print(struct arena *arena, const struct config *config)
{
    struct buf out = buf_make(arena, FILE_MAX);
    const char *section = "";

    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        const struct key *key = &KEYS[i];
        if (strcmp(section, key->section) != 0)
            buf_format(&out, "%s[%s]\n", i == 0 ? "" : "\n", key->section);
        section = key->section;
        buf_format(&out, "; %s\n%s =", key->about, key->name);
        switch (key->kind) {
        case KIND_TEXT:
        case KIND_PATH:
        case KIND_LINKS:
        case KIND_MAILS:
        case KIND_SENDER: {
            const struct str *text = place_in(config, key);
            buf_put(&out, text->len > 0 ? STR(" ") : STR(""));
            buf_put(&out, *text);
            break;
        }
        case KIND_INT:
            buf_format(&out, " %lld", (long long)*(const int64_t *)place_in(config, key));
            break;
        case KIND_YES_NO:
            buf_put(&out, *(const bool *)place_in(config, key) ? STR(" yes") : STR(" no"));
            break;
        }
        buf_put_byte(&out, '\n');
    }
    must(!out.failed);
    return buf_str(&out);
}
