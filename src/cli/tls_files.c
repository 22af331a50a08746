#include "cli/tls_files.h"

#include <string.h>

#include "base/tls.h"
#include "cli/file.h"
#include "cli/secret.h"

enum { PEM_MAX = 256 * 1024, RENEW_DAYS = 30 };

static err_t pem_read(struct ctx *cx, struct str directory, const char *name, struct str *out)
{
    struct str path = str_format(cx->arena, "%s/%s", directory.ptr, name);

    *out = STR_NONE;
    return file_read(cx, path.ptr, PEM_MAX, out);
}

static err_t pem_write(struct ctx *cx, struct str directory, const char *name, mode_t mode,
                       struct str text)
{
    struct str path = str_format(cx->arena, "%s/%s", directory.ptr, name);

    return file_replace(cx, path.ptr, mode, text);
}

/* The key goes first: a certificate without its key would pass for a finished pair. */
static err_t pair_write(struct ctx *cx, struct str directory, const char *name,
                        const struct tls_pair *pair)
{
    TRY(pem_write(cx, directory, str_format(cx->arena, "%s.key", name).ptr, 0600, pair->key));
    return pem_write(cx, directory, str_format(cx->arena, "%s.pem", name).ptr, 0644, pair->cert);
}

static err_t files_prepare(struct ctx *cx, struct str directory)
{
    struct tls_pair ca;
    struct tls_pair server;

    TRY(directory_make(cx, directory.ptr));
    if (pem_read(cx, directory, "ca.pem", &ca.cert) != OK ||
        pem_read(cx, directory, "ca.key", &ca.key) != OK) {
        TRY(tls_make_ca(cx->arena, cx->real, &ca));
        TRY(pair_write(cx, directory, "ca", &ca));
    }
    if (pem_read(cx, directory, "server.pem", &server.cert) == OK &&
        pem_read(cx, directory, "server.key", &server.key) == OK &&
        tls_cert_lasts(server.cert, ca.cert, cx->real, RENEW_DAYS))
        return OK;
    TRY(tls_make_cert(cx->arena, cx->real, &ca, &server));
    return pair_write(cx, directory, "server", &server);
}

err_t tls_files_prepare(struct ctx *cx, struct str data)
{
    struct str directory = str_format(cx->arena, "%s/tls", data.ptr);
    err_t err = files_prepare(cx, directory);

    return err == OK ? OK : fault(cx, err, "tls", "certificates could not be made in DATA/tls");
}

err_t tls_files_read(struct ctx *cx, const struct config *config, struct str *cert, struct str *key)
{
    if (file_read(cx, config->tls_cert.ptr, PEM_MAX, cert) != OK)
        return fault(cx, ERR_UNAVAILABLE, "server.tls_cert", "cannot be read");
    if (file_read(cx, config->tls_key.ptr, PEM_MAX, key) != OK)
        return fault(cx, ERR_UNAVAILABLE, "server.tls_key", "cannot be read");
    secret_file_judge(cx, config->tls_key.ptr, "server.tls_key");
    return OK;
}

err_t tls_files_client(struct ctx *cx, const struct config *config, struct tls_client **out)
{
    const struct {
        const char *name; /* as tls_client_new says which is wrong */
        const char *field;
        const char *path;
    } files[] = {
        {"ca",   "card.live_ca",   config->live_ca.ptr  },
        {"cert", "card.live_cert", config->live_cert.ptr},
        {"key",  "card.live_key",  config->live_key.ptr },
    };
    struct str texts[ARRAY_LEN(files)];
    const char *wrong;

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (file_read(cx, files[i].path, PEM_MAX, &texts[i]) != OK)
            return fault(cx, ERR_UNAVAILABLE, files[i].field, "cannot be read");
    }
    secret_file_judge(cx, config->live_key.ptr, "card.live_key");
    err_t err = tls_client_new(texts[0], texts[1], texts[2], out, &wrong);
    if (err == OK)
        return OK;
    for (size_t i = 0; wrong != NULL && i < ARRAY_LEN(files); i++) {
        if (strcmp(wrong, files[i].name) == 0)
            return fault(cx, err, files[i].field, "is not what TLS needs there");
    }
    return fault(cx, err, "card.live_host", "TLS cannot be set up");
}
