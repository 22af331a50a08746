#include "core/holder.h"
#include "core/merchant_check.h"
#include "store/sql.h"
#include "support/core.h"

/* --- keys --- */

static bool key_shaped(struct str key, struct str prefix)
{
    if (key.len != 30 || !str_starts(key, prefix))
        return false;
    for (size_t i = 6; i < key.len; i++) {
        char c = key.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
            return false;
    }
    return true;
}

struct change {
    struct merchant_id merchant;
    enum mode mode;
    struct key_pair pair;
    instant until;
    struct str name;
    struct str value;
};

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    return merchant_key_add(cx, tx, change->merchant, change->mode, &change->pair);
}

static err_t roll_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    return merchant_key_roll(cx, tx, change->merchant, change->mode, FACE_STANCER, change->until,
                             &change->pair.secret_key);
}

static err_t revoke_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    return merchant_key_revoke(cx, tx, change->merchant, change->value);
}

static err_t set_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    return merchant_set(cx, tx, change->merchant, change->name, change->value);
}

static err_t run(struct world *world, tx_body *body, struct change *change)
{
    change->merchant = world->made.merchant;
    err_t err = tx_run(world->store, world->cx, body, change);
    generation_raise(world->generation);
    return err;
}

static err_t admit(struct world *world, struct str key, struct admission *out)
{
    return merchant_admit(&world->core, world->cx, FACE_STANCER, key, out);
}

CASE(keys_have_the_shape_that_stancer_libraries_expect)
{
    struct world *world = world_new();
    struct change change = {.mode = MODE_LIVE};

    assert_true(key_shaped(world->made.keys.public_key, STR("ptest_")));
    assert_true(key_shaped(world->made.keys.secret_key, STR("stest_")));
    assert_ok(run(world, add_body, &change));
    assert_true(key_shaped(change.pair.public_key, STR("pprod_")));
    assert_true(key_shaped(change.pair.secret_key, STR("sprod_")));
    world_free(world);
}

CASE(a_key_leads_to_its_merchant_mode_and_kind)
{
    struct world *world = world_new();
    struct change change = {.mode = MODE_LIVE};
    struct admission admission;

    assert_ok(run(world, add_body, &change));
    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_int_equal(admission.mode, MODE_TEST);
    assert_int_equal(admission.kind, KEY_SECRET);
    assert_true(ID_EQ(admission.merchant.id, world->made.merchant));
    assert_str(admission.merchant.name, "Atelier Exemple SARL");
    assert_str(admission.merchant.address, "12 rue de la Démonstration, 75011 Paris");
    assert_str(admission.merchant.siren, "100000009");
    assert_int_equal(admission.merchant.fees.card_bp, 160);
    assert_int_equal(admission.merchant.fees.card_fixed_minor, 50);
    assert_int_equal(admission.merchant.fees.vat_bp, 2000);
    assert_int_equal(admission.merchant.currencies, 0x7FE);
    assert_int_equal(strlen(admission.merchant.acceptor), ACCEPTOR_LEN);
    assert_int_equal(admission.merchant.acceptor[0], 'G');
    assert_ok(admit(world, world->made.keys.public_key, &admission));
    assert_int_equal(admission.kind, KEY_PUBLIC);
    assert_ok(admit(world, change.pair.secret_key, &admission));
    assert_int_equal(admission.mode, MODE_LIVE);
    assert_int_equal(world->cx->mode, MODE_LIVE);
    world_free(world);
}

/* The first one to ask is gone when the second one is answered from the cache. */
CASE(what_the_cache_tells_outlives_who_asked_first)
{
    struct world *world = world_new();
    struct admission admission;

    world_set(world, "page.accent", "#1a8f5a");
    struct ctx *first = world_ctx(world);
    assert_ok(
        merchant_admit(&world->core, first, FACE_STANCER, world->made.keys.secret_key, &admission));
    arena_reset(first->arena);
    memset(arena_alloc(first->arena, 4096), 'x', 4096);
    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_str(admission.merchant.accent, "#1a8f5a");
    assert_str(admission.merchant.language, "fr");
    world_free(world);
}

