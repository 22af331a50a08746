#include "core/audit.h"
#include "core/operator_session.h"
#include "core/operator_work.h"
#include "store/internal.h"
#include "support/core_raw.h"

#define EMAIL STR("ada@example.org")
#define PASSWORD STR("the right password")
#define WRONG STR("the wrong password")

/* --- accounts --- */

struct order {
    struct str email;
    struct str hash;
    err_t (*deed)(struct ctx *cx, struct tx *tx, struct str email);
};

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return operator_add(cx, tx, order->email, order->hash);
}

static err_t password_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return operator_password(cx, tx, order->email, order->hash);
}

static err_t deed_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return order->deed(cx, tx, order->email);
}

static err_t add(struct world *world, struct str email)
{
    struct order order = {.email = email};

    order.hash = password_hash(world->cx->arena, PASSWORD);
    return tx_run(world->store, world_ctx(world), add_body, &order);
}

static err_t deed(struct world *world, struct str email,
                  err_t (*does)(struct ctx *cx, struct tx *tx, struct str email))
{
    struct order order = {.email = email, .deed = does};

    return tx_run(world->store, world_ctx(world), deed_body, &order);
}

static struct operator_account account(struct world *world, struct str email)
{
    struct operator_account found;

    assert_ok(operator_find(world->cx, world_read(world), email, &found, NULL));
    reader_release(world->core.reader);
    return found;
}

static struct world *world_with_operator(void)
{
    struct world *world = world_new();

    world_stop_at(world, WORLD_START);
    assert_ok(add(world, EMAIL));
    return world;
}

/* --- signing in --- */

static void done(struct operation *operation)
{
    *(bool *)operation->owner = true;
}

static void wait(struct world *world, const bool *ended)
{
    while (!*ended)
        mailbox_run(world->core.home);
    reader_release(world->core.reader);
}

static struct operator_login login_from(struct world *world, struct str email, struct str password,
                                        struct str peer, bool local)
{
    bool ended = false;
    struct operator_login login = {
        .operation = {.core = &world->core, .cx = world_ctx(world), .done = done, .owner = &ended},
        .email = email,
        .password = password,
        .peer = peer,
        .peer_local = local,
    };

    operator_login(&login);
    wait(world, &ended);
    return login;
}

static struct operator_login login_as(struct world *world, struct str password)
{
    return login_from(world, EMAIL, password, STR("127.0.0.1"), true);
}

static enum operator_outcome outcome(struct world *world, struct str password)
{
    struct operator_login login = login_as(world, password);

    assert_ok(login.operation.result);
    return login.outcome;
}

/* A token, in the arena of the world. */
static struct str signed_in(struct world *world)
{
    struct operator_login login = login_as(world, PASSWORD);

    assert_ok(login.operation.result);
    assert_int_equal(login.outcome, OPERATOR_SIGNED_IN);
    return str_dup(world->cx->arena, str_of(login.token));
}

static err_t admit(struct world *world, struct str token, struct operator_session *session)
{
    err_t err = operator_admit(&world->core, world_ctx(world), token, session);

    reader_release(world->core.reader);
    return err;
}

static void admitted(struct world *world, struct str token, err_t expected)
{
    struct operator_session session;

    assert_int_equal(admit(world, token, &session), expected);
}

static void touched(struct world *world, struct str token)
{
    struct operator_session session;
    bool ended = false;

    assert_ok(admit(world, token, &session));
    struct operator_touch touch = {
        .operation = {.core = &world->core, .cx = world_ctx(world), .done = done, .owner = &ended},
        .hash = session.hash,
    };
    operator_touch(&touch);
    wait(world, &ended);
    assert_ok(touch.operation.result);
}

