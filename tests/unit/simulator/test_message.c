#include "support/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rails/card/settlement.h"
#include "simulator/message.h"
#include "simulator/settle.h"
#include "simulator/threeds.h"

/* One acquirer's book in a directory of its own, and messages as the connector packs them. */
struct scene {
    struct ctx *cx;
    char dir[64];
    struct state *state;
    struct reply reply;
};

static struct scene *scene_new(void)
{
    struct scene *scene = process_make(struct scene);

    scene->cx = unit_ctx();
    snprintf(scene->dir, sizeof scene->dir, "/tmp/guichet-sim-XXXXXX");
    assert_non_null(mkdtemp(scene->dir));
    assert_ok(state_open(scene->cx, scene->dir, &scene->state));
    return scene;
}

static const char *journal_path(struct scene *scene)
{
    return str_format(scene->cx->arena, "%s/journal", scene->dir).ptr;
}

static void scene_free(struct scene *scene)
{
    state_close(scene->state);
    assert_int_equal(unlink(journal_path(scene)), 0);
    assert_int_equal(rmdir(scene->dir), 0);
    unit_ctx_free(scene->cx);
    process_free(scene);
}

/* As after a kill -9: what was synced is read again. */
static void scene_restart(struct scene *scene)
{
    journal_sync(scene->state->journal);
    state_close(scene->state);
    assert_ok(state_open(scene->cx, scene->dir, &scene->state));
}

struct ask {
    const char *mti;
    int stan;
    int64_t minor;
    const char *number;   /* or NULL */
    const char *original; /* MTI of what it refers to, or NULL */
    int original_stan;
    int64_t replace; /* 0: none */
    bool preauth;
    const char *cavv;
    const char *ds_trans_id;
};

static const char *send_ask(struct scene *scene, struct ask ask)
{
    struct arena *arena = scene->cx->arena;
    struct iso_message request = {.mti = ""};
    struct iso_private *private = arena_make(arena, struct iso_private);

    memcpy(request.mti, ask.mti, 4);
    if (ask.number != NULL)
        request.fields[2] = str_of(ask.number);
    request.fields[3] = str_of(strcmp(ask.mti, "0200") == 0 ? "200000" : "000000");
    request.fields[4] = str_format(arena, "%012lld", (long long)ask.minor);
    request.fields[7] = STR("1121103045");
    request.fields[11] = str_format(arena, "%06d", ask.stan);
    request.fields[12] = STR("113045");
    request.fields[13] = STR("1121");
    request.fields[32] = STR("12345");
    request.fields[37] = str_format(arena, "632510%06d", ask.stan);
    request.fields[41] = STR("GUICH001");
    request.fields[42] = STR("GUICHET00000001");
    request.fields[49] = STR("978");
    if (ask.original != NULL)
        request.fields[90] = str_format(arena, "%s%06d11211030450000001234500000000000",
                                        ask.original, ask.original_stan);
    if (ask.replace > 0) {
        char *replace = arena_alloc(arena, ISO_REPLACE_LEN + 1);
        iso_replace_put(ask.replace, replace);
        request.fields[95] = str_of(replace);
    }
    iso_private_put(private, TAG_CAVV, str_of(ask.cavv));
    iso_private_put(private, TAG_DS_TRANS_ID, str_of(ask.ds_trans_id));
    iso_private_put(private, TAG_CVC, STR("123"));
    iso_private_put(private, TAG_AUTH_TYPE, ask.preauth ? STR("P") : STR("F"));
    iso_private_put(private, TAG_PAYMENT, STR("0123456789abcdefghijABCD"));
    request.fields[48] = (struct str){private->text, private->len};
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    return scene->reply.code;
}

static const char *authorise(struct scene *scene, int stan, int64_t minor, const char *number)
{
    return send_ask(scene,
                    (struct ask){"0100", stan, minor, number, NULL, 0, 0, false, NULL, NULL});
}

static const char *hold(struct scene *scene, int stan, int64_t minor, const char *number)
{
    return send_ask(scene, (struct ask){"0100", stan, minor, number, NULL, 0, 0, true, NULL, NULL});
}

static const char *refer(struct scene *scene, const char *mti, int stan, int64_t minor,
                         const char *original, int original_stan)
{
    return send_ask(
        scene, (struct ask){mti, stan, minor, NULL, original, original_stan, 0, false, NULL, NULL});
}

