#include "core/verify.h"

#include "base/must.h"
#include "core/audit.h"
#include "core/invoice_verify.h"
#include "core/ledger_verify.h"
#include "store/sql.h"

struct rule {
    const struct sql *sql;
    const char *broken;
};

static const struct rule RULES[] = {
    {&SQL_VERIFY_ENTRIES_WITHOUT_OBJECT, "an entry is for nothing that exists"                 },
    {&SQL_VERIFY_ENTRY_TIMES,            "an entry is booked when its object did not change"   },
    {&SQL_VERIFY_BALANCES_OF_NOTHING,    "a balance differs from its legs"                     },
    {&SQL_VERIFY_PAYMENT_ENTRIES,        "a payment has other entries than its state calls for"},
    {&SQL_VERIFY_PAYMENT_AMOUNTS,        "a payment's entries have other amounts than it"      },
    {&SQL_VERIFY_REFUND_ENTRIES,         "a refund's entries are not what its state calls for" },
    {&SQL_VERIFY_REFUNDED_TOTALS,        "a payment's refunded total differs from its refunds" },
    {&SQL_VERIFY_DISPUTE_ENTRIES,        "a dispute's entries are not what its state calls for"},
    {&SQL_VERIFY_REQUESTS,               "a request is not what its payments make of it"       },
    {&SQL_VERIFY_TASKS,                  "something waits for a task that does not exist"      },
    {&SQL_VERIFY_REVERSALS,              "an attempt waits for a reversal that does not exist" },
    {&SQL_VERIFY_HOLDS,                  "more was cashed than held, or the rest is kept back" },
    {&SQL_VERIFY_HELD_NUMBERS,           "a card number is held for nothing, or not held"      },
    {&SQL_VERIFY_DAYS,                   "a day's totals differ from the acquirer's"           },
    {&SQL_VERIFY_COUNTERS,               "a total differs from the rows it counts"             },
    {&SQL_VERIFY_PAYOUT_ENTRIES,         "a payout's entries are not what its state calls for" },
    {&SQL_VERIFY_PAYOUT_LINES,           "a payout is not the sum of its lines"                },
    {&SQL_VERIFY_PAYOUT_PARTS,           "a payout's breakdown differs from its lines"         },
    {&SQL_VERIFY_LINES_WITHOUT_PAYOUT,   "a line is in a payout that does not exist"           },
    {&SQL_VERIFY_PAID_OUT_TWICE,         "an object is in two payouts"                         },
    {&SQL_VERIFY_LINE_AMOUNTS,           "a line has other amounts than its object"            },
    {&SQL_VERIFY_PAYABLE,                "what waits for a payout is not what is payable"      },
    {&SQL_VERIFY_PAYOUT_TASKS,           "something waits for a payout that will not be made"  },
    {&SQL_VERIFY_MANDATES,               "a mandate has no proof of its signature"             },
    {&SQL_VERIFY_MANDATE_LINKS,          "an account or a mandate names what does not exist"   },
    {&SQL_VERIFY_DEBITS,                 "a debit is not what its payment's state calls for"   },
    {&SQL_VERIFY_DEBIT_TASKS,            "a debit waits for a file that will not be made"      },
    {&SQL_VERIFY_CONSUMER_LINKS,         "a consumer or its file names what does not exist"    },
    {&SQL_VERIFY_DEBIT_LINKS,            "a debit names what does not exist"                   },
    {&SQL_VERIFY_LEVIES,                 "a levy is not what its payment makes of it"          },
    {&SQL_VERIFY_BANK_FILES,             "a bank file is not the sum of its transactions"      },
    {&SQL_VERIFY_BANK_DEBITS,            "a debit is not what the bank said of it"             },
    {&SQL_VERIFY_BANK_LINES,             "a line's entries are not what its state calls for"   },
    {&SQL_VERIFY_SETTLEMENT_WORK,        "a settlement line is not booked as it is decided"    },
    {&SQL_VERIFY_HELD_TRANSFERS,         "a transfer is held, and nobody has to decide"        },
    {&SQL_VERIFY_SUSPENSE,               "what is in suspense is not what the work list holds" },
    {&SQL_VERIFY_LISTING_LINES,          "an object has no line in the list of payments"       },
    {&SQL_VERIFY_LISTING_STATUS,         "a line of the list has another status than it"       },
    {&SQL_VERIFY_LISTING_COUNTS,         "a total of the list differs from its lines"          },
    {&SQL_VERIFY_LISTING_NAMES,          "a name of the list differs from its lines"           },
    {&SQL_VERIFY_INVOICE_ENTRIES,        "an invoice is not booked for what it comes to"       },
    {&SQL_VERIFY_INVOICE_SERIES,         "a document is in no series of numbers"               },
    {&SQL_VERIFY_INVOICE_RECEIVED,       "an invoice has not what its payment brought"         },
    {&SQL_VERIFY_INVOICE_SETTLED,        "an invoice is not settled for what it received"      },
    {&SQL_VERIFY_INVOICE_FILES,          "a document has no file, and none will be drawn"      },
    {&SQL_VERIFY_FLOWS,                  "an invoice waits for nothing, or has left and waits" },
    {&SQL_VERIFY_COLLECTED,              "a life cycle does not tell what an invoice received" },
    {&SQL_VERIFY_PDP_MANDATES,           "a client's mandate is not what its state calls for"  },
    {&SQL_VERIFY_REPORTS,                "a report waits for nothing, or has left and waits"   },
    {&SQL_VERIFY_CLIENTS,                "a client is no merchant of its sponsor"              },
};

static err_t sizes_read(struct ctx *cx, struct tx *tx, struct verify_report *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_VERIFY_SIZES, ARGS_NONE, &rows, &found));
    must(found);
    out->payments = col_int(rows, 0);
    out->refunds = col_int(rows, 1);
    out->disputes = col_int(rows, 2);
    out->payouts = col_int(rows, 3);
    rows_end(rows);
    return OK;
}

static err_t rule_check(struct ctx *cx, struct tx *tx, const struct rule *rule,
                        struct verify_report *out)
{
    int64_t room = (int64_t)(VERIFY_PROBLEMS_MAX - out->problem_count);
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, rule->sql, ARGS(V_INT(room)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        out->problems[out->problem_count++] = (struct verify_problem){
            rule->broken, col_text(rows, 0), col_text(rows, 1), col_text(rows, 2)};
    }
}

void verify_tell(struct verify_report *out, const struct verify_problem *problem)
{
    if (out->problem_count < VERIFY_PROBLEMS_MAX)
        out->problems[out->problem_count++] = *problem;
}

err_t verify(struct ctx *cx, struct tx *tx, struct verify_report *out)
{
    *out = (struct verify_report){.checks = ARRAY_LEN(RULES)};
    TRY(sizes_read(cx, tx, out));
    TRY(ledger_verify(cx, tx, out));
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++)
        TRY(rule_check(cx, tx, &RULES[i], out));
    out->checks += 2; /* the chains of invoices and of the audit, each as one */
    TRY(invoice_verify(cx, tx, out));
    return audit_verify(cx, tx, out);
}
