#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/manager.h"

/* After the system's headers, which it includes too. */
#include "support/unit.h"

/* What somebody who listens at this place is told. */
static void told(const char *place, char out[32])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    strcpy(address.sun_path, place);
    if (place[0] == '@')
        address.sun_path[0] = '\0';
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(place));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    setenv("NOTIFY_SOCKET", place, 1);
    manager_tell(MANAGER_READY);
    unsetenv("NOTIFY_SOCKET");
    ssize_t got = recv(fd, out, 31, MSG_DONTWAIT);
    assert_true(got > 0);
    out[got] = '\0';
    close(fd);
}

CASE(a_manager_is_told_at_a_path_and_at_a_name)
{
    char directory[] = "/tmp/guichet-manager-XXXXXX";
    char place[64];
    char text[32];

    assert_non_null(mkdtemp(directory));
    snprintf(place, sizeof place, "%s/socket", directory);
    told(place, text);
    assert_string_equal(text, "READY=1");
    unlink(place);
    rmdir(directory);
    snprintf(place, sizeof place, "@%s", directory);
    told(place, text);
    assert_string_equal(text, "READY=1");
}

CASE(without_a_manager_or_with_a_bad_place_nothing_happens)
{
    char longer[200];

    unsetenv("NOTIFY_SOCKET");
    manager_tell(MANAGER_STOPPING);
    setenv("NOTIFY_SOCKET", "", 1);
    manager_tell(MANAGER_STOPPING);
    setenv("NOTIFY_SOCKET", "relative", 1);
    manager_tell(MANAGER_STOPPING);
    memset(longer, 'x', sizeof longer - 1);
    longer[0] = '/';
    longer[sizeof longer - 1] = '\0';
    setenv("NOTIFY_SOCKET", longer, 1);
    manager_tell(MANAGER_STOPPING);
    unsetenv("NOTIFY_SOCKET");
}

UNIT_MAIN(T(a_manager_is_told_at_a_path_and_at_a_name),
          T(without_a_manager_or_with_a_bad_place_nothing_happens))
