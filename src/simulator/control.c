/* The control port: what happened, the knobs, and settlement files. */
#include <string.h>

#include "base/must.h"
#include "rails/card/settlement.h"
#include "simulator/settle.h"
#include "simulator/web.h"
#include "wire/form.h"

enum { JSON_MAX = 64 * 1024 * 1024, BODY_MAX = 64 * 1024 };
static const size_t ARENA_MAX = (size_t)4 * JSON_MAX;

/* --- GET /state
 * ------------------------------------------------------------------------------------- */

struct state_out {
    struct given given;
    int64_t messages;
    int64_t authorisations;
    int64_t approved;
    int64_t held_minor;     /* reserved and not captured */
    int64_t captured;       /* entries that moved money */
    int64_t captured_minor; /* of all payments, less what was reversed */
    int64_t refunds;
    int64_t refunded_minor;
    int64_t reversals;
    int64_t disputes;
    int64_t disputes_open;
    int64_t settlements;
};
#define AT(member) FIELD_AT(struct state_out, member)
static const struct field STATE_FIELDS[] = {
    {"messages",       F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(messages)      },
    {"authorisations", F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(authorisations)},
    {"approved",       F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(approved)      },
    {"held_minor",     F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(held_minor)    },
    {"captured",       F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(captured)      },
    {"captured_minor", F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(captured_minor)},
    {"refunds",        F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(refunds)       },
    {"refunded_minor", F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(refunded_minor)},
    {"reversals",      F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(reversals)     },
    {"disputes",       F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(disputes)      },
    {"disputes_open",  F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(disputes_open) },
    {"settlements",    F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(settlements)   },
};
#undef AT
static const struct table STATE_OUT = TABLE_OF("SimulatorState", struct state_out, STATE_FIELDS);

static void count_entry(const struct entry *entry, struct state_out *out)
{
    bool approved = strcmp(entry->code, "00") == 0;
    bool moved =
        approved && !entry->reversed &&
        (entry->kind == ENTRY_CAPTURE || (entry->kind == ENTRY_AUTH && entry->kept_minor >= 0));

    out->captured += moved ? 1 : 0;
    switch (entry->kind) {
    case ENTRY_AUTH:
        out->authorisations++;
        out->approved += approved ? 1 : 0;
        out->held_minor += entry->held_minor - entry->captured_minor;
        out->captured_minor += entry->captured_minor;
        out->refunded_minor += entry->refunded_minor;
        break;
    case ENTRY_REFUND:
        out->refunds += approved && !entry->reversed ? 1 : 0;
        break;
    case ENTRY_REVERSAL:
        out->reversals += approved ? 1 : 0;
        break;
    case ENTRY_CAPTURE:
        break;
    }
}

static void get_state(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct state_out out = {.messages = 0};

    state_lock(state);
    out.messages = (int64_t)state->book.entries.count;
    for (size_t i = 0; i < state->book.entries.count; i++)
        count_entry(book_entry(&state->book, i), &out);
    out.disputes = (int64_t)state->book.disputes.count;
    for (size_t i = 0; i < state->book.disputes.count; i++)
        out.disputes_open += book_dispute(&state->book, i)->code[0] == '\0' ? 1 : 0;
    out.settlements = (int64_t)state->book.settlements.count;
    state_unlock(state);
    web_table(request, &STATE_OUT, &out);
}

/* --- GET /transactions
 * ------------------------------------------------------------------------------ */

struct transaction_out {
    struct given given;
    int64_t number;
    struct str mti;
    struct str stan;
    struct str rrn;
    struct str acceptor;
    struct str payment;
    struct str card_mask;
    struct str network;
    int64_t amount;
    struct str currency;
    struct str code;
    struct str auth_code;
    bool preauth;
    bool at_once;
    bool reversed;
    int64_t held;
    int64_t captured;
    int64_t refunded;
    int64_t original;
    struct str settlement;
};
#define AT(member) FIELD_AT(struct transaction_out, member)
static const struct field TRANSACTION_FIELDS[] = {
    {"number",     F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(number)    },
    {"mti",        F_TEXT, 0, 4,         REQUIRED, OURS, ED_ALL, AT(mti)       },
    {"stan",       F_TEXT, 0, 6,         REQUIRED, OURS, ED_ALL, AT(stan)      },
    {"rrn",        F_TEXT, 0, 12,        REQUIRED, OURS, ED_ALL, AT(rrn)       },
    {"acceptor",   F_TEXT, 0, 15,        REQUIRED, OURS, ED_ALL, AT(acceptor)  },
    {"payment",    F_TEXT, 0, 36,        OPTIONAL, OURS, ED_ALL, AT(payment)   },
    {"card_mask",  F_TEXT, 0, 19,        OPTIONAL, OURS, ED_ALL, AT(card_mask) },
    {"network",    F_TEXT, 0, 2,         OPTIONAL, OURS, ED_ALL, AT(network)   },
    {"amount",     F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(amount)    },
    {"currency",   F_TEXT, 3, 3,         REQUIRED, OURS, ED_ALL, AT(currency)  },
    {"code",       F_TEXT, 2, 2,         REQUIRED, OURS, ED_ALL, AT(code)      },
    {"auth_code",  F_TEXT, 0, 6,         OPTIONAL, OURS, ED_ALL, AT(auth_code) },
    {"preauth",    F_BOOL, 0, 1,         REQUIRED, OURS, ED_ALL, AT(preauth)   },
    {"at_once",    F_BOOL, 0, 1,         REQUIRED, OURS, ED_ALL, AT(at_once)   },
    {"reversed",   F_BOOL, 0, 1,         REQUIRED, OURS, ED_ALL, AT(reversed)  },
    {"held",       F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(held)      },
    {"captured",   F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(captured)  },
    {"refunded",   F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(refunded)  },
    {"original",   F_INT,  0, INT64_MAX, OPTIONAL, OURS, ED_ALL, AT(original)  },
    {"settlement", F_TEXT, 0, 100,       OPTIONAL, OURS, ED_ALL, AT(settlement)},
};
#undef AT
static const struct table TRANSACTION_OUT =
    TABLE_OF("SimulatorTransaction", struct transaction_out, TRANSACTION_FIELDS);

