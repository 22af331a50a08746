#include "core/enrolment_sign.h"

#include "core/audit.h"
#include "core/document.h"
#include "support/core_enrolment.h"
#include "support/news.h"

static size_t mails(struct world *world, const char *kind)
{
    struct delivery *rows;
    size_t count = outbox_all(world, &rows);
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += str_eq(rows[i].type, str_of(kind)) ? 1 : 0;
    return found;
}

static struct str waiting(struct world *world)
{
    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, true);
    enrol_company(world, link);
    return link;
}

static struct enrolment_paper paper_of(struct world *world, struct enrolment_id id)
{
    struct enrolment_paper paper;
    bool found;

    assert_ok(enrolment_paper_read(&world->core, world_ctx(world), world_read(world), id, &paper,
                                   &found));
    assert_true(found);
    return paper;
}

CASE(the_mandate_names_both_parties)
{
    struct world *world = world_new();

    struct str link = waiting(world);
    struct enrolment_signing signing = enrol_signing(world, link);
    const struct str *facts = signing.paper.facts;
    assert_false(signing.asked);
    assert_false(signing.has_code);
    assert_true(signing.paper.test);
    assert_true(signing.paper.draft);
    assert_str(facts[ENROLMENT_TITLE], "Mandat de facturation électronique");
    assert_str(facts[ENROLMENT_GIVER],
               "Société d'essai 732\nSAS\nSIREN 732829320\n3 place des Essais\n69001 Lyon");
    assert_str(facts[ENROLMENT_TAKER], "Éditeur Exemple SAS\nSIREN 200000008");
    assert_null(memmem(facts[ENROLMENT_TEXT].ptr, facts[ENROLMENT_TEXT].len, "{sponsor}", 9));
    assert_non_null(
        memmem(facts[ENROLMENT_TEXT].ptr, facts[ENROLMENT_TEXT].len, "Éditeur Exemple", 15));
    assert_int_equal(facts[ENROLMENT_SHA256].len, 64);
    world_free(world);
}

CASE(an_operator_has_a_text_of_its_own)
{
    struct world *world = world_new();
    struct mandate_texts texts = {0};
    struct enrolment_paper paper;

    struct str link = waiting(world);
    struct enrolment_visit visit = enrol_visit(world, link);
    struct ctx *cx = world_ctx(world);
    cx->mode = MODE_LIVE;
    assert_int_equal(enrolment_paper_draft(&world->core, cx, &visit, STR("fr"), &paper),
                     ERR_UNAVAILABLE);
    assert_null(mandate_text_read(cx->arena, STR("Notre mandat\n\n{sponsor} et {x}.\n\nFin {"),
                                  &texts.platform[MANDATE_FR]));
    world->core.mandate_texts = &texts;
    assert_ok(enrolment_paper_draft(&world->core, cx, &visit, STR("fr"), &paper));
    assert_false(paper.draft);
    assert_false(paper.test);
    assert_str(paper.facts[ENROLMENT_TITLE], "Notre mandat");
    assert_str(paper.facts[ENROLMENT_TEXT], "Éditeur Exemple SAS et {x}.\n\nFin {");
    /* Anything else than French is English. */
    assert_int_equal(enrolment_paper_draft(&world->core, cx, &visit, STR("de"), &paper),
                     ERR_UNAVAILABLE);
    world_free(world);
}

CASE(signing_keeps_what_was_shown_and_how)
{
    struct world *world = world_new();

    struct str link = waiting(world);
    struct str shown = enrol_signing(world, link).paper.facts[ENROLMENT_SHA256];
    assert_int_equal(enrol_client_status(world), CLIENT_PENDING);
    enrol_agreed(world, link);
    assert_int_equal(mails(world, "enrolment.code"), 1);
    struct enrolment_signing signing = enrol_signing(world, link);
    assert_true(signing.asked);
    assert_true(signing.has_code);
    assert_str(signing.code_to, "c•••@example.org");
    struct enrolment_visit visit = enrol_signed(world, link);
    assert_int_equal(visit.state, ENROLMENT_COMPLETED);
    assert_int_equal(enrol_client_status(world), CLIENT_ACTIVE);
    assert_int_equal(mails(world, "enrolment.signed"), 1);
    struct enrolment_paper paper = paper_of(world, visit.enrolment.id);
    assert_true(str_eq(paper.facts[ENROLMENT_SHA256], shown));
    assert_str(paper.facts[ENROLMENT_FIRST_NAME], "Camille");
    assert_str(paper.facts[ENROLMENT_LAST_NAME], "Durand");
    assert_str(paper.facts[ENROLMENT_IP], "192.0.2.7");
    assert_str(paper.facts[ENROLMENT_BROWSER], "Test/1.0");
    assert_str(paper.facts[ENROLMENT_CODE_TO], "c•••@example.org");
    assert_int_equal(paper.facts[ENROLMENT_CODE_HASH].len, 64);
    assert_true(str_ends(paper.facts[ENROLMENT_SIGNED], STR(" UTC")));
    assert_non_null(memmem(paper.facts[ENROLMENT_EVENTS].ptr, paper.facts[ENROLMENT_EVENTS].len,
                           "code.sent", 9));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM one_time_code"), 0);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'enrolment_document'"), 1);
    world_free(world);
}

