#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "payment_rows.h"
#include "store/sql.h"

/* The reference of bank files: the rows that an export or an import of many debits writes, with the
 * product's statements, those for many at once too, and its settings of the database, in one loop
 * that does nothing else: no XML, no look-up, no check. What they are about is read before the
 * clock starts. */

enum { TEXT_MAX = 64, GROW = 2, KEY_BYTES = 32 };

struct debit_line {
    char payment[ID_SIZE];
    char end_to_end[TEXT_MAX];
    char file[ID_SIZE];
    char due[16];
    int64_t amount;
    int64_t fee;
    int64_t vat;
};

struct lines {
    struct debit_line *items;
    size_t count;
    size_t capacity;
};

struct work {
    struct bench_rows *rows;
    struct merchant_id merchant;
    struct lines lines;
    size_t group;
    instant now;
    char file[ID_SIZE];
    int64_t serial; /* of facts */
};

#define MERCHANT V_ID(work->merchant)
#define MODE V_WORD("live")
#define RUN(sql, ...) (void)bench_rows_run(work->rows, &(sql), ARGS(__VA_ARGS__))

static void text_copy(char *to, size_t size, const char *text)
{
    must(strlen(text) < size);
    memcpy(to, text, strlen(text) + 1);
}

static void line_take(void *arg, const char *const *columns)
{
    struct lines *lines = arg;

    if (lines->count == lines->capacity) {
        size_t capacity = lines->capacity == 0 ? 1024 : lines->capacity * GROW;
        struct debit_line *items = process_alloc(sizeof *items, capacity);
        if (lines->count > 0)
            memcpy(items, lines->items, lines->count * sizeof *items);
        process_free(lines->items);
        lines->items = items;
        lines->capacity = capacity;
    }
    struct debit_line *line = &lines->items[lines->count++];
    text_copy(line->payment, sizeof line->payment, columns[0]);
    text_copy(line->end_to_end, sizeof line->end_to_end, columns[1]);
    text_copy(line->file, sizeof line->file, columns[2]);
    text_copy(line->due, sizeof line->due, columns[3]);
    line->amount = strtoll(columns[4], NULL, 10);
    line->fee = strtoll(columns[5], NULL, 10);
    line->vat = strtoll(columns[6], NULL, 10);
}

static void lines_read(struct work *work)
{
    bench_rows_read(work->rows,
                    "SELECT d.payment, d.end_to_end, d.file, d.due, p.amount_minor, "
                    "p.fee_minor, p.fee_vat_minor FROM debit d JOIN payment p "
                    "ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment "
                    "WHERE d.mode = 'live' ORDER BY d.payment",
                    line_take, &work->lines);
    if (work->lines.count == 0)
        bench_fail("there are no debits");
}

/* --- both --- */

static void entry_put(struct work *work, const char *kind, const char *payment, const char *legs)
{
    struct entry_id id;

    bench_rows_id(work->rows, id.raw);
    RUN(SQL_LEDGER_ENTRY_INSERT, MERCHANT, MODE, V_ID(id), V_WORD(kind), V_WORD(payment),
        V_WORD("eur"), V_WORD(legs), V_INT(work->now));
}

/* What is written for a line, and then for the group from `first` up to `end`. */
struct writing {
    void (*each)(struct work *work, const struct debit_line *line);
    void (*all)(struct work *work, size_t first, size_t end);
};

static void lines_run(struct work *work, const struct writing *writing)
{
    size_t count = work->lines.count;

    for (size_t first = 0; first < count; first += work->group) {
        size_t end = count - first < work->group ? count : first + work->group;
        bench_rows_begin(work->rows);
        for (size_t i = first; i < end; i++)
            writing->each(work, &work->lines.items[i]);
        writing->all(work, first, end);
        bench_rows_end(work->rows);
    }
}

/* --- an export --- */

static void file_make(struct work *work)
{
    const struct debit_line *first = &work->lines.items[0];

    bench_rows_begin(work->rows);
    bench_rows_id(work->rows, work->file);
    RUN(SQL_BANK_FILE_INSERT, MERCHANT, MODE, V_WORD(work->file), V_WORD("debits"), V_NULL(),
        V_NULL(), V_WORD("BENCH"), V_INT(work->now));
    RUN(SQL_BANK_BLOCK_INSERT, MERCHANT, MODE, V_WORD(work->file), V_INT(1), V_WORD("BENCH-1"),
        V_WORD("CORE"), V_WORD("RCUR"), V_WORD(first->due));
    bench_rows_end(work->rows);
}

static void line_take_into_file(struct work *work, const struct debit_line *line)
{
    RUN(SQL_MOVING_DEBIT_ADD, MERCHANT, MODE, V_WORD(line->payment), V_INT(1),
        V_WORD(line->end_to_end), V_INT(line->amount), V_WORD("BENCH-000000000000"));
}

static void lines_taken(struct work *work, size_t first, size_t end)
{
    (void)first;
    (void)end;
    RUN(SQL_MOVING_DEBIT_ITEMS, MERCHANT, MODE, V_WORD(work->file));
    RUN(SQL_MOVING_DEBIT_FILE, MERCHANT, MODE, V_WORD(work->file));
    RUN(SQL_MOVING_DEBIT_END, MERCHANT, MODE);
}

