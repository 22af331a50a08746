#ifndef GUICHET_CORE_TASK_RUN_H
#define GUICHET_CORE_TASK_RUN_H

#include "core/attempt.h"
#include "core/bank_rail.h"
#include "core/payment.h"
#include "core/reconciliation.h"
#include "core/refund.h"
#include "core/task.h"

struct drawing;
struct flow_walk;
struct submission_walk;
struct submission_terms;
struct pdp_mandate_walk;
struct report_leaving;

enum { TASK_ARENA = 64 << 20 /* the memory of one task, or of one look at what is due */ };

/* How far a night has come. */
struct night_walk {
    bool more;   /* of what is found by its time */
    size_t part; /* of what is looked through */
    struct id_portion portion;
    struct arena_mark before_portion;
};

/* A task under way, as its handler sees it: an operation on the worker's thread. Handlers end with
 * operation_end; an error leaves the row and the worker puts it off. */
struct task_run {
    struct operation operation; /* first */
    struct task_run *next;      /* the worker's */
    struct task task;
    struct ctx cx;
    struct card_call call;
    struct settlement_call settlement;
    size_t settled; /* lines imported so far */
    struct arena_mark before_lines;
    struct merchant merchant;
    struct attempt attempt;
    struct payment payment;
    struct refund refund;
    struct reconciliation reconciliation;
    struct card card;
    bool skip; /* there is nothing to send */
    bool had;  /* when it failed, it was this server's still */
    struct drawing *drawing;
    struct flow_walk *flow;
    struct submission_walk *submission;
    struct submission_terms *terms;
    struct pdp_mandate_walk *pdp_mandate;
    struct report_leaving *report;
    struct bank_call bank;
    struct night_walk night;
};

typedef void task_handler(struct task_run *run);

/* Messages to the acquirer: capture, refund, void, reverse. */
void task_run_card(struct task_run *run);
/* capture.c: TASK_CARD_BATCH. */
void task_run_card_batch(struct task_run *run);
/* The day's settlement file. */
void task_run_settlement(struct task_run *run);
/* The totals of a business day. */
void task_run_reconciliation(struct task_run *run);
/* What is done every night: forgetting what need not be kept. */
void task_run_nightly(struct task_run *run);
/* The payouts of a business day. */
void task_run_payout(struct task_run *run);
/* The reports of the bank of test mode. */
void task_run_bank_reports(struct task_run *run);
/* What the bank said and nothing explains. */
void task_run_bank_parked(struct task_run *run);
/* Draws the document of a mandate and stores it. */
void task_run_mandate_document(struct task_run *run);
/* Draws the file of an invoice and stores it. */
void task_run_invoice_file(struct task_run *run);
/* Hands an invoice to the platform. */
void task_run_invoice_flow(struct task_run *run);
void task_run_submission(struct task_run *run);
/* Reads one anew, for what lists tell of it. */
void task_run_submission_terms(struct task_run *run);
/* Draws what a company signed and stores it. */
void task_run_enrolment_document(struct task_run *run);
/* Forms that nobody signed. */
void task_run_mandate_form(struct task_run *run);
/* Levies whose code nobody has typed. */
void task_run_levy_code(struct task_run *run);
/* Requests that nobody paid. */
void task_run_request(struct task_run *run);
/* A report to the administration. */
void task_run_report(struct task_run *run);
/* The next state of a client's mandate. */
void task_run_pdp_mandate(struct task_run *run);
/* Holds and authentications that end. */
void task_run_expiry(struct task_run *run);

/* Files for the bank. */
void task_run_sepa_export(struct task_run *run);
/* Settled debits whose time for returns is over. */
void task_run_debit_release(struct task_run *run);

/* When to try again after so many tries: at once, then 5, 10, 20 ... 300 s (cards.md 3.3). */
instant task_retry_at(instant now, int64_t tries);

#endif
