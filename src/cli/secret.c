#include "cli/secret.h"

#include <stdlib.h>
#include <string.h>

#include "cli/file.h"

err_t secret_read(struct ctx *cx, const char *credential, const char *path, const char *field,
                  struct str *out)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    err_t err = ERR_NOT_FOUND;

    if (credentials != NULL)
        err = file_read(cx, str_format(cx->arena, "%s/%s", credentials, credential).ptr, SECRET_MAX,
                        out);
    if (err == ERR_NOT_FOUND)
        err = file_read(cx, path, SECRET_MAX, out);
    if (err != OK)
        return fault(cx, err, field, "cannot be read");
    while (out->len > 0 && strchr("\r\n", out->ptr[out->len - 1]) != NULL)
        out->len--;
    return OK;
}
