#include "rails/sepa/early.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/thread.h"
#include "core/mandate_operator.h"
#include "rails/sepa/export.h"
#include "store/internal.h"
#include "unit/rails/bank_story.h"

/* A file that is written while its debits are taken is the one that its rows give, or none. */

enum { TEXT_MAX = 2 << 20 };

struct along {
    struct story story;
    struct world *world;
    struct merchant merchant;
    struct bank_profile profile;
    struct bank_taking taking;
    struct early *early;
    sem_t written;
    struct ctx cx; /* with memory of its own, from the beginning on */
    int lock;
};

static void settings_read(struct along *along)
{
    struct world *world = along->world;
    struct ctx *cx = &along->cx;

    desk_ctx(world_ctx(world), cx);
    assert_ok(merchant_load(cx, world_read(world), world->made.merchant, &along->merchant));
    assert_ok(bank_profile_load(cx, world_read(world), world->made.merchant, &along->profile));
    reader_release(world->core.reader);
}

static struct along *along_new(void)
{
    struct along *along = process_make(struct along);

    along->world = world_new();
    along->story.world = along->world;
    must(sem_init(&along->written, 0, 0) == 0);
    return along;
}

static void along_end(struct along *along)
{
    early_free(along->early);
    desk_unlock(&along->cx, &along->story.desk, along->lock);
    desk_ctx_free(&along->cx);
    sem_destroy(&along->written);
    world_is_sound(along->world);
    world_free(along->world);
    process_free(along);
}

static struct payment pay_once(struct world *world, int64_t minor)
{
    struct bank_account account = account_bare(world);

    mandate_made_of(world, account.id, MANDATE_ONE_OFF, MANDATE_CORE);
    return pay_from(world, account.id, minor);
}

static err_t take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct along *along = arg;

    return bank_take(cx, tx, &along->taking);
}

static err_t wait_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct along *along = arg;

    (void)cx;
    (void)tx;
    while (sem_wait(&along->written) != 0)
        must(errno == EINTR);
    return OK;
}

/* The writer has something to do until all that is there is written. */
static void write_what_is_there(struct along *along)
{
    struct tx_ahead ahead;

    tx_start(along->world->store, world_ctx(along->world), wait_body, along, &ahead);
    if (along->early == NULL)
        along->early = early_begin(&along->cx, &along->story.desk, &along->profile);
    early_wait(along->early);
    early_go_on(along->early, &ahead);
    must(sem_post(&along->written) == 0);
    assert_ok(tx_finish(&ahead));
}

/* One more of the debits that are due. */
static bool take_one(struct along *along)
{
    along->taking =
        (struct bank_taking){.merchant = &along->merchant, .profile = &along->profile, .most = 1};
    assert_ok(tx_run(along->world->store, world_ctx(along->world), take_body, along));
    return along->taking.more;
}

static void begin(struct along *along)
{
    world_stop_at(along->world, PAST_CUTOFF);
    desk_begin(&along->story);
    settings_read(along);
    assert_ok(desk_lock(&along->cx, &along->story.desk, &along->lock));
    assert_true(take_one(along));
    write_what_is_there(along);
}

static void go_on(struct along *along)
{
    while (take_one(along))
        write_what_is_there(along);
}

static struct bank_file file_now(struct along *along)
{
    struct bank_file *files;
    size_t count;

    assert_ok(bank_files_open(&along->cx, world_read(along->world), &files, &count));
    reader_release(along->world->core.reader);
    assert_int_equal(count, 1);
    return files[0];
}

static struct draft *end_of(struct along *along, const struct bank_file *file,
                            struct bank_file_facts *facts)
{
    struct draft *draft;

    early_end(&along->cx, along->early, file, facts, &draft);
    return draft;
}

static struct draft *end(struct along *along, struct bank_file_facts *facts)
{
    struct bank_file file = file_now(along);

    return end_of(along, &file, facts);
}

/* What its rows give. */
static struct str text_of_rows(struct along *along, const struct bank_file *file)
{
    const struct sepa_order order = {
        .desk = &along->story.desk, .profile = &along->profile, .file = file};
    struct buf text = buf_make(along->cx.arena, TEXT_MAX);
    const struct sink sink = sink_buf(&text);
    struct xml_written written;
    struct str version;