CASE(addresses_are_taken_in_any_case_and_once)
{
    struct world *world = world_with_operator();

    assert_int_equal(add(world, STR("ADA@Example.org")), ERR_CONFLICT);
    assert_int_equal(add(world, STR("ada")), ERR_INVALID);
    assert_int_equal(add(world, STR("")), ERR_INVALID);
    assert_false(ID_NONE(account(world, STR("Ada@EXAMPLE.org")).id));
    assert_true(ID_NONE(account(world, STR("bob@example.org")).id));
    assert_int_equal(deed(world, STR("bob@example.org"), operator_remove), ERR_NOT_FOUND);
    assert_int_equal(deed(world, STR("bob@example.org"), operator_unlock), ERR_NOT_FOUND);
    assert_ok(deed(world, STR("ADA@example.org"), operator_remove));
    assert_true(ID_NONE(account(world, EMAIL).id));
    assert_ok(add(world, EMAIL));
    world_free(world);
}

CASE(there_are_so_many_operators_at_most)
{
    struct world *world = world_new();
    struct operator_account *list;
    struct order order = {.hash = STR("-")};
    bool exist = true;
    size_t count;

    assert_ok(operators_exist(world->cx, world_read(world), &exist));
    assert_false(exist);
    for (int i = 0; i < OPERATORS_MAX; i++) {
        order.email = str_format(world->cx->arena, "o%03d@example.org", i);
        assert_ok(tx_run(world->store, world->cx, add_body, &order));
    }
    order.email = EMAIL;
    assert_int_equal(tx_run(world->store, world->cx, add_body, &order), ERR_LIMIT);
    assert_ok(operator_list(world->cx, world_read(world), &list, &count));
    assert_int_equal(count, OPERATORS_MAX);
    assert_true(str_eq(list[0].email, STR("o000@example.org")));
    assert_int_equal(list[0].role, OPERATOR_OWNER);
    assert_ok(operators_exist(world->cx, world_read(world), &exist));
    assert_true(exist);
    world_free(world);
}

