#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/secret.h"
#include "support/logged.h"

struct reading {
    struct ctx *cx;
    char path[64];
    struct str secret;
};

static void read_it(void *arg)
{
    struct reading *reading = arg;

    assert_ok(
        secret_read(reading->cx, "guichet-sms", reading->path, "sms.token_file", &reading->secret));
}

CASE(a_secret_that_every_user_may_read_is_told)
{
    struct reading reading = {.cx = unit_ctx(), .path = "/tmp/guichet-secret-XXXXXX"};
    char log[1024];

    unsetenv("CREDENTIALS_DIRECTORY");
    int fd = mkstemp(reading.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "token\r\n", 7), 7);
    logged(log, sizeof log, read_it, &reading);
    assert_string_equal(log, "");
    assert_str(reading.secret, "token");
    assert_int_equal(fchmod(fd, 0640), 0);
    logged(log, sizeof log, read_it, &reading);
    assert_string_equal(log, "");
    assert_int_equal(fchmod(fd, 0644), 0);
    logged(log, sizeof log, read_it, &reading);
    assert_non_null(strstr(log, " secret.exposed key=sms.token_file\n"));
    close(fd);
    unlink(reading.path);
    unit_ctx_free(reading.cx);
}

UNIT_MAIN(T(a_secret_that_every_user_may_read_is_told))
