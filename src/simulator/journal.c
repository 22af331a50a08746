#include "simulator/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/lock.h"
#include "base/must.h"
#include "simulator/table.h"

enum { CHECK_LEN = 8, FILE_MAX = 1 << 30 };

struct journal {
    int fd;
    struct list pending; /* bytes */
    size_t line;         /* where the current line begins in pending */
};

static void put_bytes(struct journal *journal, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        *(char *)list_add(&journal->pending, 1) = bytes[i];
}

static void check_of(struct str line, char out[CHECK_LEN])
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t hash[SHA256_SIZE];

    sha256(line, hash);
    for (size_t i = 0; i < CHECK_LEN / 2; i++) {
        out[2 * i] = DIGITS[hash[i] >> 4];
        out[2 * i + 1] = DIGITS[hash[i] & 0xf];
    }
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static struct str unescape(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
        if (text.ptr[i] == '%' && high >= 0 && low >= 0) {
            out[len++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[len++] = text.ptr[i];
        }
    }
    return (struct str){out, len};
}

static bool read_line(struct arena *arena, struct str line, struct record *out)
{
    char check[CHECK_LEN];

    out->count = 0;
    if (line.len < CHECK_LEN)
        return false;
    struct str values = str_sub(line, 0, line.len - CHECK_LEN);
    check_of(values, check);
    if (!str_ends(line, (struct str){check, CHECK_LEN}))
        return false;
    while (values.len > 0) {
        size_t end = str_find(values, ';');
        /* Every value is closed by a separator. */
        if (end == values.len || out->count == RECORD_VALUES_MAX)
            return false;
        out->values[out->count++] = unescape(arena, str_sub(values, 0, end));
        values = str_sub(values, end + 1, values.len - end - 1);
    }
    return out->count > 0;
}

/* The length up to the end of the last whole line, or an error. */
static err_t read_all(struct ctx *cx, struct str file,
                      err_t (*apply)(void *arg, const struct record *record), void *arg,
                      size_t *good)
{
    struct arena *arena = arena_new(1 << 20);
    err_t err = OK;
    size_t at = 0;

    *good = 0;
    while (err == OK && at < file.len) {
        struct str rest = str_sub(file, at, file.len - at);
        size_t end = str_find(rest, '\n');
        struct record record;
        bool whole = end < rest.len && read_line(arena, str_sub(rest, 0, end), &record);
        if (!whole && end + 1 < rest.len)
            err = fault(cx, ERR_IO, "journal", "has a broken line in the middle");
        if (!whole)
            break;
        if (apply(arg, &record) != OK)
            err = fault(cx, ERR_IO, "journal", "has a line that makes no sense");
        at += end + 1;
        *good = at;
        arena_reset(arena);
    }
    arena_free(arena);
    return err;
}

static err_t read_file(struct ctx *cx, int fd, char **out, size_t *len)
{
    struct stat status;

    if (fstat(fd, &status) != 0 || status.st_size > FILE_MAX)
        return fault(cx, ERR_IO, "journal", "cannot be read");
    size_t size = (size_t)status.st_size;
    char *text = process_alloc(1, size + 1);
    *len = 0;
    while (*len < size) {
        ssize_t got = pread(fd, text + *len, size - *len, (off_t)*len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        *len += (size_t)got;
    }
    *out = text;
    if (*len == size)
        return OK;
    process_free(text);
    return fault(cx, ERR_IO, "journal", "cannot be read");
}

static err_t load(struct ctx *cx, int fd, err_t (*apply)(void *arg, const struct record *record),
                  void *arg)
{
    char *text = NULL;
    size_t len = 0;
    size_t good = 0;

    TRY(read_file(cx, fd, &text, &len));
    err_t err = read_all(cx, (struct str){text, len}, apply, arg, &good);
    process_free(text);
    TRY(err);
    /* What was torn goes, so that the next line begins on its own. */
    if (good < len && ftruncate(fd, (off_t)good) != 0)
        return fault(cx, ERR_IO, "journal", "cannot be written");
    return OK;
}

err_t journal_open(struct ctx *cx, const char *dir, const char *name,
                   err_t (*apply)(void *arg, const struct record *record), void *arg,
                   struct journal **out)
{
    const char *path = str_format(cx->arena, "%s/%s", dir, name).ptr;
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    if (fd < 0)
        return fault(cx, ERR_IO, "dir", "cannot be written");
    /* Two writers would break each other's lines; the lock goes with the process. */
    err_t err = lock_file(fd) == OK ? load(cx, fd, apply, arg)
                                    : fault(cx, ERR_IO, "dir", "is in use by another simulator");
    if (err != OK) {
        close(fd);
        return err;
    }
    *out = process_make(struct journal);
    (*out)->fd = fd;
    return OK;
}

void journal_close(struct journal *journal)
{
    close(journal->fd);
    list_free(&journal->pending);
    process_free(journal);
}

/* --- writing
 * ---------------------------------------------------------------------------------------- */

void journal_begin(struct journal *journal)
{
    journal->line = journal->pending.count;
}

void journal_text(struct journal *journal, struct str value)
{
    static const char DIGITS[] = "0123456789abcdef";

    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        char escaped[3] = {'%', DIGITS[byte >> 4], DIGITS[byte & 0xf]};
        if (byte < 0x20 || byte == ';' || byte == '%')
            put_bytes(journal, escaped, sizeof escaped);
        else
            put_bytes(journal, value.ptr + i, 1);
    }
    put_bytes(journal, ";", 1);
}

void journal_number(struct journal *journal, int64_t value)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)value);

    must(len > 0);
    journal_text(journal, (struct str){digits, (size_t)len});
}

void journal_end(struct journal *journal)
{
    char check[CHECK_LEN + 1];
    const char *bytes = journal->pending.items;

    must(journal->pending.count > journal->line);
    check_of((struct str){bytes + journal->line, journal->pending.count - journal->line}, check);
    check[CHECK_LEN] = '\n';
    put_bytes(journal, check, sizeof check);
}

void journal_sync(struct journal *journal)
{
    const char *bytes = journal->pending.items;
    size_t done = 0;

    if (journal->pending.count == 0)
        return;
    while (done < journal->pending.count) {
        ssize_t written = write(journal->fd, bytes + done, journal->pending.count - done);
        must(written > 0 || errno == EINTR);
        done += written > 0 ? (size_t)written : 0;
    }
    must(fdatasync(journal->fd) == 0);
    journal->pending.count = 0;
}