CASE(passwords_have_12_to_128_characters)
{
    char text[2 * OPERATOR_PASSWORD_MAX + 2];

    memset(text, 'a', sizeof text);
    assert_non_null(operator_password_wrong((struct str){text, OPERATOR_PASSWORD_MIN - 1}));
    assert_null(operator_password_wrong((struct str){text, OPERATOR_PASSWORD_MIN}));
    assert_null(operator_password_wrong((struct str){text, OPERATOR_PASSWORD_MAX}));
    assert_non_null(operator_password_wrong((struct str){text, OPERATOR_PASSWORD_MAX + 1}));
    assert_null(operator_password_wrong(STR("éééééééééééé")));
    assert_non_null(operator_password_wrong(STR("ééééééééééé")));
    assert_non_null(
        operator_password_wrong(STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")));
}

CASE(the_right_password_opens_a_session)
{
    struct world *world = world_with_operator();
    struct operator_session session;

    assert_int_equal(outcome(world, WRONG), OPERATOR_REFUSED);
    struct str token = signed_in(world);
    assert_int_equal(token.len, OPERATOR_TOKEN_LEN);
    assert_ok(admit(world, token, &session));
    assert_true(str_eq(session.account.email, EMAIL));
    assert_true(str_eq(session.address, STR("127.0.0.1")));
    assert_int_equal(session.refused, 1);
    assert_int_equal(session.previous, 0);
    assert_false(session.stale);
    world_stop_at(world, WORLD_START + HOUR_US);
    token = signed_in(world);
    assert_ok(admit(world, token, &session));
    assert_int_equal(session.refused, 0);
    assert_int_equal(session.previous, world->cx->real - HOUR_US);
    admitted(world, STR(""), ERR_AUTH);
    admitted(world, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ERR_AUTH);
    world_free(world);
}

CASE(nothing_tells_whether_there_is_such_an_account)
{
    struct world *world = world_with_operator();

    struct operator_login known = login_as(world, WRONG);
    struct operator_login unknown =
        login_from(world, STR("bob@example.org"), PASSWORD, STR("127.0.0.1"), true);
    struct operator_login odd = login_from(world, STR("'"), PASSWORD, STR("127.0.0.1"), true);
    assert_int_equal(known.outcome, OPERATOR_REFUSED);
    assert_int_equal(unknown.outcome, OPERATOR_REFUSED);
    assert_int_equal(odd.outcome, OPERATOR_REFUSED);
    assert_int_equal(known.token[0], '\0');
    assert_int_equal(unknown.token[0], '\0');
    assert_int_equal(world_count(world, "operator_session"), 0);
    world_free(world);
}

CASE(five_wrong_passwords_in_a_row_close_for_a_quarter_of_an_hour)
{
    struct world *world = world_with_operator();

    for (int i = 1; i < OPERATOR_FAILURES_MAX; i++)
        assert_int_equal(outcome(world, WRONG), OPERATOR_REFUSED);
    assert_int_equal(outcome(world, PASSWORD), OPERATOR_SIGNED_IN);
    for (int i = 1; i <= OPERATOR_FAILURES_MAX; i++) {
        assert_true(account(world, EMAIL).locked_until <= world->cx->real);
        assert_int_equal(outcome(world, WRONG), OPERATOR_REFUSED);
    }
    instant until = account(world, EMAIL).locked_until;
    assert_int_equal(until, world->cx->real + OPERATOR_LOCK_MIN * MINUTE_US);
    /* Trying on changes nothing. */
    world_stop_at(world, WORLD_START + OPERATOR_LOCK_MIN * MINUTE_US - 1);
    assert_int_equal(outcome(world, PASSWORD), OPERATOR_REFUSED);
    assert_int_equal(outcome(world, WRONG), OPERATOR_REFUSED);
    assert_int_equal(account(world, EMAIL).locked_until, until);
    assert_int_equal(account(world, EMAIL).failures, OPERATOR_FAILURES_MAX);
    world_stop_at(world, WORLD_START + OPERATOR_LOCK_MIN * MINUTE_US);
    /* It is not the first five that count, but each five. */
    for (int i = 1; i <= OPERATOR_FAILURES_MAX; i++)
        assert_int_equal(outcome(world, WRONG), OPERATOR_REFUSED);
    assert_int_equal(outcome(world, PASSWORD), OPERATOR_REFUSED);
    assert_ok(deed(world, EMAIL, operator_unlock));
    assert_int_equal(outcome(world, PASSWORD), OPERATOR_SIGNED_IN);
    world_free(world);
}

enum { AT_ONCE = 8 };

CASE(guesses_at_once_are_counted_one_by_one)
{
    struct world *world = world_with_operator();
    struct operator_login logins[AT_ONCE];
    bool ended[AT_ONCE] = {false};

    /* All are compared before the first is decided; the last one is right. */
    for (int i = 0; i < AT_ONCE; i++) {
        logins[i] = (struct operator_login){
            .operation = {.core = &world->core,
                          .cx = world_ctx(world),
                          .done = done,
                          .owner = &ended[i]},
            .email = EMAIL,
            .password = i + 1 == AT_ONCE ? PASSWORD : WRONG,
            .peer = STR("127.0.0.1"),
            .peer_local = true,
        };
        operator_login(&logins[i]);
    }
    for (int i = 0; i < AT_ONCE; i++) {
        wait(world, &ended[i]);
        assert_ok(logins[i].operation.result);
        assert_int_equal(logins[i].outcome, OPERATOR_REFUSED);
    }
    assert_int_equal(account(world, EMAIL).failures, OPERATOR_FAILURES_MAX);
    world_free(world);
}

CASE(an_address_that_fails_is_paused)
{
    struct world *world = world_with_operator();
    struct str there = STR("192.0.2.7");

    for (int i = 0; i < 10; i++) {
        struct str email = str_format(world->cx->arena, "o%d@example.org", i);
        assert_int_equal(login_from(world, email, WRONG, there, false).outcome, OPERATOR_REFUSED);
    }
    struct operator_login paused = login_from(world, EMAIL, PASSWORD, there, false);
    assert_int_equal(paused.outcome, OPERATOR_PAUSED);
    assert_in_range(paused.paused_s, 1, 601);
    assert_int_equal(paused.token[0], '\0');
    assert_int_equal(login_from(world, EMAIL, PASSWORD, STR("192.0.2.8"), false).outcome,
                     OPERATOR_SIGNED_IN);
    /* Another server of the same database has nothing in its memory. */
    struct merchants *own = world->core.merchants;
    struct generation *other = generation_new();
    world->core.merchants = merchants_new(other);
    assert_int_equal(login_from(world, EMAIL, PASSWORD, there, false).outcome, OPERATOR_PAUSED);
    merchants_free(world->core.merchants);
    generation_free(other);
    world->core.merchants = own;
    world_stop_at(world, WORLD_START + 601 * SECOND_US);
    assert_int_equal(login_from(world, EMAIL, PASSWORD, there, false).outcome, OPERATOR_SIGNED_IN);
    world_free(world);
}

/* Ten tries from as many addresses. */
static void fail_from_everywhere(struct world *world)
{
    for (int i = 0; i < 10; i++) {
        struct str there = str_format(world->cx->arena, "192.0.2.%d", i);
        assert_int_equal(login_from(world, EMAIL, WRONG, there, false).outcome, OPERATOR_REFUSED);
    }
    assert_int_equal(login_from(world, EMAIL, PASSWORD, STR("192.0.2.99"), false).outcome,
                     OPERATOR_PAUSED);
}

CASE(whoever_comes_through_a_proxy_here_hardly_pauses_others)
{
    struct world *world = world_with_operator();
    struct str here = STR("127.0.0.1");
    struct str name = STR("bob@example.org");

    /* In a sandbox not even those. */
    for (int i = 0; i < 12; i++)
        assert_int_equal(login_from(world, name, WRONG, here, true).outcome, OPERATOR_REFUSED);
    world->core.sandbox = false;
    for (int i = 0; i < 10; i++) {
        struct str email = str_format(world->cx->arena, "o%d@example.org", i);
        assert_int_equal(login_from(world, email, WRONG, here, true).outcome, OPERATOR_REFUSED);
    }
    assert_int_equal(login_from(world, EMAIL, PASSWORD, here, true).outcome, OPERATOR_SIGNED_IN);
    for (int i = 0; i < 10; i++)
        assert_int_equal(login_from(world, name, WRONG, here, true).outcome, OPERATOR_REFUSED);
    assert_int_equal(login_from(world, name, WRONG, here, true).outcome, OPERATOR_PAUSED);
    for (int i = 20; i < 200; i++) {
        struct str email = str_format(world->cx->arena, "o%d@example.org", i);
        assert_int_equal(login_from(world, email, WRONG, here, true).outcome, OPERATOR_REFUSED);
    }
    assert_int_equal(login_from(world, EMAIL, PASSWORD, here, true).outcome, OPERATOR_PAUSED);
    world_free(world);
}

CASE(a_name_that_others_paused_is_unlocked_at_once)
{
    struct world *world = world_with_operator();
    struct str here = STR("192.0.2.99");

    fail_from_everywhere(world);
    assert_ok(deed(world, STR("ADA@example.org"), operator_unlock));
    assert_int_equal(login_from(world, EMAIL, PASSWORD, here, false).outcome, OPERATOR_SIGNED_IN);
    world_stop_at(world, WORLD_START + 601 * SECOND_US);
    fail_from_everywhere(world);
    struct order order = {.email = EMAIL, .hash = password_hash(world->cx->arena, PASSWORD)};
    assert_ok(tx_run(world->store, world_ctx(world), password_body, &order));
    assert_int_equal(login_from(world, EMAIL, PASSWORD, here, false).outcome, OPERATOR_SIGNED_IN);
    world_free(world);
}

CASE(a_session_ends_when_it_is_not_used_and_after_half_a_day)
{
    struct world *world = world_with_operator();
    struct operator_session session;

    struct str token = signed_in(world);
    world_stop_at(world, WORLD_START + OPERATOR_IDLE_MIN * MINUTE_US - 1);
    assert_ok(admit(world, token, &session));
    assert_true(session.stale);
    world_stop_at(world, WORLD_START + OPERATOR_IDLE_MIN * MINUTE_US);
    admitted(world, token, ERR_AUTH);

    instant opened = world->cx->now;
    token = signed_in(world);
    for (int i = 1; i < 2 * OPERATOR_SESSION_H; i++) {
        world_stop_at(world, opened + i * (OPERATOR_IDLE_MIN * MINUTE_US) - i);
        touched(world, token);
    }
    world_stop_at(world, opened + OPERATOR_SESSION_H * HOUR_US - MINUTE_US);
    touched(world, token);
    world_stop_at(world, opened + OPERATOR_SESSION_H * HOUR_US - 1);
    admitted(world, token, OK);
    world_stop_at(world, opened + OPERATOR_SESSION_H * HOUR_US);
    admitted(world, token, ERR_AUTH);
    /* The next one sweeps it away. */
    world_stop_at(world, opened + OPERATOR_SESSION_H * HOUR_US + 1);
    (void)signed_in(world);
    assert_int_equal(world_count(world, "operator_session"), 1);
    world_free(world);
}

CASE(twenty_sessions_at_most_and_the_oldest_goes)
{
    struct world *world = world_with_operator();
    struct str tokens[OPERATOR_SESSIONS_MAX + 1];

    for (int i = 0; i <= OPERATOR_SESSIONS_MAX; i++) {
        world_stop_at(world, WORLD_START + i * SECOND_US);
        tokens[i] = signed_in(world);
    }
    admitted(world, tokens[0], ERR_AUTH);
    for (int i = 1; i <= OPERATOR_SESSIONS_MAX; i++)
        admitted(world, tokens[i], OK);
    world_free(world);
}

CASE(signing_out_ends_one_and_another_password_all)
{
    struct world *world = world_with_operator();
    struct order order = {.email = EMAIL};
    struct operator_session session;
    bool ended = false;

    struct str one = signed_in(world);
    struct str two = signed_in(world);
    assert_ok(admit(world, one, &session));
    for (int i = 0; i < 2; i++) {
        struct operator_logout logout = {
            .operation = {.core = &world->core,
                          .cx = world_ctx(world),
                          .done = done,
                          .owner = &ended},
            .session = &session,
            .peer = STR("127.0.0.1"),
        };
        ended = false;
        operator_logout(&logout);
        wait(world, &ended);
        assert_ok(logout.operation.result);
    }
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM audit WHERE what = 'session.closed'"), 1);
    admitted(world, one, ERR_AUTH);
    admitted(world, two, OK);
    order.hash = password_hash(world->cx->arena, WRONG);
    assert_ok(tx_run(world->store, world_ctx(world), password_body, &order));
    admitted(world, two, ERR_AUTH);
    assert_int_equal(outcome(world, PASSWORD), OPERATOR_REFUSED);
    assert_int_equal(outcome(world, WRONG), OPERATOR_SIGNED_IN);
    order.email = STR("bob@example.org");
    assert_int_equal(tx_run(world->store, world_ctx(world), password_body, &order), ERR_NOT_FOUND);
    world_free(world);
}

static err_t check_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return operator_session_check(cx, tx, *(struct str *)arg);
}

CASE(a_removed_operator_is_nobody_at_once)
{
    struct world *world = world_with_operator();
    struct operator_session session;

    struct str token = signed_in(world);
    assert_ok(admit(world, token, &session));
    assert_ok(tx_run(world->store, world_ctx(world), check_body, &session.hash));
    assert_ok(deed(world, EMAIL, operator_remove));
    admitted(world, token, ERR_AUTH);
    assert_int_equal(tx_run(world->store, world_ctx(world), check_body, &session.hash), ERR_AUTH);
    world_free(world);
}

/* --- the audit --- */

static struct verify_report *verified(struct world *world)
{
    struct verify_report *report = arena_make(world->cx->arena, struct verify_report);

    *report = (struct verify_report){.audit = 0};
    assert_ok(audit_verify(world->cx, world_read(world), report));
    reader_release(world->core.reader);
    return report;
}

static struct world *world_with_audit(void)
{
    struct world *world = world_with_operator();

    (void)signed_in(world);
    assert_int_equal(outcome(world, WRONG), OPERATOR_REFUSED);
    assert_ok(deed(world, EMAIL, operator_unlock));
    return world;
}

CASE(deeds_are_listed_newest_first)
{
    static const char *const WHAT[] = {"operator.unlocked", "session.refused", "session.opened",
                                       "operator.added"};
    struct world *world = world_with_audit();
    struct audit_row *rows;
    size_t count;

    assert_ok(audit_list(world->cx, world_read(world), INT64_MAX, 10, &rows, &count));
    assert_int_equal(count, ARRAY_LEN(WHAT));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rows[i].number, (int64_t)(count - i));
        assert_true(str_eq(rows[i].what, str_of(WHAT[i])));
    }
    assert_null(rows[0].actor.ptr);
    assert_null(rows[0].address.ptr);
    assert_true(str_eq(rows[0].object, EMAIL));
    assert_null(rows[1].actor.ptr);
    assert_true(str_eq(rows[1].address, STR("127.0.0.1")));
    assert_true(str_eq(rows[2].actor, EMAIL));
    assert_int_equal(rows[2].at, world->cx->real);
    assert_ok(audit_list(world->cx, world_read(world), 3, 1, &rows, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].number, 2);
    assert_ok(audit_list(world->cx, world_read(world), 1, 1, &rows, &count));
    assert_int_equal(count, 0);
    assert_ok(audit_of_object(world->cx, world_read(world), "ada@example.org", 2, &rows, &count));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].number, 4);
    assert_int_equal(rows[1].number, 3);
    assert_ok(audit_of_object(world->cx, world_read(world), "nobody", 2, &rows, &count));
    assert_int_equal(count, 0);
    world_free(world);
}

