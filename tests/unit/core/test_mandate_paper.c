#include "core/mandate_paper.h"
#include "core/workers.h"
#include "support/core_calls.h"
#include "support/core_raw.h"

/* The document of a mandate, with a maker that writes what it was given. */

#define IBAN_FR "FR7630006000011234567890189"

static err_t draw(struct arena *arena, const struct mandate_paper *paper, struct str *pdf)
{
    *pdf = str_format(arena, "%%PDF-%.*s|%.*s|%.*s|%.*s|%.*s", (int)paper->umr.len, paper->umr.ptr,
                      (int)paper->iban.len, paper->iban.ptr, (int)paper->debtor.name.len,
                      paper->debtor.name.ptr, (int)paper->ics.len, paper->ics.ptr,
                      (int)paper->date.len, paper->date.ptr);
    return OK;
}

static err_t draw_fails(struct arena *arena, const struct mandate_paper *paper, struct str *pdf)
{
    (void)arena;
    (void)paper;
    (void)pdf;
    return ERR_INTERNAL;
}

static const struct document_maker MAKER = {.mandate = draw};
static const struct document_maker BROKEN = {.mandate = draw_fails};

static struct world *world_with(const struct document_maker *maker)
{
    struct world *world = world_new();

    world->core.documents = maker;
    return world;
}

static struct mandate made(struct world *world, const char *umr)
{
    const struct bank_account_draft draft = {.iban = STR(IBAN_FR), .name = STR("Jean Dupont")};
    struct bank_account_create account = {0};

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &account.draft));
    WORLD_RUN(world, &account, bank_account_create);
    struct mandate_create create = {
        .account = account.account.id,
        .draft = {.umr = str_of(umr),
                  .field = "rum",
                  .field_date = "signed_at",
                  .scheme = MANDATE_CORE,
                  .type = MANDATE_RECURRENT},
    };
    WORLD_RUN(world, &create, mandate_create);
    assert_ok(create.operation.result);
    return create.mandate;
}

static err_t ask(struct world *world, struct mandate_id id, struct mandate_pdf_ask *asked)
{
    *asked = (struct mandate_pdf_ask){.id = id};
    WORLD_RUN(world, asked, mandate_pdf_ask);
    return asked->operation.result;
}

static bool pdf_now(struct world *world, struct mandate_id id, struct str *pdf)
{
    bool ready;

    assert_ok(mandate_pdf_read(&world->core, world->cx, world_read(world), id, pdf, &ready));
    return ready;
}

static void pdf_is(struct world *world, struct mandate_id id, const char *expected)
{
    struct str pdf;

    assert_true(pdf_now(world, id, &pdf));
    assert_str(pdf, expected);
}

CASE(document_is_drawn_by_a_worker_once_it_is_asked_for)
{
    struct world *world = world_with(&MAKER);
    struct mandate mandate = made(world, "RUM-1");
    struct mandate_pdf_ask asked;
    struct str pdf;

    world->core.workers = workers_new(2);
    world_work(world);
    assert_false(pdf_now(world, mandate.id, &pdf));
    assert_ok(ask(world, mandate.id, &asked));
    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    pdf_is(world, mandate.id,
           "%PDF-RUM-1|FR76 3000 6000 0112 3456 7890 189|Jean Dupont|FR72ZZZ123456|");
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM document"), 1);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'mandate_document'"), 0);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM document WHERE instr(sealed, 'PDF') > 0"), 0);
    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM document"), 1);
    workers_free(world->core.workers);
    world_is_sound(world);
    world_free(world);
}

