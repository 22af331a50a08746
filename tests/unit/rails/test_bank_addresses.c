#include "core/bank_work.h"
#include "core/debtor_address.h"
#include "rails/sepa/export_write.h"
#include "rails/sepa/pain_check.h"
#include "rails/sepa/postal.h"
#include "support/iso20022.h"
#include "unit/rails/bank_story.h"

/* Postal addresses in files (standards/sepa.md 8): what a debtor whose bank is outside the European
 * Economic Area must have, and how it is written in each form and edition. */

#define BRITISH "GB33BUKB20201555555555"
#define MONACO "MC5811222000010123456789030"

/* --- making -------------------------------------------------------------------------------------
 */

static struct bank_account account_of(struct world *world, const char *iban)
{
    const struct bank_account_draft draft = {.iban = str_of(iban), .name = STR("Zo\xc3\xab Smith")};
    struct bank_account_create create = {0};

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.draft));
    WORLD_RUN(world, &create, bank_account_create);
    assert_ok(create.operation.result);
    (void)mandate_made_of(world, create.account.id, MANDATE_RECURRENT, MANDATE_CORE);
    return create.account;
}

static struct address_id address_of(struct world *world, const char *line1, const char *line2)
{
    struct address_create create = {
        .draft = {.line1 = str_of(line1),
                  .line2 = str_of(line2),
                  .zip_code = STR("SW1A 1AA"),
                  .city = STR("London"),
                  .country = STR("GB"),
                  .metadata = STR("{}")},
    };

    WORLD_RUN(world, &create, address_create);
    assert_ok(create.operation.result);
    return create.address.id;
}

static err_t far_try(struct world *world, const struct bank_account *account,
                     struct address_id address, struct payment_create *create)
{
    const struct account_choice choice = account_by_id(account->id);
    struct payment_draft draft = draft_by(&choice, 4500);

    draft.billing_address = address;
    return pay_try(world, draft, create);
}

static struct payment pay_far(struct world *world, struct address_id address)
{
    struct bank_account account = account_of(world, BRITISH);
    struct payment_create create;

    assert_ok(far_try(world, &account, address, &create));
    return create.view.payment;
}

/* --- in time ------------------------------------------------------------------------------------
 */

static err_t reach_try(struct world *world, struct debit_order *order)
{
    struct ctx *cx = world_ctx(world);

    cx->mode = world->cx->mode;
    err_t err = debtor_reach_check(cx, world_read(world), order);
    reader_release(world->core.reader);
    return err;
}

CASE(a_live_debit_of_a_far_bank_needs_bic_and_address)
{
    struct world *world = world_new();
    struct bank_account far = account_of(world, BRITISH);
    struct bank_account near = account_of(world, "DE89370400440532013000");
    struct mandate mandate = {.debtor_address = {.raw = ""}};
    struct payment payment = {.state = PAYMENT_NEW};
    struct debit_order order = {.payment = &payment, .mandate = &mandate, .account = &far};
    struct address_id address = address_of(world, "10 Downing Street", "");

    assert_ok(reach_try(world, &order));
    all_live(world);
    assert_int_equal(reach_try(world, &order), ERR_INVALID);
    payment.billing_address = address;
    assert_ok(reach_try(world, &order));
    far.bic = STR_NONE;
    assert_int_equal(reach_try(world, &order), ERR_INVALID);
    far.bic = STR("BUKBGB22");
    payment.billing_address = (struct address_id){{0}};
    mandate.debtor_address = address;
    assert_ok(reach_try(world, &order));
    /* A customer that is made by the same call. */
    mandate.debtor_address = (struct address_id){{0}};
    far.customer = (struct customer_id){"0VcLQsZXNo6KYE1waQkbEV6v"};
    assert_int_equal(reach_try(world, &order), ERR_INVALID);
    order.has_address = true;
    assert_ok(reach_try(world, &order));
    order = (struct debit_order){.payment = &payment, .mandate = &mandate, .account = &near};
    assert_ok(reach_try(world, &order));
    world_free(world);
}

