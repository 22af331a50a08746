#include "core/request_remind.h"

#include "core/event.h"
#include "core/listing.h"
#include "core/request_link.h"
#include "core/request_mail.h"
#include "store/sql.h"

static const char KIND[] = "request";

static bool was_sent(const struct pay_request *request)
{
    return request->face == REQUEST_OF_SIMPLYPAIE &&
           (request->sending.mode == REQUEST_BY_EMAIL || request->sending.mode == REQUEST_BY_SMS);
}

static err_t remind_check(struct ctx *cx, const struct pay_request *request)
{
    const struct request_sending *sending = &request->sending;

    if (!was_sent(request))
        return fault_object(cx, ERR_STATE, KIND, "was not sent to its payer", request->id.raw);
    if (!request_is_open(request) || cx->now >= request->expires)
        return fault_object(cx, ERR_STATE, KIND, "waits for no payer", request->id.raw);
    if (sending->reminders >= REMINDERS_MAX)
        return fault_object(cx, ERR_STATE, KIND, "had all its reminders", request->id.raw);
    if (sending->reminders > 0 && cx->now < sending->reminded + REMIND_PAUSE_S * SECOND_US)
        return fault_object(cx, ERR_STATE, KIND, "was reminded just now", request->id.raw);
    return OK;
}

static err_t remind_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct request_remind *remind = arg;
    struct pay_request *request = &remind->request;
    struct str link;

    TRY(request_load(cx, tx, remind->id, request));
    TRY(remind_check(cx, request));
    TRY(request_link(remind->operation.core, cx, remind->merchant, request, &link));
    request->sending.reminders++;
    request->sending.reminded = cx->now;
    TRY(store_run(cx, tx, &SQL_REQUEST_REMIND,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(request->id),
                       V_INT(request->sending.reminders), V_INT(request->sending.reminded))));
    TRY(event_put(cx, tx, "request.reminded", request->id.raw, NULL));
    TRY(listing_put_request(cx, tx, request, false));
    return request_ask_payer(cx, tx, remind->merchant, request, LETTER_REMINDED, link);
}

void request_remind(struct request_remind *remind)
{
    operation_write(&remind->operation, remind_body, operation_end);
}
