#include "simulator/settle.h"

#include "base/must.h"
#include "rails/card/settlement.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

/* DE 13 has no year: the last such day that is not after the settlement. */
static struct date transaction_day(const char *day, struct date settled)
{
    int64_t number = 0;
    struct date date;

    if (!str_to_int64(str_of(day), &number))
        return settled;
    date = (struct date){settled.year, (int)(number / 100), (int)(number % 100)};
    for (int back = 0; back < 8; back++, date.year--) {
        if (date_valid(date) && date_compare(date, settled) <= 0)
            return date;
    }
    return settled;
}

static struct settlement_line line_of(const struct entry *entry, enum settlement_kind kind,
                                      struct money amount, const struct settlement_file *file)
{
    struct settlement_line line = {
        .kind = kind,
        .transacted = transaction_day(entry->day, file->day),
        .settled = file->day,
        .stan = str_of(entry->stan),
        .rrn = str_of(entry->rrn),
        .auth_code = str_of(entry->auth_code),
        .network = str_of(entry->network),
        .card_mask = str_of(entry->card_mask),
        .amount = amount,
        .payment_ref = str_of(entry->payment),
    };

    if (kind == SETTLEMENT_DEBIT) {
        struct fees fees = fees_of(amount);
        line.interchange_minor = fees.interchange_minor;
        line.scheme_fee_minor = fees.scheme_minor;
        line.acquirer_fee_minor = fees.acquirer_minor;
        line.net_minor = amount.minor - fees_sum(fees);
    } else {
        line.net_minor = -amount.minor;
    }
    return line;
}

/* Captures and refunds carry the card of their authorisation. */
static void add_entry(struct state *state, struct settlement_writer *writer,
                      const struct entry *entry, const struct settlement_file *file)
{
    const struct entry *root = book_root(&state->book, entry);
    enum settlement_kind kind = entry->kind == ENTRY_CAPTURE ? SETTLEMENT_DEBIT : SETTLEMENT_CREDIT;
    struct settlement_line line = line_of(entry, kind, entry->amount, file);

    if (root != NULL) {
        line.auth_code = str_of(root->auth_code);
        line.card_mask = str_of(root->card_mask);
    }
    settlement_add(writer, &line);
}

static void write_file(struct state *state, struct arena *arena, size_t number, struct settled *out)
{
    const struct settlement_file *file = book_settlement(&state->book, number);
    struct buf text = buf_make(arena, FILE_BYTES_MAX);
    struct settlement_writer writer;

    settlement_begin(&writer, &text);
    for (size_t i = 0; i < state->book.entries.count; i++) {
        const struct entry *entry = book_entry(&state->book, i);
        if (entry->settlement == number)
            add_entry(state, &writer, entry, file);
    }
    for (size_t i = 0; i < state->book.disputes.count; i++) {
        const struct dispute *dispute = book_dispute(&state->book, i);
        const struct entry *auth = book_entry(&state->book, dispute->auth);
        if (dispute->settlement != number)
            continue;
        struct settlement_line line = line_of(auth, SETTLEMENT_CHARGEBACK, dispute->amount, file);
        settlement_add(&writer, &line);
    }
    settlement_end(&writer);
    must(!text.failed);
    out->name = settlement_name(arena, str_of(file->acceptor), file->day, file->number);
    out->file = buf_str(&text);
}

bool settle_day(struct state *state, struct arena *arena, struct str acceptor, struct date day,
                struct settled *out)
{
    size_t number = book_settled(&state->book, acceptor, day);

    if (number == 0 && book_has_unsettled(&state->book, acceptor))
        number = state_settle(state, acceptor, day);
    if (number == 0)
        return false;
    write_file(state, arena, number, out);
    return true;
}

bool settle_by_name(struct state *state, struct arena *arena, struct str name, struct settled *out)
{
    for (size_t number = state->book.settlements.count; number > 0; number--) {
        const struct settlement_file *file = book_settlement(&state->book, number);
        if (str_eq(name, settlement_name(arena, str_of(file->acceptor), file->day, file->number))) {
            write_file(state, arena, number, out);
            return true;
        }
    }
    return false;
}
