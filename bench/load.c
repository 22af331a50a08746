#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "args.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/must.h"
#include "spread.h"

/* The load: N connections that are kept open, one request at a time on each, from one thread. The
 * same program asks every server, so that what it costs itself falls on all alike. Only answers of
 * class 2xx count. */

enum {
    READ_SIZE = 16 * 1024,
    HEAD_MAX = 4096,
    REQUEST_MAX = 8192,
    CONNECTIONS_MAX = 4096,
    ANSWER_MS = 10 * 1000,
};

/* Where the request differs from the one before: text of the same length is put in their place. */
static const char NUMBER_MARK[] = "PPPPPPPPPPPPPPPP";
static const char ID_MARK[] = "IIIIIIIIIIIIIIIIIIIIIIII";
static const char IBAN_MARK[] = "AAAAAAAAAAAAAAAAAAAAAA";
static const char SERIAL_MARK[] = "SSSSSSSSSSSS";
enum {
    NUMBER_LEN = sizeof NUMBER_MARK - 1,
    MARK_ID_LEN = sizeof ID_MARK - 1,
    IBAN_LEN = sizeof IBAN_MARK - 1,
    SERIAL_LEN = sizeof SERIAL_MARK - 1,
};

struct client {
    int fd;
    char request[REQUEST_MAX];
    size_t sent;
    char head[HEAD_MAX];
    size_t head_len;
    int64_t body_left; /* -1: the header is not whole yet */
    int status;
    int64_t began_us;
};

struct load {
    int64_t port;
    int64_t connections;
    int64_t requests; /* 0: until the time is over */
    int64_t seconds;
    int64_t rate; /* requests a second, however many connections wait; 0: as fast as it goes */
    struct client **idle;
    size_t idle_count;
    int64_t start_us;
    char request[REQUEST_MAX];
    size_t request_len;
    size_t number_at; /* request_len: none */
    size_t id_at;
    size_t iban_at;
    size_t serial_at;
    char *ids;
    size_t id_count;
    uint64_t seed;
    int epoll_fd;
    struct client *clients;
    int64_t begun;
    int64_t answered;
    int64_t ok;
    int64_t bytes;
    int64_t end_us;
    struct spread spread;
};

/* --- the requests --- */