    assert_ok(sepa_file_write(&along->cx, &order, &sink, &version, &written));
    return buf_str(&text);
}

static struct str text_on_disk(struct along *along, struct str msg_id)
{
    char *text = arena_alloc(along->cx.arena, TEXT_MAX);
    int fd;

    assert_ok(desk_file_open(desk_sent_path(&along->cx, &along->story.desk, msg_id), &fd));
    ssize_t len = read(fd, text, TEXT_MAX);
    close(fd);
    assert_in_range(len, 1, TEXT_MAX - 1);
    return (struct str){text, (size_t)len};
}

static struct str sha256_of(struct along *along, struct str text)
{
    struct sha256 *sha = sha256_begin(along->cx.arena);
    uint8_t digest[SHA256_SIZE];

    sha256_add(sha, text);
    sha256_end(sha, digest);
    return hex_encode(along->cx.arena, digest, sizeof digest);
}

/* What lies there afterwards. */
static struct str file_is_as_its_rows(struct along *along, const struct bank_file *file)
{
    struct bank_file_facts facts;
    struct draft *draft = end_of(along, file, &facts);

    assert_non_null(draft);
    assert_true(str_eq(facts.version, STR("pain.008.001.08")));
    assert_ok(draft_place(&along->cx, draft));
    struct str text = text_on_disk(along, file->msg_id);
    assert_true(str_eq(text, text_of_rows(along, file)));
    assert_true(str_eq(facts.sha256, sha256_of(along, text)));
    assert_int_equal(facts.bytes, text.len);
    return text;
}

static struct str is_as_its_rows(struct along *along)
{
    struct bank_file file = file_now(along);

    return file_is_as_its_rows(along, &file);
}

static int64_t count_of(struct str text, const char *word)
{
    struct str what = str_of(word);
    int64_t count = 0;

    for (size_t at = 0; at + what.len <= text.len; at++)
        count += memcmp(text.ptr + at, what.ptr, what.len) == 0 ? 1 : 0;
    return count;
}

static void is_thrown_away(struct along *along)
{
    struct bank_file_facts facts;
    const char *path = desk_sent_path(&along->cx, &along->story.desk, file_now(along).msg_id);
    int fd;

    assert_null(end(along, &facts));
    /* Nothing is in the way of the one that is written from the rows. */
    assert_ok(desk_file_new(&along->cx, path, &fd));
    desk_file_drop(&along->cx, path, fd);
}

/* --- what happens meanwhile ---------------------------------------------------------------------
 */

/* What happens to one of them meanwhile. */
struct happening {
    struct payment_id payment;
    struct payment_id like; /* another one, or none */
    int64_t minor;
    const struct bank_account *account; /* that its mandate gets */
};

static err_t revoke_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct happening *what = arg;
    struct mandate mandate;
    struct debit debit;

    TRY(debit_load(cx, tx, what->payment, &debit));
    TRY(mandate_load(cx, tx, debit.mandate, &mandate));
    return mandate_revoke(cx, tx, &mandate);
}

static err_t change(struct ctx *cx, struct tx *tx, struct payment *payment, struct debit *debit)
{
    struct merchant merchant;

    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    return debit_change(cx, tx, &merchant, payment, debit, (struct date){.year = 0});
}

static err_t amount_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct happening *what = arg;
    struct payment payment;
    struct debit debit;

    TRY(debit_load(cx, tx, what->payment, &debit));
    TRY(payment_load(cx, tx, what->payment, &payment));
    payment.amount.minor = what->minor;
    return change(cx, tx, &payment, &debit);
}

/* It is due on the same day as the other one, and leaves with it; without another one much later.
 */
static err_t day_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct happening *what = arg;
    struct payment payment;
    struct debit debit;
    struct debit like;

    TRY(debit_load(cx, tx, what->payment, &debit));
    TRY(payment_load(cx, tx, what->payment, &payment));
    debit.cutoff += 30 * DAY_US;
    if (!ID_NONE(what->like)) {
        TRY(debit_load(cx, tx, what->like, &like));
        debit.cutoff = like.cutoff;
        debit.due = like.due;
        payment.date_settlement = date_text(cx->arena, debit.due);
    }
    return change(cx, tx, &payment, &debit);
}

