#include "base/must.h"
#include "core/invoice.h"
#include "core/invoice_chain.h"
#include "support/unit.h"

/* What proves a series of documents, and what a record can say at all: each thing that is wrong by
 * itself. */

static const struct invoice_seller SELLER = {
    .name = STR_INIT("Atelier Exemple SARL"),
    .legal_form = STR_INIT("SARL"),
    .capital = STR_INIT("10 000 EUR"),
    .rcs = STR_INIT("Paris"),
    .siren = STR_INIT("100000009"),
    .vat_number = STR_INIT("FR88100000009"),
    .line = STR_INIT("12 rue de la Démonstration"),
    .zip = STR_INIT("75011"),
    .city = STR_INIT("Paris"),
    .country = STR_INIT("France"),
    .nature = NATURE_SERVICES,
};

struct desk {
    struct ctx *cx;
    struct invoice_chain chain;
    struct str previous;
};

static struct desk desk_new(void)
{
    return (struct desk){.cx = unit_ctx(), .previous = invoice_chain_start()};
}

/* An honest one: two lines of 20 % and one without VAT. */
static struct invoice_paper paper_of(struct desk *desk, const char *number, struct date issued)
{
    static struct invoice_item items[3];
    const struct invoice_place place = {.number = str_of(number), .issued = issued};
    const struct invoice_draft draft = {
        .kind = INVOICE_NORMAL,
        .name = STR("Client"),
        .address = STR("1 rue Haute\n69001 Lyon"),
        .currency = CURRENCY_EUR,
        .items = items,
        .item_count = ARRAY_LEN(items),
    };
    struct invoice_paper paper;

    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        items[i] = (struct invoice_item){.designation = STR("Produit"),
                                         .price_e4 = 100000,
                                         .quantity_e4 = 10000,
                                         .rate_bp = 2000};
    items[2].rate_bp = 0;
    items[2].reason = REASON_EXPORT;
    assert_ok(invoice_check(desk->cx, &SELLER, &draft, issued));
    invoice_fill(desk->cx, &SELLER, &draft, &place, &paper);
    return paper;
}

static struct invoice_paper first_paper(struct desk *desk)
{
    return paper_of(desk, "F2031-000001", (struct date){2031, 6, 2});
}

/* Hashed and chained as it should be, whatever it says. */
static const char *next(struct desk *desk, const struct invoice_paper *paper)
{
    struct arena *arena = desk->cx->arena;
    struct invoice_link link = {.previous = desk->previous};
    struct invoice_paper read;

    assert_ok(invoice_record_write(arena, paper, &link.record));
    link.hash = invoice_record_hash(arena, link.previous, link.record);
    desk->previous = link.hash;
    return invoice_chain_next(arena, &desk->chain, &link, &read);
}

/* --- sums ------------------------------------------------------------------------------------- */

static void forged(void (*forge)(struct invoice_paper *paper))
{
    struct desk desk = desk_new();
    struct invoice_paper paper = first_paper(&desk);

    forge(&paper);
    const char *wrong = next(&desk, &paper);
    assert_non_null(wrong);
    assert_string_equal(wrong, "a document does not add up");
    unit_ctx_free(desk.cx);
}

static void price_below_zero(struct invoice_paper *paper)
{
    paper->lines[0].price_e4 = -100000;
}
static void quantity_of_nothing(struct invoice_paper *paper)
{
    paper->lines[0].quantity_e4 = 0;
}
static void line_too_large(struct invoice_paper *paper)
{
    paper->lines[0].price_e4 = INT64_MAX;
}
static void another_net_of_a_line(struct invoice_paper *paper)
{
    paper->lines[1].net_minor++;
}
static void another_net(struct invoice_paper *paper)
{
    paper->net_minor++;
}
static void another_vat(struct invoice_paper *paper)
{
    paper->vat_minor++;
}
static void another_total(struct invoice_paper *paper)
{
    paper->total_minor++;
}
static void another_due(struct invoice_paper *paper)
{
    paper->due_minor--;
}
static void one_group_less(struct invoice_paper *paper)
{
    paper->rate_count--;
}
static void another_category(struct invoice_paper *paper)
{
    paper->rates[1].category = VAT_EXEMPT;
}
static void another_rate(struct invoice_paper *paper)
{
    paper->rates[0].rate_bp = 1000;
}
static void another_base(struct invoice_paper *paper)
{
    paper->rates[0].base_minor--;
}
static void another_vat_of_a_group(struct invoice_paper *paper)
{
    paper->rates[0].vat_minor--;
}

