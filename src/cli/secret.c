#include "cli/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "cli/file.h"

void secret_file_judge(struct ctx *cx, const char *path, const char *field)
{
    struct stat info;

    if (stat(path, &info) == 0 && (info.st_mode & S_IRWXO) != 0)
        log_event(cx, EV_SECRET_EXPOSED, LOG_WORD("key", field));
}

err_t secret_read(struct ctx *cx, const char *credential, const char *path, const char *field,
                  struct str *out)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    err_t err = ERR_NOT_FOUND;

    if (credentials != NULL)
        err = file_read(cx, str_format(cx->arena, "%s/%s", credentials, credential).ptr, SECRET_MAX,
                        out);
    if (err == ERR_NOT_FOUND) {
        err = file_read(cx, path, SECRET_MAX, out);
        secret_file_judge(cx, path, field);
    }
    if (err != OK)
        return fault(cx, err, field, "cannot be read");
    while (out->len > 0 && strchr("\r\n", out->ptr[out->len - 1]) != NULL)
        out->len--;
    return OK;
}
