#include "http/outward.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

/* A slow name must not hold up the others: it keeps one thread, however many ask for it. */
enum { RESOLVER_THREADS = 16, ADDRESSES_MAX = 8, HOST_SIZE = 256, IPV4_BITS = 32 };

/* --- addresses ----------------------------------------------------------------------------------
 */

/* Networks that are nobody's on the internet (RFC 6890 and its registry). */
struct network {
    uint32_t address;
    int bits;
    bool never; /* not in test mode either */
};
static const struct network NETWORKS[] = {
    {0x00000000, 8,  true }, /* this network */
    {0x0A000000, 8,  false},
    {0x64400000, 10, false}, /* shared by providers */
    {0x7F000000, 8,  false},
    {0xA9FE0000, 16, true }, /* link-local: where clouds keep their secrets */
    {0xAC100000, 12, false},
    {0xC0000000, 24, true },
    {0xC0000200, 24, true }, /* documentation, as two more below */
    {0xC0586300, 24, true },
    {0xC0A80000, 16, false},
    {0xC6120000, 15, false}, /* benchmarks */
    {0xC6336400, 24, true },
    {0xCB007100, 24, true },
    {0xE0000000, 4,  true }, /* multicast */
    {0xF0000000, 4,  true },
};

static bool ipv4_allowed(uint32_t address, bool test)
{
    for (size_t i = 0; i < ARRAY_LEN(NETWORKS); i++) {
        if ((address ^ NETWORKS[i].address) >> (IPV4_BITS - NETWORKS[i].bits) == 0)
            return test && !NETWORKS[i].never;
    }
    return true;
}

