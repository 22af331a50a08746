/* The bank's part of the control port: files in, reports out, and what it really did. The bank
 * belongs to the thread of this port; only its lines in the journal need the lock, so that a large
 * report holds up nobody who pays by card. */
#include <string.h>

#include "base/must.h"
#include "simulator/bank_read.h"
#include "simulator/bank_report.h"
#include "simulator/web.h"
#include "wire/form.h"

enum { BOOK_MAX = 64 * 1024 * 1024 };
/* Years up to 9000, so that every day behind has four digits too. */
#define UNIX_MAX INT64_C(221845392000)

static const size_t ARENA_MAX = (size_t)2 * 1024 * 1024 * 1024;

/* --- queries
 * ---------------------------------------------------------------------------------------- */

struct ask {
    struct given given;
    struct str owner;
    struct str iban;
    struct str end_to_end_id;
    struct str msg_id;
    int64_t now;
    int64_t after;
    int64_t until;
    int64_t at;
};
#define AT(member) FIELD_AT(struct ask, member)
static const struct field FILES_FIELDS[] = {
    {"now",   F_INT,  0, UNIX_MAX,       REQUIRED, OURS, ED_ALL, AT(now)  },
    {"owner", F_TEXT, 0, BANK_OWNER_MAX, OPTIONAL, OURS, ED_ALL, AT(owner)},
};
static const struct field REPORTS_FIELDS[] = {
    {"iban",  F_TEXT, 1, IBAN_MAX,       REQUIRED, OURS, ED_ALL, AT(iban) },
    {"after", F_INT,  0, UNIX_MAX,       REQUIRED, OURS, ED_ALL, AT(after)},
    {"until", F_INT,  0, UNIX_MAX,       REQUIRED, OURS, ED_ALL, AT(until)},
    {"owner", F_TEXT, 0, BANK_OWNER_MAX, OPTIONAL, OURS, ED_ALL, AT(owner)},
};
static const struct field BOOK_FIELDS[] = {
    {"owner",         F_TEXT, 0, BANK_OWNER_MAX,     OPTIONAL, OURS, ED_ALL, AT(owner)        },
    {"iban",          F_TEXT, 0, IBAN_MAX,           OPTIONAL, OURS, ED_ALL, AT(iban)         },
    {"end_to_end_id", F_TEXT, 0, BANK_REFERENCE_MAX, OPTIONAL, OURS, ED_ALL, AT(end_to_end_id)},
    {"msg_id",        F_TEXT, 0, BANK_REFERENCE_MAX, OPTIONAL, OURS, ED_ALL, AT(msg_id)       },
    {"at",            F_INT,  0, UNIX_MAX,           OPTIONAL, OURS, ED_ALL, AT(at)           },
};
#undef AT
static const struct table FILES_ASK = TABLE_OF("BankFilesAsk", struct ask, FILES_FIELDS);
static const struct table REPORTS_ASK = TABLE_OF("BankReportsAsk", struct ask, REPORTS_FIELDS);
static const struct table BOOK_ASK = TABLE_OF("BankBookAsk", struct ask, BOOK_FIELDS);

/* False when it has answered. A text counts in characters; the bank's places are bytes. */
static bool read_ask(struct request *request, const struct table *table, struct ask *out)
{
    static const struct field_reading READING = {.edition = ED_ALL, .where = "query"};
    struct form query;

    if (form_parse(request->cx->arena, request->query, &query) != OK) {
        web_refuse(request, REFUSE_BAD_REQUEST, "the query cannot be read");
        return false;
    }
    if (field_read_form(request->cx, table, READING, &query, out) != OK) {
        web_refuse(request, REFUSE_BAD_REQUEST, request->cx->faults[0].field);
        return false;
    }
    if (out->owner.len > BANK_OWNER_MAX || str_find(out->owner, '\n') < out->owner.len) {
        web_refuse(request, REFUSE_BAD_REQUEST, "query.owner");
        return false;
    }
    return true;
}

/* --- reports
 * ---------------------------------------------------------------------------------------- */

/* One after the other: a line with name and length, then so many bytes of the report itself. So
 * whoever gets a large answer need not hold it. They are written twice: the first time only the
 * length counts, so that the answer takes its own size and nothing more. */
struct measured {
    char *to; /* NULL: count only */
    size_t len;
};