static struct str settlement_of(struct state *state, struct arena *arena, const struct entry *entry)
{
    if (entry->settlement == 0)
        return STR_NONE;
    const struct settlement_file *file = book_settlement(&state->book, entry->settlement);
    return settlement_name(arena, str_of(file->acceptor), file->day, file->number);
}

static void put_transaction(struct state *state, struct buf *body, size_t index)
{
    const struct entry *entry = book_entry(&state->book, index);
    struct transaction_out out = {
        .number = (int64_t)index,
        .mti = str_of(entry->mti),
        .stan = str_of(entry->stan),
        .rrn = str_of(entry->rrn),
        .acceptor = str_of(entry->acceptor),
        .payment = str_of(entry->payment),
        .card_mask = str_of(entry->card_mask),
        .network = str_of(entry->network),
        .amount = entry->amount.minor,
        .currency = str_of(currency_text(entry->amount.currency)),
        .code = str_of(entry->code),
        .auth_code = str_of(entry->auth_code),
        .preauth = entry->preauth,
        .at_once = entry->kept_minor >= 0,
        .reversed = entry->reversed,
        .held = entry->held_minor,
        .captured = entry->captured_minor,
        .refunded = entry->refunded_minor,
        .original = entry->original,
    };

    if (entry->original != NO_ENTRY)
        GIVE(&out, original);
    out.settlement = settlement_of(state, body->arena, entry);
    field_write(body, &TRANSACTION_OUT, ED_ALL, &out);
}

static bool wanted(const struct entry *entry, const struct form *query)
{
    struct str value;

    return (!form_get(query, STR("payment"), &value) || str_eq(value, str_of(entry->payment))) &&
           (!form_get(query, STR("rrn"), &value) || str_eq(value, str_of(entry->rrn))) &&
           (!form_get(query, STR("acceptor"), &value) || str_eq(value, str_of(entry->acceptor)));
}

static void get_transactions(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct buf body = buf_make(web_arena(request, ARENA_MAX), JSON_MAX);
    struct form query;
    bool first = true;

    if (form_parse(request->cx->arena, request->query, &query) != OK) {
        web_error(request, 400, "the query cannot be read");
        return;
    }
    buf_put_cstr(&body, "{\"transactions\":[");
    state_lock(state);
    for (size_t i = 0; i < state->book.entries.count && !body.failed; i++) {
        if (!wanted(book_entry(&state->book, i), &query))
            continue;
        if (!first)
            buf_put_byte(&body, ',');
        first = false;
        put_transaction(state, &body, i);
    }
    state_unlock(state);
    buf_put_cstr(&body, "]}");
    if (body.failed)
        web_error(request, 413, "too many transactions: ask for one payment");
    else
        web_json(request, 200, buf_str(&body));
}

/* --- POST /config
 * ----------------------------------------------------------------------------------- */

struct config_in {
    struct given given;
    int64_t latency_ms;
    int64_t drop_rate;
    int64_t kill_after;
    int64_t seed;
};
#define AT(member) FIELD_AT(struct config_in, member)
static const struct field CONFIG_FIELDS[] = {
    {"latency_ms", F_INT, 0, 60000,     OPTIONAL, OURS, ED_ALL, AT(latency_ms)},
    {"drop_rate",  F_INT, 0, 1000,      OPTIONAL, OURS, ED_ALL, AT(drop_rate) },
    {"kill_after", F_INT, 0, 1000000,   OPTIONAL, OURS, ED_ALL, AT(kill_after)},
    {"seed",       F_INT, 0, INT64_MAX, OPTIONAL, OURS, ED_ALL, AT(seed)      },
};
#undef AT
static const struct table CONFIG = TABLE_OF("SimulatorConfig", struct config_in, CONFIG_FIELDS);