static void happens(struct along *along, tx_body *body, struct happening what)
{
    assert_ok(tx_run(along->world->store, world_ctx(along->world), body, &what));
}

static err_t its_mandate(struct ctx *cx, struct tx *tx, const struct happening *what,
                         struct mandate *out)
{
    struct debit debit;

    TRY(debit_load(cx, tx, what->payment, &debit));
    return mandate_load(cx, tx, debit.mandate, out);
}

static err_t stop_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate mandate;

    TRY(its_mandate(cx, tx, arg, &mandate));
    return mandate_stop(cx, tx, &mandate);
}

static err_t stop_and_lift_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate mandate;

    TRY(its_mandate(cx, tx, arg, &mandate));
    TRY(mandate_stop(cx, tx, &mandate));
    return mandate_lift(cx, tx, &mandate);
}

static err_t rename_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate mandate;

    TRY(its_mandate(cx, tx, arg, &mandate));
    return mandate_amend_umr(cx, tx, &mandate, str_format(cx->arena, "N-%s", mandate.id.raw));
}

static err_t account_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct happening *what = arg;
    struct bank_account account = *what->account;
    struct mandate mandate;

    TRY(its_mandate(cx, tx, what, &mandate));
    return mandate_amend_account(cx, tx, &mandate, &account);
}

/* Of another bank. */
static struct bank_account other_account(struct along *along)
{
    const struct bank_account_draft draft = {.iban = STR("DE89370400440532013000")};
    struct bank_account account;

    assert_ok(bank_account_seal(&along->world->core, world_ctx(along->world), &draft, &account));
    return account;
}

/* --- what comes as foreseen ---------------------------------------------------------------------
 */

CASE(it_is_the_file_that_its_rows_give)
{
    struct along *along = along_new();

    for (int i = 0; i < 4; i++)
        pay_debit(along->world, 1000 + i);
    begin(along);
    go_on(along);
    is_as_its_rows(along);
    along_end(along);
}

/* A block ends when it has all that was foreseen; what comes after it waits. */
CASE(blocks_that_grow_by_turns_follow_each_other)
{
    struct along *along = along_new();

    for (int i = 0; i < 3; i++) {
        pay_debit(along->world, 1000 + i);
        pay_once(along->world, 2000 + i);
    }
    begin(along);
    go_on(along);
    assert_int_equal(world_count(along->world, "bank_block"), 2);
    is_as_its_rows(along);
    along_end(along);
}

static void pay_b2b(struct world *world, int64_t minor)
{
    struct bank_account account = account_bare(world);

    mandate_made_of(world, account.id, MANDATE_RECURRENT, MANDATE_B2B);
    pay_from(world, account.id, minor);
}

CASE(schemes_share_a_file_where_the_bank_takes_it)
{
    struct along *along = along_new();

    world_set(along->world, "split_file_by_scheme", "no");
    for (int i = 0; i < 3; i++) {
        pay_debit(along->world, 1000 + i);
        pay_b2b(along->world, 2000 + i);
    }
    begin(along);
    go_on(along);
    struct str text = is_as_its_rows(along);
    assert_int_equal(count_of(text, "<PmtInf>"), 2);
    assert_int_equal(count_of(text, "<Cd>B2B<"), 1);
    along_end(along);
}

/* The one that was begun first is written along. */
CASE(schemes_grow_by_turns_in_files_of_their_own)
{
    struct along *along = along_new();
    struct bank_file_facts facts;
    struct bank_file *files;
    size_t count;

    for (int i = 0; i < 3; i++) {
        pay_b2b(along->world, 2000 + i);
        pay_debit(along->world, 1000 + i);
    }
    begin(along);
    go_on(along);
    assert_ok(bank_files_open(&along->cx, world_read(along->world), &files, &count));
    reader_release(along->world->core.reader);
    assert_int_equal(count, 2);
    assert_null(end_of(along, &files[1], &facts));
    assert_int_equal(count_of(text_of_rows(along, &files[1]), "<Cd>CORE<"), 1);
    struct str text = file_is_as_its_rows(along, &files[0]);
    assert_int_equal(count_of(text, "<Cd>B2B<"), 1);
    assert_int_equal(count_of(text, "<DrctDbtTxInf>"), 3);
    along_end(along);
}

