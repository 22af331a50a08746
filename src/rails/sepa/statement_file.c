#include "base/must.h"
#include "rails/sepa/message.h"

/* camt.053 and camt.054 (sepa.md 10.2). */

/* Sums of one level that the level above is compared with; signed, credit positive. */
struct sums {
    int64_t cents;
    int64_t absolute;
    bool incomplete; /* an amount was missing, not exact, or too large to add */
    bool mixed;      /* more than one currency */
};

struct file_header {
    struct str msg_id;
    struct str created;
    int64_t page;
};

struct reader {
    const struct sepa_statement_handler *handler;
    void *arg;
    struct file_header header;
    struct sepa_statement statement;
    bool begun;
    struct sums booked; /* the booked entries, for the balances */
    struct sums all;
    char currency[4]; /* of the first entry, whose own text is gone by then */
    struct sepa_entry entry;
    struct sums details;
    struct sepa_detail detail;
};

#define H(member) offsetof(struct file_header, member)
#define S(member) offsetof(struct sepa_statement, member)
#define E(member) offsetof(struct sepa_entry, member)
#define D(member) offsetof(struct sepa_detail, member)
#define IN(member) offsetof(struct reader, member)

static const struct element FILE_HEADER[] = {
    {"GrpHdr/MsgId",         E_TEXT,  H(msg_id) },
    {"GrpHdr/CreDtTm",       E_TEXT,  H(created)},
    {"GrpHdr/MsgPgntn/PgNb", E_COUNT, H(page)   },
};

static const struct element STATEMENT[] = {
    {"Id",                             E_TEXT,   S(id)            },
    {"ElctrncSeqNb",                   E_TEXT,   S(sequence)      },
    {"LglSeqNb",                       E_TEXT,   S(legal_sequence)},
    {"StmtPgntn/PgNb",                 E_COUNT,  S(page)          },
    {"NtfctnPgntn/PgNb",               E_COUNT,  S(page)          },
    {"CreDtTm",                        E_TEXT,   S(created)       },
    {"FrToDt/FrDtTm",                  E_TEXT,   S(from)          },
    {"FrToDt/ToDtTm",                  E_TEXT,   S(to)            },
    {"Acct/Id/IBAN",                   E_TEXT,   S(iban)          },
    {"Acct/Id/Othr/Id",                E_TEXT,   S(other_account) },
    {"Acct/Id/PrtryAcct/Id",           E_TEXT,   S(other_account) },
    {"Acct/Ccy",                       E_TEXT,   S(currency)      },
    {"Acct/Ownr/Nm",                   E_TEXT,   S(owner)         },
    {"Acct/Svcr/FinInstnId/BIC",       E_TEXT,   S(file.sender)   },
    {"Acct/Svcr/FinInstnId/BICFI",     E_TEXT,   S(file.sender)   },
    {"TxsSummry/TtlNtries/NbOfNtries", E_COUNT,  S(told_entries)  },
    {"TxsSummry/TtlNtries/Sum",        E_AMOUNT, S(told_sum)      },
};

static const struct element BALANCE[] = {
    {"Tp/CdOrPrtry/Cd",    E_TEXT,   offsetof(struct sepa_balance, code)  },
    {"Tp/CdOrPrtry/Prtry", E_TEXT,   offsetof(struct sepa_balance, code)  },
    {"Amt",                E_AMOUNT, offsetof(struct sepa_balance, amount)},
    {"CdtDbtInd",          E_SIGN,   offsetof(struct sepa_balance, sign)  },
    {"Dt/Dt",              E_DAY,    offsetof(struct sepa_balance, day)   },
    {"Dt/DtTm",            E_DAY,    offsetof(struct sepa_balance, day)   },
};

/* .02 repeats Chrgs with an amount in each; .08 has one with a record for each. */
static const struct element CHARGE[] = {
    {"Amt",       E_AMOUNT, offsetof(struct sepa_charge, amount)},
    {"CdtDbtInd", E_SIGN,   offsetof(struct sepa_charge, sign)  },
};

