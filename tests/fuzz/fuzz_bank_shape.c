#include <stdint.h>

#include "fuzz/bank_reading.h"

/* Bytes as the shape of a file from the bank: each byte opens an element of the messages by its
 * name, closes one, or puts one of the values that mean something. So every input is well-formed
 * and most of it is looked at; a file of bytes seldom gets further than its first bracket.
 *
 *   first byte   which message
 *   0            close
 *   1..127       open NAMES[byte - 1], modulo their number
 *   128..255     put VALUES[byte - 128], modulo their number, and close */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH_MAX = 24, SHAPE_MAX = 4096 };

static const struct {
    const char *family;
    const char *root;
} MESSAGES[] = {
    {"camt.053.001.08", "BkToCstmrStmt"        },
    {"camt.053.001.02", "BkToCstmrStmt"        },
    {"camt.054.001.08", "BkToCstmrDbtCdtNtfctn"},
    {"pain.002.001.10", "CstmrPmtStsRpt"       },
    {"camt.029.001.09", "RsltnOfInvstgtn"      },
};

/* With their attributes; the order is part of the seeds, so new ones come last. */
static const char *const NAMES[] = {
    "GrpHdr",
    "MsgId",
    "CreDtTm",
    "Stmt",
    "Ntfctn",
    "Id",
    "ElctrncSeqNb",
    "Acct",
    "IBAN",
    "Othr",
    "Svcr",
    "FinInstnId",
    "BICFI",
    "Bal",
    "Tp",
    "CdOrPrtry",
    "Cd",
    "Prtry",
    "Amt Ccy=\"EUR\"",
    "Amt Ccy=\"USD\"",
    "Amt",
    "CdtDbtInd",
    "Dt",
    "DtTm",
    "TxsSummry",
    "TtlNtries",
    "NbOfNtries",
    "Sum",
    "Ntry",
    "NtryRef",
    "AcctSvcrRef",
    "RvslInd",
    "Sts",
    "BookgDt",
    "ValDt",
    "BkTxCd",
    "Domn",
    "Fmly",
    "SubFmlyCd",
    "NtryDtls",
    "Btch",
    "PmtInfId",
    "NbOfTxs",
    "TtlAmt Ccy=\"EUR\"",
    "TxDtls",
    "Refs",
    "InstrId",
    "EndToEndId",
    "MndtId",
    "AmtDtls",
    "InstdAmt",
    "InstdAmt Ccy=\"EUR\"",
    "TxAmt",
    "Chrgs",
    "Rcrd",
    "RltdPties",
    "Dbtr",
    "Pty",
    "Nm",
    "DbtrAcct",
    "Cdtr",
    "CdtrAcct",
    "RmtInf",
    "Ustrd",
    "RtrInf",
    "Rsn",
    "AddtlInf",
    "Orgtr",
    "OrgnlGrpInfAndSts",
    "OrgnlMsgId",
    "OrgnlMsgNmId",
    "OrgnlNbOfTxs",
    "OrgnlCtrlSum",
    "GrpSts",
    "StsRsnInf",
    "OrgnlPmtInfAndSts",
    "OrgnlPmtInfId",
    "PmtInfSts",
    "TxInfAndSts",
    "StsId",
    "OrgnlInstrId",
    "OrgnlEndToEndId",
    "TxSts",
    "OrgnlTxRef",
    "ReqdColltnDt",
    "CdtrSchmeId",
    "PrvtId",
    "Assgnmt",
    "Assgnr",
    "Agt",
    "RslvdCase",
    "Conf",
    "CxlDtls",
    "TxCxlSts",
    "CxlStsRsnInf",
    "PmtInfCxlSts",
    "GrpCxlSts",
};

static const char *const VALUES[] = {
    READING_IBAN,
    "DE89370400440532013000",
    "EUR",
    "CRDT",
    "DBIT",
    "BOOK",
    "PDNG",
    "true",
    "2026-12-01",
    "2026-12-01T07:00:00",
    "1970-13-41",
    "OPBD",
    "CLBD",
    "PRCD",
    "10.00",
    "20.00",
    "30.00",
    "0",
    "0.001",
    "92233720368547758.07",
    "99999999999999999999",
    "1",
    "2",
    "9223372036854775807",
    "IDDT",
    "ESDD",
    "UPDD",
    "RRTN",
    "MD06",
    "AC04",
    "NOTPROVIDED",
    "A-1",
    "B-1",
    "RJCT",
    "PART",
    "ACCP",
    "RVNM",
    "ACTC",
    "",
    "caf\xc3\xa9 &amp; more",
};

struct shape {
    struct buf out;
    const char *open[DEPTH_MAX];
    size_t depth;
};

static size_t name_len(const char *name)
{
    return strcspn(name, " ");
}

static void shape_open(struct shape *shape, const char *name)
{
    if (shape->depth == DEPTH_MAX)
        return;
    buf_format(&shape->out, "<%s>", name);
    shape->open[shape->depth++] = name;
}

static void shape_close(struct shape *shape)
{
    if (shape->depth == 0)
        return;
    const char *name = shape->open[--shape->depth];
    buf_format(&shape->out, "</%.*s>", (int)name_len(name), name);
}

/* A value makes a leaf: beside children it would be passed over. */
static void shape_value(struct shape *shape, const char *value)
{
    buf_put_cstr(&shape->out, value);
    shape_close(shape);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctx *cx = bank_file_ctx();
    struct shape shape = {.out = buf_make(cx->arena, READING_BYTES_MAX)};

    if (size == 0 || size > SHAPE_MAX)
        return 0;
    size_t message = data[0] % ARRAY_LEN(MESSAGES);
    buf_format(&shape.out, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\"><%s>",
               MESSAGES[message].family, MESSAGES[message].root);
    for (size_t i = 1; i < size; i++) {
        if (data[i] == 0)
            shape_close(&shape);
        else if (data[i] < 128)
            shape_open(&shape, NAMES[(data[i] - 1) % ARRAY_LEN(NAMES)]);
        else
            shape_value(&shape, VALUES[(data[i] - 128) % ARRAY_LEN(VALUES)]);
    }
    while (shape.depth > 0)
        shape_close(&shape);
    buf_format(&shape.out, "</%s></Document>", MESSAGES[message].root);
    must(!shape.out.failed);
    bank_file_check(cx, buf_str(&shape.out));
    return 0;
}