CASE(what_is_not_a_key_is_refused)
{
    struct world *world = world_new();
    struct admission admission;
    struct str key = world->made.keys.secret_key;

    assert_int_equal(admit(world, STR(""), &admission), ERR_AUTH);
    assert_int_equal(admit(world, STR("stest_000000000000000000000000"), &admission), ERR_AUTH);
    assert_int_equal(admit(world, str_sub(key, 0, key.len - 1), &admission), ERR_AUTH);
    assert_int_equal(admit(world, world->made.seqino_key, &admission), ERR_AUTH);
    assert_int_equal(world->cx->fault_count, 0);
    world_free(world);
}

CASE(a_revoked_key_is_refused_at_once)
{
    struct world *world = world_new();
    struct admission admission;
    struct str key = world->made.keys.secret_key;
    struct change change = {.value = str_from(key, key.len - 6)};

    assert_ok(admit(world, key, &admission));
    assert_ok(run(world, revoke_body, &change));
    assert_int_equal(admit(world, key, &admission), ERR_AUTH);
    assert_int_equal(run(world, revoke_body, &change), ERR_NOT_FOUND);
    change.value = world->made.keys.public_key;
    assert_ok(run(world, revoke_body, &change));
    assert_int_equal(admit(world, world->made.keys.public_key, &admission), ERR_AUTH);
    world_free(world);
}

CASE(five_characters_are_too_few_to_revoke_a_key)
{
    struct world *world = world_new();
    struct str key = world->made.keys.secret_key;
    struct change change = {.value = str_from(key, key.len - 5)};

    assert_int_equal(run(world, revoke_body, &change), ERR_NOT_FOUND);
    world_free(world);
}

CASE(a_rolled_key_works_until_the_overlap_ends)
{
    struct world *world = world_new();
    struct admission admission;
    struct str old = world->made.keys.secret_key;
    struct change change = {.mode = MODE_TEST, .until = world->cx->real + HOUR_US};

    assert_ok(admit(world, old, &admission));
    assert_ok(run(world, roll_body, &change));
    assert_ok(admit(world, change.pair.secret_key, &admission));
    world->cx->real += HOUR_US - 1;
    assert_ok(admit(world, old, &admission));
    world->cx->real += 1;
    assert_int_equal(admit(world, old, &admission), ERR_AUTH);
    assert_ok(admit(world, change.pair.secret_key, &admission));
    /* Public keys are not rolled. */
    assert_ok(admit(world, world->made.keys.public_key, &admission));
    world_free(world);
}

CASE(a_key_rolled_without_overlap_ends_at_once)
{
    struct world *world = world_new();
    struct admission admission;
    struct change change = {.mode = MODE_TEST};

    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_ok(run(world, roll_body, &change));
    assert_int_equal(admit(world, world->made.keys.secret_key, &admission), ERR_AUTH);
    assert_ok(admit(world, change.pair.secret_key, &admission));
    world_free(world);
}

CASE(the_cache_lasts_until_something_changed)
{
    struct world *world = world_new();
    struct admission admission;
    struct change change = {.name = STR("email"), .value = STR("caisse@example.com")};

    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    change.merchant = world->made.merchant;
    assert_ok(tx_run(world->store, world->cx, set_body, &change));
    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_str(admission.merchant.email, "atelier@example.com");
    /* The snapshot of this turn is older than the change: it must not be asked again. */
    generation_raise(world->generation);
    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_str(admission.merchant.email, "caisse@example.com");
    world_free(world);
}