static const struct element BATCH[] = {
    {"MsgId",    E_TEXT,   offsetof(struct sepa_batch, msg_id)         },
    {"PmtInfId", E_TEXT,   offsetof(struct sepa_batch, payment_info_id)},
    {"NbOfTxs",  E_COUNT,  offsetof(struct sepa_batch, count)          },
    {"TtlAmt",   E_AMOUNT, offsetof(struct sepa_batch, total)          },
};

static const struct element ENTRY[] = {
    {"NtryRef",                    E_TEXT,   E(reference)         },
    {"AcctSvcrRef",                E_TEXT,   E(servicer_reference)},
    {"Amt",                        E_AMOUNT, E(amount)            },
    {"CdtDbtInd",                  E_SIGN,   E(sign)              },
    {"RvslInd",                    E_FLAG,   E(is_reversal)       },
    {"Sts",                        E_TEXT,   E(status)            },
    {"Sts/Cd",                     E_TEXT,   E(status)            },
    {"Sts/Prtry",                  E_TEXT,   E(status)            },
    {"BookgDt/Dt",                 E_DAY,    E(booking_day)       },
    {"BookgDt/DtTm",               E_DAY,    E(booking_day)       },
    {"ValDt/Dt",                   E_DAY,    E(value_day)         },
    {"ValDt/DtTm",                 E_DAY,    E(value_day)         },
    {"BkTxCd/Domn/Cd",             E_TEXT,   E(code.domain)       },
    {"BkTxCd/Domn/Fmly/Cd",        E_TEXT,   E(code.family)       },
    {"BkTxCd/Domn/Fmly/SubFmlyCd", E_TEXT,   E(code.subfamily)    },
    {"BkTxCd/Prtry/Cd",            E_TEXT,   E(code.proprietary)  },
    {"AmtDtls/InstdAmt/Amt",       E_AMOUNT, E(instructed)        },
    {"AddtlNtryInf",               E_TEXT,   E(information)       },
};

static const struct element DETAIL[] = {
    {"Refs/MsgId",                     E_TEXT,   D(msg_id)            },
    {"Refs/PmtInfId",                  E_TEXT,   D(payment_info_id)   },
    {"Refs/InstrId",                   E_TEXT,   D(instruction_id)    },
    {"Refs/EndToEndId",                E_TEXT,   D(end_to_end_id)     },
    {"Refs/TxId",                      E_TEXT,   D(transaction_id)    },
    {"Refs/MndtId",                    E_TEXT,   D(umr)               },
    {"Refs/AcctSvcrRef",               E_TEXT,   D(servicer_reference)},
    {"Refs/UETR",                      E_TEXT,   D(uetr)              },
    {"Amt",                            E_AMOUNT, D(amount)            },
    {"CdtDbtInd",                      E_SIGN,   D(sign)              },
    {"AmtDtls/TxAmt/Amt",              E_AMOUNT, D(transaction_amount)},
    {"AmtDtls/InstdAmt/Amt",           E_AMOUNT, D(instructed)        },
    {"RltdPties/Dbtr/Nm",              E_TEXT,   D(debtor_name)       },
    {"RltdPties/Dbtr/Pty/Nm",          E_TEXT,   D(debtor_name)       },
    {"RltdPties/DbtrAcct/Id/IBAN",     E_TEXT,   D(debtor_account)    },
    {"RltdPties/DbtrAcct/Id/Othr/Id",  E_TEXT,   D(debtor_account)    },
    {"RltdPties/Cdtr/Nm",              E_TEXT,   D(creditor_name)     },
    {"RltdPties/Cdtr/Pty/Nm",          E_TEXT,   D(creditor_name)     },
    {"RltdPties/CdtrAcct/Id/IBAN",     E_TEXT,   D(creditor_account)  },
    {"RltdPties/CdtrAcct/Id/Othr/Id",  E_TEXT,   D(creditor_account)  },
    {"RmtInf/Ustrd",                   E_JOINED, D(remittance)        },
    {"RmtInf/Strd/CdtrRefInf/Ref",     E_TEXT,   D(creditor_reference)},
    {"BkTxCd/Domn/Cd",                 E_TEXT,   D(code.domain)       },
    {"BkTxCd/Domn/Fmly/Cd",            E_TEXT,   D(code.family)       },
    {"BkTxCd/Domn/Fmly/SubFmlyCd",     E_TEXT,   D(code.subfamily)    },
    {"BkTxCd/Prtry/Cd",                E_TEXT,   D(code.proprietary)  },
    {"Purp/Cd",                        E_TEXT,   D(purpose)           },
    {"AddtlTxInf",                     E_TEXT,   D(information)       },
    {"RtrInf/Rsn/Cd",                  E_TEXT,   D(reason.code)       },
    {"RtrInf/Rsn/Prtry",               E_TEXT,   D(reason.proprietary)},
    {"RtrInf/AddtlInf",                E_JOINED, D(reason.information)},
    {"RtrInf/Orgtr/Nm",                E_TEXT,   D(reason.originator) },
    {"RtrInf/Orgtr/Id/OrgId/BICOrBEI", E_TEXT,   D(reason.originator) },
    {"RtrInf/Orgtr/Id/OrgId/AnyBIC",   E_TEXT,   D(reason.originator) },
};