/* What was there when it was asked for is gone when its file is made. */
CASE(a_live_debit_that_lost_its_address_does_not_leave)
{
    static const struct {
        const char *sql;
        const char *code;
    } LOST[] = {
        {"UPDATE payment SET billing_address = NULL;", "BE07"},
        {"UPDATE address SET city = '   ';",           "BE07"},
        {"UPDATE bank_account SET bic = NULL;",        "RC01"},
    };

    for (size_t i = 0; i < ARRAY_LEN(LOST); i++) {
        struct world *world = world_new();
        struct payment far = pay_far(world, address_of(world, "10 Downing Street", ""));
        struct payment near = pay_debit(world, 1000);
        struct bank_work *list;
        size_t count;
        world_tamper(world, LOST[i].sql);
        all_live(world);
        world_stop_at(world, PAST_CUTOFF);
        world->cx->mode = MODE_LIVE;
        assert_ok(tx_run(world->store, world->cx, fake_bank_take_body, NULL));
        assert_int_equal(state_now(world, far.id), PAYMENT_FAILED);
        assert_true(str_eq(payment_now(world, far.id).response, str_of(LOST[i].code)));
        assert_false(ID_NONE(debit_now(world, near.id).file));
        assert_int_equal(world_number(world, "SELECT tx_count FROM bank_file"), 1);
        assert_ok(bank_work_open(world->cx, world_read(world), 10, &list, &count));
        assert_int_equal(count, 1);
        assert_int_equal(list[0].what, BANK_DEBTOR);
        assert_true(str_eq(list[0].reason, str_of(LOST[i].code)));
        assert_string_equal(list[0].object, far.id.raw);
        reader_release(world->core.reader);
        world_free(world);
    }
}

/* --- as it is written ---------------------------------------------------------------------------
 */

static struct str file_text(struct world *world, enum bank_file_kind kind, struct str *version)
{
    struct sepa_desk desk = {.store = world->store,
                             .reader = world->core.reader,
                             .vault = world->vault,
                             .ids = world->core.ids,
                             .data = str_of(world->directory)};
    struct buf *text = arena_make(world->cx->arena, struct buf);
    const struct sink sink = sink_buf(text);
    struct bank_profile profile;
    struct xml_written written;
    struct bank_file *files;
    size_t count;

    *text = buf_make(world->cx->arena, 1 << 20);
    assert_ok(bank_files_newest(world->cx, world_read(world), 1, &files, &count));
    assert_ok(bank_profile_load(world->cx, world_read(world), world->made.merchant, &profile));
    reader_release(world->core.reader);
    assert_int_equal(files[0].kind, kind);
    const struct sepa_order order = {.desk = &desk, .profile = &profile, .file = &files[0]};
    assert_ok(sepa_file_write(world_ctx(world), &order, &sink, version, &written));
    return buf_str(text);
}

/* By its schema, and added up a second time. */
static void assert_fits(struct world *world, struct str text, struct str version)
{
    struct str schemas = samples_path(world->cx->arena, "xsd");
    struct pain_facts facts;
    struct str rest = text;
    struct source source = source_text(&rest);

    assert_ok(pain_check(world->cx, &source, 1 << 20, &facts));
    if (access(schemas.ptr, R_OK) != 0)
        return;
    rest = text;
    source = source_text(&rest);
    assert_ok(xml_validate(world->cx, schemas, version, &source, 1 << 20));
}

