#include <stddef.h>
#include <string.h>

#include "api/simplypaie/call.h"
#include "api/simplypaie/calls.h"
#include "base/must.h"
#include "core/deposit.h"
#include "core/listing.h"
#include "core/request_remind.h"

/* POST /api/payments/{paymentId}/remind, cancel, cash and refund (api/simplypaie.md 6). What is
 * refused has one text for each of them [seed], whatever the reason. */

enum { AMOUNT_MAX = 99999999, REFUND_MIN = 50, NUMBER_DIGITS = 18 };

struct amount_in {
    struct given given;
    int64_t amount;
};
#define AT(member) offsetof(struct amount_in, member)
/* clang-format off */
static const struct parameter CASH_ROWS[] = {
    {"amount", P_CENTS, 1, LISTING_AMOUNT_MAX, OPTIONAL, SEED, AT(amount), NULL, PROBLEM_AMOUNT},
};
static const struct parameter REFUND_ROWS[] = {
    {"amount", P_CENTS, REFUND_MIN, LISTING_AMOUNT_MAX, OPTIONAL, OURS, AT(amount), NULL, PROBLEM_AMOUNT},
};
/* clang-format on */
#undef AT
const struct parameters SIMPLYPAIE_CASH = PARAMETERS_OF("Cash", struct amount_in, CASH_ROWS);
const struct parameters SIMPLYPAIE_REFUND = PARAMETERS_OF("Refund", struct amount_in, REFUND_ROWS);

/* --- what all have in common ---------------------------------------------------------------------
 */

/* The line that the path names; false when it has answered, for a missing one with its text. */
static bool line_of_path(struct request *request, enum problem missing, struct listing_line *out)
{
    struct str text = request->params[0];
    bool found = false;
    int64_t number;
    struct tx *tx;

    if (text.len > 0 && text.len <= NUMBER_DIGITS && str_is_digits(text) &&
        str_to_int64(text, &number)) {
        if (!sp_read(request, &tx))
            return false;
        err_t err = listing_find(request->cx, tx, number, out, &found);
        if (err != OK) {
            sp_error(request, err);
            return false;
        }
    }
    if (!found)
        sp_fail(request, missing);
    return found;
}

/* A body that is no JSON object and no form is refused, though there need be none. */
static bool amount_read(struct request *request, const struct parameters *parameters,
                        struct amount_in *in)
{
    struct reading reading;
    struct inputs inputs;

    if (!inputs_of_any_body(request, &inputs))
        return false;
    parameters_read(request->cx, parameters, &inputs, &reading, in);
    return reading_good(request, &reading);
}

static void done(struct request *request, int status, struct str body)
{
    (void)body;
    must(status == 200);
    sp_done(request);
}

static void bad_key(struct request *request, const char *why)
{
    (void)why;
    sp_fail(request, PROBLEM_KEY);
}

/* What the core refuses because of the payment has the text of the call; what it cannot do at this
 * moment has not. */
static bool is_refusal(err_t err)
{
    return err == ERR_NOT_FOUND || err == ERR_STATE || err == ERR_LIMIT || err == ERR_INVALID;
}

static void fail_as(struct request *request, err_t err, enum problem problem)
{
    if (is_refusal(err))
        sp_fail(request, problem);
    else
        sp_error(request, err);
}

/* --- remind --------------------------------------------------------------------------------------
 */

static void remind_failed(struct request *request, err_t err)
{
    fail_as(request, err, PROBLEM_UNREMINDABLE);
}

static const struct face_style REMIND = {.answer = done, .error = remind_failed};

static void remind_start(struct operation *operation)
{
    request_remind((struct request_remind *)operation);
}

void simplypaie_payment_remind(struct request *request)
{
    struct request_remind *remind = arena_make(request->cx->arena, struct request_remind);
    struct listing_line line;

    if (!line_of_path(request, PROBLEM_UNREMINDABLE, &line))
        return;
    if (line.kind != LISTING_REQUEST) {
        sp_fail(request, PROBLEM_UNREMINDABLE);
        return;
    }
    remind->merchant = &admitted(request)->merchant;
    memcpy(remind->id.raw, line.object, ID_SIZE);
    face_run(request, &REMIND, &remind->operation, remind_start, NULL);
}

/* --- cancel --------------------------------------------------------------------------------------
 */

static void cancel_failed(struct request *request, err_t err)
{
    fail_as(request, err, PROBLEM_MISSING);
}

static const struct face_style CANCEL = {.answer = done, .error = cancel_failed};

