#include "fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

/* A query that sorts more than its cache holds goes on in a file beside the database, which nobody
 * ever sees. */

enum { PHOTO = 4000, PHOTOS = 8000 }; /* 32 MB, with a cache of 8 */

FIXTURE_SQL(SORTED, 30, 0, SQL_ROWS_ANY, "SELECT photo, id FROM account ORDER BY photo, id");
FIXTURE_SQL(GROUPED, 31, 0, SQL_ROWS_ANY,
            "SELECT a.photo, b.n FROM account a JOIN (SELECT photo, COUNT(*) AS n FROM account"
            " GROUP BY photo) b ON b.photo = a.photo WHERE b.n <> 1");

/* In front of the C library's: a disk of so many MB, of which so many are free for us. 0: the real
 * one is not asked either, since its size does not matter here. */
enum { BLOCK = 4096, PER_MB = 256 };
static uint64_t disk_mb;
static uint64_t disk_free_mb;

int fstatvfs(int fd, struct statvfs *out)
{
    must(fcntl(fd, F_GETFD) >= 0);
    *out = (struct statvfs){
        .f_bsize = BLOCK,
        .f_frsize = BLOCK,
        .f_blocks = (disk_mb == 0 ? 1000000 : disk_mb) * PER_MB,
        .f_bfree = (disk_mb == 0 ? 1000000 : disk_mb) * PER_MB, /* for root */
        .f_bavail = (disk_mb == 0 ? 1000000 : disk_free_mb) * PER_MB,
    };
    return 0;
}

static void photo_draw(char photo[PHOTO], int64_t id)
{
    memset(photo, 'x', PHOTO);
    snprintf(photo, PHOTO, "%08lld", (long long)(id * 7919 % PHOTOS)); /* another order than ids */
}

static err_t photos_put(struct piece *piece, struct tx *tx)
{
    char photo[PHOTO];

    for (int64_t id = 0; id < PHOTOS; id++) {
        photo_draw(photo, id);
        TRY(store_run(piece->cx, tx, &PUT_CHILD,
                      ARGS(V_INT(id), V_NULL(), V_BLOB((struct str){photo, PHOTO}))));
    }
    return OK;
}

static struct fixture fixture_with_photos(void)
{
    struct fixture fixture = fixture_make();
    struct piece piece;

    piece_make(&fixture, &piece, 1, photos_put);
    pieces_run(&fixture, &piece, 1);
    assert_ok(piece.job.result);
    unit_ctx_free(piece.cx);
    return fixture;
}

/* How many files the directory shows. */
static int files_of(const struct fixture *fixture)
{
    DIR *directory = opendir(fixture->directory);
    int count = 0;

    must(directory != NULL);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

/* How many files without a name this process has open in the directory: all for the owner alone. */
static int nameless_files(const struct fixture *fixture)
{
    char path[64];
    char target[256];
    struct stat found;
    int count = 0;

    for (int fd = 0; fd < 256; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(path, target, sizeof target - 1);
        if (len < 0)
            continue;
        target[len] = '\0';
        if (strncmp(target, fixture->directory, strlen(fixture->directory)) != 0 ||
            strstr(target, "(deleted)") == NULL)
            continue;
        must(fstat(fd, &found) == 0);
        assert_int_equal(found.st_mode & 0777, 0600);
        count++;
    }
    return count;
}

/* A sort that has begun to give its rows. */
static struct rows *sort_begin(struct fixture *fixture, struct reader **reader)
{
    struct rows *rows;
    struct tx *tx;
    bool has;

    assert_ok(reader_open(fixture->store, reader));
    assert_ok(reader_tx(*reader, &tx));
    assert_ok(store_query(fixture->cx, tx, &SORTED, ARGS_NONE, &rows));
    assert_ok(rows_next(rows, &has));
    assert_true(has);
    return rows;
}

CASE(large_sort_is_right_and_lies_in_a_file_that_nobody_sees)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_with_photos();
    struct reader *reader;
    int files = files_of(&fixture);
    bool has = true;

    assert_int_equal(nameless_files(&fixture), 0);
    struct arena_mark mark = arena_mark(fixture.cx->arena);
    struct rows *rows = sort_begin(&fixture, &reader);
    assert_true(nameless_files(&fixture) > 0);
    assert_int_equal(files_of(&fixture), files);
    for (int64_t place = 0; has; place++) {
        char photo[PHOTO];
        photo_draw(photo, col_int(rows, 1));
        assert_int_equal(col_int(rows, 1) * 7919 % PHOTOS, place);
        assert_memory_equal(col_blob(rows, 0).ptr, photo, PHOTO);
        assert_ok(rows_next(rows, &has));
        assert_int_equal(has, place < PHOTOS - 1);
    }
    arena_rewind(fixture.cx->arena, mark);
    reader_close(reader);
    assert_int_equal(nameless_files(&fixture), 0);
    assert_int_equal(files_of(&fixture), files);
    fixture_end(&fixture);
}

CASE(large_table_of_a_query_lies_there_too)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_with_photos();
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool has;

    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query(fixture.cx, tx, &GROUPED, ARGS_NONE, &rows));
    assert_ok(rows_next(rows, &has));
    assert_false(has);
    reader_close(reader);
    fixture_end(&fixture);
}

/* What the sort of 32 MB comes to on such a disk. */
static err_t sort_try(struct fixture *fixture, uint64_t mb, uint64_t free_mb)
{
    struct arena_mark mark = arena_mark(fixture->cx->arena);
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool has = true;

    disk_mb = mb;
    disk_free_mb = free_mb;
    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    err_t err = store_query(fixture->cx, tx, &SORTED, ARGS_NONE, &rows);
    while (err == OK && has)
        err = rows_next(rows, &has);
    arena_rewind(fixture->cx->arena, mark);
    reader_close(reader);
    assert_int_equal(nameless_files(fixture), 0);
    disk_mb = 0;
    return err;
}

/* Payments write to the same disk. */
CASE(sort_leaves_room_on_the_disk)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_with_photos();

    assert_int_equal(sort_try(&fixture, 10000000, 1024), ERR_FULL);
    assert_ok(sort_try(&fixture, 10000000, 1026));
    assert_int_equal(sort_try(&fixture, 1000, 50), ERR_FULL);
    assert_ok(sort_try(&fixture, 1000, 52));
    assert_int_equal(sort_try(&fixture, 1000, 0), ERR_FULL);
    fixture_end(&fixture);
}

CASE(process_that_is_killed_leaves_no_file)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_with_photos();
    int status;

    store_close(fixture.store);
    fixture.store = NULL;
    int files = files_of(&fixture);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        struct reader *reader;
        must(fixture_open(&fixture) == OK);
        (void)sort_begin(&fixture, &reader);
        if (nameless_files(&fixture) > 0)
            (void)raise(SIGKILL);
        _exit(1);
    }
    must(waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_int_equal(files_of(&fixture), files);
    assert_ok(fixture_open(&fixture));
    fixture_end(&fixture);
}

UNIT_MAIN(T(large_sort_is_right_and_lies_in_a_file_that_nobody_sees),
          T(large_table_of_a_query_lies_there_too), T(sort_leaves_room_on_the_disk),
          T(process_that_is_killed_leaves_no_file))
