#ifndef GUICHET_TESTS_UNIT_SIMULATOR_BANK_SCENE_H
#define GUICHET_TESTS_UNIT_SIMULATOR_BANK_SCENE_H

#include <stdlib.h>
#include <unistd.h>

#include "simulator/bank_read.h"
#include "simulator/bank_report.h"
#include "unit/rails/sepa_heard.h"
#include "unit/rails/sepa_story.h"

/* A bank with a journal of its own, files from our own writer, and what it answers, each answer
 * looked at by its schema and by our own reader. */
struct scene {
    struct ctx *cx;
    char dir[64];
    struct journal *journal;
    struct bank *bank;
    struct heard heard; /* of the last report */
};

static inline err_t scene_apply(void *arg, const struct record *record)
{
    return simulated_bank_apply(arg, record);
}

static inline void scene_open(struct scene *scene)
{
    scene->bank = simulated_bank_new();
    assert_ok(
        journal_open(scene->cx, scene->dir, "journal", scene_apply, scene->bank, &scene->journal));
    simulated_bank_applied(scene->bank);
}

static inline struct scene *scene_new(void)
{
    struct scene *scene = process_make(struct scene);

    scene->cx = unit_ctx();
    snprintf(scene->dir, sizeof scene->dir, "/tmp/guichet-bank-XXXXXX");
    assert_non_null(mkdtemp(scene->dir));
    scene_open(scene);
    return scene;
}

static inline void scene_close(struct scene *scene)
{
    journal_close(scene->journal);
    simulated_bank_free(scene->bank);
}

static inline void scene_again(struct scene *scene)
{
    scene_close(scene);
    scene_open(scene);
}

static inline void scene_free(struct scene *scene)
{
    scene_close(scene);
    assert_int_equal(unlink(str_format(scene->cx->arena, "%s/journal", scene->dir).ptr), 0);
    assert_int_equal(rmdir(scene->dir), 0);
    unit_ctx_free(scene->cx);
    process_free(scene);
}

static inline instant paris(int month, int day, int hour)
{
    return instant_paris((struct wall){
        {2026, month, day},
        hour, 0, 0
    });
}

static inline size_t send(struct scene *scene, struct str text, instant now)
{
    struct bank_draft draft;

    simulated_bank_read(scene->cx, STR("owner"), now, text, &draft);
    size_t file = simulated_bank_add(scene->bank, scene->journal, &draft);
    journal_sync(scene->journal);
    return file;
}

/* One debit for each name, of 10.00, 11.00 and so on, due on Monday 30 November. */
struct order {
    enum sepa_generation generation;
    struct str msg_id;
    enum sepa_scheme scheme;
    bool batch;
    const char *const *names;
    size_t count;
    bool transfers;
};

static inline struct str order_text(struct scene *scene, const struct order *order)
{
    struct arena *arena = scene->cx->arena;
    struct buf *out = arena_make(arena, struct buf);
    struct sink sink = sink_buf(out);
    int64_t count = (int64_t)order->count;
    int64_t sum = 1000 * count + 100 * (count * (count - 1) / 2);
    struct sepa_header header = story_header(order->generation, order->msg_id, count, sum);
    struct str id = str_format(arena, "%s-1", str_cstr(arena, order->msg_id));
    struct sepa_writer *writer;
    struct xml_written written;

    *out = buf_make(arena, 1 << 20);
    if (order->transfers) {
        struct sepa_transfer_block block = {
            .payment_info_id = id,
            .count = count,
            .sum_cents = sum,
            .batch_booking = order->batch,
            .execution = {2026, 11, 30},
            .debtor_name = LUMEN,
            .debtor_iban = LUMEN_IBAN,
            .debtor_bic = STR("AGRIFRPP"),
        };
        assert_ok(sepa_transfers_begin(scene->cx, &header, &sink, &writer));
        assert_ok(sepa_transfers_block(scene->cx, writer, &block));
    } else {
        struct sepa_collection_block block =
            story_block(id, SEPA_SEQUENCE_RECURRENT, 0, count, sum);
        block.batch_booking = order->batch;
        block.scheme = order->scheme;
        assert_ok(sepa_collections_begin(scene->cx, &header, &sink, &writer));
        assert_ok(sepa_collections_block(scene->cx, writer, &block));
    }
    for (size_t i = 0; i < order->count; i++) {
        struct str end_to_end = str_format(arena, "%s-E%zu", header.msg_id.ptr, i + 1);
        struct str name = str_of(order->names[i]);
        struct sepa_collection collection = story_collection();
        struct sepa_transfer transfer = {
            .end_to_end_id = end_to_end,
            .amount_cents = 1000 + 100 * (int64_t)i,
            .creditor_name = name,
            .creditor_iban = collection.debtor_iban,
            .remittance = STR("Reversement"),
        };
        collection.end_to_end_id = end_to_end;
        collection.amount_cents = transfer.amount_cents;
        collection.debtor_name = name;
        assert_ok(order->transfers ? sepa_transfer_add(scene->cx, writer, &transfer)
                                   : sepa_collection_add(scene->cx, writer, &collection));
    }
    assert_ok(sepa_file_end(scene->cx, writer, &written));
    return buf_str(out);
}

/* The file's bytes, after both looks at them. */
static inline struct str told(struct scene *scene, const struct report *report)
{
    struct arena *arena = scene->cx->arena;
    struct buf *out = arena_make(arena, struct buf);
    struct sink sink = sink_buf(out);
    struct str name = simulated_report_name(scene->bank, arena, report);

    *out = buf_make(arena, 1 << 20);
    assert_ok(simulated_report_write(scene->bank, report, &sink));
    struct str rest = buf_str(out);
    struct source source = source_text(&rest);
    err_t err =
        xml_validate(scene->cx, samples_path(arena, "xsd"), str_sub(name, 0, 15), &source, 1 << 28);
    if (err != OK && err != ERR_NOT_FOUND)
        fail_msg("%.*s: %s", (int)name.len, name.ptr, scene->cx->faults[0].text);
    assert_ok(hear_any(scene->cx, buf_str(out), &scene->heard));
    assert_int_equal(scene->heard.anomalies, 0);
    return buf_str(out);
}

static inline void heard_is(struct scene *scene, const char *expected)
{
    struct str found = buf_str(&scene->heard.out);

    if (!str_eq(found, str_of(expected)))
        fail_msg("gave\n%.*snot\n%s", (int)found.len, found.ptr, expected);
}

static inline size_t reports(struct scene *scene, instant after, instant until, struct report **out)
{
    struct account *account = simulated_bank_account(scene->bank, STR("owner"), LUMEN_IBAN);

    assert_non_null(account);
    return simulated_reports_of_account(scene->cx->arena, account, after, until, out);
}

#endif