/* Half a second, and what a busy machine adds to it. */
static err_t refused_in_the_end(struct world *world, struct str key)
{
    struct admission admission;
    err_t err = OK;

    for (int i = 0; err == OK && i < 500; i++) {
        reader_release(world->core.reader); /* the next turn */
        err = admit(world, key, &admission);
        poll(NULL, 0, 10);
    }
    return err;
}

CASE(a_key_that_another_server_revokes_is_refused_soon)
{
    struct world *world = world_new();
    struct admission admission;
    struct str key = world->made.keys.secret_key;
    struct change change = {.value = str_from(key, key.len - 6), .merchant = world->made.merchant};
    struct holder *holder;

    assert_ok(holder_join(world->cx, world->store, &holder));
    world->core.holder = holder;
    assert_ok(admit(world, key, &admission));
    /* Elsewhere: the generation here is not raised. */
    assert_ok(tx_run(world->store, world->cx, revoke_body, &change));
    assert_int_equal(refused_in_the_end(world, key), ERR_AUTH);
    holder_free(holder);
    world_free(world);
}

static int64_t changes_of(struct world *world, tx_body *body, struct change *change)
{
    struct rows *rows;
    bool found;

    assert_ok(run(world, body, change));
    assert_ok(store_query_one(world->cx, world_read(world), &SQL_MERCHANTS_CHANGE, ARGS_NONE, &rows,
                              &found));
    return col_int(rows, 0);
}

CASE(every_change_of_a_merchant_is_told_to_other_servers)
{
    struct world *world = world_new();
    struct change email = {.name = STR("email"), .value = STR("caisse@example.com")};
    struct change name = {.name = STR("name"), .value = STR("Un autre nom")};
    struct change roll = {.mode = MODE_TEST, .until = 0};
    struct change revoke = {.value = world->made.keys.public_key};

    int64_t before = changes_of(world, set_body, &email);
    assert_int_equal(changes_of(world, set_body, &name), before + 1);
    assert_int_equal(changes_of(world, roll_body, &roll), before + 2);
    assert_int_equal(changes_of(world, revoke_body, &revoke), before + 3);
    world_free(world);
}

CASE(more_keys_than_the_cache_holds_are_all_known)
{
    enum { PAIRS = 300 };
    struct world *world = world_new();
    struct str keys[PAIRS];
    struct admission admission;

    for (size_t i = 0; i < PAIRS; i++) {
        struct change change = {.mode = MODE_TEST};
        assert_ok(run(world, add_body, &change));
        keys[i] = change.pair.secret_key;
    }
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < PAIRS; i++)
            assert_ok(admit(world, keys[i], &admission));
    }
    world_free(world);
}

static const struct sql CLOCK_SET = {
    .name = "test_clock_set",
    .text = "UPDATE sponsor SET clock_offset_us = $1",
    .number = 5000,
    .params = 1,
    .rows = SQL_ROWS_ANY,
};

static err_t clock_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *offset = arg;
    int64_t changed;

    return store_run_count(cx, tx, &CLOCK_SET, ARGS(V_INT(*offset)), &changed);
}

CASE(the_test_clock_counts_in_test_mode_only)
{
    struct world *world = world_new();
    struct admission admission;
    struct change change = {.mode = MODE_LIVE};
    int64_t offset = 30 * DAY_US;

    assert_ok(run(world, add_body, &change));
    assert_ok(tx_run(world->store, world->cx, clock_body, &offset));
    generation_raise(world->generation);
    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_int_equal(world->cx->now, world->cx->real + offset);
    assert_ok(admit(world, change.pair.secret_key, &admission));
    assert_int_equal(world->cx->now, world->cx->real);
    world_free(world);
}

CASE(the_newest_public_key_serves_links)
{
    struct world *world = world_new();
    struct change change = {.mode = MODE_TEST};
    struct str key;

    world->cx->real += SECOND_US;
    assert_ok(run(world, add_body, &change));
    assert_ok(merchant_public_key(world->cx, world_read(world), &key));
    assert_true(str_eq(key, change.pair.public_key));
    world->cx->mode = MODE_LIVE;
    assert_int_equal(merchant_public_key(world->cx, world_read(world), &key), ERR_NOT_FOUND);
    world_free(world);
}

