#include "cli/sandbox.h"

#include <stddef.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "cli/backend.h"
#include "cli/file.h"
#include "core/merchant_sandbox.h"
#include "core/operator.h"
#include "wire/json.h"

enum { FILE_MAX = 64 * 1024, PASSWORD_LEN = 24 };
#define OPERATOR_EMAIL "operateur@example.com"

/* Where each text stands. An empty group is the top. */
struct place {
    const char *group;
    const char *name;
    size_t offset;
};

#define AT(member) offsetof(struct sandbox_file, member)

static const struct place PLACES[] = {
    {"",           "base_url",        AT(base_url)          },
    {"",           "tls_url",         AT(tls_url)           },
    {"",           "ca_file",         AT(ca_file)           },
    {"stancer",    "public_key",      AT(public_key)        },
    {"stancer",    "secret_key",      AT(secret_key)        },
    {"simplypaie", "client_id",       AT(simplypaie_id)     },
    {"simplypaie", "secret",          AT(simplypaie_secret) },
    {"safedebit",  "login",           AT(safedebit_login)   },
    {"safedebit",  "password",        AT(safedebit_password)},
    {"safedebit",  "ics",             AT(ics)               },
    {"safedebit",  "otp_threshold",   AT(otp_threshold)     },
    {"safedebit",  "callback_secret", AT(callback_secret)   },
    {"seqino",     "api_key",         AT(seqino_key)        },
    {"seqino",     "sponsor_id",      AT(sponsor_id)        },
    {"seqino",     "client_id",       AT(client_id)         },
    {"simulator",  "acs_url",         AT(acs_url)           },
    {"simulator",  "control_url",     AT(control_url)       },
    {"mail",       "smtp_url",        AT(smtp_url)          },
    {"mail",       "url",             AT(mail_url)          },
    {"dashboard",  "email",           AT(operator_email)    },
    {"dashboard",  "password",        AT(operator_password) },
};

static struct str *place_of(struct sandbox_file *file, const struct place *place)
{
    return (struct str *)(void *)((char *)file + place->offset);
}

static struct str place_text(const struct sandbox_file *file, const struct place *place)
{
    return *(const struct str *)(const void *)((const char *)file + place->offset);
}

static struct str url_of(struct arena *arena, const char *scheme, struct str host, int64_t port)
{
    bool ipv6 = str_find(host, ':') < host.len;

    if (port <= 0)
        return STR_NONE;
    return str_format(arena, "%s://%s%.*s%s:%lld", scheme, ipv6 ? "[" : "", (int)host.len, host.ptr,
                      ipv6 ? "]" : "", (long long)port);
}

void sandbox_addresses(struct ctx *cx, const struct config *config, struct sandbox_file *file)
{
    /* An address that stands for all of them is no address to call. */
    bool any = str_eq(config->listen, STR("0.0.0.0")) || str_eq(config->listen, STR("::"));
    struct str host = any ? STR("127.0.0.1") : config->listen;

    file->base_url = url_of(cx->arena, "http", host, config->port);
    file->tls_url = url_of(cx->arena, "https", host, config->tls_port);
    file->ca_file = str_format(cx->arena, "%s/tls/ca.pem", config->data.ptr);
}

err_t sandbox_merchant_new(struct ctx *cx, struct backend *backend, struct sandbox_file *file)
{
    struct sandbox_merchant made;

    if (backend->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, NULL, backend->vault_why.ptr);
    sandbox_merchant_prepare(cx, backend->vault, &made);
    TRY(backend_write(cx, backend, sandbox_merchant_body, &made));
    file->public_key = made.keys.public_key;
    file->secret_key = made.keys.secret_key;
    file->simplypaie_id = made.simplypaie_id;
    file->simplypaie_secret = made.simplypaie_secret;
    file->safedebit_login = made.safedebit_login;
    file->safedebit_password = made.safedebit_password;
    file->ics = made.ics;
    file->otp_threshold = made.otp_threshold;
    file->callback_secret = made.callback_secret;
    file->seqino_key = made.seqino_key;
    /* [our choice] the Seqino face writes ids with these prefixes (api/seqino.md 3). */
    file->sponsor_id = str_format(cx->arena, "sponsor_%s", made.sponsor.raw);
    file->client_id = str_format(cx->arena, "client_%s", made.merchant.raw);
    return OK;
}

