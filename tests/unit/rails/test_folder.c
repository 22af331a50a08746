#include <dirent.h>
#include <errno.h>
#include <semaphore.h>
#include <sys/stat.h>

#include "base/thread.h"
#include "unit/rails/bank_story.h"

/* The folder that the bank's files are put into by another program, whenever it likes. */

#define SPACE "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
#define IBAN "FR7630006000011234567890189"

struct watched {
    struct story *story;
    char path[96];
    struct reader *reader; /* of the import */
    struct sepa_folder folder;
    err_t result;
    pthread_t thread;
    sem_t hold; /* the writer */
};

static void reader_begin(struct watched *watched)
{
    watched->story->desk.store = watched->story->world->store;
    assert_ok(reader_open(watched->story->world->store, &watched->reader));
    watched->story->desk.reader = watched->reader;
}

static struct watched *watched_new(void)
{
    struct watched *watched = process_make(struct watched);

    watched->story = story_new();
    snprintf(watched->path, sizeof watched->path, "%s/in", watched->story->world->directory);
    assert_int_equal(mkdir(watched->path, 0700), 0);
    watched->story->desk.in_dir = str_of(watched->path);
    reader_begin(watched);
    assert_int_equal(sem_init(&watched->hold, 0, 0), 0);
    return watched;
}

static void watched_end(struct watched *watched)
{
    reader_close(watched->reader);
    sem_destroy(&watched->hold);
    story_end(watched->story);
    process_free(watched);
}

/* A statement with one line that is about nothing of ours. */
static void statement_put(struct watched *watched, const char *name, const char *reference)
{
    struct arena *arena = watched->story->world->cx->arena;
    struct str fresh = str_format(arena, "%s/.fresh", watched->path);
    struct str place = str_format(arena, "%s/%s", watched->path, name);
    FILE *file = fopen(fresh.ptr, "w");

    assert_non_null(file);
    fprintf(file,
            "<Document xmlns=\"" SPACE "\"><BkToCstmrStmt><GrpHdr><MsgId>%s</MsgId></GrpHdr><Stmt>"
            "<Id>%s</Id><Acct><Id><IBAN>" IBAN "</IBAN></Id></Acct><Ntry><Amt Ccy=\"EUR\">7.00"
            "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-30</Dt>"
            "</BookgDt><AcctSvcrRef>%s</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>",
            reference, reference, reference);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(fresh.ptr, place.ptr), 0);
}

static bool is_there(struct watched *watched, const char *name)
{
    struct str path = str_format(watched->story->world->cx->arena, "%s/%s", watched->path, name);

    return access(path.ptr, F_OK) == 0;
}

static void *import_main(void *arg)
{
    struct watched *watched = arg;
    struct ctx cx;

    desk_ctx(watched->story->world->cx, &cx);
    cx.merchant = (struct merchant_id){.raw = ""};
    watched->result = sepa_import_folder(&cx, &watched->story->desk, 0, &watched->folder);
    desk_ctx_free(&cx);
    return NULL;
}

static void look(struct watched *watched)
{
    import_main(watched);
}

static void tamper(struct watched *watched, const char *sql)
{
    reader_close(watched->reader);
    world_tamper(watched->story->world, sql);
    reader_begin(watched);
}

static int64_t reports(struct watched *watched)
{
    return world_count(watched->story->world, "bank_report");
}

/* --- while one is read --------------------------------------------------------------------------
 */

static err_t hold_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct watched *watched = arg;

    (void)cx;
    (void)tx;
    while (sem_wait(&watched->hold) != 0)
        must(errno == EINTR);
    return OK;
}

/* Some descriptor of this process is the file. */
static bool is_open(const char *path)
{
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;
    bool found = false;
    char target[256];
    char link[300];

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        snprintf(link, sizeof link, "/proc/self/fd/%s", entry->d_name);
        ssize_t len = readlink(link, target, sizeof target - 1);
        target[len < 0 ? 0 : len] = '\0';
        found |= strcmp(target, path) == 0;
    }
    closedir(directory);
    return found;
}