/* --- sums --------------------------------------------------------------------------------------
 */

static void sums_add(struct sums *sums, const struct sepa_amount *amount, enum sepa_sign sign)
{
    int64_t cents = sign == SEPA_DEBIT ? -amount->cents : amount->cents;

    if (amount->text.ptr == NULL || !amount->exact || (int)sign == 0 ||
        add_overflows(sums->cents, cents, &sums->cents) ||
        add_overflows(sums->absolute, amount->cents, &sums->absolute))
        sums->incomplete = true;
}

static bool same_currency(struct str a, struct str b)
{
    /* An amount without currency is taken as its neighbour's. */
    return a.len == 0 || b.len == 0 || str_eq(a, b);
}

static int64_t signed_cents(const struct sepa_amount *amount, enum sepa_sign sign)
{
    return sign == SEPA_DEBIT ? -amount->cents : amount->cents;
}

static void charges_compact(struct sepa_charge *charges, size_t *count)
{
    size_t kept = 0;

    /* A Chrgs that only holds records took a place of its own. */
    for (size_t i = 0; i < *count; i++) {
        if (charges[i].amount.text.ptr != NULL)
            charges[kept++] = charges[i];
    }
    *count = kept;
}

/* --- details -----------------------------------------------------------------------------------
 */

static err_t detail_end(struct ctx *cx, struct message *message)
{
    struct reader *reader = message->state;
    struct sepa_detail *detail = &reader->detail;
    const struct sepa_entry *entry = &reader->entry;

    reader->entry.is_booked = str_eq(entry->status, STR("BOOK"));
    if (detail->amount.text.ptr == NULL)
        detail->amount = detail->transaction_amount;
    if ((int)detail->sign == 0)
        detail->sign = entry->sign;
    detail->is_return = detail->reason.code.len > 0 || detail->reason.proprietary.len > 0;
    detail->ordinal = ++reader->entry.detail_count;
    charges_compact(detail->charges, &detail->charge_count);
    /* Without an amount of its own the original one may be it: the sum will tell. */
    const struct sepa_amount *counted =
        detail->amount.text.ptr != NULL ? &detail->amount : &detail->instructed;
    sums_add(&reader->details, counted, detail->sign);
    if (!same_currency(counted->currency, entry->amount.currency))
        reader->details.mixed = true;
    return reader->handler->detail(cx, reader->arg, &reader->statement, entry, detail);
}

/* --- entries -----------------------------------------------------------------------------------
 */

