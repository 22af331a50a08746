#include "rails/sepa/message.h"

/* pain.002 (sepa.md 10.1) and camt.029 (10.3), which say the same of a collection or transfer and
 * of the wish to cancel it. */

struct status {
    const struct sepa_status_handler *handler;
    void *arg;
    struct sepa_status_group group;
    struct sepa_status_block block;
    bool in_block;
    struct sepa_status_transaction transaction;
};

#define G(member) offsetof(struct sepa_status_group, member)
#define B(member) offsetof(struct sepa_status_block, member)
#define T(member) offsetof(struct sepa_status_transaction, member)
#define R(member) offsetof(struct sepa_reason, member)
#define IN(member) offsetof(struct status, member)

static const struct element REASON[] = {
    {"Rsn/Cd",                  E_TEXT,   R(code)       },
    {"Rsn/Prtry",               E_TEXT,   R(proprietary)},
    {"AddtlInf",                E_JOINED, R(information)},
    {"Orgtr/Nm",                E_TEXT,   R(originator) },
    {"Orgtr/Id/OrgId/BICOrBEI", E_TEXT,   R(originator) },
    {"Orgtr/Id/OrgId/AnyBIC",   E_TEXT,   R(originator) },
};

static const struct element TRANSACTION[] = {
    {"StsId",                                     E_TEXT,   T(status_id)              },
    {"CxlStsId",                                  E_TEXT,   T(status_id)              },
    {"OrgnlInstrId",                              E_TEXT,   T(original_instruction_id)},
    {"OrgnlEndToEndId",                           E_TEXT,   T(original_end_to_end_id) },
    {"TxSts",                                     E_TEXT,   T(status)                 },
    {"TxCxlSts",                                  E_TEXT,   T(status)                 },
    {"OrgnlTxRef/Amt/InstdAmt",                   E_AMOUNT, T(amount)                 },
    {"OrgnlInstdAmt",                             E_AMOUNT, T(amount)                 },
    {"OrgnlTxRef/ReqdColltnDt",                   E_DAY,    T(due)                    },
    {"OrgnlTxRef/ReqdExctnDt",                    E_DAY,    T(due)                    },
    {"OrgnlTxRef/ReqdExctnDt/Dt",                 E_DAY,    T(due)                    },
    {"OrgnlTxRef/ReqdExctnDt/DtTm",               E_DAY,    T(due)                    },
    {"OrgnlReqdColltnDt",                         E_DAY,    T(due)                    },
    {"OrgnlTxRef/MndtRltdInf/MndtId",             E_TEXT,   T(umr)                    },
    {"OrgnlTxRef/MndtRltdInf/DrctDbtMndt/MndtId", E_TEXT,   T(umr)                    },
    {"OrgnlTxRef/CdtrSchmeId/Id/PrvtId/Othr/Id",  E_TEXT,   T(ics)                    },
    {"OrgnlTxRef/DbtrAcct/Id/IBAN",               E_TEXT,   T(debtor_iban)            },
    {"OrgnlTxRef/CdtrAcct/Id/IBAN",               E_TEXT,   T(creditor_iban)          },
};

static const struct element BLOCK[] = {
    {"OrgnlPmtInfId", E_TEXT,  B(original_payment_info_id)},
    {"PmtInfSts",     E_TEXT,  B(status)                  },
    {"PmtInfCxlSts",  E_TEXT,  B(status)                  },
    {"OrgnlNbOfTxs",  E_COUNT, B(original_count)          },
    {"OrgnlCtrlSum",  E_TEXT,  B(original_sum)            },
};