CASE(every_sum_is_worked_out_again)
{
    forged(price_below_zero);
    forged(quantity_of_nothing);
    forged(line_too_large);
    forged(another_net_of_a_line);
    forged(another_net);
    forged(another_vat);
    forged(another_total);
    forged(another_due);
    forged(one_group_less);
    forged(another_category);
    forged(another_rate);
    forged(another_base);
    forged(another_vat_of_a_group);
}

CASE(lines_that_come_to_too_much_are_no_document)
{
    struct desk desk = desk_new();
    struct invoice_paper paper = first_paper(&desk);

    for (size_t i = 0; i < 2; i++) {
        paper.lines[i].price_e4 = INT64_C(99999999990000);
        paper.lines[i].net_minor = INT64_C(999999999900) / 100;
        paper.lines[i].quantity_e4 = 100;
    }
    assert_string_equal(next(&desk, &paper), "a document does not add up");
    unit_ctx_free(desk.cx);
}

/* --- order ------------------------------------------------------------------------------------ */

static void follows(struct desk *desk, const char *number, struct date issued, const char *expected)
{
    struct invoice_paper paper = paper_of(desk, number, issued);
    const char *wrong = next(desk, &paper);

    if (expected == NULL)
        assert_null(wrong);
    else
        assert_string_equal(wrong, expected);
}

CASE(numbers_and_days_go_on)
{
    static const char MISSING[] = "a number is missing or there twice";
    struct desk desk = desk_new();

    follows(&desk, "F2031-000001", (struct date){2031, 6, 2}, NULL);
    follows(&desk, "F2031-000002", (struct date){2031, 6, 2}, NULL);
    follows(&desk, "F2031-000002", (struct date){2031, 6, 2}, MISSING);
    follows(&desk, "F2031-000004", (struct date){2031, 6, 3}, MISSING);
    follows(&desk, "F2031-000005", (struct date){2031, 6, 1}, "a day of issue goes back");
    follows(&desk, "F2032-000002", (struct date){2032, 1, 1}, MISSING);
    follows(&desk, "F2033-000001", (struct date){2033, 1, 1}, NULL);
    follows(&desk, "F2032-000001", (struct date){2032, 1, 1}, MISSING);
    follows(&desk, "F2033-000001", (struct date){2034, 1, 1}, "a number is not that of its year");
    unit_ctx_free(desk.cx);
}

CASE(a_number_has_a_prefix_a_year_and_a_serial)
{
    static const char *const BAD[] = {"",
                                      "F2031",
                                      "F2031-",
                                      "-000001",
                                      "F203-1",
                                      "2031-",
                                      "F2031-00000A",
                                      "F20A1-000001",
                                      "F2031-99999999999999999999"};
    int64_t serial;
    int year;

    assert_true(invoice_number_read(STR("FAC-2031-000017"), &year, &serial));
    assert_int_equal(year, 2031);
    assert_int_equal(serial, 17);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        if (invoice_number_read(str_of(BAD[i]), &year, &serial))
            fail_msg("%s is a number", BAD[i]);
    }
}

/* --- the chain -------------------------------------------------------------------------------- */

CASE(a_hash_that_is_none_is_told)
{
    struct desk desk = desk_new();
    struct arena *arena = desk.cx->arena;
    struct invoice_paper paper = first_paper(&desk);
    struct invoice_link link = {.previous = desk.previous};
    struct invoice_chain chain = {.serial = 0};

    assert_ok(invoice_record_write(arena, &paper, &link.record));
    link.hash = STR("short");
    assert_string_equal(invoice_chain_next(arena, &chain, &link, &paper),
                        "a record is not what was hashed");
    assert_string_equal(chain.head, "");
    chain = (struct invoice_chain){.serial = 0};
    link.previous = STR("another");
    link.hash = invoice_record_hash(arena, link.previous, link.record);
    assert_string_equal(invoice_chain_next(arena, &chain, &link, &paper),
                        "a record is not chained to the one before");
    link.record = STR("guichet-invoice 1\n");
    assert_string_equal(invoice_chain_next(arena, &chain, &link, &paper),
                        "a record cannot be read");
    unit_ctx_free(desk.cx);
}

/* --- what a record can say -------------------------------------------------------------------- */

CASE(no_text_holds_a_control_character)
{
    struct desk desk = desk_new();
    struct arena *arena = desk.cx->arena;
    struct str record;
    static const struct str BAD[] = {STR_INIT("a\nb"), STR_INIT("a\x1F"), STR_INIT("a\x7F")};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct invoice_paper paper = first_paper(&desk);
        paper.buyer.name = BAD[i];
        assert_int_equal(invoice_record_write(arena, &paper, &record), ERR_INVALID);
        paper = first_paper(&desk);
        paper.lines[0].designation = BAD[i];
        assert_int_equal(invoice_record_write(arena, &paper, &record), ERR_INVALID);
        paper = first_paper(&desk);
        paper.rates[1].reason = BAD[i];
        assert_int_equal(invoice_record_write(arena, &paper, &record), ERR_INVALID);
        paper = first_paper(&desk);
        assert_true(paper.note_count > 1);
        paper.notes[0].text = BAD[i];
        assert_int_equal(invoice_record_write(arena, &paper, &record), ERR_INVALID);
    }
    unit_ctx_free(desk.cx);
}

