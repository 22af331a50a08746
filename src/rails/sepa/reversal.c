#include "rails/sepa/writer.h"

/* pain.007, reversal of collections that were settled (sepa.md 9.4). */

err_t sepa_reversals_begin(struct ctx *cx, const struct sepa_reversal_header *header,
                           const struct sink *sink, struct sepa_writer **out)
{
    TRY(check_reference(cx, "original_msg_id", header->original_msg_id));
    TRY(check_reference(cx, "original_name", header->original_name));
    TRY(file_begin(cx, SEPA_MESSAGE_REVERSALS, &header->header, sink, out));
    struct xml_writer *xml = (*out)->xml;
    xml_text(xml, "GrpRvsl", STR("false"));
    put_initiator(*out, &header->header);
    xml_close(xml);
    xml_open(xml, "OrgnlGrpInf");
    xml_text(xml, "OrgnlMsgId", header->original_msg_id);
    xml_text(xml, "OrgnlMsgNmId", header->original_name);
    xml_close(xml);
    return xml_writer_state(xml);
}

/* OrgnlNbOfTxs and OrgnlCtrlSum would be the original block's, which is not what is told here. */
err_t sepa_reversals_block(struct ctx *cx, struct sepa_writer *writer,
                           const struct sepa_reversal_block *block)
{
    TRY(check_reference(cx, "original_payment_info_id", block->original_payment_info_id));
    TRY(block_begin(cx, writer, SEPA_MESSAGE_REVERSALS, "OrgnlPmtInfAndRvsl", block->count,
                    block->sum_cents));
    xml_text(writer->xml, "OrgnlPmtInfId", block->original_payment_info_id);
    xml_text(writer->xml, "PmtInfRvsl", STR("false"));
    return xml_writer_state(writer->xml);
}

static err_t check_reversal(struct ctx *cx, const struct sepa_reversal *reversal)
{
    TRY(check_optional_reference(cx, "reversal_id", reversal->reversal_id));
    TRY(check_optional_reference(cx, "original_instruction_id", reversal->original_instruction_id));
    TRY(check_reference(cx, "original_end_to_end_id", reversal->original_end_to_end_id));
    TRY(check_amount(cx, "original_cents", reversal->original_cents));
    TRY(check_amount(cx, "reversed_cents", reversal->reversed_cents));
    if (reversal->reversed_cents > reversal->original_cents)
        return fault(cx, ERR_INVALID, "reversed_cents", "exceeds the original amount");
    if (reversal->reason.len == 0)
        return fault(cx, ERR_INVALID, "reason", "is missing");
    return check_code(cx, "reason", reversal->reason);
}

err_t sepa_reversal_add(struct ctx *cx, struct sepa_writer *writer,
                        const struct sepa_reversal *reversal)
{
    struct xml_writer *xml = writer->xml;

    TRY(check_reversal(cx, reversal));
    TRY(transaction_count(cx, writer, SEPA_MESSAGE_REVERSALS, reversal->reversed_cents));
    struct arena_mark mark = arena_mark(writer->scratch);
    xml_open(xml, "TxInf");
    xml_text(xml, "RvslId", reversal->reversal_id);
    xml_text(xml, "OrgnlInstrId", reversal->original_instruction_id);
    xml_text(xml, "OrgnlEndToEndId", reversal->original_end_to_end_id);
    put_amount(writer, "OrgnlInstdAmt", reversal->original_cents);
    put_amount(writer, "RvsdInstdAmt", reversal->reversed_cents);
    xml_open(xml, "RvslRsnInf");
    put_code(writer, "Rsn", reversal->reason);
    xml_close(xml);
    xml_close(xml);
    arena_rewind(writer->scratch, mark);
    return xml_writer_state(xml);
}