CASE(what_was_not_shown_is_not_agreed_to)
{
    struct world *world = world_new();
    struct enrolment_agree agree;
    struct enrolment_sign sign;

    struct str link = waiting(world);
    struct enrolment_visit visit = enrol_visit(world, link);
    assert_int_equal(enrol_agree_try(world, visit, STR("00"), &agree), ERR_STATE);
    assert_true(agree.changed);
    assert_int_equal(mails(world, "enrolment.code"), 0);
    /* Nobody has agreed yet. */
    assert_int_equal(enrol_sign_try(world, visit, ENROL_CODE, &sign), ERR_STATE);
    assert_true(sign.changed);
    world_free(world);
}

CASE(another_company_is_agreed_to_anew)
{
    struct world *world = world_new();
    struct enrolment_company_save save;
    struct enrolment_sign sign;

    struct str link = waiting(world);
    enrol_agreed(world, link);
    struct enrolment_visit before = enrol_visit(world, link);
    struct company company = enrol_registered(world, "356000000");
    assert_ok(enrol_company_try(world, before, company, &save));
    assert_false(enrol_signing(world, link).asked);
    assert_int_equal(enrol_sign_try(world, enrol_visit(world, link), ENROL_CODE, &sign), ERR_STATE);
    assert_true(sign.changed);
    struct enrolment now = enrol_visit(world, link).enrolment;
    assert_int_equal(enrolment_percentage(&now), 33);
    /* A visitor who still sees the former one neither. */
    enrol_agreed(world, link);
    assert_int_equal(enrol_sign_try(world, before, ENROL_CODE, &sign), ERR_STATE);
    assert_true(sign.changed);
    world_free(world);
}

CASE(a_mandate_is_signed_once_and_then_fixed)
{
    struct world *world = world_new();
    struct enrolment_company_save save;
    struct enrolment_agree agree;
    struct enrolment_sign sign;

    struct str link = waiting(world);
    enrol_agreed(world, link);
    struct enrolment_visit before = enrol_visit(world, link);
    struct str shown = enrol_signing(world, link).paper.facts[ENROLMENT_SHA256];
    enrol_signed(world, link);
    assert_int_equal(enrol_sign_try(world, before, ENROL_CODE, &sign), ERR_STATE);
    assert_false(sign.changed);
    assert_int_equal(enrol_agree_try(world, before, shown, &agree), ERR_STATE);
    assert_int_equal(enrol_company_try(world, before, before.company, &save), ERR_STATE);
    world_free(world);
}

CASE(five_wrong_codes_need_another_one)
{
    struct world *world = world_new();
    struct enrolment_sign sign;
    struct enrolment_resend again = {.language = STR("fr")};

    struct str link = waiting(world);
    enrol_agreed(world, link);
    struct enrolment_visit visit = enrol_visit(world, link);
    for (int i = 0; i < CODE_TRIES; i++) {
        assert_ok(enrol_sign_try(world, visit, "000000", &sign));
        assert_int_equal(sign.code, i + 1 < CODE_TRIES ? CODE_WRONG : CODE_SPENT);
    }
    assert_ok(enrol_sign_try(world, visit, ENROL_CODE, &sign));
    assert_int_equal(sign.code, CODE_SPENT);
    again.visit = visit;
    WORLD_RUN(world, &again, enrolment_resend);
    assert_ok(again.operation.result);
    enrol_signed(world, link);
    world_free(world);
}

static err_t resend_try(struct world *world, struct enrolment_visit visit)
{
    struct enrolment_resend again = {.visit = visit, .language = STR("en")};

    WORLD_RUN(world, &again, enrolment_resend);
    return again.operation.result;
}

CASE(five_codes_are_sent_in_an_hour)
{
    struct world *world = world_new();

    struct str link = waiting(world);
    world_stop_at(world, WORLD_START);
    enrol_agreed(world, link);
    struct enrolment_visit visit = enrol_visit(world, link);
    for (int i = 0; i < 4; i++)
        assert_ok(resend_try(world, visit));
    assert_int_equal(resend_try(world, visit), ERR_LIMIT);
    world_stop_at(world, WORLD_START + HOUR_US - 1);
    assert_int_equal(resend_try(world, visit), ERR_LIMIT);
    world_stop_at(world, WORLD_START + HOUR_US);
    for (int i = 0; i < 5; i++)
        assert_ok(resend_try(world, visit));
    assert_int_equal(resend_try(world, visit), ERR_LIMIT);
    assert_int_equal(mails(world, "enrolment.code"), 10);
    world_free(world);
}