static err_t odd_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return audit_put(cx, tx,
                     &(struct audit_deed){.what = AUDIT_OPERATOR_ADDED,
                                          .actor = STR("a\nobject=b"),
                                          .address = STR(""),
                                          .detail = *(struct str *)arg});
}

CASE(what_is_noted_stays_on_its_line)
{
    struct world *world = world_new();
    struct audit_row *rows;
    struct str detail = STR("one\r\ntwo\tthree\x7F é");
    size_t count;

    assert_ok(tx_run(world->store, world_ctx(world), odd_body, &detail));
    assert_ok(audit_list(world->cx, world_read(world), INT64_MAX, 10, &rows, &count));
    assert_true(str_eq(rows[0].actor, STR("a object=b")));
    assert_true(str_eq(rows[0].detail, STR("one  two three  é")));
    assert_int_equal(verified(world)->problem_count, 0);
    world_free(world);
}

CASE(a_whole_chain_has_no_problem)
{
    struct world *world = world_new();
    struct verify_report *report = verified(world);

    assert_int_equal(report->audit, 0);
    assert_int_equal(report->problem_count, 0);
    assert_int_equal(report->audit_head.len, AUDIT_HASH_LEN);
    world_free(world);
    world = world_with_audit();
    report = verified(world);
    assert_int_equal(report->audit, 4);
    assert_int_equal(report->problem_count, 0);
    assert_int_equal(world_verify(world)->problem_count, 0);
    world_free(world);
}