/* What an export that was killed has left is in the file already. */
CASE(file_that_holds_something_goes_on)
{
    struct along *along = along_new();
    struct payment first = pay_debit(along->world, 1000);
    struct payment later;

    world_stop_at(along->world, PAST_CUTOFF);
    assert_ok(tx_run(along->world->store, world_ctx(along->world), fake_bank_take_body, NULL));
    for (int i = 0; i < 2; i++) {
        later = pay_once(along->world, 2000 + i);
        happens(along, day_body, (struct happening){.payment = later.id, .like = first.id});
    }
    later = pay_debit(along->world, 1001);
    happens(along, day_body, (struct happening){.payment = later.id, .like = first.id});
    begin(along);
    go_on(along);
    assert_int_equal(file_now(along).count, 4);
    is_as_its_rows(along);
    along_end(along);
}

CASE(what_waits_under_no_mandate_that_holds_is_not_foreseen)
{
    struct along *along = along_new();

    for (int i = 0; i < 3; i++)
        pay_debit(along->world, 1000 + i);
    world_tamper(along->world, "UPDATE mandate SET state = 'suspended' WHERE id = (SELECT mandate "
                               "FROM debit ORDER BY payment DESC LIMIT 1);");
    begin(along);
    go_on(along);
    assert_int_equal(file_now(along).count, 2);
    is_as_its_rows(along);
    along_end(along);
}

/* --- what comes otherwise -----------------------------------------------------------------------
 */

static void cancel(struct along *along, struct payment_id payment)
{
    struct refund_create create;

    assert_ok(refund_try(along->world, payment, WHOLE, &create));
    assert_int_equal(state_now(along->world, payment), PAYMENT_CANCELED);
}

static struct payment three_begin(struct along *along)
{
    struct payment last = {.created = 0};

    for (int i = 0; i < 3; i++)
        last = pay_debit(along->world, 1000);
    begin(along);
    return last;
}

static void goes_on_with(struct along *along, int64_t count)
{
    go_on(along);
    assert_int_equal(file_now(along).count, count);
}

CASE(payment_is_cancelled_meanwhile)
{
    struct along *along = along_new();

    cancel(along, three_begin(along).id);
    goes_on_with(along, 2);
    is_thrown_away(along);
    along_end(along);
}

CASE(mandate_is_revoked_meanwhile)
{
    struct along *along = along_new();

    happens(along, revoke_body, (struct happening){.payment = three_begin(along).id});
    goes_on_with(along, 2);
    is_thrown_away(along);
    along_end(along);
}

CASE(amount_is_changed_meanwhile)
{
    struct along *along = along_new();

    happens(along, amount_body, (struct happening){.payment = three_begin(along).id, .minor = 999});
    goes_on_with(along, 3);
    is_thrown_away(along);
    along_end(along);
}

CASE(another_debit_becomes_due_meanwhile)
{
    struct along *along = along_new();
    struct payment last = three_begin(along);
    struct payment more = pay_debit(along->world, 1000);

    happens(along, day_body, (struct happening){.payment = more.id, .like = last.id});
    goes_on_with(along, 4);
    is_thrown_away(along);
    along_end(along);
}

/* As many, and the same sum: but one of them comes before what is written, which the file would
 * lack. */
CASE(another_one_comes_before_what_is_written)
{
    struct along *along = along_new();
    struct payment first = pay_debit(along->world, 1000);

    happens(along, day_body, (struct happening){.payment = first.id});
    struct payment last = three_begin(along);
    happens(along, day_body, (struct happening){.payment = first.id, .like = last.id});
    cancel(along, last.id);
    goes_on_with(along, 3);
    is_thrown_away(along);
    along_end(along);
}

/* The same where it comes in its order: that is the file that the rows give. */
CASE(another_one_in_its_place_is_as_good)
{
    struct along *along = along_new();
    struct payment last = three_begin(along);
    struct payment more = pay_debit(along->world, 1000);

    happens(along, day_body, (struct happening){.payment = more.id, .like = last.id});
    cancel(along, last.id);
    goes_on_with(along, 3);
    is_as_its_rows(along);
    along_end(along);
}