static void cancel_start(struct operation *operation)
{
    request_cancel((struct request_cancel *)operation);
}

static void withdraw_start(struct operation *operation)
{
    payment_withdraw((struct payment_withdraw *)operation);
}

void simplypaie_payment_cancel(struct request *request)
{
    struct request_cancel *cancel = arena_make(request->cx->arena, struct request_cancel);
    struct payment_withdraw *withdraw = arena_make(request->cx->arena, struct payment_withdraw);
    struct listing_line line;

    if (!line_of_path(request, PROBLEM_MISSING, &line))
        return;
    memcpy(cancel->id.raw, line.object, ID_SIZE);
    memcpy(withdraw->id.raw, line.object, ID_SIZE);
    switch (line.kind) {
    case LISTING_REQUEST:
        face_run(request, &CANCEL, &cancel->operation, cancel_start, NULL);
        return;
    case LISTING_PAYMENT:
        face_run(request, &CANCEL, &withdraw->operation, withdraw_start, NULL);
        return;
    case LISTING_REFUND:
        sp_fail(request, PROBLEM_MISSING);
        return;
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

/* --- cash ----------------------------------------------------------------------------------------
 */

static void cash_failed(struct request *request, err_t err)
{
    fail_as(request, err, err == ERR_LIMIT ? PROBLEM_TOO_HIGH : PROBLEM_UNCASHABLE);
}

static const struct face_style CASH = {.answer = done, .error = cash_failed};

static void cash_start(struct operation *operation)
{
    deposit_cash((struct deposit_cash *)operation);
}

void simplypaie_payment_cash(struct request *request)
{
    struct deposit_cash *cash = arena_make(request->cx->arena, struct deposit_cash);
    struct listing_line line;
    struct amount_in in;

    if (!line_of_path(request, PROBLEM_MISSING, &line) ||
        !amount_read(request, &SIMPLYPAIE_CASH, &in))
        return;
    if (line.kind == LISTING_REFUND) {
        sp_fail(request, PROBLEM_UNCASHABLE);
        return;
    }
    cash->merchant = &admitted(request)->merchant;
    memcpy(line.kind == LISTING_REQUEST ? cash->request.raw : cash->payment.raw, line.object,
           ID_SIZE);
    cash->whole = !GIVEN(&in, amount);
    cash->amount_minor = in.amount;
    face_run(request, &CASH, &cash->operation, cash_start, NULL);
}

/* --- refund --------------------------------------------------------------------------------------
 */

static void refund_failed(struct request *request, err_t err)
{
    fail_as(request, err, err == ERR_LIMIT ? PROBLEM_TOO_HIGH : PROBLEM_UNREFUNDABLE);
}

static const struct face_style REFUND = {
    .answer = done, .error = refund_failed, .bad_key = bad_key};

static void refund_start(struct operation *operation)
{
    refund_create((struct refund_create *)operation);
}

static err_t refund_text(const struct request *request, struct operation *operation,
                         struct str *out)
{
    (void)operation;
    *out = sp_done_text(request);
    return OK;
}

/* The payment that a line tells of; false for none. */
static bool payment_of_line(struct request *request, const struct listing_line *line,
                            struct payment_id *out, err_t *err)
{
    struct pay_request asked = {.payment = {{0}}};
    struct tx *tx;

    *err = OK;
    if (line->kind == LISTING_REFUND)
        return false;
    memcpy(out->raw, line->object, ID_SIZE);
    if (line->kind == LISTING_PAYMENT)
        return true;
    memcpy(asked.id.raw, line->object, ID_SIZE);
    *err = core_read(request->core, &tx);
    if (*err == OK)
        *err = request_load(request->cx, tx, asked.id, &asked);
    *out = asked.payment;
    return *err == OK && !ID_NONE(asked.payment);
}

void simplypaie_payment_refund(struct request *request)
{
    struct refund_create *refund = arena_make(request->cx->arena, struct refund_create);
    struct listing_line line;
    struct amount_in in;
    err_t err;

    if (!line_of_path(request, PROBLEM_UNREFUNDABLE, &line) ||
        !amount_read(request, &SIMPLYPAIE_REFUND, &in))
        return;
    if (!payment_of_line(request, &line, &refund->payment, &err)) {
        refund_failed(request, err == OK ? ERR_STATE : err);
        return;
    }
    refund->whole = !GIVEN(&in, amount);
    refund->amount_minor = in.amount;
    refund->taken_only = true;
    face_create(request, &REFUND, &refund->operation, refund_start, refund_text);
}