static err_t many_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 1100; i++)
        TRY(audit_put(cx, tx, &(struct audit_deed){.what = AUDIT_OPERATOR_ADDED}));
    return OK;
}

/* Rows are read by the hundred. */
CASE(a_long_chain_is_proved_to_its_end)
{
    struct world *world = world_new();

    assert_ok(tx_run(world->store, world_ctx(world), many_body, NULL));
    struct verify_report *report = verified(world);
    assert_int_equal(report->audit, 1100);
    assert_int_equal(report->problem_count, 0);
    world_tamper(world, "UPDATE audit SET detail = 'x' WHERE number = 1100");
    report = verified(world);
    assert_int_equal(report->problem_count, 1);
    assert_true(str_eq(report->problems[0].object, STR("1100")));
    world_free(world);
}

static void detects(const char *sql, const char *what, const char *number)
{
    struct world *world = world_with_audit();

    world_tamper(world, sql);
    struct verify_report *report = verified(world);
    assert_int_equal(report->problem_count, 1);
    assert_string_equal(report->problems[0].what, what);
    assert_true(str_eq(report->problems[0].object, str_of(number)));
    world_free(world);
}

CASE(a_changed_row_is_detected)
{
    static const char CHANGED[] = "a row of the audit is not what was written";

    detects("UPDATE audit SET at_us = at_us + 1 WHERE number = 2", CHANGED, "2");
    detects("UPDATE audit SET what = 'session.closed' WHERE number = 2", CHANGED, "2");
    detects("UPDATE audit SET actor = NULL WHERE number = 2", CHANGED, "2");
    detects("UPDATE audit SET actor = 'x' WHERE number = 1", CHANGED, "1");
    detects("UPDATE audit SET address = '' WHERE number = 4", CHANGED, "4");
    detects("UPDATE audit SET object = address, address = NULL WHERE number = 2", CHANGED, "2");
    detects("UPDATE audit SET detail = 'x' WHERE number = 3", CHANGED, "3");
}

