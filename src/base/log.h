#ifndef GUICHET_BASE_LOG_H
#define GUICHET_BASE_LOG_H

#include "base/ctx.h"
#include "base/money.h"

/* What may be logged: events from this list, with typed values. There is no way to log free text
 * from outside, and personal data have no constructor below: names, e-mails, IBANs and card numbers
 * cannot get into a log line. */
#define LOG_EVENT_LIST(X)                                                                          \
    X(EV_SERVER_READY, 1, "server.ready")                                                          \
    X(EV_SERVER_STOPPING, 2, "server.stopping")                                                    \
    X(EV_SERVER_STOPPED, 3, "server.stopped")                                                      \
    X(EV_HTTP_REQUEST, 4, "http.request")                                                          \
    X(EV_HTTP_REFUSED, 5, "http.refused")                                                          \
    X(EV_STORE_OPENED, 6, "store.opened")                                                          \
    X(EV_STORE_FAILED, 7, "store.failed")                                                          \
    X(EV_STORE_RERUN, 8, "store.rerun")                                                            \
    X(EV_MIGRATED, 9, "store.migrated")                                                            \
    X(EV_LINK_UP, 10, "link.up")                                                                   \
    X(EV_LINK_DOWN, 11, "link.down")                                                               \
    X(EV_LINK_BAD_MESSAGE, 12, "link.bad_message")                                                 \
    X(EV_LATE_ANSWER, 13, "link.late_answer")                                                      \
    X(EV_REVERSAL_QUEUED, 14, "card.reversal_queued")                                              \
    X(EV_REVERSAL_DONE, 15, "card.reversal_done")                                                  \
    X(EV_REVERSAL_STUCK, 16, "card.reversal_stuck")                                                \
    X(EV_PAYMENT_STATE, 17, "payment.state")                                                       \
    X(EV_DISPUTE_OPENED, 19, "dispute.opened")                                                     \
    X(EV_SETTLEMENT_IMPORTED, 20, "settlement.imported")                                           \
    X(EV_SETTLEMENT_UNMATCHED, 21, "settlement.unmatched")                                         \
    X(EV_TASK_FAILED, 22, "task.failed")                                                           \
    X(EV_CLOCK_MOVED, 23, "clock.moved")                                                           \
    X(EV_VAULT_UNAVAILABLE, 24, "vault.unavailable")                                               \
    X(EV_SIMULATOR_READY, 25, "simulator.ready")                                                   \
    X(EV_SIMULATOR_STARTED, 26, "simulator.started")                                               \
    X(EV_SIMULATOR_EXITED, 27, "simulator.exited")                                                 \
    X(EV_RECOVERED, 28, "card.recovered")                                                          \
    X(EV_CONTROL_COMMAND, 29, "control.command")                                                   \
    X(EV_INTERNAL_ERROR, 30, "internal.error")                                                     \
    X(EV_DAY_BALANCED, 31, "reconciliation.balanced")                                              \
    X(EV_DAY_OUT_OF_BALANCE, 32, "reconciliation.out_of_balance")                                  \
    X(EV_DELIVERY_FAILED, 33, "delivery.failed")                                                   \
    X(EV_LINK_NOT_SECURE, 34, "link.not_secure")                                                   \
    X(EV_CALL_REFUSED, 35, "call.refused")                                                         \
    X(EV_CANCEL_REFUSED, 36, "card.cancel_refused")                                                \
    X(EV_TASK_TAKEN_OVER, 37, "task.taken_over")                                                   \
    X(EV_BANK_FILE_RELEASED, 40, "bank.file_released")                                             \
    X(EV_BANK_FILE_BLOCKED, 41, "bank.file_blocked")                                               \
    X(EV_BANK_REPORT_IMPORTED, 42, "bank.report_imported")                                         \
    X(EV_BANK_REPORT_REFUSED, 43, "bank.report_refused")                                           \
    X(EV_BANK_ERRAND_FAILED, 44, "bank.errand_failed")                                             \
    X(EV_TABLE_COPIED, 45, "store.table_copied")                                                   \
    X(EV_TABLE_COMPARED, 46, "store.table_compared")                                               \
    X(EV_SECRET_EXPOSED, 47, "secret.exposed")                                                     \
    X(EV_CONFIG_REPEATED, 48, "config.repeated")
ENUM_DECLARE(log_event, LOG_EVENT_LIST);

enum log_kind { LOG_KIND_INT = 1, LOG_KIND_WORD, LOG_KIND_ID, LOG_KIND_MONEY, LOG_KIND_ERR };

struct log_field {
    const char *key;
    enum log_kind kind;
    int64_t number;
    const char *word;
    struct money money;
};

/* key and word must be literals or texts of our own enums. */
#define LOG_INT(label, value)                                                                      \
    ((struct log_field){.key = "" label, .kind = LOG_KIND_INT, .number = (int64_t)(value)})
#define LOG_WORD(label, value)                                                                     \
    ((struct log_field){.key = "" label, .kind = LOG_KIND_WORD, .word = (value)})
#define LOG_ID(label, id)                                                                          \
    ((struct log_field){.key = "" label, .kind = LOG_KIND_ID, .word = (id).raw})
#define LOG_MONEY(label, value)                                                                    \
    ((struct log_field){.key = "" label, .kind = LOG_KIND_MONEY, .money = (value)})
#define LOG_ERR(err) ((struct log_field){.key = "err", .kind = LOG_KIND_ERR, .word = err_text(err)})

/* One line on standard error, written with one call: time, event, request, fields. cx may be NULL.
 */
#define log_event(cx, event, ...)                                                                  \
    log_write(cx, event, (const struct log_field[]){__VA_ARGS__},                                  \
              ARRAY_LEN(((const struct log_field[]){__VA_ARGS__})))

void log_write(const struct ctx *cx, enum log_event event, const struct log_field *fields,
               size_t count);

/* Lines that are written together, by one call of the system for many: for what happens thousands
 * of times a second. They keep the time at which they were made. Of one thread; empty when zeroed.
 */
enum { LOG_BATCH_SIZE = 4096 }; /* PIPE_BUF: a pipe takes it whole, other lines around it */
struct log_batch {
    size_t len;
    char lines[LOG_BATCH_SIZE];
};

/* As log_event, into the batch, which is written first when it is full; at once without a batch. */
#define log_batch_event(batch, cx, event, ...)                                                     \
    log_batch_add(batch, cx, event, (const struct log_field[]){__VA_ARGS__},                       \
                  ARRAY_LEN(((const struct log_field[]){__VA_ARGS__})))

void log_batch_add(struct log_batch *batch, const struct ctx *cx, enum log_event event,
                   const struct log_field *fields, size_t count);
void log_batch_flush(struct log_batch *batch); /* NULL is allowed */

/* The last guard before a line leaves: digits of any run that could be a card number (13 to 19
 * digits, with blanks or hyphens, Luhn-valid) and of anything that looks like an IBAN become '*'.
 * In place. */
void log_scrub(char *line, size_t len);

#endif