CASE(the_acceptor_number_leads_to_the_merchant)
{
    struct world *world = world_new();
    struct merchant merchant;
    struct merchant_id found;

    assert_ok(merchant_load(world->cx, world_read(world), world->made.merchant, &merchant));
    assert_ok(merchant_of_acceptor(world->cx, world_read(world), merchant.acceptor, &found));
    assert_true(ID_EQ(found, world->made.merchant));
    assert_int_equal(merchant_of_acceptor(world->cx, world_read(world), "G00000000000000", &found),
                     ERR_NOT_FOUND);
    world_free(world);
}

/* --- sandbox merchants --- */

static err_t acceptor_set(struct world *world, const char *value)
{
    struct change change = {.name = STR("acceptor"), .value = str_of(value)};

    return run(world, set_body, &change);
}

static err_t acceptor_leads(struct world *world, const char *acceptor)
{
    struct merchant_id found;
    struct tx *tx = world_read(world);
    err_t err = merchant_of_acceptor(world->cx, tx, acceptor, &found);

    reader_release(world->core.reader);
    return err;
}

CASE(the_acquirer_gives_a_number_for_live_payments)
{
    static const char *const WRONG[] = {"1234567890123456", "A B", "\xc3\xa9", "A;B"};
    struct world *world = world_new();
    struct merchant merchant;

    for (size_t i = 0; i < ARRAY_LEN(WRONG); i++)
        assert_int_equal(acceptor_set(world, WRONG[i]), ERR_INVALID);
    assert_ok(acceptor_set(world, "0042-B"));
    assert_ok(merchant_load(world->cx, world_read(world), world->made.merchant, &merchant));
    reader_release(world->core.reader);
    assert_string_equal(merchant_acceptor(&merchant, MODE_LIVE), "0042-B");
    assert_int_equal(merchant_acceptor(&merchant, MODE_TEST)[0], 'G');
    assert_ok(acceptor_leads(world, "0042-B"));
    assert_ok(acceptor_leads(world, merchant.acceptor));
    assert_ok(acceptor_set(world, "0043"));
    assert_int_equal(acceptor_leads(world, "0042-B"), ERR_NOT_FOUND);
    assert_ok(acceptor_set(world, merchant.acceptor));
    assert_ok(acceptor_set(world, ""));
    assert_ok(acceptor_leads(world, merchant.acceptor));
    world_free(world);
}

CASE(the_first_sandbox_merchant_has_the_names_of_the_contract)
{
    struct world *world = world_new();
    struct sandbox_merchant other;

    assert_str(world->made.simplypaie_id, "123456");
    assert_int_equal(world->made.simplypaie_secret.len, 64);
    assert_str(world->made.ics, "FR72ZZZ123456");
    assert_str(world->made.otp_threshold, "100000");
    assert_int_equal(world->made.callback_secret.len, 64);
    sandbox_merchant_prepare(world->cx, world->vault, &other);
    assert_ok(tx_run(world->store, world->cx, sandbox_merchant_body, &other));
    assert_false(str_eq(other.simplypaie_id, world->made.simplypaie_id));
    assert_true(str_is_digits(other.simplypaie_id));
    assert_false(str_eq(other.safedebit_login, world->made.safedebit_login));
    assert_false(ID_EQ(other.sponsor, world->made.sponsor));
    world_free(world);
}

