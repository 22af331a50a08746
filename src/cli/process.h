#ifndef GUICHET_CLI_PROCESS_H
#define GUICHET_CLI_PROCESS_H

/* How our long-running processes behave; to be called before their first thread starts. */

/* No core files, and no other process reads our memory: it holds keys and card numbers. Nothing in
 * builds with sanitizers, whose leak check needs both. */
void process_guard(void);

/* Small stacks and few allocator arenas: they are most of a small server's memory. */
void process_small(void);

/* As many files as we may have, and a closed pipe is an error like any other. */
void process_files(void);

/* SIGTERM, SIGINT and SIGCHLD come through this descriptor only. */
int process_signals(void);

#endif