static err_t measured_put(void *arg, struct str bytes)
{
    struct measured *out = arg;

    if (out->to != NULL && bytes.len > 0)
        memcpy(out->to + out->len, bytes.ptr, bytes.len);
    out->len += bytes.len;
    return OK;
}

static void report_put(const struct bank *bank, const struct report *report, struct measured *out)
{
    const struct sink sink = {measured_put, out};
    err_t err = simulated_report_write(bank, report, &sink);

    must(err == OK);
}

static struct str report_head(const struct bank *bank, struct arena *arena,
                              const struct report *report)
{
    struct measured one = {.to = NULL};
    struct str name = simulated_report_name(bank, arena, report);

    report_put(bank, report, &one);
    return str_format(arena, "%.*s %zu\n", (int)name.len, name.ptr, one.len);
}

/* {NULL, 0} when it is more than can be held. */
static struct str reports_text(const struct bank *bank, struct arena *arena,
                               const struct report *reports, size_t count)
{
    struct str *heads = arena_array(arena, struct str, count);
    struct measured out = {.to = NULL};

    for (size_t i = 0; i < count; i++) {
        heads[i] = report_head(bank, arena, &reports[i]);
        out.len += heads[i].len;
        report_put(bank, &reports[i], &out);
    }
    size_t len = out.len;
    if (len > ARENA_MAX / 2)
        return STR_NONE;
    out = (struct measured){.to = arena_alloc(arena, len + 1)};
    for (size_t i = 0; i < count; i++) {
        err_t err = measured_put(&out, heads[i]);
        must(err == OK);
        report_put(bank, &reports[i], &out);
    }
    must(out.len == len);
    return (struct str){out.to, out.len};
}

static void answer_reports(struct request *request, struct str text)
{
    if (text.ptr == NULL) {
        web_refuse(request, REFUSE_TOO_LARGE, "too many reports: ask for fewer days");
        return;
    }
    response_header(request, STR("Cache-Control"), STR("no-store"));
    response_set(request, 200, STR("application/octet-stream"), text);
}

/* --- POST /bank/files
 * ------------------------------------------------------------------------------- */

static void post_files(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct arena *arena = NULL;
    struct bank_draft draft;
    struct report reports[REPORTS_OF_FILE_MAX];
    struct ask ask;
    size_t file;

    if (!web_back_channel(request) || !read_ask(request, &FILES_ASK, &ask))
        return;
    arena = web_arena(request, ARENA_MAX);
    simulated_bank_read(request->cx, ask.owner, ask.now * SECOND_US, request->body, &draft);
    /* The same bytes again: the answer got lost, so it is given once more. */
    if (simulated_bank_file_find(state->bank, ask.owner, str_of(draft.file.sha), &file)) {
        simulated_bank_draft_free(&draft);
    } else {
        state_lock(state);
        file = simulated_bank_add(state->bank, state->journal, &draft);
        journal_sync(state->journal);
        state_unlock(state);
    }
    size_t count = simulated_reports_of_file(state->bank, file, reports);
    answer_reports(request, reports_text(state->bank, arena, reports, count));
}

/* --- GET /bank/reports
 * ------------------------------------------------------------------------------ */

static void get_reports(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct report *reports = NULL;
    struct arena *arena;
    size_t count = 0;
    struct ask ask;

    if (!web_back_channel(request) || !read_ask(request, &REPORTS_ASK, &ask))
        return;
    arena = web_arena(request, ARENA_MAX);
    instant after = ask.after * SECOND_US;
    instant until = ask.until * SECOND_US;
    struct account *account = simulated_bank_account(state->bank, ask.owner, ask.iban);
    if (account != NULL)
        count = simulated_reports_of_account(arena, account, after, until, &reports);
    struct str text = reports_text(state->bank, arena, reports, count);
    if (count > 0 && until > account->asked) {
        state_lock(state);
        simulated_bank_asked(state->journal, account, until);
        journal_sync(state->journal);
        state_unlock(state);
    }
    answer_reports(request, text);
}

/* --- GET /bank/book
 * --------------------------------------------------------------------------------- */