CASE(nobody_gets_a_code_who_has_not_agreed)
{
    struct world *world = world_new();

    struct str link = waiting(world);
    assert_int_equal(resend_try(world, enrol_visit(world, link)), ERR_STATE);
    assert_int_equal(mails(world, "enrolment.code"), 0);
    world_free(world);
}

CASE(a_link_without_a_signature_signs_nothing)
{
    struct world *world = world_new();
    struct enrolment_agree agree;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    struct enrolment_visit visit = enrol_visit(world, link);
    struct enrolment_signing signing;
    assert_ok(enrolment_signing_show(&world->core, world_ctx(world), &visit, STR("fr"), &signing));
    reader_release(world->core.reader);
    assert_int_equal(enrol_agree_try(world, visit, signing.paper.facts[ENROLMENT_SHA256], &agree),
                     ERR_STATE);
    assert_false(agree.changed);
    world_free(world);
}

/* --- the document --- */

static err_t fake_draw(struct arena *arena, const struct enrolment_paper *paper, struct str *pdf)
{
    *pdf = str_format(arena, "%%PDF-%.*s", (int)paper->reference.len, paper->reference.ptr);
    return OK;
}
static err_t no_draw(struct arena *arena __attribute__((unused)),
                     const struct enrolment_paper *paper __attribute__((unused)),
                     struct str *pdf __attribute__((unused)))
{
    return ERR_INTERNAL;
}

CASE(what_was_signed_is_drawn_sealed_and_chained)
{
    struct world *world = world_new();
    const struct document_maker broken = {.enrolment = no_draw};
    const struct document_maker maker = {.enrolment = fake_draw};
    struct audit_row *rows;
    struct document_id last;
    struct str pdf;
    size_t count;
    bool ready;
    bool found;

    struct str link = waiting(world);
    enrol_agreed(world, link);
    struct enrolment_id id = enrol_visit(world, link).enrolment.id;
    assert_int_equal(
        enrolment_pdf_read(&world->core, world_ctx(world), world_read(world), id, &pdf, &ready),
        ERR_NOT_FOUND);
    enrol_signed(world, link);
    world->core.documents = &broken;
    world_work(world);
    assert_ok(
        enrolment_pdf_read(&world->core, world_ctx(world), world_read(world), id, &pdf, &ready));
    assert_false(ready);
    assert_ok(enrolment_document(world_ctx(world), world_read(world), &last, &found));
    assert_false(found);
    world->core.documents = &maker;
    world_advance(world, 600);
    world_work(world);
    assert_ok(
        enrolment_pdf_read(&world->core, world_ctx(world), world_read(world), id, &pdf, &ready));
    assert_true(ready);
    assert_true(str_starts(pdf, STR("%PDF-onb_")));
    assert_ok(enrolment_document(world_ctx(world), world_read(world), &last, &found));
    assert_true(found);
    assert_ok(audit_list(world_ctx(world), world_read(world), INT64_MAX, 10, &rows, &count));
    assert_str(rows[0].what, "enrolment.sealed");
    assert_non_null(memmem(rows[0].detail.ptr, rows[0].detail.len, last.raw, ID_LEN));
    world_free(world);
}

CASE(the_link_of_the_receipt_opens_one_document)
{
    struct world *world = world_new();
    struct enrolment_id found;

    struct str link = waiting(world);
    struct enrolment_id id = enrol_visit(world, link).enrolment.id;
    struct ctx *cx = world_ctx(world);
    struct str path = enrolment_link(&world->core, cx, id);
    struct str token = str_from(path, strlen(ENROLMENT_LINK_PATH));
    struct ctx *other = world_ctx(world);
    other->merchant = (struct merchant_id){{0}};
    assert_ok(enrolment_link_read(&world->core, other, token, &found));
    assert_true(ID_EQ(found, id));
    assert_true(ID_EQ(other->merchant, world->made.merchant));
    assert_int_equal(
        enrolment_link_read(&world->core, other, str_sub(token, 0, token.len - 1), &found),
        ERR_NOT_FOUND);
    other->real += (instant)ENROLMENT_LINK_DAYS * DAY_US;
    assert_int_equal(enrolment_link_read(&world->core, other, token, &found), ERR_STATE);
    world_free(world);
}

UNIT_MAIN(T(the_mandate_names_both_parties), T(an_operator_has_a_text_of_its_own),
          T(signing_keeps_what_was_shown_and_how), T(what_was_not_shown_is_not_agreed_to),
          T(another_company_is_agreed_to_anew), T(a_mandate_is_signed_once_and_then_fixed),
          T(five_wrong_codes_need_another_one), T(five_codes_are_sent_in_an_hour),
          T(nobody_gets_a_code_who_has_not_agreed), T(a_link_without_a_signature_signs_nothing),
          T(what_was_signed_is_drawn_sealed_and_chained),
          T(the_link_of_the_receipt_opens_one_document))
