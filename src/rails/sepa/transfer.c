#include "rails/sepa/writer.h"

/* pain.001, credit transfer initiation (sepa.md 9.3). The order of the elements is the schema's. */

err_t sepa_transfers_begin(struct ctx *cx, const struct sepa_header *header,
                           const struct sink *sink, struct sepa_writer **out)
{
    TRY(file_begin(cx, SEPA_MESSAGE_TRANSFERS, header, sink, out));
    put_initiator(*out, header);
    xml_close((*out)->xml);
    return xml_writer_state((*out)->xml);
}

static err_t check_block(struct ctx *cx, const struct sepa_writer *writer,
                         const struct sepa_transfer_block *block)
{
    TRY(check_reference(cx, "payment_info_id", block->payment_info_id));
    TRY(check_code(cx, "category_purpose", block->category_purpose));
    TRY(check_date(cx, "execution", block->execution));
    if (block->execution_at != 0 &&
        (!block->is_instant || writer->generation == SEPA_GENERATION_2009))
        return fault(cx, ERR_INVALID, "execution_at", "is for instant transfers of 2019");
    TRY(check_name(cx, "debtor_name", block->debtor_name));
    TRY(check_address(cx, "debtor_address", &block->debtor_address));
    TRY(check_iban(cx, "debtor_iban", block->debtor_iban));
    return check_bic(cx, "debtor_bic", block->debtor_bic);
}

static void put_execution(struct sepa_writer *writer, const struct sepa_transfer_block *block)
{
    if (writer->generation == SEPA_GENERATION_2009) {
        put_date(writer, "ReqdExctnDt", block->execution);
        return;
    }
    xml_open(writer->xml, "ReqdExctnDt");
    if (block->execution_at == 0)
        put_date(writer, "Dt", block->execution);
    else
        put_moment(writer, "DtTm", block->execution_at, true);
    xml_close(writer->xml);
}

err_t sepa_transfers_block(struct ctx *cx, struct sepa_writer *writer,
                           const struct sepa_transfer_block *block)
{
    struct xml_writer *xml = writer->xml;

    TRY(check_block(cx, writer, block));
    TRY(block_begin(cx, writer, SEPA_MESSAGE_TRANSFERS, "PmtInf", block->count, block->sum_cents));
    struct arena_mark mark = arena_mark(writer->scratch);
    xml_text(xml, "PmtInfId", block->payment_info_id);
    xml_text(xml, "PmtMtd", STR("TRF"));
    xml_text(xml, "BtchBookg", block->batch_booking ? STR("true") : STR("false"));
    xml_int(xml, "NbOfTxs", block->count);
    put_sum(writer, block->sum_cents);
    xml_open(xml, "PmtTpInf");
    put_code(writer, "SvcLvl", STR("SEPA"));
    put_code(writer, "LclInstrm", block->is_instant ? STR("INST") : STR_NONE);
    put_code(writer, "CtgyPurp", block->category_purpose);
    xml_close(xml);
    put_execution(writer, block);
    open_party(writer, "Dbtr", block->debtor_name, &block->debtor_address);
    xml_close(xml);
    put_account(writer, "DbtrAcct", block->debtor_iban);
    put_agent(writer, "DbtrAgt", block->debtor_bic);
    put_party(writer, "UltmtDbtr", block->ultimate_debtor);
    xml_text(xml, "ChrgBr", STR("SLEV"));
    arena_rewind(writer->scratch, mark);
    return xml_writer_state(xml);
}

static err_t check_transfer(struct ctx *cx, const struct sepa_transfer *transfer)
{
    TRY(check_optional_reference(cx, "instruction_id", transfer->instruction_id));
    TRY(check_reference(cx, "end_to_end_id", transfer->end_to_end_id));
    TRY(check_amount(cx, "amount_cents", transfer->amount_cents));
    TRY(check_bic(cx, "creditor_bic", transfer->creditor_bic));
    TRY(check_name(cx, "creditor_name", transfer->creditor_name));
    TRY(check_address(cx, "creditor_address", &transfer->creditor_address));
    TRY(check_iban(cx, "creditor_iban", transfer->creditor_iban));
    TRY(check_code(cx, "purpose", transfer->purpose));
    return check_remittance(cx, transfer->remittance, transfer->reference);
}

err_t sepa_transfer_add(struct ctx *cx, struct sepa_writer *writer,
                        const struct sepa_transfer *transfer)
{
    struct xml_writer *xml = writer->xml;

    TRY(check_transfer(cx, transfer));
    TRY(transaction_count(cx, writer, SEPA_MESSAGE_TRANSFERS, transfer->amount_cents));
    struct arena_mark mark = arena_mark(writer->scratch);
    xml_open(xml, "CdtTrfTxInf");
    xml_open(xml, "PmtId");
    xml_text(xml, "InstrId", transfer->instruction_id);
    xml_text(xml, "EndToEndId", transfer->end_to_end_id);
    xml_close(xml);
    xml_open(xml, "Amt");
    put_amount(writer, "InstdAmt", transfer->amount_cents);
    xml_close(xml);
    if (transfer->creditor_bic.len > 0)
        put_agent(writer, "CdtrAgt", transfer->creditor_bic);
    open_party(writer, "Cdtr", transfer->creditor_name, &transfer->creditor_address);
    xml_close(xml);
    put_account(writer, "CdtrAcct", transfer->creditor_iban);
    put_party(writer, "UltmtCdtr", transfer->ultimate_creditor);
    put_code(writer, "Purp", transfer->purpose);
    put_remittance(writer, transfer->remittance, transfer->reference);
    xml_close(xml);
    arena_rewind(writer->scratch, mark);
    return xml_writer_state(xml);
}