static bool contains(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

struct expected {
    const char *form;
    const char *edition;
    const char *debtor;
    const char *creditor; /* or NULL: none */
};

#define CREDITOR_TOWN "<PstCd>75011</PstCd><TwnNm>Paris</TwnNm><Ctry>FR</Ctry>"
#define CREDITOR                                                                                   \
    "<Cdtr><Nm>Atelier Exemple SARL</Nm><PstlAdr><StrtNm>rue de la Demonstration</StrtNm>"         \
    "<BldgNb>12</BldgNb>" CREDITOR_TOWN "</PstlAdr></Cdtr>"
#define CREDITOR_HYBRID                                                                            \
    "<Cdtr><Nm>Atelier Exemple SARL</Nm><PstlAdr>" CREDITOR_TOWN                                   \
    "<AdrLine>12 rue de la Demonstration</AdrLine></PstlAdr></Cdtr>"
#define TOWN "<PstCd>SW1A 1AA</PstCd><TwnNm>London</TwnNm><Ctry>GB</Ctry>"

static const struct expected EXPECTED[] = {
    {"structured", "2009",
     "<Dbtr><Nm>Zoe Smith</Nm><PstlAdr><StrtNm>Downing Street</StrtNm><BldgNb>10 bis</BldgNb>" TOWN
     "</PstlAdr></Dbtr>",                                                                     CREDITOR       },
    {"structured", "2019",
     "<Dbtr><Nm>Zoe Smith</Nm><PstlAdr><StrtNm>Downing Street</StrtNm><BldgNb>10 bis</BldgNb>"
     "<BldgNm>2nd floor</BldgNm>" TOWN "</PstlAdr></Dbtr>",
     CREDITOR                                                                                                },
    {"hybrid",     "2009",
     "<Dbtr><Nm>Zoe Smith</Nm><PstlAdr>" TOWN
     "<AdrLine>10 bis Downing Street</AdrLine><AdrLine>2nd floor</AdrLine></PstlAdr></Dbtr>", CREDITOR_HYBRID},
    {"hybrid",     "2019",
     "<Dbtr><Nm>Zoe Smith</Nm><PstlAdr>" TOWN
     "<AdrLine>10 bis Downing Street</AdrLine><AdrLine>2nd floor</AdrLine></PstlAdr></Dbtr>", CREDITOR_HYBRID},
    {"none",       "2019",
     "<Dbtr><Nm>Zoe Smith</Nm><PstlAdr><StrtNm>Downing Street</StrtNm><BldgNb>10 bis</BldgNb>"
     "<BldgNm>2nd floor</BldgNm>" TOWN "</PstlAdr></Dbtr>",
     NULL                                                                                                    },
};

CASE(addresses_of_debits_in_every_form)
{
    for (size_t i = 0; i < ARRAY_LEN(EXPECTED); i++) {
        const struct expected *expected = &EXPECTED[i];
        struct world *world = world_new();
        struct str version;
        world_set(world, "address_form", expected->form);
        world_set(world, "pain_version", expected->edition);
        pay_far(world, address_of(world, "10 bis, Downing Street", "2nd floor"));
        pay_debit(world, 1000);
        world_stop_at(world, PAST_CUTOFF);
        assert_ok(tx_run(world->store, world->cx, fake_bank_take_body, NULL));
        struct str text = file_text(world, BANK_FILE_DEBITS, &version);
        assert_fits(world, text, version);
        assert_true(contains(text, expected->debtor));
        /* None for who is inside the area. */
        assert_true(contains(text, "<Dbtr><Nm>Jean Dupont</Nm></Dbtr>"));
        if (expected->creditor != NULL)
            assert_true(contains(text, expected->creditor));
        else
            assert_true(contains(text, "<Cdtr><Nm>Atelier Exemple SARL</Nm></Cdtr>"));
        world_free(world);
    }
}

CASE(addresses_of_transfers)
{
    struct story *story = story_new();
    struct str version;

    world_tamper(story->world, "UPDATE bank_item SET state = 'settled';"
                               "UPDATE payment SET state = 'captured';");
    desk_begin(story);
    refund(story->world, story->payments[0].id, WHOLE);
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    struct str text = file_text(story->world, BANK_FILE_TRANSFERS, &version);
    assert_fits(story->world, text, version);
    assert_true(contains(text, "<Dbtr><Nm>Atelier Exemple SARL</Nm><PstlAdr><StrtNm>rue de la "
                               "Demonstration</StrtNm><BldgNb>12</BldgNb>" CREDITOR_TOWN
                               "</PstlAdr></Dbtr>"));
    assert_true(contains(text, "<Cdtr><Nm>Jean Dupont</Nm></Cdtr>"));
    world_free(story->world);
    process_free(story);
}

/* --- lines as people write them -----------------------------------------------------------------
 */

static void assert_split(const char *line, const char *number, const char *street)
{
    const struct bank_profile profile = {
        .address_town = STR("Paris"), .address_line = str_of(line), .address_country = STR("FR")};
    struct sepa_address address = postal_of_merchant(&profile);

    assert_true(str_eq(address.number, str_of(number)));
    assert_true(str_eq(address.street, str_of(street)));
}

CASE(a_line_is_number_and_street)
{
    assert_split("12 rue des Forges", "12", "rue des Forges");
    assert_split("12, rue des Forges", "12", "rue des Forges");
    assert_split("12 bis rue des Forges", "12 bis", "rue des Forges");
    assert_split("12B rue des Forges", "12B", "rue des Forges");
    assert_split("Bahnhofstrasse 3", "", "Bahnhofstrasse 3");
    assert_split("12", "", "12");
    assert_split("12 ", "", "12 ");
    assert_split("12 bis", "", "12 bis");
    assert_split("", "", "");
}

CASE(without_a_town_or_a_known_country_the_merchant_has_no_address)
{
    static const struct {
        const char *name;
        const char *value;
    } SETTINGS[] = {
        {"address.city",    ""      },
        {"address.country", "Utopia"},
    };

    for (size_t i = 0; i < ARRAY_LEN(SETTINGS); i++) {
        struct world *world = world_new();
        struct bank_profile profile;
        world_set(world, SETTINGS[i].name, SETTINGS[i].value);
        assert_ok(bank_profile_load(world->cx, world_read(world), world->made.merchant, &profile));
        reader_release(world->core.reader);
        assert_int_equal(postal_of_merchant(&profile).form, SEPA_ADDRESS_NONE);
        world_free(world);
    }
}

UNIT_MAIN(T(a_live_debit_of_a_far_bank_needs_bic_and_address),
          T(a_live_debit_that_lost_its_address_does_not_leave),
          T(addresses_of_debits_in_every_form), T(addresses_of_transfers),
          T(a_line_is_number_and_street),
          T(without_a_town_or_a_known_country_the_merchant_has_no_address))