struct book_out {
    struct given given;
    struct str kind;
    struct str owner;
    struct str iban;
    struct str msg_id;
    struct str payment_info_id;
    struct str end_to_end_id;
    struct str other_iban;
    int64_t amount;
    struct str status;
    struct str reason;
    int64_t booked;
    int64_t back;
    int64_t debited;
    int64_t paid;
    int64_t returned;
    int64_t charged;
};
#define AT(member) FIELD_AT(struct book_out, member)
static const struct field BOOK_OUT_FIELDS[] = {
    {"kind",            F_TEXT, 0, 10,                 REQUIRED, OURS, ED_ALL, AT(kind)           },
    {"owner",           F_TEXT, 0, BANK_OWNER_MAX,     OPTIONAL, OURS, ED_ALL, AT(owner)          },
    {"iban",            F_TEXT, 0, IBAN_MAX,           REQUIRED, OURS, ED_ALL, AT(iban)           },
    {"msg_id",          F_TEXT, 0, BANK_REFERENCE_MAX, REQUIRED, OURS, ED_ALL, AT(msg_id)         },
    {"payment_info_id", F_TEXT, 0, BANK_REFERENCE_MAX, REQUIRED, OURS, ED_ALL, AT(payment_info_id)},
    {"end_to_end_id",   F_TEXT, 0, BANK_REFERENCE_MAX, REQUIRED, OURS, ED_ALL, AT(end_to_end_id)  },
    {"other_iban",      F_TEXT, 0, IBAN_MAX,           REQUIRED, OURS, ED_ALL, AT(other_iban)     },
    {"amount",          F_INT,  0, INT64_MAX,          REQUIRED, OURS, ED_ALL, AT(amount)         },
    {"status",          F_TEXT, 0, 10,                 REQUIRED, OURS, ED_ALL, AT(status)         },
    {"reason",          F_TEXT, 0, BANK_CODE_LEN,      OPTIONAL, OURS, ED_ALL, AT(reason)         },
    {"booked",          F_INT,  0, INT64_MAX,          OPTIONAL, OURS, ED_ALL, AT(booked)         },
    {"back",            F_INT,  0, INT64_MAX,          OPTIONAL, OURS, ED_ALL, AT(back)           },
    {"debited",         F_INT,  0, INT64_MAX,          REQUIRED, OURS, ED_ALL, AT(debited)        },
    {"paid",            F_INT,  0, INT64_MAX,          REQUIRED, OURS, ED_ALL, AT(paid)           },
    {"returned",        F_INT,  0, INT64_MAX,          REQUIRED, OURS, ED_ALL, AT(returned)       },
    {"charged",         F_INT,  0, INT64_MAX,          REQUIRED, OURS, ED_ALL, AT(charged)        },
};
#undef AT
static const struct table BOOK_OUT = TABLE_OF("BankEntry", struct book_out, BOOK_OUT_FIELDS);

/* Without a time asked for, what the account knows to have happened. */
static instant book_time(const struct bank *bank, const struct ask *ask,
                         const struct bank_file *file, const struct bank_block *block)
{
    const struct account *account;

    if (GIVEN(ask, at))
        return ask->at * SECOND_US;
    account = simulated_bank_account(bank, str_of(file->owner), str_of(block->iban));
    if (account == NULL)
        return file->now;
    return account->clock > account->asked ? account->clock : account->asked;
}

static void book_moved(struct book_out *out, const struct bank_file *file,
                       const struct bank_times *times, instant at)
{
    if (times->told == 0) {
        out->status = STR("rejected");
        return;
    }
    out->booked = instant_unix(times->told);
    GIVE(out, booked);
    if (times->back_told != 0) {
        out->back = instant_unix(times->back_told);
        GIVE(out, back);
    }
    out->status = STR("waiting");
    if (times->told > at)
        return;
    out->status = STR("settled");
    out->debited = file->transfers ? 0 : out->amount;
    out->paid = file->transfers ? out->amount : 0;
    if (times->back_told == 0 || times->back_told > at)
        return;
    out->status = STR("returned");
    out->returned = out->amount;
    out->charged = file->transfers ? 0 : file->charge_cents;
}

static struct str kind_of(const struct bank_file *file)
{
    if (file->reversals)
        return STR("reversal");
    return file->transfers ? STR("transfer") : STR("collection");
}

