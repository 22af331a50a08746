#include "core/submission.h"

#include "core/invoice_index.h"
#include "support/core_submission.h"
#include "support/core_sweep.h"

#define SENT "CII N1 2026-11-21 100000009 200000008"
#define RECEIVED "UBL N1 2026-11-21 200000008 100000009"
#define PDF "Factur-X N1 2026-11-21 100000009 200000008"

static struct submission submitted(struct world *world, const char *words)
{
    struct submission_create *create = submission_try(world, words);

    assert_ok(create->operation.result);
    return create->submission;
}

static struct submission now(struct world *world, struct submission_id id)
{
    struct submission out;

    assert_ok(submission_load(world_ctx(world), world_read(world), id, &out));
    reader_release(world->core.reader);
    return out;
}

static void assert_statuses(struct world *world, struct submission_id id, const int *codes,
                            size_t wanted)
{
    struct lifecycle_event *events;
    size_t count;

    assert_ok(lifecycle_list(world_ctx(world), world_read(world), id.raw, &events, &count));
    reader_release(world->core.reader);
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(events[i].status, codes[i]);
}
#define STATUSES(world, id, ...)                                                                   \
    do {                                                                                           \
        const int codes_[] = {__VA_ARGS__};                                                        \
        assert_statuses(world, id, codes_, ARRAY_LEN(codes_));                                     \
    } while (0)

CASE(one_of_ours_is_archived_and_leaves)
{
    struct world *world = submission_world();
    struct submission made = submitted(world, SENT);
    struct str bytes;

    assert_int_equal(made.direction, SUBMISSION_OUTGOING);
    assert_int_equal(made.state, SUBMISSION_WAITING);
    STATUSES(world, made.id, 200);
    world_work(world);
    struct submission read = now(world, made.id);
    assert_int_equal(read.state, SUBMISSION_SENT);
    assert_true(read.sent > 0);
    assert_int_equal(read.format, EINVOICE_CII);
    assert_str(read.number, "N1");
    assert_str(read.seller, "100000009");
    assert_str(read.recipient, "200000008");
    assert_str(read.file_name, "facture.xml");
    assert_int_equal(read.size, strlen(SENT));
    assert_true(ID_NONE(read.xml));
    STATUSES(world, made.id, 200, 201, 202, 203);
    assert_ok(submission_bytes(&world->core, world->cx, world_read(world), &read, &bytes));
    assert_str(bytes, SENT);
    reader_release(world->core.reader);
    world_free(world);
}

CASE(one_to_us_is_kept)
{
    struct world *world = submission_world();
    struct submission made = submitted(world, RECEIVED);

    world_work(world);
    assert_int_equal(now(world, made.id).direction, SUBMISSION_INCOMING);
    assert_int_equal(now(world, made.id).state, SUBMISSION_KEPT);
    STATUSES(world, made.id, 200);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'submission'"), 0);
    world_free(world);
}

CASE(of_a_pdf_the_xml_is_kept_beside)
{
    struct world *world = submission_world();
    struct submission made = now(world, submitted(world, PDF).id);
    struct einvoice invoice;

    assert_false(ID_NONE(made.xml));
    assert_int_equal(world_count(world, "document"), 2);
    assert_ok(submission_read(&world->core, world->cx, world_read(world), &made, &invoice));
    reader_release(world->core.reader);
    world_free(world);
}

CASE(what_it_says_is_read_anew)
{
    struct world *world = submission_world();
    struct submission made = now(world, submitted(world, SENT).id);
    struct einvoice invoice;

    assert_ok(submission_read(&world->core, world->cx, world_read(world), &made, &invoice));
    assert_str(invoice.number, "N1");
    reader_release(world->core.reader);
    world->core.judge = NULL;
    assert_int_equal(
        submission_read(&world->core, world_ctx(world), world_read(world), &made, &invoice),
        ERR_UNAVAILABLE);
    reader_release(world->core.reader);
    world_free(world);
}

static void assert_refused(struct world *world, const char *words, err_t err, const char *field,
                           const char *text)
{
    struct submission_create *create = submission_try(world, words);
    const struct fault *fault = &create->operation.cx->faults[0];

    assert_int_equal(create->operation.result, err);
    assert_true(create->operation.cx->fault_count > 0);
    if (field == NULL)
        assert_null(fault->field);
    else
        assert_string_equal(fault->field, field);
    assert_string_equal(fault->text, text);
    assert_int_equal(world_count(world, "submission"), 0);
    assert_int_equal(world_count(world, "document"), 0);
}