static const struct element STATUS_GROUP[] = {
    {"GrpHdr/MsgId",                      E_TEXT,  G(id.msg_id)      },
    {"GrpHdr/CreDtTm",                    E_TEXT,  G(id.created)     },
    {"GrpHdr/CdtrAgt/FinInstnId/BIC",     E_TEXT,  G(id.sender)      },
    {"GrpHdr/CdtrAgt/FinInstnId/BICFI",   E_TEXT,  G(id.sender)      },
    {"GrpHdr/DbtrAgt/FinInstnId/BIC",     E_TEXT,  G(id.sender)      },
    {"GrpHdr/DbtrAgt/FinInstnId/BICFI",   E_TEXT,  G(id.sender)      },
    {"GrpHdr/InitgPty/Id/OrgId/BICOrBEI", E_TEXT,  G(id.sender)      },
    {"GrpHdr/InitgPty/Id/OrgId/AnyBIC",   E_TEXT,  G(id.sender)      },
    {"OrgnlGrpInfAndSts/OrgnlMsgId",      E_TEXT,  G(original_msg_id)},
    {"OrgnlGrpInfAndSts/OrgnlMsgNmId",    E_TEXT,  G(original_name)  },
    {"OrgnlGrpInfAndSts/OrgnlNbOfTxs",    E_COUNT, G(original_count) },
    {"OrgnlGrpInfAndSts/OrgnlCtrlSum",    E_TEXT,  G(original_sum)   },
    {"OrgnlGrpInfAndSts/GrpSts",          E_TEXT,  G(status)         },
};

static const struct element CANCELLATION_GROUP[] = {
    {"Assgnmt/Id",                             E_TEXT,  G(id.msg_id)      },
    {"Assgnmt/CreDtTm",                        E_TEXT,  G(id.created)     },
    {"Assgnmt/Assgnr/Agt/FinInstnId/BIC",      E_TEXT,  G(id.sender)      },
    {"Assgnmt/Assgnr/Agt/FinInstnId/BICFI",    E_TEXT,  G(id.sender)      },
    {"RslvdCase/Id",                           E_TEXT,  G(case_id)        },
    {"Sts/Conf",                               E_TEXT,  G(status)         },
    {"CxlDtls/OrgnlGrpInfAndSts/OrgnlMsgId",   E_TEXT,  G(original_msg_id)},
    {"CxlDtls/OrgnlGrpInfAndSts/OrgnlMsgNmId", E_TEXT,  G(original_name)  },
    {"CxlDtls/OrgnlGrpInfAndSts/OrgnlNbOfTxs", E_COUNT, G(original_count) },
    {"CxlDtls/OrgnlGrpInfAndSts/OrgnlCtrlSum", E_TEXT,  G(original_sum)   },
    {"CxlDtls/OrgnlGrpInfAndSts/GrpCxlSts",    E_TEXT,  G(status)         },
};

static err_t group_begin(struct ctx *cx, struct message *message)
{
    struct status *status = message->state;

    (void)cx;
    status->group.id = message->id;
    return OK;
}

static err_t group_end(struct ctx *cx, struct message *message)
{
    const struct status *status = message->state;

    return status->handler->group(cx, status->arg, &status->group);
}

static err_t block_begin(struct ctx *cx, struct message *message)
{
    struct status *status = message->state;

    (void)cx;
    status->in_block = true;
    return OK;
}

static err_t block_end(struct ctx *cx, struct message *message)
{
    struct status *status = message->state;

    status->in_block = false;
    return status->handler->block(cx, status->arg, &status->group, &status->block);
}

static err_t transaction_end(struct ctx *cx, struct message *message)
{
    const struct status *status = message->state;

    return status->handler->transaction(cx, status->arg, &status->group,
                                        status->in_block ? &status->block : NULL,
                                        &status->transaction);
}

/* pain.002 and camt.029 hold the same parts under different paths. */
#define REASONS(where, owner)                                                                      \
    {                                                                                              \
        .path = where, .at = IN(owner.reasons), .size = sizeof(struct sepa_reason),                \
        .max = SEPA_REASONS_MAX, .count_at = IN(owner.reason_count), .elements = REASON,           \
        .element_count = ARRAY_LEN(REASON),                                                        \
    }
#define TRANSACTIONS(where)                                                                        \
    {                                                                                              \
        .path = where, .at = IN(transaction), .size = sizeof(struct sepa_status_transaction),      \
        .elements = TRANSACTION, .element_count = ARRAY_LEN(TRANSACTION),                          \
        .scopes = IN_TRANSACTION, .scope_count = ARRAY_LEN(IN_TRANSACTION),                        \
        .end = transaction_end,                                                                    \
    }