static err_t statement_start(struct ctx *cx, struct reader *reader)
{
    struct sepa_statement *statement = &reader->statement;

    if (reader->begun)
        return OK;
    if (statement->iban.len == 0 && statement->other_account.len == 0)
        return fault(cx, ERR_INVALID, "Acct/Id", "is missing");
    reader->begun = true;
    return reader->handler->begin(cx, reader->arg, statement);
}

static err_t entry_begin(struct ctx *cx, struct message *message)
{
    struct reader *reader = message->state;

    TRY(statement_start(cx, reader));
    if (reader->statement.page == 0)
        reader->statement.page = reader->header.page;
    reader->details = (struct sums){0};
    reader->entry.ordinal = ++reader->statement.entry_count;
    return OK;
}

static unsigned details_check(const struct reader *reader)
{
    const struct sepa_entry *entry = &reader->entry;
    const struct sums *sums = &reader->details;
    int64_t told = 0;
    unsigned anomalies = 0;

    if (entry->detail_count == 0)
        return 0;
    for (size_t i = 0; i < entry->batch_count; i++)
        told += entry->batches[i].count < INT32_MAX ? entry->batches[i].count : INT32_MAX;
    if (told > 0 && told != entry->detail_count)
        anomalies |= SEPA_ANOMALY_DETAILS_COUNT;
    /* The only detail may leave its amount to the entry. */
    bool silent = entry->detail_count == 1 && reader->detail.amount.text.ptr == NULL;
    if (silent)
        return anomalies;
    if (sums->mixed)
        anomalies |= SEPA_ANOMALY_CURRENCY;
    else if (sums->incomplete || sums->cents != signed_cents(&entry->amount, entry->sign))
        anomalies |= SEPA_ANOMALY_DETAILS_SUM;
    return anomalies;
}

static void entry_sum(struct reader *reader)
{
    const struct sepa_entry *entry = &reader->entry;
    struct str first = str_of(reader->currency);
    struct str currency = entry->amount.currency;

    if (first.len == 0 && currency.len < sizeof reader->currency) {
        for (size_t i = 0; i < currency.len; i++)
            reader->currency[i] = currency.ptr[i];
    } else if (!same_currency(first, currency)) {
        reader->all.mixed = true;
        reader->booked.mixed = true;
    }
    sums_add(&reader->all, &entry->amount, entry->sign);
    if (entry->is_booked)
        sums_add(&reader->booked, &entry->amount, entry->sign);
}

static err_t entry_end(struct ctx *cx, struct message *message)
{
    struct reader *reader = message->state;
    struct sepa_entry *entry = &reader->entry;

    if (entry->amount.text.ptr == NULL)
        return fault(cx, ERR_INVALID, "Ntry/Amt", "is missing");
    charges_compact(entry->charges, &entry->charge_count);
    entry->is_booked = str_eq(entry->status, STR("BOOK"));
    if (!entry->amount.exact)
        entry->anomalies |= SEPA_ANOMALY_INEXACT;
    if ((int)entry->sign == 0)
        entry->anomalies |= SEPA_ANOMALY_NO_SIGN;
    if (entry->is_booked && entry->booking_day.year == 0)
        entry->anomalies |= SEPA_ANOMALY_NO_DAY;
    entry->anomalies |= details_check(reader);
    entry_sum(reader);
    return reader->handler->entry(cx, reader->arg, &reader->statement, entry);
}

/* --- statements --------------------------------------------------------------------------------
 */

static err_t statement_begin(struct ctx *cx, struct message *message)
{
    struct reader *reader = message->state;

    (void)cx;
    reader->begun = false;
    reader->booked = (struct sums){0};
    reader->all = (struct sums){0};
    reader->currency[0] = '\0';
    reader->statement.file = message->id;
    reader->statement.file.msg_id = reader->header.msg_id;
    reader->statement.file.created = reader->header.created;
    return OK;
}