/* The record of a paper with one row more, `count` times. */
static err_t with_rows(struct desk *desk, const char *row, size_t count)
{
    struct arena *arena = desk->cx->arena;
    struct invoice_paper paper = first_paper(desk);
    struct buf text = buf_make(arena, 1 << 20);
    struct str record;

    assert_ok(invoice_record_write(arena, &paper, &record));
    buf_put(&text, record);
    for (size_t i = 0; i < count; i++)
        buf_format(&text, "%s\n", row);
    must(!text.failed);
    return invoice_record_read(arena, buf_str(&text), &paper);
}

CASE(rows_that_no_record_has_are_not_read)
{
    static const char *const BAD[] = {
        "word",
        "word=1",
        "line=",
        "line=1",
        "line=1 1",
        "line=1 1 X 2000 1 a",
        "line=1 1 S x 1 a",
        "line=1 1 S 2000 x a",
        "rate=",
        "rate=X 2000 1 1 - -",
        "rate=S x 1 1 - -",
        "rate=S 2000 x 1 - -",
        "rate=S 2000 1 x - -",
        "kind=letter",
        "nature=none",
        "to=nobody",
        "currency=xxx",
        "issued=2031-02-30",
        "net=x",
        "test=2",
    };
    struct desk desk = desk_new();

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        if (with_rows(&desk, BAD[i], 1) != ERR_MALFORMED)
            fail_msg("%s is read", BAD[i]);
    }
    assert_ok(with_rows(&desk, "", 0));
    unit_ctx_free(desk.cx);
}

CASE(rows_that_may_be_many_have_a_limit)
{
    struct desk desk = desk_new();
    struct invoice_paper paper = first_paper(&desk);

    assert_ok(with_rows(&desk, "note=AAB 0 a", INVOICE_NOTES_MAX - paper.note_count));
    assert_int_equal(with_rows(&desk, "note=AAB 0 a", INVOICE_NOTES_MAX - paper.note_count + 1),
                     ERR_MALFORMED);
    /* Behind the notes they are out of their order, and too many of them are not even kept. */
    assert_int_equal(with_rows(&desk, "line=1 1 S 2000 1 a", INVOICE_LINES_MAX), ERR_MALFORMED);
    assert_int_equal(with_rows(&desk, "rate=S 2000 1 1 - -", INVOICE_RATES_MAX), ERR_MALFORMED);
    unit_ctx_free(desk.cx);
}

static err_t without(struct desk *desk, const char *name)
{
    struct arena *arena = desk->cx->arena;
    struct invoice_paper paper = first_paper(desk);
    struct str record;

    assert_ok(invoice_record_write(arena, &paper, &record));
    struct str start = str_format(arena, "\n%s=", name);
    const char *at = memmem(record.ptr, record.len, start.ptr, start.len);
    assert_non_null(at);
    const char *end = memchr(at + 1, '\n', record.len - (size_t)(at + 1 - record.ptr));
    struct str rest = str_format(arena, "%.*s%.*s", (int)(at - record.ptr), record.ptr,
                                 (int)(record.ptr + record.len - end), end);
    return invoice_record_read(arena, rest, &paper);
}

CASE(a_record_says_what_it_is_for_whom_and_in_which_currency)
{
    struct desk desk = desk_new();

    assert_int_equal(without(&desk, "kind"), ERR_MALFORMED);
    assert_int_equal(without(&desk, "nature"), ERR_MALFORMED);
    assert_int_equal(without(&desk, "to"), ERR_MALFORMED);
    assert_int_equal(without(&desk, "currency"), ERR_MALFORMED);
    assert_ok(without(&desk, "due"));
    unit_ctx_free(desk.cx);
}

UNIT_MAIN(T(every_sum_is_worked_out_again), T(lines_that_come_to_too_much_are_no_document),
          T(numbers_and_days_go_on), T(a_number_has_a_prefix_a_year_and_a_serial),
          T(a_hash_that_is_none_is_told), T(no_text_holds_a_control_character),
          T(rows_that_no_record_has_are_not_read), T(rows_that_may_be_many_have_a_limit),
          T(a_record_says_what_it_is_for_whom_and_in_which_currency))