static uint64_t random_next(struct load *load)
{
    uint64_t mixed = load->seed += UINT64_C(0x9E3779B97F4A7C15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

/* Another valid number of the range of the first test card each time: payers differ. */
static void number_make(struct load *load, char out[NUMBER_LEN])
{
    uint64_t mixed = random_next(load);
    int sum = 0;

    memcpy(out, "424242", 6);
    for (size_t i = 6; i < NUMBER_LEN - 1; i++) {
        out[i] = (char)('0' + mixed % 10);
        mixed /= 10;
    }
    for (size_t i = 0; i < NUMBER_LEN - 1; i++) {
        int digit = out[i] - '0';
        sum += i % 2 == 0 ? digit * 2 - (digit > 4 ? 9 : 0) : digit;
    }
    out[NUMBER_LEN - 1] = (char)('0' + (10 - sum % 10) % 10);
}

static void digits_put(char *out, size_t len, int64_t number)
{
    for (; len > 0; len--, number /= 10)
        out[len - 1] = (char)('0' + number % 10);
}

/* The German account with this number (ISO 13616: behind the rest, DE is 1314). */
static void iban_make(int64_t account, char out[IBAN_LEN])
{
    static const char BANK[] = "50010517";
    enum { BBAN_AT = 4, BANK_LEN = sizeof BANK - 1 };
    int rest = 0;

    memcpy(out, "DE", 2);
    memcpy(out + BBAN_AT, BANK, BANK_LEN);
    digits_put(out + BBAN_AT + BANK_LEN, IBAN_LEN - BBAN_AT - BANK_LEN, account);
    for (size_t i = BBAN_AT; i < IBAN_LEN; i++)
        rest = (rest * 10 + out[i] - '0') % 97;
    for (const char *digit = "131400"; *digit != '\0'; digit++)
        rest = (rest * 10 + *digit - '0') % 97;
    digits_put(out + 2, 2, 98 - rest);
}

static void request_begin(struct load *load, struct client *client)
{
    if (load->iban_at < load->request_len)
        iban_make(load->begun, client->request + load->iban_at);
    if (load->serial_at < load->request_len)
        digits_put(client->request + load->serial_at, SERIAL_LEN, load->begun);
    if (load->number_at < load->request_len)
        number_make(load, client->request + load->number_at);
    if (load->id_at < load->request_len)
        memcpy(client->request + load->id_at,
               load->ids + random_next(load) % load->id_count * MARK_ID_LEN, MARK_ID_LEN);
    client->sent = 0;
    client->head_len = 0;
    client->body_left = -1;
    client->began_us = clock_monotonic_us();
    load->begun++;
}

static void send_more(const struct load *load, struct client *client)
{
    while (client->sent < load->request_len) {
        ssize_t sent = send(client->fd, client->request + client->sent,
                            load->request_len - client->sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return;
        if (sent <= 0)
            bench_fail("a connection was lost while sending");
        client->sent += (size_t)sent;
    }
}

/* --- the answers --- */

static bool is_over(const struct load *load)
{
    return load->requests > 0 ? load->begun >= load->requests
                              : clock_monotonic_us() >= load->end_us;
}

/* Another request now, or when its time has come. */
static void client_next(struct load *load, struct client *client)
{
    if (load->rate > 0) {
        load->idle[load->idle_count++] = client;
        return;
    }
    request_begin(load, client);
    send_more(load, client);
}

static void client_end(struct client *client)
{
    close(client->fd);
    client->fd = -1;
}

/* What is due by the rate; afterwards nothing begins any more. */
static void due_begin(struct load *load)
{
    while (load->rate > 0 && load->idle_count > 0) {
        struct client *client = load->idle[load->idle_count - 1];
        if (is_over(load)) {
            client_end(client);
        } else if (clock_monotonic_us() >= load->start_us + load->begun * SECOND_US / load->rate) {
            request_begin(load, client);
            send_more(load, client);
        } else {
            return;
        }
        load->idle_count--;
    }
}

static void answer_end(struct load *load, struct client *client)
{
    load->answered++;
    if (client->status / 100 == 2)
        load->ok++;
    else if (load->answered - load->ok == 1)
        fprintf(stderr, "bench_load: first refusal: %.*s\n", (int)client->head_len, client->head);
    spread_add(&load->spread, clock_monotonic_us() - client->began_us);
    if (is_over(load))
        client_end(client);
    else
        client_next(load, client);
}

static int64_t number_at(const char *text)
{
    int64_t number = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (*text - '0');
    return number;
}

/* Reads what is there of the header; gives how many bytes of `data` belong to it. */
static size_t head_take(struct client *client, const char *data, size_t len)
{
    static const char LENGTH[] = "\r\ncontent-length: ";
    size_t before = client->head_len;
    size_t more = len < HEAD_MAX - 1 - before ? len : HEAD_MAX - 1 - before;

    memcpy(client->head + before, data, more);
    client->head[before + more] = '\0';
    const char *end = strstr(client->head, "\r\n\r\n");
    client->head_len = before + more;
    if (end == NULL) {
        if (client->head_len == HEAD_MAX - 1)
            bench_fail("an answer's header is too long");
        return len;
    }
    const char *length = strcasestr(client->head, LENGTH);
    if (strncmp(client->head, "HTTP/1.1 ", 9) != 0 || length == NULL || length > end)
        bench_fail("an answer without a length");
    client->status = (int)number_at(client->head + 9);
    client->body_left = number_at(length + sizeof LENGTH - 1);
    return (size_t)(end + 4 - client->head) - before;
}

static void read_more(struct load *load, struct client *client)
{
    static char data[READ_SIZE];
    ssize_t len;

    do {
        len = recv(client->fd, data, sizeof data, 0);
    } while (len < 0 && errno == EINTR);
    if (len < 0 && errno == EAGAIN)
        return;
    if (len <= 0)
        bench_fail("the server has closed a connection");
    load->bytes += len;
    size_t used = client->body_left < 0 ? head_take(client, data, (size_t)len) : 0;
    if (client->body_left < 0)
        return;
    client->body_left -= len - (ssize_t)used;
    if (client->body_left < 0)
        bench_fail("more bytes than the answer has");
    if (client->body_left == 0)
        answer_end(load, client);
}

/* --- all of it --- */

static void connect_one(struct load *load, struct client *client)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)load->port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    int on = 1;

    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(client->fd >= 0);
    if (connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0)
        bench_fail("nobody listens");
    must(setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    must(fcntl(client->fd, F_SETFL, O_NONBLOCK) == 0);
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = client}};
    must(epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, client->fd, &event) == 0);
    memcpy(client->request, load->request, load->request_len);
}

