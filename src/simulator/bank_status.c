#include <string.h>

#include "simulator/bank_check.h"
#include "simulator/bank_writing.h"

/* --- pain.002
 * --------------------------------------------------------------------------------------- */

static void put_original(const struct report_writing *writing, const struct bank_file *file)
{
    const char *status = file->code[0] != '\0'                     ? "RJCT"
                         : writing->report->kind == REPORT_REJECTS ? "PART"
                         : writing->report->kind == REPORT_PAYEES  ? "RVCM"
                                                                   : "ACCP";

    xml_open(writing->xml, "OrgnlGrpInfAndSts");
    xml_text(writing->xml, "OrgnlMsgId",
             file->msg_id[0] == '\0' ? STR("NOTPROVIDED") : str_of(file->msg_id));
    xml_text(writing->xml, "OrgnlMsgNmId",
             file->message[0] == '\0' ? STR("NOTPROVIDED") : str_of(file->message));
    if (file->count > 0) {
        xml_int(writing->xml, "OrgnlNbOfTxs", file->count);
        xml_text(writing->xml, "OrgnlCtrlSum", report_cents(writing, file->sum_cents));
    }
    xml_text(writing->xml, "GrpSts", str_of(status));
    if (file->code[0] != '\0')
        report_put_reason(writing, "StsRsnInf", file->code, file->why);
    xml_close(writing->xml);
}

static void put_transaction(const struct report_writing *writing, const struct bank_file *file,
                            const struct bank_block *block, size_t index)
{
    const struct bank_item *item = simulated_bank_item_at(writing->bank, index);
    bool rejected = item->code[0] != '\0';

    xml_open(writing->xml, "TxInfAndSts");
    xml_text(writing->xml, "StsId", str_format(writing->scratch, "SB%zu", index + 1));
    xml_text(writing->xml, "OrgnlInstrId", report_instruction(writing->bank, file, item));
    xml_text(writing->xml, "OrgnlEndToEndId", str_of(item->end_to_end));
    xml_text(writing->xml, "TxSts", rejected ? STR("RJCT") : STR("ACSC"));
    if (rejected)
        report_put_reason(writing, "StsRsnInf", item->code, "");
    xml_open(writing->xml, "OrgnlTxRef");
    xml_open(writing->xml, "Amt");
    report_put_amount(writing, "InstdAmt", item->cents);
    xml_close(writing->xml);
    if (!file->transfers) {
        xml_text(writing->xml, "ReqdColltnDt", date_text(writing->scratch, block->day));
        report_put_in(writing, "MndtRltdInf", "MndtId", str_of(item->umr));
    }
    xml_close(writing->xml);
    xml_close(writing->xml);
}

bool simulated_block_is_instant(const struct bank_block *block)
{
    return strcmp(block->scheme, "INST") == 0;
}

static const char *block_status(const struct bank_block *block)
{
    if (block->code[0] != '\0' || block->rejected == block->item_count)
        return "RJCT";
    return block->rejected == 0 ? "ACSC" : "PART";
}

static void put_block(const struct report_writing *writing, const struct bank_file *file,
                      const struct bank_block *block)
{
    size_t end = block->first_item + block->item_count;

    if (block->code[0] == '\0' && block->rejected == 0 && !simulated_block_is_instant(block))
        return;
    xml_open(writing->xml, "OrgnlPmtInfAndSts");
    xml_text(writing->xml, "OrgnlPmtInfId",
             block->id[0] == '\0' ? STR("NOTPROVIDED") : str_of(block->id));
    xml_int(writing->xml, "OrgnlNbOfTxs", (int64_t)block->item_count);
    xml_text(writing->xml, "PmtInfSts", str_of(block_status(block)));
    if (block->code[0] != '\0')
        report_put_reason(writing, "StsRsnInf", block->code, "");
    for (size_t i = block->first_item; i < end && block->code[0] == '\0'; i++) {
        if (simulated_bank_item_at(writing->bank, i)->code[0] == '\0' &&
            !simulated_block_is_instant(block))
            continue;
        struct arena_mark mark = arena_mark(writing->scratch);
        put_transaction(writing, file, block, i);
        arena_rewind(writing->scratch, mark);
    }
    xml_close(writing->xml);
}

/* --- pain.002 about who is paid -----------------------------------------------------------------
 */

static void put_payee(const struct report_writing *writing, size_t index)
{
    const struct bank_item *item = simulated_bank_item_at(writing->bank, index);
    struct str known;
    const char *code = simulated_bank_payee(str_of(item->name), &known);

    xml_open(writing->xml, "TxInfAndSts");
    xml_text(writing->xml, "StsId", str_format(writing->scratch, "SB%zu", index + 1));
    xml_text(writing->xml, "OrgnlInstrId", str_of(item->instruction));
    xml_text(writing->xml, "OrgnlEndToEndId", str_of(item->end_to_end));
    xml_text(writing->xml, "TxSts", str_of(code));
    /* A close match comes with the name that the bank knows. */
    if (strcmp(code, "RVMC") == 0)
        report_put_in(writing, "StsRsnInf", "AddtlInf", known);
    xml_close(writing->xml);
}

static void put_payees(const struct report_writing *writing, const struct bank_block *block)
{
    xml_open(writing->xml, "OrgnlPmtInfAndSts");
    xml_text(writing->xml, "OrgnlPmtInfId", str_of(block->id));
    xml_text(writing->xml, "PmtInfSts", STR("RVCM"));
    for (size_t i = 0; i < block->item_count; i++) {
        struct arena_mark mark = arena_mark(writing->scratch);
        put_payee(writing, block->first_item + i);
        arena_rewind(writing->scratch, mark);
    }
    xml_close(writing->xml);
}

/* [doc] Only transfers are compared, and only the newer edition has words for it. */
bool simulated_block_in_doubt(const struct bank *bank, const struct bank_file *file,
                              const struct bank_block *block)
{
    struct str known;

    if (!file->transfers || file->reversals || file->is_2009 || block->code[0] != '\0')
        return false;
    for (size_t i = 0; i < block->item_count; i++) {
        const struct bank_item *item = simulated_bank_item_at(bank, block->first_item + i);
        if (strcmp(simulated_bank_payee(str_of(item->name), &known), "RCVC") != 0)
            return true;
    }
    return false;
}

void report_put_status(const struct report_writing *writing)
{
    const struct report *report = writing->report;
    const struct bank_file *file = simulated_bank_file_at(writing->bank, report->file);

    xml_open(writing->xml, "CstmrPmtStsRpt");
    xml_open(writing->xml, "GrpHdr");
    xml_text(writing->xml, "MsgId", simulated_report_id(writing->bank, writing->scratch, report));
    report_put_moment(writing, "CreDtTm", file->now);
    report_put_agent(writing, file->transfers && !file->reversals ? "DbtrAgt" : "CdtrAgt");
    xml_close(writing->xml);
    put_original(writing, file);
    for (size_t i = 0; i < file->block_count && report->kind != REPORT_ACKNOWLEDGED; i++) {
        const struct bank_block *block =
            simulated_bank_block_at(writing->bank, file->first_block + i);
        if (report->kind == REPORT_REJECTS)
            put_block(writing, file, block);
        else if (simulated_block_in_doubt(writing->bank, file, block))
            put_payees(writing, block);
    }
    xml_close(writing->xml);
}
