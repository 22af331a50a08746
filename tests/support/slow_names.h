#ifndef GUICHET_TESTS_SLOW_NAMES_H
#define GUICHET_TESTS_SLOW_NAMES_H

#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/must.h"

/* Takes the place of the system's resolver, for the program and for libraries that it loads: names
 * that begin with "slow" have no answer until names_release(), and no other name exists. */
static pthread_mutex_t names_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t names_changed = PTHREAD_COND_INITIALIZER;
static bool names_answered;

static void names_hold(void)
{
    must(pthread_mutex_lock(&names_mutex) == 0);
    names_answered = false;
    must(pthread_mutex_unlock(&names_mutex) == 0);
}

static void names_release(void)
{
    must(pthread_mutex_lock(&names_mutex) == 0);
    names_answered = true;
    must(pthread_cond_broadcast(&names_changed) == 0);
    must(pthread_mutex_unlock(&names_mutex) == 0);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    (void)service;
    (void)hints;
    (void)found;
    must(pthread_mutex_lock(&names_mutex) == 0);
    while (strncmp(node, "slow", 4) == 0 && !names_answered)
        must(pthread_cond_wait(&names_changed, &names_mutex) == 0);
    must(pthread_mutex_unlock(&names_mutex) == 0);
    return EAI_NONAME;
}

#endif