CASE(drawing_follows_the_mandate_and_a_signed_one_replaces_it)
{
    struct world *world = world_with(&MAKER);
    struct mandate mandate = made(world, "RUM-1");
    struct mandate_pdf_ask asked;
    struct str pdf;
    struct mandate_change change = {.id = mandate.id,
                                    .change = MANDATE_UMR | MANDATE_SIGNED_AT,
                                    .umr = STR("RUM-2"),
                                    .signed_at = WORLD_START - DAY_US};

    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    WORLD_RUN(world, &change, mandate_change);
    assert_ok(change.operation.result);
    assert_false(pdf_now(world, mandate.id, &pdf));
    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    pdf_is(world, mandate.id,
           "%PDF-RUM-2|FR76 3000 6000 0112 3456 7890 189|Jean Dupont|FR72ZZZ123456|01/06/2031");
    struct mandate_change upload = {
        .id = mandate.id, .change = MANDATE_PDF, .pdf = STR("%PDF-signed")};
    WORLD_RUN(world, &upload, mandate_change);
    assert_ok(upload.operation.result);
    change.umr = STR("RUM-3");
    WORLD_RUN(world, &change, mandate_change);
    assert_ok(change.operation.result);
    pdf_is(world, mandate.id, "%PDF-signed");
    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    pdf_is(world, mandate.id, "%PDF-signed");
    world_is_sound(world);
    world_free(world);
}

CASE(drawing_that_fails_is_tried_again)
{
    struct world *world = world_with(&BROKEN);
    struct mandate mandate = made(world, "RUM-1");
    struct mandate_pdf_ask asked;
    struct str pdf;

    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    assert_false(pdf_now(world, mandate.id, &pdf));
    assert_int_equal(
        world_number(world, "SELECT tries > 0 FROM task WHERE kind = 'mandate_document'"), 1);
    world->core.documents = &MAKER;
    world_advance(world, 600);
    assert_true(pdf_now(world, mandate.id, &pdf));
    world_free(world);
}

CASE(what_cannot_be_drawn_is_told_at_once)
{
    struct world *world = world_with(NULL);
    struct mandate mandate = made(world, "RUM-1");
    struct mandate_pdf_ask asked;

    assert_int_equal(ask(world, mandate.id, &asked), ERR_UNAVAILABLE);
    world->core.documents = &MAKER;
    world->core.vault = NULL;
    assert_int_equal(ask(world, mandate.id, &asked), ERR_UNAVAILABLE);
    world->core.vault = world->vault;
    struct mandate_id unknown;
    ID_NEW(world->cx->ids, &unknown);
    assert_int_equal(ask(world, unknown, &asked), ERR_NOT_FOUND);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'mandate_document'"), 0);
    world_free(world);
}

CASE(document_that_was_touched_does_not_open)
{
    struct world *world = world_with(&MAKER);
    struct mandate mandate = made(world, "RUM-1");
    struct mandate_pdf_ask asked;
    struct str pdf;
    bool ready;

    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    world_tamper(world, "UPDATE document SET sha256 = 'x'");
    world->core.documents = &MAKER;
    assert_int_equal(
        mandate_pdf_read(&world->core, world->cx, world_read(world), mandate.id, &pdf, &ready),
        ERR_INTERNAL);
    world_free(world);
}

CASE(rotation_takes_accounts_and_documents_along)
{
    struct world *world = world_with(&MAKER);
    struct mandate mandate = made(world, "RUM-1");
    struct mandate_pdf_ask asked;
    int64_t moved;

    for (int i = 0; i < 10; i++) {
        char umr[16];
        snprintf(umr, sizeof umr, "MORE-%d", i);
        assert_ok(ask(world, made(world, umr).id, &asked));
    }
    assert_ok(ask(world, mandate.id, &asked));
    world_work(world);
    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_true(moved >= 22);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM bank_account WHERE key_id = 1"), 0);
    assert_int_equal(world_number(world,
                                  "SELECT COUNT(*) FROM document WHERE substr(sealed, 1, 4) ="
                                  " x'00000001'"),
                     0);
    pdf_is(world, mandate.id,
           "%PDF-RUM-1|FR76 3000 6000 0112 3456 7890 189|Jean Dupont|FR72ZZZ123456|");
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM data_key WHERE state = 'decrypt_only'"), 0);
    world_free(world);
}

UNIT_MAIN(T(document_is_drawn_by_a_worker_once_it_is_asked_for),
          T(drawing_follows_the_mandate_and_a_signed_one_replaces_it),
          T(drawing_that_fails_is_tried_again), T(what_cannot_be_drawn_is_told_at_once),
          T(document_that_was_touched_does_not_open),
          T(rotation_takes_accounts_and_documents_along))