CASE(nothing_of_what_is_refused_is_kept)
{
    struct world *world = submission_world();

    assert_refused(world, "odd", ERR_MALFORMED, NULL, "is wrong");
    assert_refused(world, "xsd", ERR_INVALID, "body.file", "is wrong [XSD]");
    assert_refused(world, "later", ERR_UNAVAILABLE, "invoice", "cannot be read now");
    assert_refused(world, "CII bad 2026-11-21 100000009 200000008", ERR_INVALID, "body.file",
                   "is not the sum of the lines [BR-CO-10, BT-106]");
    assert_refused(world, "CII N1 2026-11-21 300000007 200000008", ERR_INVALID, "body.file",
                   "names the client neither as seller nor as buyer");
    world_free(world);
}

CASE(each_broken_rule_is_told_with_its_place)
{
    struct world *world = submission_world();
    struct submission_create *create =
        submission_try(world, "CII bad 2026-11-21 100000009 200000008");
    const struct ctx *cx = create->operation.cx;

    assert_int_equal(cx->fault_count, 2);
    assert_string_equal(cx->faults[1].text, "the line has no name (number 2) [BR-25, BT-153]");
    world_free(world);
}

CASE(a_client_without_a_siren_has_none)
{
    struct world *world = world_new();

    world->core.judge = &WORDS_JUDGE;
    if (world_number(world, "SELECT COUNT(*) FROM merchant_setting WHERE name = 'siren'") == 0)
        assert_refused(world, SENT, ERR_STATE, "client", "has no SIREN yet");
    world_free(world);
}

CASE(without_platform_vault_or_judge_nothing_is_taken)
{
    struct world *world = submission_world();

    world->core.test_platform = NULL;
    assert_int_equal(submission_try(world, SENT)->operation.result, ERR_UNAVAILABLE);
    world->core.test_platform = &PLATFORM_TEST;
    world->core.judge = NULL;
    assert_refused(world, SENT, ERR_UNAVAILABLE, "invoice", "cannot be kept now");
    world_free(world);
}

CASE(a_seller_gives_a_number_once_a_year)
{
    struct world *world = submission_world();
    struct submission first = submitted(world, SENT);
    struct submission_create *again = submission_try(world, SENT);

    assert_int_equal(again->operation.result, ERR_CONFLICT);
    assert_string_equal(again->operation.cx->faults[0].object, first.id.raw);
    submitted(world, RECEIVED);
    submitted(world, "CII N1 2025-11-21 100000009 200000008");
    submitted(world, "CII N2 2026-11-21 100000009 200000008");
    assert_int_equal(world_count(world, "submission"), 4);
    world_free(world);
}

CASE(names_of_files_are_cleaned)
{
    static const struct {
        const char *sent;
        const char *kept;
    } NAMES[] = {
        {"a/b\\c.xml", "c.xml"      },
        {"",           "invoice.xml"},
        {"a\tb.xml",   "a_b.xml"    },
        {"x\xC3",      "x"          },
        {"\xFF",       "invoice.xml"},
    };

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct world *world = submission_world();
        struct submission_create create = {.bytes = STR(SENT), .file_name = str_of(NAMES[i].sent)};
        WORLD_RUN(world, &create, submission_create);
        assert_ok(create.operation.result);
        assert_str(create.submission.file_name, NAMES[i].kept);
        world_free(world);
    }
}

CASE(the_platform_says_what_becomes_of_it)
{
    struct world *world = submission_world();
    struct submission closed = submitted(world, "CII A 2026-11-21 100000009 600000004");
    struct submission unknown = submitted(world, "CII B 2026-11-21 100000009 900000001");
    struct submission silent = submitted(world, "CII C 2026-11-21 100000009 800000002");

    world_work(world);
    STATUSES(world, closed.id, 200, 201, 213);
    STATUSES(world, unknown.id, 200, 213);
    STATUSES(world, silent.id, 200);
    assert_int_equal(now(world, silent.id).state, SUBMISSION_WAITING);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'submission'"), 1);
    world_free(world);
}

/* --- each call of the store fails once --- */

static void hears(struct scene *scene)
{
    if (scene->round > 1)
        return;
    world_set(scene->world, "siren", OUR_SIREN);
    scene->world->core.judge = &WORDS_JUDGE;
}

static err_t is_submitted(struct scene *scene)
{
    return submission_try(scene->world, PDF)->operation.result;
}

static void is_whole(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(world_count(world, "submission"), 1);
    assert_int_equal(world_count(world, "document"), 2);
    world_work(world);
    assert_int_equal(world_count(world, "lifecycle_event"), 4);
}

/* --- what lists tell --- */

