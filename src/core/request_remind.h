#ifndef GUICHET_CORE_REQUEST_REMIND_H
#define GUICHET_CORE_REQUEST_REMIND_H

#include "core/request.h"

/* [our choice] api/simplypaie.md 6 */
enum { REMIND_PAUSE_S = 60, REMINDERS_MAX = 10 };

/* Asks the payer of a SimplyPaie request once more, by mail or text message as it was sent.
 * ERR_NOT_FOUND, or ERR_STATE with a fault on "request": it is not open, its link is the merchant's
 * to send, the last reminder was less than REMIND_PAUSE_S ago, or it had REMINDERS_MAX of them. */
struct request_remind {
    struct operation operation;
    const struct merchant *merchant;
    struct request_id id;
    struct pay_request request; /* out */
};
void request_remind(struct request_remind *remind);

#endif