static const struct entry *entry_at(struct scene *scene, size_t index)
{
    return book_entry(&scene->state->book, index);
}

static const char VISA[] = "4242424242424242";

/* --- money
 * ------------------------------------------------------------------------------------------ */

CASE(a_hold_is_captured_in_parts_and_never_above)
{
    struct scene *scene = scene_new();

    assert_string_equal(hold(scene, 1, 10000, VISA), "00");
    assert_int_equal(scene->reply.message.fields[38].len, 6);
    assert_str(scene->reply.message.fields[44], "M");
    assert_string_equal(refer(scene, "0220", 2, 6000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0220", 3, 4001, "0100", 1), "13");
    assert_string_equal(refer(scene, "0220", 4, 4000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0220", 5, 1, "0100", 1), "13");
    assert_int_equal(entry_at(scene, 0)->captured_minor, 10000);
    scene_free(scene);
}

CASE(a_duplicate_is_answered_again_and_acts_once)
{
    struct scene *scene = scene_new();
    char auth_code[7];

    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    memcpy(auth_code, scene->reply.auth_code, sizeof auth_code);
    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    assert_string_equal(scene->reply.auth_code, auth_code);
    assert_string_equal(refer(scene, "0220", 2, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0221", 2, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0221", 2, 9999, "0100", 1), "94");
    assert_int_equal(scene->state->book.entries.count, 2);
    assert_int_equal(entry_at(scene, 0)->captured_minor, 10000);
    scene_free(scene);
}

CASE(a_refund_never_exceeds_what_was_captured)
{
    struct scene *scene = scene_new();

    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    assert_string_equal(refer(scene, "0200", 2, 100, "0100", 1), "13");
    assert_string_equal(refer(scene, "0220", 3, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0200", 4, 6000, "0220", 3), "00");
    assert_string_equal(refer(scene, "0200", 5, 4001, "0100", 1), "13");
    assert_string_equal(refer(scene, "0200", 6, 4000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0200", 7, 1, "0100", 99), "25");
    scene_free(scene);
}

CASE(a_reversal_undoes_once_and_a_partial_one_lowers_the_hold)
{
    struct scene *scene = scene_new();

    assert_string_equal(hold(scene, 1, 10000, VISA), "00");
    assert_string_equal(
        send_ask(scene, (struct ask){"0400", 2, 10000, NULL, "0100", 1, 4000, false, NULL, NULL}),
        "00");
    assert_int_equal(entry_at(scene, 0)->held_minor, 4000);
    assert_string_equal(refer(scene, "0220", 3, 4001, "0100", 1), "13");
    assert_string_equal(refer(scene, "0420", 4, 10000, "0100", 1), "00");
    assert_int_equal(entry_at(scene, 0)->held_minor, 0);
    assert_true(entry_at(scene, 0)->reversed);
    assert_string_equal(refer(scene, "0420", 5, 10000, "0100", 1), "25");
    assert_string_equal(refer(scene, "0220", 6, 1, "0100", 1), "25");
    scene_free(scene);
}

CASE(a_reversal_of_a_capture_and_of_a_refund_takes_them_back)
{
    struct scene *scene = scene_new();

    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    assert_string_equal(refer(scene, "0220", 2, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0200", 3, 2500, "0220", 2), "00");
    assert_string_equal(refer(scene, "0420", 4, 2500, "0200", 3), "00");
    assert_int_equal(entry_at(scene, 0)->refunded_minor, 0);
    assert_string_equal(refer(scene, "0420", 5, 10000, "0220", 2), "00");
    assert_int_equal(entry_at(scene, 0)->captured_minor, 0);
    assert_int_equal(entry_at(scene, 0)->held_minor, 10000);
    scene_free(scene);
}

CASE(a_reversal_that_comes_first_stops_what_it_reverses)
{
    struct scene *scene = scene_new();

    assert_string_equal(refer(scene, "0420", 2, 10000, "0100", 1), "25");
    assert_string_equal(authorise(scene, 1, 10000, VISA), "94");
    assert_int_equal(scene->state->book.entries.count, 1);
    scene_restart(scene);
    assert_string_equal(authorise(scene, 1, 10000, VISA), "94");
    scene_free(scene);
}

CASE(amounts_without_an_answer_leave_a_debit_until_reversed)
{
    struct scene *scene = scene_new();

    assert_string_equal(authorise(scene, 1, 990098, VISA), "00");
    assert_int_equal(scene->reply.delivery, DELIVER_NEVER);
    assert_int_equal(entry_at(scene, 0)->held_minor, 990098);
    assert_string_equal(authorise(scene, 2, 990099, VISA), "00");
    assert_int_equal(scene->reply.delivery, DELIVER_LATE);
    assert_string_equal(refer(scene, "0420", 3, 990098, "0100", 1), "00");
    assert_int_equal(entry_at(scene, 0)->held_minor, 0);
    scene_free(scene);
}

CASE(an_amount_that_is_approved_in_part_holds_half_until_reversed)
{
    struct scene *scene = scene_new();

    assert_string_equal(authorise(scene, 1, 990010, VISA), "10");
    assert_str(scene->reply.message.fields[4], "000000495005");
    assert_int_equal(entry_at(scene, 0)->held_minor, 495005);
    scene_restart(scene);
    assert_int_equal(entry_at(scene, 0)->held_minor, 495005);
    assert_string_equal(refer(scene, "0420", 2, 990010, "0100", 1), "00");
    assert_int_equal(entry_at(scene, 0)->held_minor, 0);
    assert_true(entry_at(scene, 0)->reversed);
    scene_free(scene);
}

CASE(a_message_without_what_it_needs_is_answered_30)
{
    struct scene *scene = scene_new();
    struct iso_message request = {.mti = "0100"};

    request.fields[7] = STR("1121103045");
    request.fields[11] = STR("000001");
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    assert_string_equal(scene->reply.code, "30");
    assert_string_equal(authorise(scene, 1, 100, NULL), "30");
    assert_true(message_malformed(&request, &scene->reply));
    request.fields[7] = STR_NONE;
    assert_false(message_malformed(&request, &scene->reply));
    scene_free(scene);
}

/* --- money that moves at once
 * ----------------------------------------------------------------------- */

static int64_t kept_of(struct scene *scene)
{
    struct str kept;
    int64_t value = -1;

    if (iso_private_get(&scene->reply.message, TAG_KEPT, &kept))
        assert_true(iso_number(kept, &value));
    return value;
}

CASE(a_card_that_is_captured_at_once_says_what_was_kept)
{
    struct scene *scene = scene_new();
    struct settled settled;

    assert_string_equal(authorise(scene, 1, 10000, "4000000000000077"), "00");
    assert_int_equal(kept_of(scene), 40);
    assert_string_equal(refer(scene, "0220", 2, 10000, "0100", 1), "13");
    assert_false(settle_day(scene->state, scene->cx->arena, STR("GUICHET00000001"),
                            (struct date){2026, 11, 21}, &settled));
    assert_string_equal(refer(scene, "0200", 3, 10000, "0100", 1), "00");
    /* A hold of the same card waits for its capture. */
    assert_string_equal(hold(scene, 4, 10000, "4000000000000077"), "00");
    assert_int_equal(kept_of(scene), -1);
    assert_string_equal(refer(scene, "0220", 5, 5000, "0100", 4), "00");
    assert_int_equal(kept_of(scene), 21); /* 10 + 3 + 8, each rounded half up */
    scene_free(scene);
}

CASE(a_dispute_follows_a_card_that_says_so_until_it_is_answered)
{
    struct scene *scene = scene_new();
    struct dispute_texts texts;
    struct iso_message notice;
    struct str value;

    assert_string_equal(authorise(scene, 1, 2599, "4000000000000259"), "00");
    assert_int_equal(scene->state->book.disputes.count, 1);
    assert_true(message_dispute_waits(scene->state, 0));
    message_dispute(scene->state, 0, &texts, &notice);
    assert_string_equal(notice.mti, "0422");
    assert_str(notice.fields[4], "000000002599");
    assert_str(notice.fields[37], "632510000001");
    assert_true(iso_private_get(&notice, TAG_DISPUTE_REASON, &value));
    assert_str(value, "45");
    assert_true(iso_private_get(&notice, TAG_ANSWER_BY, &value));
    assert_int_equal(value.len, 8);
    state_dispute_answered(scene->state, 0, "00");
    assert_false(message_dispute_waits(scene->state, 0));
    scene_restart(scene);
    assert_false(message_dispute_waits(scene->state, 0));
    scene_free(scene);
}

CASE(a_dispute_of_a_hold_follows_its_capture)
{
    struct scene *scene = scene_new();

    assert_string_equal(hold(scene, 1, 2599, "4000000000002685"), "00");
    assert_int_equal(scene->state->book.disputes.count, 0);
    assert_string_equal(refer(scene, "0220", 2, 1000, "0100", 1), "00");
    assert_int_equal(scene->state->book.disputes.count, 1);
    assert_int_equal(book_dispute(&scene->state->book, 0)->amount.minor, 1000);
    scene_free(scene);
}

/* --- 3-D Secure
 * ------------------------------------------------------------------------------------- */

static struct authentication look_up(struct scene *scene, const char *number, int64_t minor,
                                     bool mandated)
{
    struct lookup lookup = {
        .number = str_of(number),
        .amount = {minor, CURRENCY_EUR},
        .mandated = mandated,
        .merchant_name = STR("Atelier; 100% \"Exemple\""),
        .notification_url = STR("https://shop.example/back"),
        .session = STR("state"),
    };

    return threeds_lookup(scene->state, &lookup);
}

static const char *authorise_with(struct scene *scene, int stan, int64_t minor, const char *number,
                                  const struct authentication *proof)
{
    return send_ask(scene, (struct ask){"0100", stan, minor, number, NULL, 0, 0, false, proof->cavv,
                                        proof->ds_trans_id});
}

CASE(a_challenge_that_succeeds_lifts_the_soft_decline)
{
    struct scene *scene = scene_new();
    struct authentication found = look_up(scene, "4000000000003220", 2599, false);
    struct authentication result;
    struct str id = str_of(found.acs_trans_id);

    assert_int_equal(found.status, 'C');
    assert_int_equal(id.len, 36);
    assert_string_equal(authorise(scene, 1, 2599, "4000000000003220"), "A1");
    assert_ok(threeds_result(scene->state, id, &result));
    assert_int_equal(result.status, 'C');
    assert_string_equal(result.cavv, "");
    assert_int_equal(
        threeds_act(scene->state, state_challenge(scene->state, id), PAYER_CODE, STR("123456")),
        'Y');
    assert_ok(threeds_result(scene->state, id, &result));
    assert_string_equal(result.eci, "05");
    assert_string_equal(authorise_with(scene, 2, 2599, "4000000000003220", &result), "00");
    scene_free(scene);
}

CASE(a_proof_is_worth_nothing_for_another_amount_or_card)
{
    struct scene *scene = scene_new();
    struct authentication found = look_up(scene, "4000000000003220", 2599, false);
    struct challenge *challenge = state_challenge(scene->state, str_of(found.acs_trans_id));
    struct authentication result;

    assert_int_equal(threeds_act(scene->state, challenge, PAYER_CODE, STR("123456")), 'Y');
    assert_ok(threeds_result(scene->state, str_of(found.acs_trans_id), &result));
    assert_string_equal(authorise_with(scene, 1, 2600, "4000000000003220", &result), "A1");
    assert_string_equal(authorise_with(scene, 2, 2599, "4000000000003063", &result), "A1");
    result.ds_trans_id[0] = result.ds_trans_id[0] == '0' ? '1' : '0';
    assert_string_equal(authorise_with(scene, 3, 2599, "4000000000003220", &result), "A1");
    scene_free(scene);
}

CASE(a_frictionless_proof_does_not_lift_a_soft_decline)
{
    struct scene *scene = scene_new();
    struct authentication found = look_up(scene, "5555555555554444", 990065, false);

    assert_int_equal(found.status, 'Y');
    assert_string_equal(found.eci, "02");
    assert_int_equal(strlen(found.cavv), 28);
    assert_string_equal(authorise_with(scene, 1, 990065, "5555555555554444", &found), "65");
    found = look_up(scene, "5555555555554444", 990065, true);
    assert_int_equal(found.status, 'C');
    scene_free(scene);
}

CASE(the_payer_has_three_tries_and_a_decision_is_final)
{
    struct scene *scene = scene_new();
    struct authentication found = look_up(scene, VISA, 100, true);
    struct challenge *challenge = state_challenge(scene->state, str_of(found.acs_trans_id));

    assert_int_equal(threeds_act(scene->state, challenge, PAYER_CODE, STR("1")), 'C');
    assert_int_equal(threeds_act(scene->state, challenge, PAYER_CODE, STR("")), 'C');
    assert_int_equal(threeds_act(scene->state, challenge, PAYER_CODE, STR("999999")), 'N');
    assert_int_equal(threeds_act(scene->state, challenge, PAYER_CODE, STR("123456")), 'N');
    scene_free(scene);
}

CASE(what_the_payer_may_do_on_the_page)
{
    struct scene *scene = scene_new();
    static const struct {
        enum payer_action action;
        const char *code;
        char status;
    } ACTIONS[] = {
        {PAYER_CODE,    "000000", 'N'},
        {PAYER_REFUSES, "123456", 'N'},
        {PAYER_CANCELS, "",       'N'},
        {PAYER_FAILS,   "",       'U'},
    };

    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++) {
        struct authentication found = look_up(scene, VISA, 100, true);
        struct challenge *challenge = state_challenge(scene->state, str_of(found.acs_trans_id));
        assert_int_equal(
            threeds_act(scene->state, challenge, ACTIONS[i].action, str_of(ACTIONS[i].code)),
            ACTIONS[i].status);
    }
    scene_free(scene);
}

CASE(challenges_and_their_results_survive_a_restart)
{
    struct scene *scene = scene_new();
    struct authentication open = look_up(scene, VISA, 100, true);
    struct authentication done = look_up(scene, VISA, 100, true);
    struct authentication before;
    struct authentication after;

    (void)threeds_act(scene->state, state_challenge(scene->state, str_of(done.acs_trans_id)),
                      PAYER_CODE, STR("123456"));
    assert_ok(threeds_result(scene->state, str_of(done.acs_trans_id), &before));
    scene_restart(scene);
    assert_ok(threeds_result(scene->state, str_of(done.acs_trans_id), &after));
    assert_string_equal(after.cavv, before.cavv);
    struct challenge *challenge = state_challenge(scene->state, str_of(open.acs_trans_id));
    assert_int_equal(challenge->status, 'C');
    assert_string_equal(challenge->merchant_name, "Atelier; 100% \"Exemple\"");
    scene_free(scene);
}

/* --- settlement
 * ------------------------------------------------------------------------------------- */

CASE(a_day_is_settled_once_with_all_that_waited)
{
    struct scene *scene = scene_new();
    struct arena *arena = scene->cx->arena;
    struct date day = {2026, 11, 22};
    struct settled first;
    struct settled again;
    struct settlement_line *lines;
    size_t count;

    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    assert_string_equal(refer(scene, "0220", 2, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0200", 3, 2500, "0220", 2), "00");
    assert_string_equal(authorise(scene, 4, 2599, "4000000000000259"), "00");
    state_dispute_answered(scene->state, 0, "00");
    assert_true(settle_day(scene->state, arena, STR("GUICHET00000001"), day, &first));
    assert_str(first.name, "settlement-GUICHET00000001-20261122-01.csv");
    assert_ok(settlement_read(scene->cx, first.file, &lines, &count));
    assert_int_equal(count, 3);
    assert_int_equal(lines[0].kind, SETTLEMENT_DEBIT);
    assert_int_equal(lines[0].net_minor, 9960);
    assert_str(lines[0].rrn, "632510000002");
    assert_str(lines[0].card_mask, "424242xxxxxx4242");
    assert_int_equal(lines[0].transacted.day, 21);
    assert_int_equal(lines[1].kind, SETTLEMENT_CREDIT);
    assert_int_equal(lines[2].kind, SETTLEMENT_CHARGEBACK);
    assert_str(lines[2].rrn, "632510000004");
    assert_str(lines[2].payment_ref, "0123456789abcdefghijABCD");
    /* What comes later is for another day, and the file stays as it was. */
    assert_string_equal(authorise(scene, 5, 100, VISA), "00");
    assert_string_equal(refer(scene, "0220", 6, 100, "0100", 5), "00");
    assert_true(settle_day(scene->state, arena, STR("GUICHET00000001"), day, &again));
    assert_true(str_eq(first.file, again.file));
    scene_restart(scene);
    assert_true(settle_by_name(scene->state, arena, first.name, &again));
    assert_true(str_eq(first.file, again.file));
    day.day = 23;
    assert_true(settle_day(scene->state, arena, STR("GUICHET00000001"), day, &again));
    assert_ok(settlement_read(scene->cx, again.file, &lines, &count));
    assert_int_equal(count, 1);
    assert_false(settle_day(scene->state, arena, STR("OTHER"), day, &again));
    scene_free(scene);
}

CASE(what_was_reversed_is_not_settled_and_what_was_settled_is_not_reversed)
{
    struct scene *scene = scene_new();
    struct settled settled;
    struct date day = {2026, 11, 21};

    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    assert_string_equal(refer(scene, "0220", 2, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0420", 3, 10000, "0220", 2), "00");
    assert_false(settle_day(scene->state, scene->cx->arena, STR("GUICHET00000001"), day, &settled));
    assert_string_equal(refer(scene, "0220", 4, 10000, "0100", 1), "00");
    assert_true(settle_day(scene->state, scene->cx->arena, STR("GUICHET00000001"), day, &settled));
    assert_string_equal(refer(scene, "0420", 5, 10000, "0220", 4), "12");
    scene_free(scene);
}

CASE(totals_of_a_day_are_compared)
{
    struct scene *scene = scene_new();
    struct iso_message request = {.mti = "0500"};
    static const char *const COUNTS[] = {"0000000001", "0000000000", "0000000001", "0000000000"};
    static const char *const AMOUNTS[] = {"0000000000002500", "0000000000000000",
                                          "0000000000010000", "0000000000000000"};

    assert_string_equal(authorise(scene, 1, 10000, VISA), "00");
    assert_string_equal(refer(scene, "0220", 2, 10000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0200", 3, 2500, "0220", 2), "00");
    request.fields[7] = STR("1121220000");
    request.fields[11] = STR("000900");
    request.fields[15] = STR("1121");
    request.fields[42] = STR("GUICHET00000001");
    request.fields[50] = STR("978");
    for (size_t i = 0; i < 4; i++) {
        request.fields[74 + i] = str_of(COUNTS[i]);
        request.fields[86 + i] = str_of(AMOUNTS[i]);
    }
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    assert_string_equal(scene->reply.message.mti, "0510");
    assert_str(scene->reply.message.fields[66], "1");
    request.fields[97] = STR("D0000000000007500");
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    assert_str(scene->reply.message.fields[66], "1");
    request.fields[97] = STR("C0000000000007500");
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    assert_str(scene->reply.message.fields[66], "2");
    request.fields[97] = STR_NONE;
    /* Money that moved at once and was taken back with its authorisation is nothing to either side.
     */
    assert_string_equal(authorise(scene, 4, 700, "4000000000000077"), "00");
    assert_string_equal(refer(scene, "0420", 5, 700, "0100", 4), "00");
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    assert_str(scene->reply.message.fields[66], "1");
    request.fields[88] = STR("0000000000010001");
    message_handle(scene->state, &request, scene->cx->now, &scene->reply);
    assert_str(scene->reply.message.fields[66], "2");
    assert_str(scene->reply.message.fields[88], "0000000000010000");
    scene_free(scene);
}

/* --- the journal
 * ------------------------------------------------------------------------------------ */

CASE(the_book_is_the_same_after_a_restart)
{
    struct scene *scene = scene_new();
    char auth_code[7];

    assert_string_equal(hold(scene, 1, 10000, VISA), "00");
    memcpy(auth_code, scene->reply.auth_code, sizeof auth_code);
    assert_string_equal(refer(scene, "0220", 2, 6000, "0100", 1), "00");
    assert_string_equal(refer(scene, "0200", 3, 1000, "0220", 2), "00");
    struct entry before = *entry_at(scene, 0);
    scene_restart(scene);
    assert_int_equal(scene->state->book.entries.count, 3);
    assert_memory_equal(&before, entry_at(scene, 0), sizeof before);
    assert_string_equal(hold(scene, 1, 10000, VISA), "00");
    assert_string_equal(scene->reply.auth_code, auth_code);
    scene_free(scene);
}

CASE(a_torn_last_line_is_forgotten_and_a_broken_one_before_it_is_an_error)
{
    struct scene *scene = scene_new();
    struct stat status;

    assert_string_equal(authorise(scene, 1, 100, VISA), "00");
    journal_sync(scene->state->journal);
    assert_int_equal(stat(journal_path(scene), &status), 0);
    assert_string_equal(authorise(scene, 2, 100, VISA), "00");
    scene_restart(scene);
    /* The second line loses its end. */
    assert_int_equal(truncate(journal_path(scene), status.st_size + 20), 0);
    scene_restart(scene);
    assert_int_equal(scene->state->book.entries.count, 1);
    assert_string_equal(authorise(scene, 3, 100, VISA), "00");
    scene_restart(scene);
    assert_int_equal(scene->state->book.entries.count, 2);
    /* One digit of the first line changes. */
    int fd = open(journal_path(scene), O_RDWR);
    assert_int_equal(pwrite(fd, "x", 1, status.st_size - 20), 1);
    close(fd);
    state_close(scene->state);
    ctx_clear_faults(scene->cx);
    assert_int_equal(state_open(scene->cx, scene->dir, &scene->state), ERR_IO);
    assert_string_equal(scene->cx->faults[0].field, "journal");
    assert_int_equal(unlink(journal_path(scene)), 0);
    assert_ok(state_open(scene->cx, scene->dir, &scene->state));
    scene_free(scene);
}

CASE(a_second_simulator_does_not_write_into_the_same_book)
{
    struct scene *scene = scene_new();
    struct state *other;

    assert_int_equal(state_open(scene->cx, scene->dir, &other), ERR_IO);
    assert_string_equal(scene->cx->faults[0].field, "dir");
    scene_free(scene);
}

CASE(no_card_number_and_no_security_code_is_written)
{
    struct scene *scene = scene_new();
    char *text = arena_alloc(scene->cx->arena, 1 << 16);

    assert_string_equal(authorise(scene, 1, 100, "4150580996517927"), "00");
    (void)look_up(scene, "4150580996517927", 100, true);
    journal_sync(scene->state->journal);
    int fd = open(journal_path(scene), O_RDONLY);
    ssize_t len = read(fd, text, (1 << 16) - 1);
    close(fd);
    assert_true(len > 0);
    assert_null(strstr(text, "4150580996517927"));
    assert_null(strstr(text, "80996517"));
    assert_non_null(strstr(text, "415058xxxxxx7927"));
    scene_free(scene);
}

UNIT_MAIN(T(a_hold_is_captured_in_parts_and_never_above),
          T(a_duplicate_is_answered_again_and_acts_once),
          T(a_refund_never_exceeds_what_was_captured),
          T(a_reversal_undoes_once_and_a_partial_one_lowers_the_hold),
          T(a_reversal_of_a_capture_and_of_a_refund_takes_them_back),
          T(a_reversal_that_comes_first_stops_what_it_reverses),
          T(amounts_without_an_answer_leave_a_debit_until_reversed),
          T(an_amount_that_is_approved_in_part_holds_half_until_reversed),
          T(a_message_without_what_it_needs_is_answered_30),
          T(a_card_that_is_captured_at_once_says_what_was_kept),
          T(a_dispute_follows_a_card_that_says_so_until_it_is_answered),
          T(a_dispute_of_a_hold_follows_its_capture),
          T(a_challenge_that_succeeds_lifts_the_soft_decline),
          T(a_proof_is_worth_nothing_for_another_amount_or_card),
          T(a_frictionless_proof_does_not_lift_a_soft_decline),
          T(the_payer_has_three_tries_and_a_decision_is_final),
          T(what_the_payer_may_do_on_the_page), T(challenges_and_their_results_survive_a_restart),
          T(a_day_is_settled_once_with_all_that_waited),
          T(what_was_reversed_is_not_settled_and_what_was_settled_is_not_reversed),
          T(totals_of_a_day_are_compared), T(the_book_is_the_same_after_a_restart),
          T(a_torn_last_line_is_forgotten_and_a_broken_one_before_it_is_an_error),
          T(a_second_simulator_does_not_write_into_the_same_book),
          T(no_card_number_and_no_security_code_is_written))