#define NAMED(format) format " N1 2026-11-21 100000009 200000008 Buyer"

static struct invoice_entry *listed(struct world *world, size_t *count)
{
    struct invoice_entry *entries;

    assert_ok(invoice_index(world_ctx(world), world_read(world), (struct invoice_id){{0}}, 10,
                            &entries, count));
    reader_release(world->core.reader);
    return entries;
}

CASE(a_list_tells_what_the_file_says)
{
    struct world *world = submission_world();
    struct submission made = submitted(world, NAMED("CII"));
    size_t count;

    struct invoice_entry *entries = listed(world, &count);
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].id.raw, made.id.raw);
    assert_int_equal(entries[0].direction, SUBMISSION_OUTGOING);
    assert_str(entries[0].number, "N1");
    assert_str(entries[0].type, "380");
    assert_str(entries[0].seller, "Seller");
    assert_str(entries[0].buyer, "Buyer");
    assert_str(entries[0].currency, "EUR");
    assert_str(decimal_text(world->cx->arena, entries[0].total), "120.50");
    assert_str(decimal_text(world->cx->arena, entries[0].due), "5");
    assert_int_equal(entries[0].created, made.created);
    world_free(world);
}

CASE(a_list_shows_names_of_255_characters)
{
    static const char WORDS[] = "CII N1 2026-11-21 100000009 200000008 ";
    struct world *world = submission_world();
    struct buf words = buf_make(world->cx->arena, 1024);
    size_t count;

    buf_put_cstr(&words, WORDS);
    for (int i = 0; i < 256; i++)
        buf_put_cstr(&words, "é");
    buf_put_byte(&words, '\0');
    (void)submitted(world, buf_str(&words).ptr);
    struct str name = listed(world, &count)->buyer;
    assert_int_equal(name.len, 2 * 255);
    assert_true(str_utf8_count(name, &count));
    world_free(world);
}

/* As migration 0038 leaves them. */
static void make_old(struct world *world)
{
    world_tamper(world, "UPDATE submission SET type = NULL, seller_name = NULL, buyer_name = NULL,"
                        " currency = NULL, total = NULL, due = NULL");
    world_tamper(world, "INSERT INTO task (merchant, mode, kind, object, due_us, created_us)"
                        " SELECT merchant, mode, 'submission_terms', id, created_us, created_us"
                        " FROM submission");
    world->core.judge = &WORDS_JUDGE;
}

CASE(files_from_before_are_read_anew)
{
    struct world *world = submission_world();
    size_t count;

    (void)submitted(world, NAMED("Factur-X"));
    (void)submitted(world, "UBL N2 2026-11-22 200000008 100000009 Us");
    world_work(world);
    make_old(world);
    (void)listed(world, &count);
    assert_int_equal(count, 0);
    world_work(world);
    struct invoice_entry *entries = listed(world, &count);
    assert_int_equal(count, 2);
    assert_str(entries[0].buyer, "Us");
    assert_int_equal(entries[0].direction, SUBMISSION_INCOMING);
    assert_str(entries[1].buyer, "Buyer");
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'submission_terms'"), 0);
    world_free(world);
}

CASE(files_from_before_wait_until_they_can_be_read)
{
    struct world *world = submission_world();
    size_t count;

    (void)submitted(world, NAMED("CII"));
    make_old(world);
    world->core.judge = NULL;
    world_work(world);
    (void)listed(world, &count);
    assert_int_equal(count, 0);
    world->core.judge = &WORDS_JUDGE;
    world_advance(world, 600);
    (void)listed(world, &count);
    assert_int_equal(count, 1);
    world_free(world);
}

CASE(a_file_is_taken_whole_or_not_at_all)
{
    sweep_run(&(struct sweep){hears, is_submitted, is_whole});
}

UNIT_MAIN(T(one_of_ours_is_archived_and_leaves), T(one_to_us_is_kept),
          T(of_a_pdf_the_xml_is_kept_beside), T(what_it_says_is_read_anew),
          T(nothing_of_what_is_refused_is_kept), T(each_broken_rule_is_told_with_its_place),
          T(a_client_without_a_siren_has_none), T(without_platform_vault_or_judge_nothing_is_taken),
          T(a_seller_gives_a_number_once_a_year), T(names_of_files_are_cleaned),
          T(the_platform_says_what_becomes_of_it), T(a_list_tells_what_the_file_says),
          T(a_list_shows_names_of_255_characters), T(files_from_before_are_read_anew),
          T(files_from_before_wait_until_they_can_be_read), T(a_file_is_taken_whole_or_not_at_all))
