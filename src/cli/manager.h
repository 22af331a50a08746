#ifndef GUICHET_CLI_MANAGER_H
#define GUICHET_CLI_MANAGER_H

/* Tells the service manager that started us, if one asks for it (NOTIFY_SOCKET, sd_notify(3)), what
 * is so: MANAGER_READY, so that who waits for the start finds a server that answers. */

#define MANAGER_READY "READY=1"
#define MANAGER_STOPPING "STOPPING=1"

void manager_tell(const char *what);

#endif
