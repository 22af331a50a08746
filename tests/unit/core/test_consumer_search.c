#include "support/core_consumer.h"
#include "support/core_raw.h"

static size_t search(struct world *world, struct consumer_search asked, struct consumer **out)
{
    struct consumer *list;
    size_t count;

    if (asked.limit == 0)
        asked.limit = 100;
    assert_ok(consumer_search(world->cx, world_read(world), &asked, &list, &count));
    reader_release(world->core.reader);
    if (out != NULL)
        *out = list;
    return count;
}

static size_t count_of(struct world *world, enum consumer_field field, const char *value)
{
    const struct consumer_search asked = {
        .conditions = {{.field = field, .equals = str_of(value)}},
        .condition_count = 1,
    };

    return search(world, asked, NULL);
}

static size_t count_of_number(struct world *world, const char *iban)
{
    struct bank_account sealed = number_sealed(world, iban);
    const struct consumer_search asked = {.account = &sealed};

    return search(world, asked, NULL);
}

CASE(a_whole_value_is_found_whatever_its_case)
{
    struct world *world = world_new();
    struct consumer like = consumer_like(CONSUMER_PERSON);

    like.fields[CONSUMER_LAST_NAME] = STR("Lévêque-Ørsted");
    like.fields[CONSUMER_EMAIL] = STR("a_b@example.org");
    (void)consumer_made_of(world, like, CONSUMER_IBAN);
    assert_int_equal(count_of(world, CONSUMER_LAST_NAME, "LÉVÊQUE-ØRSTED"), 1);
    assert_int_equal(count_of(world, CONSUMER_LAST_NAME, "leveque-orsted"), 1);
    assert_int_equal(count_of(world, CONSUMER_LAST_NAME, "Lévêque"), 0);
    assert_int_equal(count_of(world, CONSUMER_EMAIL, "A_B@EXAMPLE.ORG"), 1);
    /* One in files to the bank, but not the same here. */
    assert_int_equal(count_of(world, CONSUMER_EMAIL, "a.b@example.org"), 0);
    assert_int_equal(count_of(world, CONSUMER_EMAIL, "a_b.example.org"), 0);
    assert_int_equal(count_of(world, CONSUMER_GENDER, "F"), 0);
    world_free(world);
}

CASE(drafts_and_others_are_not_found)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);

    world_tamper(world, "UPDATE consumer SET customer = NULL, account = NULL");
    assert_int_equal(count_of(world, CONSUMER_CITY, "Paris"), 0);
    assert_int_equal(search(world, (struct consumer_search){.reference = consumer.reference}, NULL),
                     0);
    assert_int_equal(search(world, (struct consumer_search){.type = CONSUMER_PERSON}, NULL), 0);
    world_free(world);
}

CASE(all_conditions_hold_together)
{
    struct world *world = world_new();
    struct consumer like = consumer_like(CONSUMER_PERSON);
    struct consumer_search asked = {
        .type = CONSUMER_PERSON,
        .conditions = {{.field = CONSUMER_CITY, .equals = STR("paris")},
                       {.field = CONSUMER_BORN, .from = STR("1980-01-21")}},
        .condition_count = 2,
    };

    like.own = STR("OWN");
    like.fields[CONSUMER_BORN] = STR("1980-01-21");
    struct consumer one = consumer_made_of(world, like, CONSUMER_IBAN);
    (void)consumer_made(world);
    assert_int_equal(search(world, asked, NULL), 1);
    asked.conditions[1].until = STR("1980-01-20");
    assert_int_equal(search(world, asked, NULL), 0);
    asked.conditions[1] =
        (struct consumer_condition){CONSUMER_BORN, STR_NONE, STR_NONE, STR("1980-01-21")};
    assert_int_equal(search(world, asked, NULL), 1);
    asked.own = STR("OWN");
    assert_int_equal(search(world, asked, NULL), 1);
    asked.own = STR("OTHER");
    assert_int_equal(search(world, asked, NULL), 0);
    asked.own = STR("OWN");
    asked.type = CONSUMER_COMPANY;
    assert_int_equal(search(world, asked, NULL), 0);
    asked.type = 0;
    struct bank_account sealed = number_sealed(world, CONSUMER_IBAN_NEW);
    asked.account = &sealed;
    assert_int_equal(search(world, asked, NULL), 0);
    sealed = number_sealed(world, CONSUMER_IBAN);
    asked.reference = one.reference;
    assert_int_equal(search(world, asked, NULL), 1);
    world_free(world);
}

