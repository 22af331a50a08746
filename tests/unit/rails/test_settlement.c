#include "support/unit.h"

#include "rails/card/settlement.h"

static struct settlement_line line_of(enum settlement_kind kind, int64_t amount, int64_t net)
{
    return (struct settlement_line){
        .kind = kind,
        .transacted = {2026, 11, 20},
        .settled = {2026,    11,   21},
        .stan = STR_INIT("000101"),
        .rrn = STR_INIT("632510000101"),
        .auth_code = STR_INIT("A1B2C3"),
        .network = STR_INIT("CB"),
        .card_mask = STR_INIT("424242xxxxxx4242"),
        .amount = {amount,  CURRENCY_EUR },
        .net_minor = net,
        .payment_ref = STR_INIT("0123456789abcdefghijABCD"),
        .arn = STR_NONE,
    };
}

static struct str three_lines(struct ctx *cx)
{
    struct buf out = buf_make(cx->arena, 1 << 16);
    struct settlement_writer writer;
    struct settlement_line debit = line_of(SETTLEMENT_DEBIT, 10000, 9960);
    struct settlement_line credit = line_of(SETTLEMENT_CREDIT, 2500, -2500);
    struct settlement_line chargeback = line_of(SETTLEMENT_CHARGEBACK, 10000, -10000);

    debit.interchange_minor = 20;
    debit.scheme_fee_minor = 5;
    debit.acquirer_fee_minor = 15;
    settlement_begin(&writer, &out);
    settlement_add(&writer, &debit);
    settlement_add(&writer, &credit);
    settlement_add(&writer, &chargeback);
    settlement_end(&writer);
    assert_false(out.failed);
    return buf_str(&out);
}

CASE(what_is_written_is_read_back)
{
    struct ctx *cx = unit_ctx();
    struct settlement_line *lines;
    size_t count;

    assert_ok(settlement_read(cx, three_lines(cx), &lines, &count));
    assert_int_equal(count, 3);
    assert_int_equal(lines[0].kind, SETTLEMENT_DEBIT);
    assert_int_equal(lines[0].amount.minor, 10000);
    assert_int_equal(lines[0].net_minor, 9960);
    assert_str(lines[0].rrn, "632510000101");
    assert_str(lines[1].payment_ref, "0123456789abcdefghijABCD");
    assert_int_equal(lines[2].kind, SETTLEMENT_CHARGEBACK);
    assert_int_equal(lines[2].settled.day, 21);
    unit_ctx_free(cx);
}

CASE(the_trailer_holds_the_control_totals)
{
    struct ctx *cx = unit_ctx();

    assert_true(str_ends(three_lines(cx), STR("trailer;3;10000;12500;40;-2540\n")));
    unit_ctx_free(cx);
}

CASE(a_file_without_lines_is_read)
{
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 4096);
    struct settlement_writer writer;
    struct settlement_line *lines;
    size_t count = 7;

    settlement_begin(&writer, &out);
    settlement_end(&writer);
    assert_ok(settlement_read(cx, buf_str(&out), &lines, &count));
    assert_int_equal(count, 0);
    unit_ctx_free(cx);
}

CASE(a_file_cut_short_anywhere_is_refused)
{
    struct ctx *cx = unit_ctx();
    struct str file = three_lines(cx);

    for (size_t len = 0; len < file.len; len++) {
        struct settlement_line *lines;
        size_t count;
        struct arena_mark mark = arena_mark(cx->arena);
        ctx_clear_faults(cx);
        assert_int_equal(settlement_read(cx, str_sub(file, 0, len), &lines, &count), ERR_MALFORMED);
        arena_rewind(cx->arena, mark);
    }
    unit_ctx_free(cx);
}

/* Replaces the first occurrence. */
static struct str with(struct ctx *cx, struct str file, const char *old, const char *new)
{
    struct str from = str_of(old);

    for (size_t at = 0; at + from.len <= file.len; at++) {
        if (str_eq(str_sub(file, at, from.len), from))
            return str_format(cx->arena, "%.*s%s%.*s", (int)at, file.ptr, new,
                              (int)(file.len - at - from.len), file.ptr + at + from.len);
    }
    fail_msg("no %s in the file", old);
    return STR_NONE;
}

CASE(a_file_with_one_wrong_place_is_refused_and_the_column_named)
{
    static const struct {
        const char *old;
        const char *new;
        const char *field;
    } WRONG[] = {
        {"\n2;credit",     "\n3;credit",   "line"            },
        {";debit;",        ";debitt;",     "type"            },
        {";2026-11-20;",   ";2026-02-30;", "date_transaction"},
        {";2026-11-21;",   ";2026-11-2;",  "date_settlement" },
        {";10000;eur;",    ";10000;xxx;",  "currency"        },
        {";10000;eur;",    ";1e4;eur;",    "amount"          },
        {";10000;eur;",    ";-10000;eur;", "amount"          },
        {";20;5;15;",      ";20;5;;",      "acquirer_fee"    },
        {";9960;",         ";9961;",       "net"             },
        {";632510000101;", ";;",           "rrn"             },
        {";A1B2C3;",       ";A1B2C3;;",    "line"            },
        {"trailer;3",      "trailer;2",    "trailer"         },
        {";-2540\n",       ";-2541\n",     "trailer"         },
        {";-2540\n",       ";-2540\nx\n",  "trailer"         },
        {"line;type",      "line;kind",    "header"          },
        {";A1B2C3;",       ";A1\"2C3;",    "auth_code"       },
    };
    struct ctx *cx = unit_ctx();
    struct str file = three_lines(cx);

    for (size_t i = 0; i < ARRAY_LEN(WRONG); i++) {
        struct settlement_line *lines;
        size_t count;
        ctx_clear_faults(cx);
        assert_int_equal(
            settlement_read(cx, with(cx, file, WRONG[i].old, WRONG[i].new), &lines, &count),
            ERR_MALFORMED);
        assert_int_equal(cx->fault_count, 1);
        assert_string_equal(cx->faults[0].field, WRONG[i].field);
    }
    unit_ctx_free(cx);
}

CASE(amounts_that_add_up_to_too_much_are_refused)
{
    struct ctx *cx = unit_ctx();
    struct settlement_line *lines;
    size_t count;
    struct str file = with(cx, three_lines(cx), ";2500;eur;0;0;0;-2500;",
                           ";9223372036854775807;eur;0;0;0;-9223372036854775807;");

    assert_int_equal(settlement_read(cx, file, &lines, &count), ERR_MALFORMED);
    unit_ctx_free(cx);
}

CASE(the_name_tells_acceptor_day_and_number)
{
    struct ctx *cx = unit_ctx();

    assert_str(settlement_name(cx->arena, STR("GUICHET00000001"), (struct date){2026, 1, 2}, 3),
               "settlement-GUICHET00000001-20260102-03.csv");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_is_written_is_read_back), T(the_trailer_holds_the_control_totals),
          T(a_file_without_lines_is_read), T(a_file_cut_short_anywhere_is_refused),
          T(a_file_with_one_wrong_place_is_refused_and_the_column_named),
          T(amounts_that_add_up_to_too_much_are_refused), T(the_name_tells_acceptor_day_and_number))