static void line_send(struct work *work, const struct debit_line *line)
{
    char legs[256];

    snprintf(legs, sizeof legs,
             "[\"sepa_in_collection %lld\",\"merchant_pending %lld\",\"merchant_pending %lld\","
             "\"fee_income %lld\",\"fee_vat %lld\"]",
             (long long)line->amount, (long long)-line->amount, (long long)(line->fee + line->vat),
             (long long)-line->fee, (long long)-line->vat);
    entry_put(work, "debit_released", line->payment, legs);
}

/* The lines are in the order of their payments, and all in one block. */
static void lines_sent(struct work *work, size_t first, size_t end)
{
    const char *from = first > 0 ? work->lines.items[first - 1].payment : "";
    const char *until = work->lines.items[end - 1].payment;

    RUN(SQL_MOVING_DEBIT_TAKEN, MERCHANT, MODE, V_WORD(work->file), V_INT(1), V_WORD(from),
        V_INT(1), V_WORD(until));
    RUN(SQL_BANK_ITEM_SEND, MERCHANT, MODE, V_WORD(work->file), V_INT(1), V_WORD(from), V_INT(1),
        V_WORD(until));
    RUN(SQL_MOVING_DEBIT_SENT, MERCHANT, MODE, V_INT(work->now));
    RUN(SQL_MOVING_PAYMENT_STEP, MERCHANT, MODE, V_WORD("to_capture"), V_WORD("capture_sent"));
    RUN(SQL_MOVING_DEBIT_END, MERCHANT, MODE);
}

static void export_run(struct work *work)
{
    static const struct writing TAKING = {line_take_into_file, lines_taken};
    static const struct writing SENDING = {line_send, lines_sent};

    file_make(work);
    lines_run(work, &TAKING);
    lines_run(work, &SENDING);
}

/* --- an import --- */

static void line_settle(struct work *work, const struct debit_line *line)
{
    uint8_t bytes[KEY_BYTES];
    char key[2 * KEY_BYTES + 1];
    char legs[128];

    rand_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(key + 2 * i, 3, "%02x", bytes[i]);
    RUN(SQL_BANK_FACT_INSERT, MERCHANT, MODE, V_INT(++work->serial), V_WORD(key), V_WORD(key),
        V_WORD("credit"), V_WORD("camt.054"), V_WORD("applied"), V_WORD("GLBENCH0-20261129-1"),
        V_WORD("GLBENCH0-20261129-1-1"), V_WORD(line->payment), V_WORD(line->end_to_end), V_NULL(),
        V_INT(line->amount), V_NULL(), V_INT(0), V_INT(0), V_WORD(line->due), V_INT(work->now));
    snprintf(legs, sizeof legs, "[\"bank %lld\",\"sepa_in_collection %lld\"]",
             (long long)line->amount, (long long)-line->amount);
    entry_put(work, "debit_settled", line->payment, legs);
    RUN(SQL_MOVING_DEBIT_ADD, MERCHANT, MODE, V_WORD(line->payment), V_NULL(), V_NULL(), V_NULL(),
        V_WORD(key));
}

static void lines_settled(struct work *work, size_t first, size_t end)
{
    (void)first;
    (void)end;
    RUN(SQL_MOVING_DEBIT_SETTLED, MERCHANT, MODE, V_INT(work->now), V_INT(work->now));
    RUN(SQL_MOVING_PAYMENT_BANKED, MERCHANT, MODE, V_WORD("capture_sent"), V_WORD("captured"),
        V_INT(work->now));
    RUN(SQL_TASK_INSERT_ANEW, MERCHANT, MODE, V_WORD("debit_release"),
        V_WORD("000000000000000000000000"), V_INT(work->now + 5 * DAY_US), V_INT(work->now));
    RUN(SQL_MOVING_DEBIT_LINES, MERCHANT, MODE, V_WORD("settled"));
    RUN(SQL_MOVING_DEBIT_END, MERCHANT, MODE);
}

static void import_run(struct work *work)
{
    static const struct writing SETTLING = {line_settle, lines_settled};

    lines_run(work, &SETTLING);
}

int main(int argc, char **argv)
{
    struct work *work = process_make(struct work);
    const char *database = NULL;
    const char *what = NULL;
    int64_t group = 500;
    const struct bench_arg args[] = {
        {"--database", NULL,   &database},
        {"--what",     NULL,   &what    },
        {"--group",    &group, NULL     },
    };

    bench_args(argc, argv, args, ARRAY_LEN(args));
    if (database == NULL || what == NULL || group < 1)
        bench_fail("needs --database and --what export|import");
    crypto_start();
    work->rows = bench_rows_open(database, true);
    work->merchant = bench_rows_merchant(work->rows);
    work->group = (size_t)group;
    work->now = clock_now();
    lines_read(work);
    int64_t start_us = clock_monotonic_us();
    if (strcmp(what, "export") == 0)
        export_run(work);
    else
        import_run(work);
    int64_t elapsed_us = clock_monotonic_us() - start_us;
    bench_rows_close(work->rows);
    printf("{\"debits\": %zu, \"elapsed_us\": %lld}\n", work->lines.count, (long long)elapsed_us);
    process_free(work->lines.items);
    process_free(work);
    return 0;
}