CASE(mandate_is_suspended_meanwhile)
{
    struct along *along = along_new();

    happens(along, stop_body, (struct happening){.payment = three_begin(along).id});
    goes_on_with(along, 2);
    is_thrown_away(along);
    along_end(along);
}

CASE(mandate_is_suspended_and_lifted_again_meanwhile)
{
    struct along *along = along_new();

    happens(along, stop_and_lift_body, (struct happening){.payment = three_begin(along).id});
    goes_on_with(along, 3);
    is_as_its_rows(along);
    along_end(along);
}

/* Two of one mandate, of which the first is taken, and one between them: the last. */
static struct payment two_of_one_begin(struct along *along)
{
    struct bank_account account = account_bare(along->world);

    mandate_made_of(along->world, account.id, MANDATE_RECURRENT, MANDATE_CORE);
    pay_from(along->world, account.id, 1000);
    pay_debit(along->world, 1001);
    struct payment last = pay_from(along->world, account.id, 1002);
    begin(along);
    return last;
}

/* The one that lies in the file already tells what was true when it was taken. */
CASE(mandate_is_renamed_meanwhile)
{
    struct along *along = along_new();

    happens(along, rename_body, (struct happening){.payment = two_of_one_begin(along).id});
    goes_on_with(along, 3);
    struct str text = is_as_its_rows(along);
    assert_int_equal(count_of(text, "<AmdmntInd>true<"), 1);
    assert_int_equal(count_of(text, "<OrgnlMndtId>"), 1);
    assert_int_equal(count_of(text, "<MndtId>N-"), 1);
    along_end(along);
}

CASE(mandate_gets_another_account_meanwhile)
{
    struct along *along = along_new();
    struct payment last = two_of_one_begin(along);
    struct bank_account account = other_account(along);

    happens(along, account_body, (struct happening){.payment = last.id, .account = &account});
    goes_on_with(along, 3);
    struct str text = is_as_its_rows(along);
    assert_int_equal(count_of(text, "<AmdmntInd>true<"), 1);
    assert_int_equal(count_of(text, "<OrgnlDbtrAcct>"), 1);
    assert_int_equal(count_of(text, "<DbtrAcct><Id><IBAN>DE89370400440532013000<"), 1);
    along_end(along);
}

/* An export goes by what the creditor was when it began; the next one tells the banks. */
CASE(creditor_is_changed_meanwhile)
{
    static const struct world_setting CHANGES[] = {
        {"ics",          "FR19ZZZ654321"              },
        {"name",         "Atelier Nouveau SARL"       },
        {"iban",         "FR7630004000031234567890143"},
        {"address.city", "Lyon"                       },
    };

    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
        struct along *along = along_new();
        three_begin(along);
        world_set(along->world, CHANGES[i].name, CHANGES[i].value);
        goes_on_with(along, 3);
        struct str text = is_as_its_rows(along);
        assert_int_equal(count_of(text, CHANGES[i].value), 0);
        assert_int_equal(count_of(text, "<AmdmntInd>"), 0);
        along_end(along);
    }
}

/* One that has the same database, and took this one for dead. */
CASE(another_server_takes_the_rest_meanwhile)
{
    struct along *along = along_new();

    three_begin(along);
    assert_ok(tx_run(along->world->store, world_ctx(along->world), fake_bank_take_body, NULL));
    goes_on_with(along, 3);
    is_as_its_rows(along);
    along_end(along);
}

CASE(another_server_releases_the_file_meanwhile)
{
    struct along *along = along_new();
    struct bank_file_facts facts;

    three_begin(along);
    struct bank_file file = file_now(along);
    assert_ok(tx_run(along->world->store, world_ctx(along->world), fake_bank_take_body, NULL));
    write_what_is_there(along);
    assert_ok(tx_run(along->world->store, world_ctx(along->world), fake_bank_release_body, NULL));
    assert_false(take_one(along));
    assert_null(end_of(along, &file, &facts));
    along_end(along);
}

/* --- what fails meanwhile -----------------------------------------------------------------------
 */