CASE(passwords_are_kept_as_argon2id)
{
    struct world *world = world_new();
    struct sandbox_merchant made;
    struct rows *rows;
    bool found;

    sandbox_merchant_prepare(world->cx, world->vault, &made);
    assert_ok(tx_run(world->store, world->cx, sandbox_merchant_body, &made));
    assert_ok(store_query_one(world->cx, world_read(world), &SQL_LOGIN_FIND,
                              ARGS(V_WORD("safedebit"), V_TEXT(made.safedebit_login)), &rows,
                              &found));
    assert_true(found);
    struct str hash = col_text(rows, 2);
    assert_true(str_starts(hash, STR("$argon2id$")));
    assert_true(password_matches(world->cx->arena, hash, made.safedebit_password));
    assert_false(password_matches(world->cx->arena, hash, STR("password")));
    world_free(world);
}

/* --- settings --- */

static err_t set(struct world *world, const char *name, const char *value)
{
    struct change change = {.name = str_of(name), .value = str_of(value)};

    ctx_clear_faults(world->cx);
    return run(world, set_body, &change);
}

static struct str setting(struct world *world, const char *name)
{
    struct str *values;

    assert_ok(merchant_settings(world->cx, world_read(world), world->made.merchant, &values));
    return merchant_setting_value(values, name);
}

#define TEN "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN

CASE(settings_hold_their_limits)
{
    static const struct {
        const char *name;
        const char *value;
        err_t result;
    } TRIES[] = {
        {"nothing",              "1",                     ERR_INVALID},
        {"fee.vat_bp",           "10000",                 OK         },
        {"fee.vat_bp",           "10001",                 ERR_INVALID},
        {"fee.vat_bp",           "-1",                    ERR_INVALID},
        {"fee.vat_bp",           "1e2",                   ERR_INVALID},
        {"fee.vat_bp",           "01",                    ERR_INVALID},
        {"fee.card",             "10000+1000000",         OK         },
        {"fee.card",             "10001+0",               ERR_INVALID},
        {"fee.card",             "160",                   ERR_INVALID},
        {"fee.card",             "+50",                   ERR_INVALID},
        {"currencies",           "eur,usd",               OK         },
        {"currencies",           "eur,eur",               ERR_INVALID},
        {"currencies",           "eur,",                  ERR_INVALID},
        {"currencies",           "EUR",                   ERR_INVALID},
        {"cutoff_time",          "23:59",                 OK         },
        {"cutoff_time",          "24:00",                 ERR_INVALID},
        {"cutoff_time",          "9:00",                  ERR_INVALID},
        {"siren",                "100000009",             OK         },
        {"siren",                "100000008",             ERR_INVALID},
        {"preferred_network",    "international",         OK         },
        {"preferred_network",    "nation",                ERR_INVALID},
        {"on_3ds_unavailable",   "continue",              OK         },
        {"email",                "a@b.fr",                OK         },
        {"email",                "a@b",                   ERR_INVALID},
        {"email",                "a b@c.fr",              ERR_INVALID},
        {"fx.usd",               "0.900000",              OK         },
        {"fx.usd",               "0.9000001",             ERR_INVALID},
        {"fx.usd",               "0.0",                   ERR_INVALID},
        {"prenotification_days", "30",                    OK         },
        {"prenotification_days", "31",                    ERR_INVALID},
        {"page.accent",          "#1a8f5a",               OK         },
        {"page.accent",          "#1A8F5A",               ERR_INVALID},
        {"page.accent",          "#ffff00",               ERR_INVALID},
        {"page.accent",          "#000080",               ERR_INVALID},
        {"page.accent",          "1a8f5a",                ERR_INVALID},
        {"page.ask_holder",      "yes",                   OK         },
        {"page.ask_holder",      "maybe",                 ERR_INVALID},
        {"legal_form",           SIXTY,                   OK         },
        {"legal_form",           SIXTY "x",               ERR_INVALID},
        {"legal_form",           "a\x1F",                 ERR_INVALID},
        {"legal_form",           "a\x7F",                 ERR_INVALID},
        {"legal_form",           "a\xFF",                 ERR_INVALID},
        {"name",                 SIXTY SIXTY "12345678",  OK         },
        {"name",                 SIXTY SIXTY "123456789", ERR_INVALID},
        {"name",                 "a\nb",                  ERR_INVALID},
        {"account_number",       "999999999",             OK         },
        {"account_number",       "1000000000",            ERR_INVALID},
        {"account_number",       "0",                     ERR_INVALID},
        {"account_number",       "99999999999999999999",  ERR_INVALID},
        {"posting_since",        "2031-06-02",            OK         },
        {"posting_since",        "2031-06-31",            ERR_INVALID},
        {"invoice.prefix",       "Az09+-_/Zz@",           ERR_INVALID},
        {"invoice.prefix",       "Az09+-_/ZzAz09+-",      OK         },
        {"invoice.prefix",       "Az09+-_/ZzAz09+-_",     ERR_INVALID},
        {"invoice.prefix",       "a[",                    ERR_INVALID},
        {"invoice.prefix",       "a`",                    ERR_INVALID},
        {"invoice.prefix",       "a{",                    ERR_INVALID},
        {"invoice.prefix",       "a:",                    ERR_INVALID},
        {"invoice.prefix",       "Az09+-_/ZzAz09+-",      OK         },
        {"name",                 "",                      ERR_INVALID},
        {"name",                 "Chez Zoé",             OK         },
    };
    struct world *world = world_new();

    for (size_t i = 0; i < ARRAY_LEN(TRIES); i++) {
        assert_int_equal(set(world, TRIES[i].name, TRIES[i].value), TRIES[i].result);
        if (TRIES[i].result == OK)
            assert_str(setting(world, TRIES[i].name), TRIES[i].value);
        else
            assert_int_equal(world->cx->fault_count, 1);
    }
    world_free(world);
}

