#include "core/mandate_paper.h"
#include "support/core_consumer.h"

CASE(a_signed_mandate_is_active_with_its_paper_as_the_proof)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_evidence evidence;
    struct consumer_file file;
    struct mandate_import import;
    struct str pdf;
    bool found;

    assert_ok(import_try(world, consumer.reference, "RUM-1", &import));
    struct mandate mandate = mandate_at(world, import.mandate.id);
    assert_int_equal(mandate.state, MANDATE_ACTIVE);
    assert_true(ID_EQ(mandate.account, consumer.account));
    assert_true(ID_EQ(mandate.customer, consumer.customer));
    struct date day = date_paris(mandate.signed_at);
    assert_true(day.year == 2031 && day.month == 1 && day.day == 2);
    assert_true(mandate.document_signed);
    struct tx *tx = world_read(world);
    assert_ok(mandate_evidence_load(world->cx, tx, mandate.id, &evidence, &found));
    assert_true(found);
    assert_int_equal(evidence.channel, MANDATE_DOCUMENT);
    assert_str(evidence.place, "Lyon");
    assert_true(str_eq(evidence.document_sha256, import.document.sha256));
    assert_ok(mandate_pdf_read(&world->core, world->cx, tx, mandate.id, &pdf, &found));
    assert_true(found);
    assert_str(pdf, "%PDF-1.4 a paper");
    assert_ok(consumer_file_of_mandate(world->cx, tx, mandate.id, &file, &found));
    assert_true(found);
    assert_int_equal(file.type, CONSUMER_FILE_MANDATE);
    reader_release(world->core.reader);
    (void)pay_from(world, consumer.account, 5000);
    world_is_sound(world);
    world_free(world);
}

CASE(references_are_used_once)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct consumer other = consumer_made(world);
    struct mandate_import import;

    assert_ok(import_try(world, consumer.reference, "RUM-1", &import));
    assert_int_equal(import_try(world, consumer.reference, "rum-1", &import), ERR_CONFLICT);
    assert_int_equal(import_try(world, other.reference, "RUM-1", &import), ERR_CONFLICT);
    assert_int_equal(import_try(world, STR("NOBODY"), "RUM-2", &import), ERR_NOT_FOUND);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM consumer_file"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM document"), 1);
    world_free(world);
}

CASE(days_before_the_epoch_are_refused)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_import import = {
        .reference = consumer.reference, .umr = STR("OLD"), .signed_on = {1969, 12, 31}
    };

    assert_ok(consumer_file_seal(&world->core, world_ctx(world), STR("GIF87a"), &import.document));
    WORLD_RUN(world, &import, mandate_import);
    assert_int_equal(import.operation.result, ERR_INVALID);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate"), 0);
    world_free(world);
}

UNIT_MAIN(T(a_signed_mandate_is_active_with_its_paper_as_the_proof), T(references_are_used_once),
          T(days_before_the_epoch_are_refused))