/* The first opening balance, or what the day before closed with. */
const struct sepa_balance *sepa_statement_opening(const struct sepa_statement *statement)
{
    static const char *const CODES[] = {"OPBD", "PRCD"};

    for (size_t code = 0; code < ARRAY_LEN(CODES); code++) {
        for (size_t i = 0; i < statement->balance_count; i++) {
            if (str_eq(statement->balances[i].code, str_of(CODES[code])))
                return &statement->balances[i];
        }
    }
    return NULL;
}

const struct sepa_balance *sepa_statement_closing(const struct sepa_statement *statement)
{
    for (size_t i = statement->balance_count; i > 0; i--) {
        if (str_eq(statement->balances[i - 1].code, STR("CLBD")))
            return &statement->balances[i - 1];
    }
    return NULL;
}

static unsigned balances_check(const struct reader *reader)
{
    const struct sepa_balance *from = sepa_statement_opening(&reader->statement);
    const struct sepa_balance *to = sepa_statement_closing(&reader->statement);
    int64_t expected;

    if (from == NULL || to == NULL)
        return 0;
    if (reader->booked.mixed || !same_currency(from->amount.currency, to->amount.currency) ||
        !same_currency(from->amount.currency, str_of(reader->currency)))
        return SEPA_ANOMALY_CURRENCY;
    if ((int)from->sign == 0 || (int)to->sign == 0)
        return SEPA_ANOMALY_NO_SIGN;
    if (reader->booked.incomplete || !from->amount.exact || !to->amount.exact ||
        add_overflows(signed_cents(&from->amount, from->sign), reader->booked.cents, &expected) ||
        expected != signed_cents(&to->amount, to->sign))
        return SEPA_ANOMALY_BALANCE;
    return 0;
}

static unsigned entries_check(const struct reader *reader)
{
    const struct sepa_statement *statement = &reader->statement;

    if (statement->told_entries != 0 && statement->told_entries != statement->entry_count)
        return SEPA_ANOMALY_ENTRIES;
    if (statement->told_sum.text.ptr != NULL && !reader->all.mixed &&
        (reader->all.incomplete || statement->told_sum.cents != reader->all.absolute))
        return SEPA_ANOMALY_ENTRIES;
    return 0;
}

static err_t statement_end(struct ctx *cx, struct message *message)
{
    struct reader *reader = message->state;
    struct sepa_statement *statement = &reader->statement;

    TRY(statement_start(cx, reader));
    if (statement->file.kind == SEPA_FILE_STATEMENT)
        statement->anomalies |= balances_check(reader);
    statement->anomalies |= entries_check(reader);
    return reader->handler->end(cx, reader->arg, statement);
}

/* --- tables of scopes --------------------------------------------------------------------------
 */

/* camt.053 and camt.054 hold the same parts under different names. */
#define CHARGES(where, owner)                                                                      \
    .path = where, .at = IN(owner.charges), .size = sizeof(struct sepa_charge),                    \
    .max = SEPA_CHARGES_MAX, .count_at = IN(owner.charge_count), .elements = CHARGE,               \
    .element_count = ARRAY_LEN(CHARGE)
#define STATEMENTS(where)                                                                          \
    {                                                                                              \
        .path = where, .at = IN(statement), .size = sizeof(struct sepa_statement),                 \
        .elements = STATEMENT, .element_count = ARRAY_LEN(STATEMENT), .scopes = IN_STATEMENT,      \
        .scope_count = ARRAY_LEN(IN_STATEMENT), .begin = statement_begin, .end = statement_end,    \
    }
#define FILE_OF(inner)                                                                             \
    {                                                                                              \
        .path = "", .at = IN(header), .size = sizeof(struct file_header), .elements = FILE_HEADER, \
        .element_count = ARRAY_LEN(FILE_HEADER), .scopes = inner, .scope_count = ARRAY_LEN(inner), \
    }

