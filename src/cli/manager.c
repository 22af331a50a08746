#include "cli/manager.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

/* A path, or a name of the kernel's own after '@'. */
static socklen_t address_fill(const char *place, struct sockaddr_un *out)
{
    size_t len = strlen(place);

    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((place[0] != '/' && place[0] != '@') || len >= sizeof out->sun_path)
        return 0;
    memcpy(out->sun_path, place, len);
    if (place[0] == '@')
        out->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

void manager_tell(const char *what)
{
    const char *place = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;

    if (place == NULL || place[0] == '\0')
        return;
    socklen_t size = address_fill(place, &address);
    int fd = size == 0 ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ssize_t sent = -1;
    if (fd >= 0) {
        sent = sendto(fd, what, strlen(what), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
        close(fd);
    }
    if (sent < 0)
        log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("step", "notify_socket"));
}