/* More than one page of candidates, most of which do not fit. */
CASE(many_candidates_are_walked_over)
{
    struct world *world = world_new();
    struct consumer like = consumer_like(CONSUMER_PERSON);
    struct consumer_search asked = {
        .conditions = {{.field = CONSUMER_CITY, .equals = STR("Paris")},
                       {.field = CONSUMER_GENDER, .from = STR("F"), .until = STR("F")}},
        .condition_count = 2,
    };
    struct consumer expected[3];
    struct consumer *list;

    for (int i = 0; i < 450; i++) {
        bool fits = i == 10 || i == 230 || i == 449;
        like.fields[CONSUMER_GENDER] = fits ? STR("F") : STR("M");
        struct consumer made = consumer_made_of(world, like, CONSUMER_IBAN);
        if (fits)
            expected[i == 10 ? 0 : i == 230 ? 1 : 2] = made;
        world_contexts_free(world);
    }
    assert_int_equal(search(world, asked, &list), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(list[i].id.raw, expected[i].id.raw);
    asked.offset = 1;
    asked.limit = 1;
    assert_int_equal(search(world, asked, &list), 1);
    assert_string_equal(list[0].id.raw, expected[1].id.raw);
    asked.offset = 3;
    assert_int_equal(search(world, asked, NULL), 0);
    assert_int_equal(
        search(world, (struct consumer_search){.type = CONSUMER_PERSON, .limit = 500}, NULL), 450);
    world_free(world);
}

static err_t account_break_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static const struct sql BREAK = {
        .name = "test_account_break",
        .text = "UPDATE bank_account SET iban_sealed = x'0000000100' WHERE id = $1",
        .number = 5020,
        .params = 1,
        .rows = 1,
    };
    const struct bank_account_id *id = arg;

    return store_run(cx, tx, &BREAK, ARGS(V_ID(*id)));
}

struct reprint {
    struct bank_account_id id;
    struct str print;
};

static err_t reprint_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static const struct sql REPRINT = {
        .name = "test_account_reprint",
        .text = "UPDATE bank_account SET fingerprint = $2 WHERE id = $1",
        .number = 5021,
        .params = 2,
        .rows = 1,
    };
    const struct reprint *reprint = arg;

    return store_run(cx, tx, &REPRINT, ARGS(V_ID(reprint->id), V_BLOB(reprint->print)));
}

CASE(a_number_is_found_under_either_key)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct consumer stuck =
        consumer_made_of(world, consumer_like(CONSUMER_PERSON), CONSUMER_IBAN_NEW);
    struct reprint old = {.id = consumer.account};
    int64_t changed;
    int64_t waiting;

    old.print = number_sealed(world, CONSUMER_IBAN).fingerprint;
    assert_int_equal(count_of_number(world, CONSUMER_IBAN), 1);
    assert_int_equal(count_of_number(world, DEBTOR_IBAN), 0);
    world_set_body_run(world, account_break_body, &stuck.account);
    assert_int_equal(
        vault_rotate_fingerprint(world->cx, world->store, world->vault, &changed, &waiting),
        ERR_INTERNAL);
    ctx_clear_faults(world->cx);
    assert_int_equal(count_of_number(world, CONSUMER_IBAN), 1);
    world_set_body_run(world, reprint_body, &old);
    assert_int_equal(count_of_number(world, CONSUMER_IBAN), 1);
    assert_int_equal(count_of_number(world, DEBTOR_IBAN), 0);
    world_free(world);
}

UNIT_MAIN(T(a_whole_value_is_found_whatever_its_case), T(drafts_and_others_are_not_found),
          T(all_conditions_hold_together), T(many_candidates_are_walked_over),
          T(a_number_is_found_under_either_key))