static void book_put(struct buf *body, const struct bank *bank, const struct ask *ask, size_t index)
{
    const struct bank_item *item = simulated_bank_item_at(bank, index);
    const struct bank_block *block = simulated_bank_block_at(bank, item->block);
    const struct bank_file *file = simulated_bank_file_at(bank, block->file);
    struct bank_times times = simulated_bank_times_of(bank, item);
    struct book_out out = {
        .kind = kind_of(file),
        .owner = str_of(file->owner),
        .iban = str_of(block->iban),
        .msg_id = str_of(file->msg_id),
        .payment_info_id = str_of(block->id),
        /* A reversal has its own id; it names its collection by that one's. */
        .end_to_end_id = str_of(file->reversals ? item->instruction : item->end_to_end),
        .other_iban = str_of(item->iban),
        .amount = item->cents,
        .reason = str_of(block->code[0] != '\0'  ? block->code
                         : item->code[0] != '\0' ? item->code
                                                 : item->back),
    };

    book_moved(&out, file, &times, book_time(bank, ask, file, block));
    field_write(body, &BOOK_OUT, ED_ALL, &out);
}

static bool is_wanted(const struct bank *bank, const struct ask *ask, size_t index)
{
    const struct bank_item *item = simulated_bank_item_at(bank, index);
    const struct bank_block *block = simulated_bank_block_at(bank, item->block);
    const struct bank_file *file = simulated_bank_file_at(bank, block->file);

    return (!GIVEN(ask, owner) || str_eq(ask->owner, str_of(file->owner))) &&
           (!GIVEN(ask, iban) || str_eq(ask->iban, str_of(block->iban))) &&
           (!GIVEN(ask, msg_id) || str_eq(ask->msg_id, str_of(file->msg_id))) &&
           (!GIVEN(ask, end_to_end_id) || str_eq(ask->end_to_end_id, str_of(item->end_to_end)));
}

static void get_book(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct buf body = buf_make(web_arena(request, ARENA_MAX), BOOK_MAX);
    bool first = true;
    struct ask ask;

    if (!read_ask(request, &BOOK_ASK, &ask))
        return;
    buf_put_cstr(&body, "{\"book\":[");
    for (size_t i = 0; i < simulated_bank_item_count(state->bank) && !body.failed; i++) {
        if (!is_wanted(state->bank, &ask, i))
            continue;
        if (!first)
            buf_put_byte(&body, ',');
        first = false;
        book_put(&body, state->bank, &ask, i);
    }
    buf_put_cstr(&body, "]}");
    if (body.failed)
        web_refuse(request, REFUSE_TOO_LARGE, "too many entries: ask for one end_to_end_id");
    else
        web_json(request, 200, buf_str(&body));
}

/* --- POST /bank/config
 * ------------------------------------------------------------------------------ */

enum { CHARGE_MAX = 100000 };

struct bank_config {
    struct given given;
    int64_t return_charge;
};
#define AT(member) FIELD_AT(struct bank_config, member)
static const struct field CONFIG_FIELDS[] = {
    {"return_charge", F_INT, 0, CHARGE_MAX, OPTIONAL, OURS, ED_ALL, AT(return_charge)},
};
#undef AT
static const struct table CONFIG = TABLE_OF("BankConfig", struct bank_config, CONFIG_FIELDS);

static void post_config(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct bank_config in;

    if (!web_body(request, &CONFIG, &in))
        return;
    if (GIVEN(&in, return_charge)) {
        state_lock(state);
        simulated_bank_set_charge(state->bank, state->journal, in.return_charge);
        journal_sync(state->journal);
        state_unlock(state);
    }
    in.return_charge = simulated_bank_charge(state->bank);
    GIVE(&in, return_charge);
    web_table(request, &CONFIG, &in);
}

/* --- routes
 * ----------------------------------------------------------------------------------------- */

static const struct route ROUTES[] = {
    {METHOD_POST, "/files",   OURS, ED_ALL, post_files,  &FILES_ASK,   NULL,    NULL,      NULL,
     "a file for the bank"},
    {METHOD_GET,  "/reports", OURS, ED_ALL, get_reports, &REPORTS_ASK, NULL,    NULL,      NULL,
     "what it reports"    },
    {METHOD_GET,  "/book",    OURS, ED_ALL, get_book,    &BOOK_ASK,    NULL,    &BOOK_OUT, "book",
     "what it really did" },
    {METHOD_POST, "/config",  OURS, ED_ALL, post_config, NULL,         &CONFIG, &CONFIG,   NULL,
     "the bank's charge"  },
};

const struct mount BANK_MOUNT = {
    .prefix = "/bank",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BANK_FILE_MAX,
    .refuse = web_refuse,
    .title = "Simulated bank",
};