CASE(the_empty_value_goes_back_to_the_default)
{
    struct world *world = world_new();

    assert_ok(set(world, "fee.vat_bp", ""));
    assert_str(setting(world, "fee.vat_bp"), "0");
    assert_ok(set(world, "iban", ""));
    assert_str(setting(world, "iban"), "");
    world_free(world);
}

CASE(a_name_is_seen)
{
    struct world *world = world_new();

    assert_int_equal(set(world, "name", "  "), ERR_INVALID);
    assert_int_equal(set(world, "name", "\xC2\xA0\xE2\x80\x8B"), ERR_INVALID);
    assert_ok(set(world, "name", "A"));
    world_free(world);
}

CASE(bank_details_are_taken_as_people_write_them)
{
    struct world *world = world_new();

    assert_ok(set(world, "iban", "fr76 3000 6000 0112 3456 7890 189"));
    assert_str(setting(world, "iban"), "FR7630006000011234567890189");
    assert_ok(set(world, "payout.bic", "testfrpp xxx"));
    assert_str(setting(world, "payout.bic"), "TESTFRPPXXX");
    world_free(world);
}

CASE(identifiers_are_checked_by_their_check_digits)
{
    assert_true(siret_valid(STR("10000000900017")));
    assert_false(siret_valid(STR("10000000900018")));
    assert_true(vat_number_valid(STR("FR88100000009")));
    assert_false(vat_number_valid(STR("FR89100000009")));
}

CASE(a_key_of_seqino_is_one_of_that_face_alone)
{
    struct world *world = world_new();
    struct admission admission;
    struct str key = world->made.seqino_key;

    assert_true(str_starts(key, STR("pdp_test_")) && key.len == 49);
    assert_ok(merchant_admit(&world->core, world->cx, FACE_SEQINO, key, &admission));
    assert_true(ID_EQ(admission.merchant.sponsor, world->made.sponsor));
    assert_int_equal(admission.kind, KEY_SECRET);
    /* Known by now, and still none of the other face. */
    assert_int_equal(admit(world, key, &admission), ERR_AUTH);
    assert_ok(admit(world, world->made.keys.secret_key, &admission));
    assert_int_equal(merchant_admit(&world->core, world->cx, FACE_SEQINO,
                                    world->made.keys.secret_key, &admission),
                     ERR_AUTH);
    world_free(world);
}