struct addition {
    struct str email;
    struct str hash;
};

static err_t operator_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct addition *addition = arg;
    struct operator_account account;

    /* There is one when sandbox.json was lost. */
    TRY(operator_find(cx, tx, addition->email, &account, NULL));
    return ID_NONE(account.id) ? operator_add(cx, tx, addition->email, addition->hash)
                               : operator_password(cx, tx, addition->email, addition->hash);
}

err_t sandbox_operator_new(struct ctx *cx, struct backend *backend, struct sandbox_file *file)
{
    struct str password = random_text(cx->arena, PASSWORD_LEN);
    struct addition addition = {STR(OPERATOR_EMAIL), password_hash(cx->arena, password)};

    TRY(backend_write(cx, backend, operator_body, &addition));
    file->operator_email = addition.email;
    file->operator_password = password;
    return OK;
}

struct str sandbox_print(struct arena *arena, const struct sandbox_file *file)
{
    struct buf out = buf_make(arena, FILE_MAX);
    const char *group = "";
    bool first = true;
    bool group_first = true;

    buf_put_byte(&out, '{');
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        const struct place *place = &PLACES[i];
        struct str text = place_text(file, place);
        if (text.ptr == NULL)
            continue;
        if (!str_eq(str_of(group), str_of(place->group))) {
            buf_put(&out, group[0] == '\0' ? STR("") : STR("\n  }"));
            buf_format(&out, "%s\n  \"%s\": {", first ? "" : ",", place->group);
            group = place->group;
            first = false;
            group_first = true;
        }
        if (group[0] == '\0')
            print_member(&out, 2, &first, place->name, text);
        else
            print_member(&out, 4, &group_first, place->name, text);
    }
    buf_put(&out, group[0] == '\0' ? STR("\n}\n") : STR("\n  }\n}\n"));
    must(!out.failed);
    return buf_str(&out);
}

static void members_read(struct ctx *cx, struct json object, const char *group,
                         struct sandbox_file *file)
{
    struct json_member *members;
    size_t count = json_members(cx->arena, object, &members);

    for (size_t i = 0; i < count; i++) {
        if (json_kind(members[i].value) == JSON_OBJECT && group[0] == '\0')
            members_read(cx, members[i].value, str_cstr(cx->arena, members[i].name), file);
        if (json_kind(members[i].value) != JSON_TEXT)
            continue;
        for (size_t at = 0; at < ARRAY_LEN(PLACES); at++) {
            if (str_eq(str_of(group), str_of(PLACES[at].group)) &&
                str_eq(members[i].name, str_of(PLACES[at].name)))
                *place_of(file, &PLACES[at]) = str_dup(cx->arena, json_text(members[i].value));
        }
    }
}

err_t sandbox_read(struct ctx *cx, struct str data, struct sandbox_file *file)
{
    struct str path = str_format(cx->arena, "%s/sandbox.json", data.ptr);
    struct str text;
    struct json root;
    const char *why;

    *file = (struct sandbox_file){.base_url = STR_NONE};
    TRY(file_read(cx, path.ptr, FILE_MAX, &text));
    char *spare = arena_alloc(cx->arena, text.len + JSON_SPARE);
    memcpy(spare, text.ptr, text.len);
    struct json_parser *parser = json_parser_new(FILE_MAX);
    err_t err = json_parse(parser, (struct str){spare, text.len}, &root, &why);
    if (err == OK && json_kind(root) != JSON_OBJECT)
        err = ERR_MALFORMED;
    if (err == OK)
        members_read(cx, root, "", file);
    json_parser_free(parser);
    return err;
}

err_t sandbox_write(struct ctx *cx, struct str data, const struct sandbox_file *file)
{
    struct str path = str_format(cx->arena, "%s/sandbox.json", data.ptr);

    return file_replace(cx, path.ptr, 0600, sandbox_print(cx->arena, file));
}
