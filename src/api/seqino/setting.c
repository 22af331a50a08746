#include "core/periodicity.h"

#include "api/seqino/call.h"
#include "api/seqino/routes.h"

/* How often a client reports (api/seqino.md 6). */

#define WORD(symbol, value, text) [value] = (text),
static const char *const REGIME_TEXTS[] = {VAT_REGIME_LIST(WORD)};
static const struct words REGIMES = {REGIME_TEXTS, ARRAY_LEN(REGIME_TEXTS), false};
static const char *const TRANSACTION_TEXTS[] = {TRANSACTION_PERIOD_LIST(WORD)};
static const struct words TRANSACTIONS = {TRANSACTION_TEXTS, ARRAY_LEN(TRANSACTION_TEXTS), false};
static const char *const PAYMENT_TEXTS[] = {PAYMENT_PERIOD_LIST(WORD)};
static const struct words PAYMENTS = {PAYMENT_TEXTS, ARRAY_LEN(PAYMENT_TEXTS), false};

struct periodicity_wire {
    struct given given;
    int regime;
    int transactions;
    int payments;
};
#define AT_REGIME FIELD_AT_MORE(struct periodicity_wire, regime, &REGIMES)
#define AT_TRANSACTIONS FIELD_AT_MORE(struct periodicity_wire, transactions, &TRANSACTIONS)
#define AT_PAYMENTS FIELD_AT_MORE(struct periodicity_wire, payments, &PAYMENTS)
static const struct field IN[] = {
    {"vat_regime",              F_WORD, 0, 0, OPTIONAL, DOC, ED_ALL, AT_REGIME      },
    {"transaction_periodicity", F_WORD, 0, 0, OPTIONAL, DOC, ED_ALL, AT_TRANSACTIONS},
    {"payment_periodicity",     F_WORD, 0, 0, OPTIONAL, DOC, ED_ALL, AT_PAYMENTS    },
};
static const struct field OUT[] = {
    {"vat_regime",              F_WORD, 0, 0, REQUIRED, DOC, ED_ALL, AT_REGIME      },
    {"transaction_periodicity", F_WORD, 0, 0, REQUIRED, DOC, ED_ALL, AT_TRANSACTIONS},
    {"payment_periodicity",     F_WORD, 0, 0, REQUIRED, DOC, ED_ALL, AT_PAYMENTS    },
};
#undef AT_REGIME
#undef AT_TRANSACTIONS
#undef AT_PAYMENTS
const struct table SEQINO_PERIODICITY_IN =
    TABLE_OF("PeriodicityUpdate", struct periodicity_wire, IN);
const struct table SEQINO_PERIODICITY_OUT = TABLE_OF("Periodicity", struct periodicity_wire, OUT);

static struct str periodicity_text(const struct request *request,
                                   const struct periodicity *periodicity)
{
    const struct periodicity_wire out = {
        .regime = (int)periodicity->regime,
        .transactions = (int)periodicity->transactions,
        .payments = (int)periodicity->payments,
    };

    return sq_text(request, &SEQINO_PERIODICITY_OUT, &out);
}

void seqino_periodicity_get(struct request *request)
{
    struct periodicity periodicity;
    struct tx *tx;

    if (!sq_client(request) || !sq_read(request, &tx))
        return;
    err_t err = periodicity_load(request->cx, tx, &periodicity);
    if (err == OK)
        sq_answer(request, 200, periodicity_text(request, &periodicity));
    else
        sq_error(request, err);
}

static err_t made_text(const struct request *request, struct operation *operation, struct str *out)
{
    *out = periodicity_text(request, &((const struct periodicity_set *)operation)->made);
    return OK;
}

static void set_start(struct operation *operation)
{
    periodicity_set((struct periodicity_set *)operation);
}

void seqino_periodicity_set(struct request *request)
{
    struct periodicity_set *set = arena_make(request->cx->arena, struct periodicity_set);
    struct periodicity_wire in;

    if (!sq_client(request) || !sq_body(request, &in))
        return;
    set->to = (struct periodicity){
        .regime = (enum vat_regime)in.regime,
        .transactions = (enum transaction_period)in.transactions,
        .payments = (enum payment_period)in.payments,
    };
    sq_run(request, &set->operation, set_start, made_text);
}