/* The folder is looked at, and something happens while its file is read. */
static void look_while(struct watched *watched, const char *name,
                       void (*happens)(struct watched *watched))
{
    struct world *world = watched->story->world;
    struct str path = str_format(world->cx->arena, "%s/%s", watched->path, name);
    struct tx_ahead ahead;

    tx_start(world->store, world_ctx(world), hold_body, watched, &ahead);
    thread_start(&watched->thread, import_main, watched);
    while (!is_open(path.ptr))
        (void)poll(NULL, 0, 1);
    happens(watched);
    assert_int_equal(sem_post(&watched->hold), 0);
    assert_ok(tx_finish(&ahead));
    assert_int_equal(pthread_join(watched->thread, NULL), 0);
}

static void another_comes(struct watched *watched)
{
    statement_put(watched, "daily.xml", "SECOND");
}

/* Transfer programs give the files of every day one name. */
CASE(one_that_takes_the_place_of_what_is_read_is_read_too)
{
    struct watched *watched = watched_new();

    statement_put(watched, "daily.xml", "FIRST");
    look_while(watched, "daily.xml", another_comes);
    assert_ok(watched->result);
    assert_true(is_there(watched, "daily.xml"));
    look(watched);
    assert_ok(watched->result);
    assert_false(is_there(watched, "daily.xml"));
    assert_int_equal(reports(watched), 2);
    assert_int_equal(world_balance(watched->story->world, ACCOUNT_SUSPENSE), -1400);
    watched_end(watched);
}

static void it_grows(struct watched *watched)
{
    struct str path = str_format(watched->story->world->cx->arena, "%s/daily.xml", watched->path);
    FILE *file = fopen(path.ptr, "a");

    assert_non_null(file);
    fputs("<!-- more -->", file);
    assert_int_equal(fclose(file), 0);
}

/* What was read is not what lies there, so it is read again. */
CASE(one_that_is_written_while_it_is_read_stays)
{
    struct watched *watched = watched_new();

    statement_put(watched, "daily.xml", "FIRST");
    look_while(watched, "daily.xml", it_grows);
    assert_true(is_there(watched, "daily.xml"));
    look(watched);
    assert_ok(watched->result);
    assert_true(is_there(watched, "done/daily.xml"));
    assert_int_equal(world_balance(watched->story->world, ACCOUNT_SUSPENSE), -700);
    watched_end(watched);
}

static void it_goes(struct watched *watched)
{
    struct str path = str_format(watched->story->world->cx->arena, "%s/daily.xml", watched->path);

    assert_int_equal(unlink(path.ptr), 0);
}

CASE(one_that_is_taken_away_while_it_is_read_holds_up_no_other)
{
    struct watched *watched = watched_new();

    statement_put(watched, "daily.xml", "FIRST");
    statement_put(watched, "other.xml", "SECOND");
    look_while(watched, "daily.xml", it_goes);
    assert_ok(watched->result);
    assert_true(is_there(watched, "done/other.xml"));
    assert_int_equal(reports(watched), 2);
    watched_end(watched);
}

/* --- what cannot be read ------------------------------------------------------------------------
 */

CASE(one_that_fails_holds_up_no_other)
{
    struct watched *watched = watched_new();

    statement_put(watched, "a.xml", "FIRST");
    statement_put(watched, "b.xml", "SECOND");
    tamper(watched, "CREATE TRIGGER no_a BEFORE INSERT ON bank_report WHEN new.name = 'a.xml'"
                    " BEGIN SELECT RAISE(ABORT, 'a'); END; UPDATE merchant SET name = name;");
    look(watched);
    assert_true(watched->result != OK);
    assert_true(is_there(watched, "a.xml"));
    assert_true(is_there(watched, "done/b.xml"));
    tamper(watched, "DROP TRIGGER no_a; UPDATE merchant SET name = name;");
    look(watched);
    assert_ok(watched->result);
    assert_true(is_there(watched, "done/a.xml"));
    assert_int_equal(reports(watched), 2);
    watched_end(watched);
}

UNIT_MAIN(T(one_that_takes_the_place_of_what_is_read_is_read_too),
          T(one_that_is_written_while_it_is_read_stays),
          T(one_that_is_taken_away_while_it_is_read_holds_up_no_other),
          T(one_that_fails_holds_up_no_other))