static void run(struct load *load)
{
    struct epoll_event events[64];

    load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    must(load->epoll_fd >= 0);
    for (int64_t i = 0; i < load->connections; i++)
        connect_one(load, &load->clients[i]);
    load->start_us = clock_monotonic_us();
    load->end_us = load->start_us + load->seconds * SECOND_US;
    for (int64_t i = 0; i < load->connections; i++)
        client_next(load, &load->clients[i]);
    while (load->answered < load->begun || load->idle_count > 0) {
        int count = epoll_wait(load->epoll_fd, events, ARRAY_LEN(events),
                               load->idle_count > 0 ? 1 : ANSWER_MS);
        if (count == 0 && load->idle_count == 0)
            bench_fail("no answer for ten seconds");
        for (int i = 0; i < count; i++)
            read_more(load, events[i].data.ptr);
        due_begin(load);
    }
    int64_t elapsed_us = clock_monotonic_us() - load->start_us;
    printf("{\"answers\": %lld, \"ok\": %lld, \"elapsed_us\": %lld, \"bytes\": %lld, \"p50_us\": "
           "%lld, \"p99_us\": %lld, \"max_us\": %lld}\n",
           (long long)load->answered, (long long)load->ok, (long long)elapsed_us,
           (long long)load->bytes, (long long)spread_at(&load->spread, 500),
           (long long)spread_at(&load->spread, 990), (long long)spread_at(&load->spread, 1000));
}

static size_t file_read(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");

    if (file == NULL)
        bench_fail("a file cannot be read");
    size_t len = fread(out, 1, size, file);
    if (len == size)
        bench_fail("a file is too long");
    fclose(file);
    out[len] = '\0';
    return len;
}

static size_t mark_find(const struct load *load, const char *mark)
{
    const char *at = strstr(load->request, mark);

    return at == NULL ? load->request_len : (size_t)(at - load->request);
}

/* One id of 24 characters a line. */
static void ids_read(struct load *load, const char *path)
{
    enum { IDS_MAX = 64 * 1024 };
    size_t room = IDS_MAX * (MARK_ID_LEN + 1);
    char *text = process_alloc(1, room);
    size_t len = file_read(path, text, room);

    load->ids = process_alloc(IDS_MAX, MARK_ID_LEN);
    for (size_t at = 0; at + MARK_ID_LEN < len; at += MARK_ID_LEN + 1)
        memcpy(load->ids + load->id_count++ * MARK_ID_LEN, text + at, MARK_ID_LEN);
    process_free(text);
}

int main(int argc, char **argv)
{
    struct load *load = process_make(struct load);
    const char *request = NULL;
    const char *ids = NULL;
    const struct bench_arg args[] = {
        {"--port",        &load->port,        NULL    },
        {"--connections", &load->connections, NULL    },
        {"--requests",    &load->requests,    NULL    },
        {"--seconds",     &load->seconds,     NULL    },
        {"--rate",        &load->rate,        NULL    },
        {"--request",     NULL,               &request},
        {"--ids",         NULL,               &ids    },
    };

    load->connections = 64;
    load->seconds = 1;
    bench_args(argc, argv, args, ARRAY_LEN(args));
    if (request == NULL || load->port == 0 || load->connections < 1 ||
        load->connections > CONNECTIONS_MAX)
        bench_fail("needs --port and --request");
    load->request_len = file_read(request, load->request, sizeof load->request);
    load->number_at = mark_find(load, NUMBER_MARK);
    load->id_at = mark_find(load, ID_MARK);
    load->iban_at = mark_find(load, IBAN_MARK);
    load->serial_at = mark_find(load, SERIAL_MARK);
    if (ids != NULL)
        ids_read(load, ids);
    if (load->id_at < load->request_len && load->id_count == 0)
        bench_fail("the request needs --ids");
    load->seed = (uint64_t)clock_now();
    load->clients = process_alloc(sizeof *load->clients, (size_t)load->connections);
    load->idle = process_alloc(sizeof(struct client *), (size_t)load->connections);
    run(load);
    process_free(load->idle);
    process_free(load->clients);
    process_free(load->ids);
    process_free(load);
    return 0;
}