static void post_config(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct config_in in;

    if (!web_body(request, &CONFIG, &in))
        return;
    state_lock(state);
    if (GIVEN(&in, latency_ms))
        state->knobs.latency_ms = in.latency_ms;
    if (GIVEN(&in, drop_rate))
        state->knobs.drop_per_mille = in.drop_rate;
    if (GIVEN(&in, kill_after))
        state->knobs.kill_after = in.kill_after;
    if (GIVEN(&in, seed))
        state->knobs.seed = (uint64_t)in.seed;
    in.latency_ms = state->knobs.latency_ms;
    in.drop_rate = state->knobs.drop_per_mille;
    in.kill_after = state->knobs.kill_after;
    state_unlock(state);
    GIVE(&in, latency_ms);
    GIVE(&in, drop_rate);
    GIVE(&in, kill_after);
    web_table(request, &CONFIG, &in);
}

/* --- settlement
 * ------------------------------------------------------------------------------------- */

struct settle_in {
    struct given given;
    struct str acceptor;
    struct date day;
};
#define AT(member) FIELD_AT(struct settle_in, member)
static const struct field SETTLE_FIELDS[] = {
    {"acceptor", F_TEXT, 1, 15, REQUIRED, OURS, ED_ALL, AT(acceptor)},
    {"day",      F_DATE, 0, 0,  REQUIRED, OURS, ED_ALL, AT(day)     },
};
#undef AT
static const struct table SETTLE = TABLE_OF("SettlementAsk", struct settle_in, SETTLE_FIELDS);

struct settled_out {
    struct given given;
    struct str name;
    struct str sha256;
};
#define AT(member) FIELD_AT(struct settled_out, member)
static const struct field SETTLED_FIELDS[] = {
    {"name",   F_TEXT, 0, 100, OPTIONAL, OURS, ED_ALL, AT(name)  },
    {"sha256", F_TEXT, 0, 64,  OPTIONAL, OURS, ED_ALL, AT(sha256)},
};
#undef AT
static const struct table SETTLED = TABLE_OF("Settlement", struct settled_out, SETTLED_FIELDS);

static void settle(struct request *request, const struct settle_in *in)
{
    struct state *state = web_of(request)->state;
    struct settled_out out = {.name = STR_NONE};
    struct settled settled;
    uint8_t hash[SHA256_SIZE];

    state_lock(state);
    bool any = settle_day(state, web_arena(request, ARENA_MAX), in->acceptor, in->day, &settled);
    journal_sync(state->journal);
    state_unlock(state);
    if (any) {
        sha256(settled.file, hash);
        out.name = settled.name;
        out.sha256 = hex_encode(request->cx->arena, hash, sizeof hash);
    }
    web_table(request, &SETTLED, &out);
}

static void post_settle(struct request *request)
{
    struct settle_in in;

    if (web_body(request, &SETTLE, &in))
        settle(request, &in);
}

static void get_settlement(struct request *request)
{
    static const struct field_reading READING = {.edition = ED_ALL, .where = "query"};
    struct settle_in in;
    struct form query;

    if (form_parse(request->cx->arena, request->query, &query) != OK ||
        field_read_form(request->cx, &SETTLE, READING, &query, &in) != OK)
        web_error(request, 400, "acceptor and day (YYYY-MM-DD) are needed");
    else
        settle(request, &in);
}

static void get_settlement_file(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct settled settled;
    struct form query;
    struct str name;

    if (form_parse(request->cx->arena, request->query, &query) != OK ||
        !form_get(&query, STR("name"), &name)) {
        web_error(request, 400, "name is needed");
        return;
    }
    state_lock(state);
    bool found = settle_by_name(state, web_arena(request, ARENA_MAX), name, &settled);
    state_unlock(state);
    if (found)
        response_set(request, 200, STR("text/csv; charset=utf-8"), settled.file);
    else
        web_error(request, 404, "there is no such file");
}

/* --- routes
 * ----------------------------------------------------------------------------------------- */

static const struct route ROUTES[] = {
    {METHOD_GET,  "/state",           OURS, ED_ALL, get_state,           NULL,    NULL,    &STATE_OUT,       NULL,
     "counts and sums"                                                                                                              },
    {METHOD_GET,  "/transactions",    OURS, ED_ALL, get_transactions,    NULL,    NULL,    &TRANSACTION_OUT,
     "transactions",                                                                                               "what was booked"},
    {METHOD_POST, "/config",          OURS, ED_ALL, post_config,         NULL,    &CONFIG, &CONFIG,          NULL, "the knobs"      },
    {METHOD_POST, "/settle",          OURS, ED_ALL, post_settle,         NULL,    &SETTLE, &SETTLED,         NULL,
     "closes a day"                                                                                                                 },
    {METHOD_GET,  "/settlement",      OURS, ED_ALL, get_settlement,      &SETTLE, NULL,    &SETTLED,         NULL,
     "closes a day"                                                                                                                 },
    {METHOD_GET,  "/settlement/file", OURS, ED_ALL, get_settlement_file, NULL,    NULL,    NULL,             NULL,
     "a file by its name"                                                                                                           },
};

const struct mount CONTROL_MOUNT = {
    .prefix = "",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .refuse = web_refuse,
    .title = "Simulator control",
};
