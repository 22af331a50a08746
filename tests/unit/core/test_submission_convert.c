#include "core/submission_convert.h"

#include "core/einvoice_same.h"
#include "support/core_submission.h"

/* A maker of the files of words of support/core_submission.h; the name of the buyer says what goes
 * wrong. */

static err_t words_xml(struct arena *arena, const struct einvoice *invoice,
                       enum invoice_syntax syntax, struct str *xml)
{
    struct str name = invoice->buyer.name;

    if (str_eq(name, STR("long")))
        return ERR_LIMIT;
    if (str_eq(name, STR("control")))
        return ERR_INVALID;
    if (str_eq(name, STR("absent")))
        return ERR_UNAVAILABLE;
    if (str_eq(name, STR("name")))
        name = STR("other");
    const struct str words[] = {
        syntax == INVOICE_CII ? STR("CII") : STR("UBL"),
        invoice->number,
        date_text(arena, invoice->issued),
        invoice->seller.legal_id.id,
        invoice->buyer.legal_id.id,
        name,
    };
    struct buf out = buf_make(arena, 256);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        buf_put_cstr(&out, i == 0 ? "" : " ");
        buf_put(&out, words[i]);
    }
    *xml = buf_str(&out);
    return OK;
}

static err_t words_pdf(struct arena *arena, const struct einvoice *invoice, bool test,
                       struct einvoice_difference *lost, struct str *pdf)
{
    if (str_eq(invoice->buyer.name, STR("page"))) {
        *lost = (struct einvoice_difference){"BT-146", 2};
        return ERR_STATE;
    }
    *pdf = str_format(arena, "%%PDF %s", test ? "test" : "live");
    return OK;
}

static const struct document_maker WORDS_MAKER = {.einvoice = words_pdf, .einvoice_xml = words_xml};

static struct submission_convert *converted(struct world *world, const char *words,
                                            enum einvoice_format format)
{
    struct submission_convert *convert = arena_make(world->cx->arena, struct submission_convert);
    struct submission_create *create = submission_try(world, words);

    assert_ok(create->operation.result);
    convert->submission = create->submission;
    convert->format = format;
    WORLD_RUN(world, convert, submission_convert);
    return convert;
}

static void assert_refused(const char *words, enum einvoice_format format, err_t err,
                           const char *text)
{
    struct world *world = submission_world();

    world->core.documents = &WORDS_MAKER;
    struct submission_convert *convert = converted(world, words, format);
    assert_int_equal(convert->operation.result, err);
    assert_string_equal(convert->operation.cx->faults[0].text, text);
    world_free(world);
}

#define FILE_OF(name) "CII N1 2026-11-21 100000009 200000008 " name

CASE(a_file_is_written_in_each_format)
{
    struct world *world = submission_world();

    world->core.documents = &WORDS_MAKER;
    struct submission_convert *convert = converted(world, FILE_OF("Modele"), EINVOICE_UBL);
    assert_ok(convert->operation.result);
    assert_true(str_starts(convert->bytes, STR("UBL ")));
    WORLD_RUN(world, convert, submission_convert);
    assert_ok(convert->operation.result);
    convert->format = EINVOICE_CII;
    WORLD_RUN(world, convert, submission_convert);
    assert_str(convert->bytes, FILE_OF("Modele"));
    convert->format = EINVOICE_FACTURX;
    WORLD_RUN(world, convert, submission_convert);
    assert_str(convert->bytes, "%PDF test");
    assert_int_equal(world_count(world, "document"), 1);
    world_free(world);
}

CASE(what_would_be_lost_is_refused_by_its_name)
{
    assert_refused(FILE_OF("name"), EINVOICE_UBL, ERR_STATE,
                   "cannot be converted: no room for BT-44");
    assert_refused(FILE_OF("page"), EINVOICE_FACTURX, ERR_STATE,
                   "cannot be converted: no room for BT-146 (number 2)");
    assert_refused(FILE_OF("attached"), EINVOICE_UBL, ERR_STATE,
                   "cannot be converted: no room for BT-125 (number 1)");
    assert_refused(FILE_OF("control"), EINVOICE_UBL, ERR_STATE,
                   "cannot be converted: no room for what it says");
    assert_refused(FILE_OF("long"), EINVOICE_UBL, ERR_STATE, "cannot be converted: it is too long");
    assert_refused(FILE_OF("absent"), EINVOICE_UBL, ERR_UNAVAILABLE, "cannot be converted now");
}

static err_t drawn_with(size_t size)
{
    struct world *world = submission_world();
    struct buf words = buf_make(world->cx->arena, 2 * SUBMISSION_DRAWN_MAX);

    world->core.documents = &WORDS_MAKER;
    buf_put_cstr(&words, FILE_OF("Modele "));
    while (words.len < size)
        buf_put_byte(&words, 'x');
    struct submission_convert *convert =
        converted(world, str_cstr(world->cx->arena, buf_str(&words)), EINVOICE_FACTURX);
    err_t err = convert->operation.result;
    convert->format = EINVOICE_UBL;
    WORLD_RUN(world, convert, submission_convert);
    assert_ok(convert->operation.result);
    world_free(world);
    return err;
}

CASE(a_page_has_a_size)
{
    assert_ok(drawn_with(SUBMISSION_DRAWN_MAX));
    assert_int_equal(drawn_with(SUBMISSION_DRAWN_MAX + 1), ERR_STATE);
}

CASE(without_a_maker_or_a_judge_nothing_is_converted)
{
    struct world *world = submission_world();
    struct submission_convert *convert = converted(world, FILE_OF("Modele"), EINVOICE_UBL);

    assert_int_equal(convert->operation.result, ERR_UNAVAILABLE);
    world->core.documents = &WORDS_MAKER;
    world->core.judge = NULL;
    WORLD_RUN(world, convert, submission_convert);
    assert_int_equal(convert->operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

UNIT_MAIN(T(a_file_is_written_in_each_format), T(what_would_be_lost_is_refused_by_its_name),
          T(a_page_has_a_size), T(without_a_maker_or_a_judge_nothing_is_converted))
