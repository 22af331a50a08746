#include "core/sepa_check.h"

#include "base/must.h"
#include "core/idempotency.h"
#include "store/sql.h"

ENUM_DEFINE(sepa_check_status, SEPA_CHECK_STATUS_LIST)

static const char KIND[] = "bank_account";
enum { SCORE_SAME = 100, SCORE_CLOSE = 80 };

/* How the last word of a holder's name decides, in test mode. */
struct rule {
    const char *word;
    enum sepa_check_status status;
    const char *response; /* NULL: none */
    int64_t score;
    bool birth_wrong;
};
static const struct rule RULES[] = {
    {"RVNM", SEPA_CHECK_CHECKED,     "RVNM", 0,             true },
    {"RVMC", SEPA_CHECK_CHECKED,     "RVMC", SCORE_CLOSE,   false},
    {"RVNA", SEPA_CHECK_UNAVAILABLE, "RVNA", SCORE_UNKNOWN, false},
    {"RVNC", SEPA_CHECK_SENT,        NULL,   SCORE_UNKNOWN, false},
    {"FF01", SEPA_CHECK_ERROR,       "FF01", SCORE_UNKNOWN, false},
    {"AC01", SEPA_CHECK_CHECKED,     "AC01", SCORE_UNKNOWN, false},
    {"AC04", SEPA_CHECK_CHECKED,     "AC04", SCORE_UNKNOWN, false},
    {"AC06", SEPA_CHECK_CHECKED,     "AC06", SCORE_UNKNOWN, false},
};
static const struct rule RIGHT = {"", SEPA_CHECK_CHECKED, "RCVC", SCORE_SAME, false};

static const struct rule *rule_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        struct str word = str_of(RULES[i].word);
        if (name.len > word.len && str_ends(name, word) && name.ptr[name.len - word.len - 1] == ' ')
            return &RULES[i];
    }
    return &RIGHT;
}

void sepa_check_answer(enum mode mode, const struct bank_account *account, struct sepa_check *out)
{
    const struct rule *rule = rule_of(account->name);

    *out = (struct sepa_check){.status = SEPA_CHECK_UNAVAILABLE, .score_name = SCORE_UNKNOWN};
    if (mode == MODE_LIVE)
        return;
    out->status = rule->status;
    out->response = rule->response == NULL ? STR_NONE : str_of(rule->response);
    out->score_name = rule->score;
    out->birth_known = rule->score != SCORE_UNKNOWN && account->date_birth.len > 0;
    out->birth_matches = !rule->birth_wrong && !str_eq(account->date_birth, STR("1900-01-01"));
}

err_t sepa_check_put(struct ctx *cx, struct tx *tx, const struct bank_account *account,
                     struct sepa_check *out)
{
    sepa_check_answer(cx->mode, account, out);
    out->created = cx->now;
    return store_run(cx, tx, &SQL_SEPA_CHECK_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(account->id),
                          V_WORD(sepa_check_status_text(out->status)), V_TEXT(out->response),
                          V_INT_IF(out->birth_known, out->birth_matches),
                          V_INT_IF(out->score_name != SCORE_UNKNOWN, out->score_name),
                          V_INT(out->created)));
}

err_t sepa_check_load(struct ctx *cx, struct tx *tx, struct bank_account_id account,
                      struct sepa_check *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_SEPA_CHECK_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(account)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", account.raw);
    *out = (struct sepa_check){
        .response = col_text(rows, 1),
        .birth_known = !col_null(rows, 2),
        .birth_matches = col_int(rows, 2) != 0,
        .score_name = col_null(rows, 3) ? SCORE_UNKNOWN : col_int(rows, 3),
        .created = col_int(rows, 4),
    };
    must(sepa_check_status_parse(col_text(rows, 0), &out->status));
    rows_end(rows);
    return OK;
}

static err_t ask_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sepa_check_ask *ask = arg;
    enum idempotency_state state;
    struct bank_account_id old;

    TRY(idempotency_check(&ask->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(bank_account_load(cx, tx, ask->id, false, &ask->account));
    TRY(sepa_check_put(cx, tx, &ask->account, &ask->check));
    TRY(idempotency_open(&ask->operation, tx, ask->id.raw));
    return idempotency_close(&ask->operation, tx);
}

void sepa_check_ask(struct sepa_check_ask *ask)
{
    operation_write(&ask->operation, ask_body, operation_end);
}