/* The n-th call of the store on this side fails: *left of them are to come. True: it has. */
static bool fail_at(struct along *along, int *left, void (*step)(struct along *along))
{
    struct store *store = along->world->store;

    store_fail_after(store, *left);
    step(along);
    *left = atomic_load(&store->fail_after);
    store_fail_after(store, 0);
    return *left <= 0;
}

/* As the rows give it, or not at all; and then the rows can be written. */
static void end_of_any_kind(struct along *along)
{
    struct bank_file file = file_now(along);
    struct str rows = text_of_rows(along, &file);
    struct bank_file_facts facts;
    struct draft *draft = end(along, &facts);

    if (draft == NULL) {
        is_thrown_away(along);
        return;
    }
    assert_ok(draft_place(&along->cx, draft));
    assert_true(str_eq(text_on_disk(along, file.msg_id), rows));
}

static bool fails_at(int n)
{
    struct along *along = along_new();
    bool failed = false;

    for (int i = 0; i < 3; i++)
        pay_debit(along->world, 1000 + i);
    world_stop_at(along->world, PAST_CUTOFF);
    desk_begin(&along->story);
    settings_read(along);
    assert_ok(desk_lock(&along->cx, &along->story.desk, &along->lock));
    while (take_one(along)) {
        if (failed)
            write_what_is_there(along);
        else
            failed = fail_at(along, &n, write_what_is_there);
    }
    assert_int_equal(file_now(along).count, 3);
    end_of_any_kind(along);
    along_end(along);
    return failed;
}

CASE(whatever_fails_while_it_is_written_there_is_its_file_or_none)
{
    int n = 1;

    while (fails_at(n))
        n++;
    assert_true(n > 10);
}

/* --- a whole export -----------------------------------------------------------------------------
 */

/* More than two portions of an export. */
enum { MANY = 1100, CONTEXTS_AT_ONCE = 100 };

struct exporting {
    struct along *along;
    pthread_t thread;
    atomic_bool done;
};

/* There is no bank to send it to, which comes last. */
static void *export_main(void *arg)
{
    struct exporting *exporting = arg;
    struct sepa_exported exported;
    struct ctx cx;

    desk_ctx(&exporting->along->cx, &cx);
    must(sepa_export(&cx, &exporting->along->story.desk, &exported) != OK);
    must(exported.released == 1);
    desk_ctx_free(&cx);
    atomic_store(&exporting->done, true);
    return NULL;
}

static void many_make(struct world *world, struct payment_id *out)
{
    for (int i = 0; i < MANY; i++) {
        out[i] = pay_debit(world, 1000 + i).id;
        if (i % CONTEXTS_AT_ONCE == 0)
            world_contexts_free(world);
    }
}

static err_t one_of_all_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static tx_body *const ALL[] = {stop_body,   revoke_body, stop_and_lift_body,
                                   rename_body, amount_body, account_body};
    struct happening *what = arg;
    struct debit debit;

    TRY(debit_load(cx, tx, what->payment, &debit));
    return ID_NONE(debit.file) ? ALL[what->minor % (int64_t)ARRAY_LEN(ALL)](cx, tx, arg) : OK;
}

/* To the debits that are taken last, until the export is through. */
static int64_t happen_until_done(struct exporting *exporting, const struct payment_id *ids)
{
    struct along *along = exporting->along;
    struct bank_account account = other_account(along);
    int64_t count = 0;

    for (int64_t i = MANY - 1; i > 0 && !atomic_load(&exporting->done); i -= 3, count++)
        happens(along, one_of_all_body,
                (struct happening){.payment = ids[i], .minor = i, .account = &account});
    return count;
}

static struct bank_file file_released(struct along *along)
{
    struct bank_file *files;
    size_t count;

    assert_ok(bank_files_newest(&along->cx, world_read(along->world), 2, &files, &count));
    reader_release(along->world->core.reader);
    assert_int_equal(count, 1);
    assert_int_equal(files[0].state, BANK_FILE_RELEASED);
    return files[0];
}