CASE(a_missing_row_is_detected)
{
    static const char MISSING[] = "rows of the audit are missing before this one";

    detects("DELETE FROM audit WHERE number = 1", MISSING, "2");
    detects("DELETE FROM audit WHERE number IN (2, 3)", MISSING, "4");
}

CASE(problems_past_the_maximum_are_not_counted)
{
    struct world *world = world_with_audit();
    struct verify_report *report = arena_make(world->cx->arena, struct verify_report);

    report->problem_count = VERIFY_PROBLEMS_MAX;
    assert_ok(audit_verify(world->cx, world_read(world), report));
    assert_int_equal(report->problem_count, VERIFY_PROBLEMS_MAX);
    world_free(world);
}

/* --- what waits --- */

CASE(open_work_is_counted_by_kind_and_mode)
{
    struct world *world = world_new();
    struct operator_work *works;
    size_t count;

    assert_ok(operator_work(world->cx, world_read(world), &works, &count));
    assert_int_equal(count, 0);
    world_tamper(world,
                 "INSERT INTO settlement_work (merchant, mode, id, state, rrn, kind, amount_minor,"
                 " currency, moved_minor, booked, file, line, created_us)"
                 " SELECT id, 'live', printf('%024d', n), 'open', n, 'debit', 1, 'eur', 1, 0, 'f',"
                 " n, 1 FROM merchant, (SELECT 1 AS n UNION SELECT 2)");
    assert_ok(operator_work(world->cx, world_read(world), &works, &count));
    assert_int_equal(count, 1);
    assert_int_equal(works[0].kind, OPERATOR_WORK_SETTLEMENT);
    assert_int_equal(works[0].mode, MODE_LIVE);
    assert_int_equal(works[0].count, 2);
    world_free(world);
}