CASE(a_caller_may_act_for_a_merchant_that_was_found_otherwise)
{
    struct world *world = world_new();
    struct ctx *cx = world_ctx(world);
    struct merchant_id nobody = {"000000000000000000000000"};
    struct admission admission;

    cx->merchant = nobody;
    cx->mode = MODE_LIVE;
    for (int i = 0; i < 2; i++) { /* found, then known */
        assert_ok(merchant_act_as(&world->core, cx, world->made.merchant, &admission));
        assert_true(ID_EQ(cx->merchant, world->made.merchant));
        assert_int_equal(cx->mode, MODE_LIVE);
        assert_str(admission.merchant.name, "Atelier Exemple SARL");
    }
    assert_int_equal(merchant_act_as(&world->core, cx, nobody, &admission), ERR_NOT_FOUND);
    world_free(world);
}

static err_t merchant_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct merchant_id id;

    return merchant_add(cx, tx, arg, &id);
}

static err_t merchant_try(struct world *world, struct new_merchant request)
{
    ctx_clear_faults(world->cx);
    return tx_run(world->store, world->cx, merchant_body, &request);
}

CASE(a_merchant_has_a_name_that_a_line_can_hold)
{
    struct world *world = world_new();
    struct new_merchant request = {.name = str_format(world->cx->arena, "%0128d", 0)};
    struct new_merchant of_nobody = {.name = STR("Atelier")};

    assert_ok(merchant_try(world, request));
    request.name = str_format(world->cx->arena, "%0129d", 0);
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    assert_string_equal(world->cx->faults[0].field, "name");
    request.name = STR("");
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    request.name = STR(" \xC2\xA0");
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    request.name = STR("a\x7F");
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    request.name = STR("a\x1F");
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    request.name = STR("a\xFF");
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    request = (struct new_merchant){.name = STR("Atelier"), .sponsor_name = STR("a\nb")};
    assert_int_equal(merchant_try(world, request), ERR_INVALID);
    ID_NEW(world->cx->ids, &of_nobody.sponsor);
    assert_int_equal(merchant_try(world, of_nobody), ERR_NOT_FOUND);
    assert_string_equal(world->cx->faults[0].field, "sponsor");
    world_free(world);
}

UNIT_MAIN(
    T(a_merchant_has_a_name_that_a_line_can_hold), T(a_key_of_seqino_is_one_of_that_face_alone),
    T(a_caller_may_act_for_a_merchant_that_was_found_otherwise),
    T(keys_have_the_shape_that_stancer_libraries_expect),
    T(a_key_leads_to_its_merchant_mode_and_kind), T(what_the_cache_tells_outlives_who_asked_first),
    T(what_is_not_a_key_is_refused), T(a_revoked_key_is_refused_at_once),
    T(five_characters_are_too_few_to_revoke_a_key), T(a_rolled_key_works_until_the_overlap_ends),
    T(a_key_rolled_without_overlap_ends_at_once), T(the_cache_lasts_until_something_changed),
    T(a_key_that_another_server_revokes_is_refused_soon),
    T(every_change_of_a_merchant_is_told_to_other_servers),
    T(more_keys_than_the_cache_holds_are_all_known), T(the_test_clock_counts_in_test_mode_only),
    T(the_newest_public_key_serves_links), T(the_acceptor_number_leads_to_the_merchant),
    T(the_acquirer_gives_a_number_for_live_payments),
    T(the_first_sandbox_merchant_has_the_names_of_the_contract), T(passwords_are_kept_as_argon2id),
    T(settings_hold_their_limits), T(the_empty_value_goes_back_to_the_default),
    T(bank_details_are_taken_as_people_write_them), T(a_name_is_seen),
    T(identifiers_are_checked_by_their_check_digits))
