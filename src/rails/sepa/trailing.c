#include "rails/sepa/trailing.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/thread.h"

struct trailing {
    struct ctx *owner;
    struct ctx cx; /* of the thread */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t more;
    /* With the mutex held: */
    int64_t written;
    bool ended;
    bool failed;
    /* Of the writing side: */
    int fd;
    struct sink file;
    /* Of the thread: */
    size_t bytes_max;
    int64_t at;
    struct sha256 *sha;
    struct pain_facts facts;
    err_t result;
};

/* --- the thread ---------------------------------------------------------------------------------
 */

/* Until there is something behind what was read. *failed: nothing will come. */
static int64_t wait_for_more(struct trailing *trailing, bool *failed)
{
    must(pthread_mutex_lock(&trailing->mutex) == 0);
    while (trailing->written == trailing->at && !trailing->ended)
        must(pthread_cond_wait(&trailing->more, &trailing->mutex) == 0);
    int64_t ready = trailing->written - trailing->at;
    *failed = trailing->failed;
    must(pthread_mutex_unlock(&trailing->mutex) == 0);
    return ready;
}

static err_t trailing_read(void *arg, char *into, size_t room, size_t *len)
{
    struct trailing *trailing = arg;
    ssize_t got = 0;
    bool failed;

    int64_t ready = wait_for_more(trailing, &failed);
    if (failed)
        return ERR_IO;
    if ((int64_t)room > ready)
        room = (size_t)ready;
    do
        got = pread(trailing->fd, into, room, (off_t)trailing->at);
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && ready > 0))
        return ERR_IO;
    *len = (size_t)got;
    sha256_add(trailing->sha, (struct str){into, *len});
    trailing->at += got;
    return OK;
}

static void *trailing_main(void *arg)
{
    struct trailing *trailing = arg;
    const struct source source = {trailing_read, trailing};

    trailing->sha = sha256_begin(trailing->cx.arena);
    trailing->result = pain_check(&trailing->cx, &source, trailing->bytes_max, &trailing->facts);
    return NULL;
}

/* --- the writing side ---------------------------------------------------------------------------
 */

struct trailing *trailing_begin(struct ctx *cx, int fd, size_t bytes_max)
{
    struct trailing *trailing = process_make(struct trailing);

    trailing->owner = cx;
    trailing->fd = fd;
    trailing->file = sink_fd(&trailing->fd);
    trailing->bytes_max = bytes_max;
    desk_ctx(cx, &trailing->cx);
    must(pthread_mutex_init(&trailing->mutex, NULL) == 0);
    must(pthread_cond_init(&trailing->more, NULL) == 0);
    thread_start(&trailing->thread, trailing_main, trailing);
    return trailing;
}

static err_t trailing_write(void *arg, struct str bytes)
{
    struct trailing *trailing = arg;

    TRY(trailing->file.write(trailing->file.arg, bytes));
    must(pthread_mutex_lock(&trailing->mutex) == 0);
    trailing->written += (int64_t)bytes.len;
    must(pthread_cond_signal(&trailing->more) == 0);
    must(pthread_mutex_unlock(&trailing->mutex) == 0);
    return OK;
}

struct sink trailing_sink(struct trailing *trailing)
{
    return (struct sink){trailing_write, trailing};
}

/* What it read is the whole of what was written. */
static err_t same_bytes(struct trailing *trailing, const struct xml_written *written)
{
    uint8_t digest[SHA256_SIZE];

    sha256_end(trailing->sha, digest);
    if (trailing->at == written->bytes && memcmp(digest, written->sha256, sizeof digest) == 0)
        return OK;
    return fault(&trailing->cx, ERR_INTERNAL, "file", "holds something else than was written");
}

err_t trailing_end(struct trailing *trailing, const struct xml_written *written,
                   struct pain_facts *out)
{
    must(pthread_mutex_lock(&trailing->mutex) == 0);
    trailing->ended = true;
    trailing->failed = written == NULL;
    must(pthread_cond_signal(&trailing->more) == 0);
    must(pthread_mutex_unlock(&trailing->mutex) == 0);
    must(pthread_join(trailing->thread, NULL) == 0);
    err_t err = trailing->result;
    if (err == OK && written != NULL)
        err = same_bytes(trailing, written);
    if (written != NULL)
        ctx_take_faults(trailing->owner, &trailing->cx);
    *out = trailing->facts;
    out->message = STR_NONE;
    out->msg_id = STR_NONE;
    desk_ctx_free(&trailing->cx);
    pthread_cond_destroy(&trailing->more);
    pthread_mutex_destroy(&trailing->mutex);
    process_free(trailing);
    return written == NULL ? OK : err;
}