static const struct scope DETAIL_RECORD = {CHARGES("Rcrd", detail)};
static const struct scope *const IN_DETAIL_CHARGE[] = {&DETAIL_RECORD};
static const struct scope DETAIL_CHARGE = {
    CHARGES("Chrgs", detail),
    .scopes = IN_DETAIL_CHARGE,
    .scope_count = ARRAY_LEN(IN_DETAIL_CHARGE),
};

static const struct scope ENTRY_RECORD = {CHARGES("Rcrd", entry)};
static const struct scope *const IN_ENTRY_CHARGE[] = {&ENTRY_RECORD};
static const struct scope ENTRY_CHARGE = {
    CHARGES("Chrgs", entry),
    .scopes = IN_ENTRY_CHARGE,
    .scope_count = ARRAY_LEN(IN_ENTRY_CHARGE),
};

static const struct scope *const IN_DETAIL[] = {&DETAIL_CHARGE};
static const struct scope DETAIL_SCOPE = {
    .path = "NtryDtls/TxDtls",
    .at = IN(detail),
    .size = sizeof(struct sepa_detail),
    .elements = DETAIL,
    .element_count = ARRAY_LEN(DETAIL),
    .scopes = IN_DETAIL,
    .scope_count = ARRAY_LEN(IN_DETAIL),
    .end = detail_end,
};
static const struct scope BATCH_SCOPE = {
    .path = "NtryDtls/Btch",
    .at = IN(entry.batches),
    .size = sizeof(struct sepa_batch),
    .max = SEPA_BATCHES_MAX,
    .count_at = IN(entry.batch_count),
    .elements = BATCH,
    .element_count = ARRAY_LEN(BATCH),
};

static const struct scope *const IN_ENTRY[] = {&ENTRY_CHARGE, &BATCH_SCOPE, &DETAIL_SCOPE};
static const struct scope ENTRY_SCOPE = {
    .path = "Ntry",
    .at = IN(entry),
    .size = sizeof(struct sepa_entry),
    .elements = ENTRY,
    .element_count = ARRAY_LEN(ENTRY),
    .scopes = IN_ENTRY,
    .scope_count = ARRAY_LEN(IN_ENTRY),
    .begin = entry_begin,
    .end = entry_end,
};
static const struct scope BALANCE_SCOPE = {
    .path = "Bal",
    .at = IN(statement.balances),
    .size = sizeof(struct sepa_balance),
    .max = SEPA_BALANCES_MAX,
    .count_at = IN(statement.balance_count),
    .elements = BALANCE,
    .element_count = ARRAY_LEN(BALANCE),
};

static const struct scope *const IN_STATEMENT[] = {&BALANCE_SCOPE, &ENTRY_SCOPE};
static const struct scope STATEMENT_SCOPE = STATEMENTS("Stmt");
static const struct scope *const IN_STATEMENT_FILE[] = {&STATEMENT_SCOPE};
static const struct scope STATEMENT_FILE = FILE_OF(IN_STATEMENT_FILE);

static const struct scope NOTIFICATION_SCOPE = STATEMENTS("Ntfctn");
static const struct scope *const IN_NOTIFICATION_FILE[] = {&NOTIFICATION_SCOPE};
static const struct scope NOTIFICATION_FILE = FILE_OF(IN_NOTIFICATION_FILE);

static const struct message_root ROOTS[] = {
    {SEPA_FILE_STATEMENT,    "BkToCstmrStmt",         &STATEMENT_FILE   },
    {SEPA_FILE_NOTIFICATION, "BkToCstmrDbtCdtNtfctn", &NOTIFICATION_FILE},
};

err_t sepa_statement_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                          const struct sepa_statement_handler *handler, void *arg)
{
    struct reader *reader = arena_make(cx->arena, struct reader);

    reader->handler = handler;
    reader->arg = arg;
    TRY(message_read(cx, source, bytes_max, ROOTS, ARRAY_LEN(ROOTS), reader));
    if ((int)reader->statement.file.kind == 0)
        return fault(cx, ERR_INVALID, "file", "holds no statement");
    return OK;
}
