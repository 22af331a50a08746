#ifndef GUICHET_CLI_PROCESS_H
#define GUICHET_CLI_PROCESS_H

#include <stddef.h>

/* How our long-running processes behave; to be called before their first thread starts. */

/* Input, output and errors that whoever started us has closed: a database or a client's connection
 * would take their numbers, and what is printed would go there. Writing fails instead. */
void process_streams(void);

/* No core files, and no other process reads our memory: it holds keys and card numbers. Nothing in
 * builds with sanitizers, whose leak check needs both. */
void process_guard(void);

/* Small stacks and few allocator arenas: they are most of a small server's memory. */
void process_small(void);

/* So much memory and processor time at most: for a process that reads what
 * somebody sent with a library that has no bounds of its own. Memory is not bounded in builds with
 * sanitizers, which reserve more than there is. */
void process_bound(size_t memory, int seconds);

/* As many files as we may have, and a closed pipe is an error like any other. */
void process_files(void);

/* How many connections each of `shares` threads may have, `wanted` at most: the rest of the files
 * is for the database, acquirers, receivers and commands. */
int process_connections(int wanted, int shares);

/* SIGTERM, SIGINT, SIGCHLD and, unless it is ignored, SIGHUP come through this descriptor only. */
int process_signals(void);

#endif