/* Nothing is told to the bank of a day that it cannot keep. */
CASE(what_a_killed_export_has_left_is_given_up_when_it_is_too_late)
{
    struct along *along = along_new();
    struct sepa_exported exported;

    three_begin(along);
    early_free(along->early);
    along->early = NULL;
    desk_unlock(&along->cx, &along->story.desk, along->lock);
    world_stop_at(along->world, PAST_CUTOFF + DAY_US);
    along->story.desk.bank_url = "http://127.0.0.1:1/";
    assert_ok(sepa_export(world_ctx(along->world), &along->story.desk, &exported));
    assert_int_equal(exported.released, 0);
    assert_int_equal(
        world_number(along->world, "SELECT COUNT(*) FROM bank_file WHERE state = 'given_up'"), 1);
    assert_int_equal(
        world_number(along->world, "SELECT COUNT(*) FROM debit WHERE file IS NOT NULL"), 0);
    assert_ok(desk_lock(&along->cx, &along->story.desk, &along->lock));
    along_end(along);
}

CASE(whatever_happens_meanwhile_the_file_that_leaves_is_its_rows)
{
    struct payment_id *ids = process_alloc(sizeof *ids, MANY);
    struct along *along = along_new();
    struct exporting exporting = {.along = along};

    many_make(along->world, ids);
    world_stop_at(along->world, PAST_CUTOFF);
    desk_begin(&along->story);
    along->story.desk.bank_url = "http://127.0.0.1:1/";
    along->story.desk.bank_secret = "";
    along->story.desk.timeout_ms = 1000;
    settings_read(along);
    assert_ok(reader_open(along->world->store, &along->story.desk.reader));
    thread_start(&exporting.thread, export_main, &exporting);
    assert_true(happen_until_done(&exporting, ids) > 0);
    assert_int_equal(pthread_join(exporting.thread, NULL), 0);
    struct bank_file file = file_released(along);
    struct str text = text_on_disk(along, file.msg_id);
    assert_true(str_eq(text, text_of_rows(along, &file)));
    assert_true(str_eq(file.sha256, sha256_of(along, text)));
    assert_int_equal(count_of(text, "<DrctDbtTxInf>"), file.count);
    assert_int_equal(world_number(along->world, "SELECT COUNT(*) FROM debit WHERE sent_us > 0"),
                     file.count);
    reader_close(along->story.desk.reader);
    assert_ok(desk_lock(&along->cx, &along->story.desk, &along->lock));
    along_end(along);
    process_free(ids);
}

CASE(more_than_the_file_takes_is_not_begun)
{
    struct along *along = along_new();
    struct bank_file_facts facts;

    world_set(along->world, "max_tx_per_file", "2");
    three_begin(along);
    assert_null(end(along, &facts));
    along_end(along);
}

/* As when the taking fails: nothing is left, and the next one begins anew. */
CASE(what_ends_in_the_middle_leaves_nothing)
{
    struct along *along = along_new();

    three_begin(along);
    early_free(along->early);
    along->early = NULL;
    goes_on_with(along, 3);
    is_as_its_rows(along);
    along_end(along);
}

UNIT_MAIN(T(it_is_the_file_that_its_rows_give), T(blocks_that_grow_by_turns_follow_each_other),
          T(schemes_share_a_file_where_the_bank_takes_it),
          T(schemes_grow_by_turns_in_files_of_their_own), T(file_that_holds_something_goes_on),
          T(what_waits_under_no_mandate_that_holds_is_not_foreseen),
          T(payment_is_cancelled_meanwhile), T(mandate_is_revoked_meanwhile),
          T(amount_is_changed_meanwhile), T(another_debit_becomes_due_meanwhile),
          T(another_one_comes_before_what_is_written), T(another_one_in_its_place_is_as_good),
          T(mandate_is_suspended_meanwhile), T(mandate_is_suspended_and_lifted_again_meanwhile),
          T(mandate_is_renamed_meanwhile), T(mandate_gets_another_account_meanwhile),
          T(creditor_is_changed_meanwhile), T(another_server_takes_the_rest_meanwhile),
          T(another_server_releases_the_file_meanwhile),
          T(what_a_killed_export_has_left_is_given_up_when_it_is_too_late),
          T(whatever_fails_while_it_is_written_there_is_its_file_or_none),
          T(whatever_happens_meanwhile_the_file_that_leaves_is_its_rows),
          T(more_than_the_file_takes_is_not_begun), T(what_ends_in_the_middle_leaves_nothing))