static uint32_t ipv4_inside(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool ipv6_allowed(const uint8_t bytes[16], bool test)
{
    static const uint8_t MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    static const uint8_t TRANSLATED[12] = {0x00, 0x64, 0xFF, 0x9B};
    static const uint8_t LOOPBACK[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    if (memcmp(bytes, MAPPED, sizeof MAPPED) == 0 ||
        memcmp(bytes, TRANSLATED, sizeof TRANSLATED) == 0)
        return ipv4_allowed(ipv4_inside(bytes + 12), test);
    if (memcmp(bytes, LOOPBACK, sizeof LOOPBACK) == 0 || (bytes[0] & 0xFE) == 0xFC)
        return test; /* this machine, and unique local addresses */
    if ((bytes[0] & 0xE0) != 0x20)
        return false; /* not global unicast */
    if (bytes[0] == 0x20 && bytes[1] == 0x02)
        return false; /* 6to4: an IPv4 address inside, of whatever kind */
    if (bytes[0] == 0x20 && bytes[1] == 0x01)
        /* 2001::/23 are protocols (Teredo), 2001:db8::/32 documentation */
        return bytes[2] > 0x01 && !(bytes[2] == 0x0D && bytes[3] == 0xB8);
    return true;
}

bool outward_allows(const char *address, bool test)
{
    struct in_addr ipv4;
    struct in6_addr ipv6;

    if (inet_pton(AF_INET, address, &ipv4) == 1)
        return ipv4_allowed(ntohl(ipv4.s_addr), test);
    return inet_pton(AF_INET6, address, &ipv6) == 1 && ipv6_allowed(ipv6.s6_addr, test);
}

/* True when the host is an address in numbers; then *text holds it. */
static bool host_is_number(const struct url *url, char text[INET6_ADDRSTRLEN])
{
    struct in6_addr ignored;

    if (url->host.len >= INET6_ADDRSTRLEN)
        return false;
    memcpy(text, url->host.ptr, url->host.len);
    text[url->host.len] = '\0';
    return inet_pton(AF_INET, text, &ignored) == 1 || inet_pton(AF_INET6, text, &ignored) == 1;
}

/* "127.1", "0x7f.0.0.1" and "2130706433" are addresses to some readers and names to others: a name
 * whose last label begins with a digit does not exist. */
static bool host_is_odd_number(struct str host)
{
    size_t last = 0;

    for (size_t i = 0; i + 1 < host.len; i++) {
        if (host.ptr[i] == '.')
            last = i + 1;
    }
    return host.len > 0 && host.ptr[last] >= '0' && host.ptr[last] <= '9';
}

err_t outward_check(struct str text, bool test, struct url *out, const char **why)
{
    char number[INET6_ADDRSTRLEN];

    *why = "must be an absolute https URL without credentials";
    TRY(url_parse(text, out));
    if (!out->tls && !(test && url_is_local(out)))
        return ERR_INVALID;
    *why = "must not lead into a private network";
    if (host_is_number(out, number)) {
        if (!outward_allows(number, test))
            return ERR_INVALID;
        *why = NULL;
        return OK;
    }
    if (host_is_odd_number(out->host) || (url_is_local(out) && !test))
        return ERR_INVALID;
    *why = NULL;
    return OK;
}

/* --- resolving ----------------------------------------------------------------------------------
 */

/* A name that a thread is asking about. */
struct asking {
    struct asking *next;
    char host[HOST_SIZE];
};

/* Shared by its owner and its threads; the last one to leave frees it, for nothing can be done
 * about a thread that waits for an answer of the system. */
struct resolver {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct resolution *first; /* oldest first, until they are answered */
    struct resolution **end;
    struct asking *asking;
    size_t users;
    bool stopping;
};

static err_t addresses_pin(struct resolution *resolution, const char *host,
                           const struct addrinfo *found)
{
    size_t len = (size_t)snprintf(resolution->pin, PIN_SIZE, "%s:%d:", host, resolution->url.port);
    int count = 0;

    for (const struct addrinfo *at = found; at != NULL && count < ADDRESSES_MAX; at = at->ai_next) {
        char text[INET6_ADDRSTRLEN];
        const void *address =
            at->ai_family == AF_INET
                ? (const void *)&((const struct sockaddr_in *)(const void *)at->ai_addr)->sin_addr
                : (const void *)&((const struct sockaddr_in6 *)(const void *)at->ai_addr)
                      ->sin6_addr;
        must(inet_ntop(at->ai_family, address, text, sizeof text) != NULL);
        /* One bad address among good ones is no accident. */
        if (!outward_allows(text, resolution->test))
            return ERR_FORBIDDEN;
        len += (size_t)snprintf(resolution->pin + len, PIN_SIZE - len, "%s%s%s%s",
                                count == 0 ? "" : ",", at->ai_family == AF_INET6 ? "[" : "", text,
                                at->ai_family == AF_INET6 ? "]" : "");
        must(len < PIN_SIZE);
        count++;
    }
    return count == 0 ? ERR_UNAVAILABLE : OK;
}

/* What needs no resolver. False when it does. */
static bool resolve_here(struct resolution *resolution)
{
    char number[INET6_ADDRSTRLEN];

    resolution->pin[0] = '\0';
    resolution->result = OK;
    if (host_is_number(&resolution->url, number)) {
        if (!outward_allows(number, resolution->test))
            resolution->result = ERR_FORBIDDEN;
        return true;
    }
    if (!str_eq_nocase(resolution->url.host, STR("localhost")))
        return false;
    /* Always this machine, whatever a resolver says. */
    if (!resolution->test)
        resolution->result = ERR_FORBIDDEN;
    snprintf(resolution->pin, PIN_SIZE, "localhost:%d:127.0.0.1,[::1]", resolution->url.port);
    return true;
}

/* Back on the thread that asked. */
static void answered(struct message *message)
{
    struct resolution *resolution = (struct resolution *)message;

    resolution->done(resolution);
}

static bool is_about(const struct resolution *resolution, const char *host)
{
    return str_eq_nocase(resolution->url.host, str_of(host));
}

static bool is_asked_about(const struct resolver *resolver, const struct resolution *resolution)
{
    for (const struct asking *at = resolver->asking; at != NULL; at = at->next) {
        if (is_about(resolution, at->host))
            return true;
    }
    return false;
}

static void waiting_drop(struct resolver *resolver, struct resolution **link)
{
    *link = (*link)->next;
    if (*link == NULL)
        resolver->end = link;
}

/* The oldest one whose name nobody is asking about. */
static const struct resolution *waiting_find(const struct resolver *resolver)
{
    const struct resolution *at = resolver->first;

    while (at != NULL && is_asked_about(resolver, at))
        at = at->next;
    return at;
}

/* False: there will be nothing more to ask about. */
static bool asking_begin(struct resolver *resolver, struct asking *own)
{
    const struct resolution *found;

    while ((found = waiting_find(resolver)) == NULL && !resolver->stopping)
        must(pthread_cond_wait(&resolver->changed, &resolver->mutex) == 0);
    if (found == NULL)
        return false;
    must(found->url.host.len < sizeof own->host);
    memcpy(own->host, found->url.host.ptr, found->url.host.len);
    own->host[found->url.host.len] = '\0';
    own->next = resolver->asking;
    resolver->asking = own;
    return true;
}

/* Whoever waits for this name hears it; that is nobody when they have all given up. */
static void asking_end(struct resolver *resolver, const struct asking *own,
                       const struct addrinfo *found)
{
    struct asking **at = &resolver->asking;
    struct resolution **link = &resolver->first;

    while (*at != own)
        at = &(*at)->next;
    *at = own->next;
    while (*link != NULL) {
        struct resolution *resolution = *link;
        if (!is_about(resolution, own->host)) {
            link = &resolution->next;
            continue;
        }
        waiting_drop(resolver, link);
        resolution->result = addresses_pin(resolution, own->host, found);
        resolution->message.run = answered;
        mailbox_post(resolution->home, &resolution->message);
    }
}

static struct addrinfo *name_ask(const char *host)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;

    return getaddrinfo(host, NULL, &hints, &found) == 0 ? found : NULL;
}

static void leave(struct resolver *resolver)
{
    bool last = --resolver->users == 0;

    must(pthread_mutex_unlock(&resolver->mutex) == 0);
    if (!last)
        return;
    pthread_cond_destroy(&resolver->changed);
    pthread_mutex_destroy(&resolver->mutex);
    process_free(resolver);
}

static void *resolver_main(void *arg)
{
    struct resolver *resolver = arg;
    struct asking own;

    must(pthread_mutex_lock(&resolver->mutex) == 0);
    while (asking_begin(resolver, &own)) {
        must(pthread_mutex_unlock(&resolver->mutex) == 0);
        struct addrinfo *found = name_ask(own.host);
        must(pthread_mutex_lock(&resolver->mutex) == 0);
        asking_end(resolver, &own, found);
        if (found != NULL)
            freeaddrinfo(found);
    }
    leave(resolver);
    return NULL;
}

static void thread_begin(struct resolver *resolver)
{
    pthread_t thread;

    resolver->users++;
    must(pthread_create(&thread, NULL, resolver_main, resolver) == 0);
    must(pthread_detach(thread) == 0);
}

struct resolver *resolver_new(void)
{
    struct resolver *resolver = process_make(struct resolver);

    must(pthread_mutex_init(&resolver->mutex, NULL) == 0);
    must(pthread_cond_init(&resolver->changed, NULL) == 0);
    resolver->end = &resolver->first;
    resolver->users = 1;
    must(pthread_mutex_lock(&resolver->mutex) == 0);
    for (size_t i = 0; i < RESOLVER_THREADS; i++)
        thread_begin(resolver);
    must(pthread_mutex_unlock(&resolver->mutex) == 0);
    return resolver;
}

void resolver_free(struct resolver *resolver)
{
    must(pthread_mutex_lock(&resolver->mutex) == 0);
    resolver->stopping = true;
    resolver->first = NULL;
    resolver->end = &resolver->first;
    must(pthread_cond_broadcast(&resolver->changed) == 0);
    leave(resolver);
}

void resolver_ask(struct resolver *resolver, struct resolution *resolution)
{
    if (resolve_here(resolution)) {
        resolution->done(resolution);
        return;
    }
    resolution->next = NULL;
    must(pthread_mutex_lock(&resolver->mutex) == 0);
    *resolver->end = resolution;
    resolver->end = &resolution->next;
    must(pthread_cond_signal(&resolver->changed) == 0);
    must(pthread_mutex_unlock(&resolver->mutex) == 0);
}

bool resolver_forget(struct resolver *resolver, const struct resolution *resolution)
{
    struct resolution **link = &resolver->first;

    must(pthread_mutex_lock(&resolver->mutex) == 0);
    while (*link != NULL && *link != resolution)
        link = &(*link)->next;
    bool waits = *link != NULL;
    if (waits)
        waiting_drop(resolver, link);
    must(pthread_mutex_unlock(&resolver->mutex) == 0);
    return waits;
}
