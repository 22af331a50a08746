#ifndef GUICHET_API_SIMPLYPAIE_PROBLEM_H
#define GUICHET_API_SIMPLYPAIE_PROBLEM_H

#include <stddef.h>

#include "base/attr.h"

/* Every text that a failure may carry, with its HTTP status (api/simplypaie.md 1 and the tables of
 * each call). The one list of them. */
#define PROBLEM_LIST(X)                                                                            \
    X(PROBLEM_CREDENTIALS, 401, "Incorrect credentials")                                           \
    X(PROBLEM_EXPIRED_TOKEN, 401, "Expired token")                                                 \
    X(PROBLEM_REQUEST, 400, "Invalid request")                                                     \
    X(PROBLEM_UNKNOWN_METHOD, 404, "Unknown method")                                               \
    X(PROBLEM_METHOD, 405, "Method not allowed")                                                   \
    X(PROBLEM_TOO_LARGE, 413, "Request too large")                                                 \
    X(PROBLEM_TOO_MANY, 429, "Too many requests")                                                  \
    X(PROBLEM_INTERNAL, 500, "Internal error")                                                     \
    X(PROBLEM_REPLAY, 409, "Idempotency key reused")                                               \
    X(PROBLEM_KEY, 400, "Invalid Idempotency-Key")                                                 \
    X(PROBLEM_NAME, 400, "Invalid name")                                                           \
    X(PROBLEM_EMAIL, 400, "Invalid email")                                                         \
    X(PROBLEM_MODE, 400, "Invalid mode")                                                           \
    X(PROBLEM_TYPE, 400, "Invalid type")                                                           \
    X(PROBLEM_PAGE, 400, "Invalid page")                                                           \
    X(PROBLEM_CURRENCY, 400, "Invalid or unavailable currency")                                    \
    X(PROBLEM_AMOUNT, 400, "Invalid amount")                                                       \
    X(PROBLEM_RETURN_URL, 400, "Invalid returnURL")                                                \
    X(PROBLEM_PHONE, 400, "Invalid phone")                                                         \
    X(PROBLEM_LIST_ID, 400, "Incorrect paymentId")                                                 \
    X(PROBLEM_LIST_MODE, 400, "Incorrect mode")                                                    \
    X(PROBLEM_LIST_TYPE, 400, "Incorrect type")                                                    \
    X(PROBLEM_LIST_PAGE, 400, "Incorrect page")                                                    \
    X(PROBLEM_LIST_AMOUNT, 400, "Incorrect amount")                                                \
    X(PROBLEM_LIST_STATUS, 400, "Incorrect status")                                                \
    X(PROBLEM_LIST_WAY, 400, "Incorrect way")                                                      \
    X(PROBLEM_LIST_DATE, 400, "Incorrect date")                                                    \
    X(PROBLEM_LIST_LIMIT, 400, "Incorrect limit")                                                  \
    X(PROBLEM_UNREMINDABLE, 404, "Unremindable payment")                                           \
    X(PROBLEM_MISSING, 404, "Payment missing")                                                     \
    X(PROBLEM_TOO_HIGH, 404, "Amount too high")                                                    \
    X(PROBLEM_UNCASHABLE, 404, "Uncashable payment")                                               \
    X(PROBLEM_UNREFUNDABLE, 404, "Payment unrefundable or missing")                                \
    X(PROBLEM_ADDRESS, 400, "Invalid address")                                                     \
    X(PROBLEM_DATE, 400, "Invalid date")                                                           \
    X(PROBLEM_DEPOSIT, 400, "Invalid deposit")                                                     \
    X(PROBLEM_ITEMS, 400, "Invalid items")                                                         \
    X(PROBLEM_DESIGNATION, 400, "Invalid designation")                                             \
    X(PROBLEM_PRICE, 400, "Invalid price")                                                         \
    X(PROBLEM_QUANTITY, 400, "Invalid quantity")                                                   \
    X(PROBLEM_VAT, 400, "Invalid vat")                                                             \
    X(PROBLEM_CLIENT_SIREN, 400, "Invalid clientSiren")                                            \
    X(PROBLEM_CLIENT_VAT, 400, "Invalid clientVat")                                                \
    X(PROBLEM_CLIENT_EMAIL, 400, "Invalid clientEmail")                                            \
    X(PROBLEM_DELIVERY, 400, "Invalid deliveryAddress")                                            \
    X(PROBLEM_ORDER_NUMBER, 400, "Invalid orderNumber")                                            \
    X(PROBLEM_DUE_DATE, 400, "Invalid dueDate")                                                    \
    X(PROBLEM_OPERATION, 400, "Invalid operation")                                                 \
    X(PROBLEM_PAYMENT_ID, 400, "Invalid paymentId")                                                \
    X(PROBLEM_ACCOUNT, 400, "Incomplete account")

#define PROBLEM_MEMBER_(symbol, status, text) symbol,
enum problem { PROBLEM_NONE, PROBLEM_LIST(PROBLEM_MEMBER_) PROBLEM_END };

int problem_status(enum problem problem);
const char *problem_text(enum problem problem);

/* What is wrong with a request, each text once, in the order in which it is told. */
enum { PROBLEMS_MAX = 32 };
struct problems {
    enum problem items[PROBLEMS_MAX];
    size_t count;
};
/* One that is there already is not added again. */
void problems_add(struct problems *problems, enum problem problem);

#endif