/* --- with each call of the store failing once --- */

static bool fails_at(struct world *world, int n)
{
    store_fail_after(world->store, n);
    return true;
}

static bool failure_came(struct world *world)
{
    bool came = atomic_load(&world->store->fail_after) <= 0;

    store_fail_after(world->store, 0);
    return came;
}

CASE(a_failing_store_opens_nothing)
{
    struct world *world = world_with_operator();
    bool came = true;

    for (int n = 1; came; n++) {
        int64_t rows = world_count(world, "audit");
        (void)fails_at(world, n);
        struct operator_login login = login_as(world, n % 2 == 0 ? PASSWORD : WRONG);
        came = failure_came(world);
        assert_true(came == (login.operation.result != OK));
        if (came) {
            assert_int_equal(login.token[0], '\0');
            assert_int_equal(world_count(world, "operator_session"), 0);
            assert_int_equal(world_count(world, "audit"), rows);
        }
        assert_ok(deed(world, EMAIL, operator_unlock));
        assert_int_equal(verified(world)->problem_count, 0);
    }
    world_free(world);
}

static err_t deeds(struct world *world, int which)
{
    struct order order = {.email = EMAIL, .hash = STR("-")};

    if (which == 0)
        return tx_run(world->store, world_ctx(world), add_body, &order);
    if (which == 1)
        return tx_run(world->store, world_ctx(world), password_body, &order);
    return deed(world, EMAIL, which == 2 ? operator_unlock : operator_remove);
}