#define BLOCKS(where)                                                                              \
    {                                                                                              \
        .path = where, .at = IN(block), .size = sizeof(struct sepa_status_block),                  \
        .elements = BLOCK, .element_count = ARRAY_LEN(BLOCK), .scopes = IN_BLOCK,                  \
        .scope_count = ARRAY_LEN(IN_BLOCK), .begin = block_begin, .end = block_end,                \
    }
#define GROUP(rows, inner)                                                                         \
    {                                                                                              \
        .path = "", .at = IN(group), .size = sizeof(struct sepa_status_group), .elements = rows,   \
        .element_count = ARRAY_LEN(rows), .scopes = inner, .scope_count = ARRAY_LEN(inner),        \
        .begin = group_begin, .end = group_end,                                                    \
    }

static const struct scope TRANSACTION_REASON = REASONS("StsRsnInf", transaction);
static const struct scope TRANSACTION_CANCELLATION_REASON = REASONS("CxlStsRsnInf", transaction);
static const struct scope *const IN_TRANSACTION[] = {&TRANSACTION_REASON,
                                                     &TRANSACTION_CANCELLATION_REASON};
static const struct scope TRANSACTION_SCOPE = TRANSACTIONS("TxInfAndSts");

static const struct scope BLOCK_REASON = REASONS("StsRsnInf", block);
static const struct scope BLOCK_CANCELLATION_REASON = REASONS("CxlStsRsnInf", block);
static const struct scope *const IN_BLOCK[] = {&BLOCK_REASON, &BLOCK_CANCELLATION_REASON,
                                               &TRANSACTION_SCOPE};

static const struct scope STATUS_REASON = REASONS("OrgnlGrpInfAndSts/StsRsnInf", group);
static const struct scope STATUS_BLOCK = BLOCKS("OrgnlPmtInfAndSts");
static const struct scope *const IN_STATUS[] = {&STATUS_REASON, &STATUS_BLOCK, &TRANSACTION_SCOPE};
static const struct scope STATUS = GROUP(STATUS_GROUP, IN_STATUS);

static const struct scope CANCELLATION_REASON =
    REASONS("CxlDtls/OrgnlGrpInfAndSts/CxlStsRsnInf", group);
static const struct scope CANCELLATION_BLOCK = BLOCKS("CxlDtls/OrgnlPmtInfAndSts");
static const struct scope CANCELLATION_TRANSACTION = TRANSACTIONS("CxlDtls/TxInfAndSts");
static const struct scope *const IN_CANCELLATION[] = {&CANCELLATION_REASON, &CANCELLATION_BLOCK,
                                                      &CANCELLATION_TRANSACTION};
static const struct scope CANCELLATION = GROUP(CANCELLATION_GROUP, IN_CANCELLATION);

static const struct message_root STATUS_ROOT[] = {
    {SEPA_FILE_STATUS, "CstmrPmtStsRpt", &STATUS}
};
static const struct message_root CANCELLATION_ROOT[] = {
    {SEPA_FILE_CANCELLATION, "RsltnOfInvstgtn", &CANCELLATION}
};

static err_t read_with(struct ctx *cx, const struct source *source, size_t bytes_max,
                       const struct message_root *root, const struct sepa_status_handler *handler,
                       void *arg)
{
    struct status *status = arena_make(cx->arena, struct status);

    status->handler = handler;
    status->arg = arg;
    return message_read(cx, source, bytes_max, root, 1, status);
}

err_t sepa_status_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                       const struct sepa_status_handler *handler, void *arg)
{
    return read_with(cx, source, bytes_max, STATUS_ROOT, handler, arg);
}

err_t sepa_cancellation_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                             const struct sepa_status_handler *handler, void *arg)
{
    return read_with(cx, source, bytes_max, CANCELLATION_ROOT, handler, arg);
}