CASE(a_failing_store_changes_no_account)
{
    struct world *world = world_new();

    for (int which = 0; which < 4; which++) {
        bool came = true;
        for (int n = 1; came; n++) {
            int64_t rows = world_count(world, "audit");
            (void)fails_at(world, n);
            err_t err = deeds(world, which);
            came = failure_came(world);
            assert_true(came == (err != OK));
            assert_int_equal(world_count(world, "audit"), came ? rows : rows + 1);
        }
    }
    assert_int_equal(verified(world)->problem_count, 0);
    world_free(world);
}

typedef err_t reading(struct ctx *cx, struct tx *tx);

static err_t reads_list(struct ctx *cx, struct tx *tx)
{
    struct operator_account *list;
    size_t count;

    return operator_list(cx, tx, &list, &count);
}

static err_t reads_exist(struct ctx *cx, struct tx *tx)
{
    bool exist;

    return operators_exist(cx, tx, &exist);
}

static err_t reads_audit(struct ctx *cx, struct tx *tx)
{
    struct audit_row *rows;
    size_t count;

    return audit_list(cx, tx, INT64_MAX, 10, &rows, &count);
}

static err_t reads_chain(struct ctx *cx, struct tx *tx)
{
    struct verify_report report = {.audit = 0};

    return audit_verify(cx, tx, &report);
}

static err_t reads_work(struct ctx *cx, struct tx *tx)
{
    struct operator_work *works;
    size_t count;

    return operator_work(cx, tx, &works, &count);
}

CASE(a_failing_store_is_told_by_whoever_reads)
{
    static reading *const READINGS[] = {reads_list, reads_exist, reads_audit, reads_chain,
                                        reads_work};
    struct world *world = world_with_audit();
    struct str token = signed_in(world);
    struct operator_session session;

    for (size_t i = 0; i < ARRAY_LEN(READINGS); i++) {
        bool came = true;
        for (int n = 1; came; n++) {
            struct tx *tx = world_read(world);
            (void)fails_at(world, n);
            err_t err = READINGS[i](world_ctx(world), tx);
            came = failure_came(world);
            assert_true(came == (err != OK));
        }
    }
    for (int n = 1, came = 1; came != 0; n++) {
        (void)fails_at(world, n);
        err_t err = admit(world, token, &session);
        came = failure_came(world) ? 1 : 0;
        assert_true((came != 0) == (err != OK));
        assert_int_not_equal(err, ERR_AUTH);
    }
    world_free(world);
}

UNIT_MAIN(T(addresses_are_taken_in_any_case_and_once), T(there_are_so_many_operators_at_most),
          T(passwords_have_12_to_128_characters), T(the_right_password_opens_a_session),
          T(nothing_tells_whether_there_is_such_an_account),
          T(five_wrong_passwords_in_a_row_close_for_a_quarter_of_an_hour),
          T(guesses_at_once_are_counted_one_by_one), T(an_address_that_fails_is_paused),
          T(whoever_comes_through_a_proxy_here_hardly_pauses_others),
          T(a_name_that_others_paused_is_unlocked_at_once),
          T(a_session_ends_when_it_is_not_used_and_after_half_a_day),
          T(twenty_sessions_at_most_and_the_oldest_goes),
          T(signing_out_ends_one_and_another_password_all), T(a_removed_operator_is_nobody_at_once),
          T(deeds_are_listed_newest_first), T(what_is_noted_stays_on_its_line),
          T(a_whole_chain_has_no_problem), T(a_long_chain_is_proved_to_its_end),
          T(a_changed_row_is_detected), T(a_missing_row_is_detected),
          T(problems_past_the_maximum_are_not_counted), T(open_work_is_counted_by_kind_and_mode),
          T(a_failing_store_opens_nothing), T(a_failing_store_changes_no_account),
          T(a_failing_store_is_told_by_whoever_reads))
