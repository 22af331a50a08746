#include "base/sepa_text.h"
#include "base/umr.h"
#include "rails/sepa/writer.h"

/* pain.008, direct debit initiation (sepa.md 9.2). The order of the elements is the schema's. */

err_t sepa_collections_begin(struct ctx *cx, const struct sepa_header *header,
                             const struct sink *sink, struct sepa_writer **out)
{
    TRY(file_begin(cx, SEPA_MESSAGE_COLLECTIONS, header, sink, out));
    put_initiator(*out, header);
    xml_close((*out)->xml);
    return xml_writer_state((*out)->xml);
}

static err_t check_block(struct ctx *cx, const struct sepa_collection_block *block)
{
    TRY(check_reference(cx, "payment_info_id", block->payment_info_id));
    TRY(check_code(cx, "category_purpose", block->category_purpose));
    TRY(check_date(cx, "due", block->due));
    TRY(check_name(cx, "creditor_name", block->creditor_name));
    TRY(check_address(cx, "creditor_address", &block->creditor_address));
    TRY(check_iban(cx, "creditor_iban", block->creditor_iban));
    TRY(check_bic(cx, "creditor_bic", block->creditor_bic));
    return check_reference(cx, "ics", block->ics);
}

static void put_payment_type(struct sepa_writer *writer, const struct sepa_collection_block *block)
{
    struct xml_writer *xml = writer->xml;

    xml_open(xml, "PmtTpInf");
    put_code(writer, "SvcLvl", STR("SEPA"));
    put_code(writer, "LclInstrm", str_of(sepa_scheme_text(block->scheme)));
    xml_text(xml, "SeqTp", str_of(sepa_sequence_text(block->sequence)));
    put_code(writer, "CtgyPurp", block->category_purpose);
    xml_close(xml);
}

/* NAME/Nm and NAME/Id/PrvtId/Othr with the creditor identifier; each may be empty. */
static void put_scheme_id(struct sepa_writer *writer, const char *element, struct str name,
                          struct str ics)
{
    struct xml_writer *xml = writer->xml;

    xml_open(xml, element);
    put_text(writer, "Nm", name, SEPA_NAME_MAX);
    if (ics.len > 0) {
        xml_open(xml, "Id");
        xml_open(xml, "PrvtId");
        xml_open(xml, "Othr");
        xml_text(xml, "Id", ics);
        xml_open(xml, "SchmeNm");
        xml_text(xml, "Prtry", STR("SEPA"));
        xml_close(xml);
        xml_close(xml);
        xml_close(xml);
        xml_close(xml);
    }
    xml_close(xml);
}

err_t sepa_collections_block(struct ctx *cx, struct sepa_writer *writer,
                             const struct sepa_collection_block *block)
{
    struct xml_writer *xml = writer->xml;

    TRY(check_block(cx, block));
    TRY(block_begin(cx, writer, SEPA_MESSAGE_COLLECTIONS, "PmtInf", block->count,
                    block->sum_cents));
    struct arena_mark mark = arena_mark(writer->scratch);
    xml_text(xml, "PmtInfId", block->payment_info_id);
    xml_text(xml, "PmtMtd", STR("DD"));
    xml_text(xml, "BtchBookg", block->batch_booking ? STR("true") : STR("false"));
    xml_int(xml, "NbOfTxs", block->count);
    put_sum(writer, block->sum_cents);
    put_payment_type(writer, block);
    put_date(writer, "ReqdColltnDt", block->due);
    open_party(writer, "Cdtr", block->creditor_name, &block->creditor_address);
    xml_close(xml);
    put_account(writer, "CdtrAcct", block->creditor_iban);
    put_agent(writer, "CdtrAgt", block->creditor_bic);
    put_party(writer, "UltmtCdtr", block->ultimate_creditor);
    xml_text(xml, "ChrgBr", STR("SLEV"));
    put_scheme_id(writer, "CdtrSchmeId", STR_NONE, block->ics);
    arena_rewind(writer->scratch, mark);
    return xml_writer_state(xml);
}

static err_t check_mandate(struct ctx *cx, const struct sepa_collection *collection)
{
    const struct sepa_amendment *change = &collection->amendment;

    if (!umr_valid(collection->umr))
        return fault(cx, ERR_INVALID, "umr", "is not a mandate reference");
    TRY(check_date(cx, "signed_on", collection->signed_on));
    TRY(check_optional_reference(cx, "amendment.old_umr", change->old_umr));
    TRY(check_optional_reference(cx, "amendment.old_ics", change->old_ics));
    if (change->old_iban.len > 0)
        TRY(check_iban(cx, "amendment.old_iban", change->old_iban));
    if (change->old_iban.len > 0 && change->other_account)
        return fault(cx, ERR_INVALID, "amendment.old_iban", "stands beside other_account");
    return OK;
}

static err_t check_collection(struct ctx *cx, const struct sepa_collection *collection)
{
    TRY(check_optional_reference(cx, "instruction_id", collection->instruction_id));
    TRY(check_reference(cx, "end_to_end_id", collection->end_to_end_id));
    TRY(check_amount(cx, "amount_cents", collection->amount_cents));
    TRY(check_mandate(cx, collection));
    TRY(check_bic(cx, "debtor_bic", collection->debtor_bic));
    TRY(check_name(cx, "debtor_name", collection->debtor_name));
    TRY(check_address(cx, "debtor_address", &collection->debtor_address));
    TRY(check_optional_reference(cx, "debtor_id", collection->debtor_id));
    TRY(check_iban(cx, "debtor_iban", collection->debtor_iban));
    TRY(check_code(cx, "purpose", collection->purpose));
    return check_remittance(cx, collection->remittance, collection->reference);
}

static void put_amendment(struct sepa_writer *writer, const struct sepa_amendment *change)
{
    struct xml_writer *xml = writer->xml;
    bool changed = change->old_umr.len > 0 || change->old_ics.len > 0 ||
                   change->old_creditor_name.len > 0 || change->old_iban.len > 0 ||
                   change->other_account;

    if (!changed)
        return;
    xml_text(xml, "AmdmntInd", STR("true"));
    xml_open(xml, "AmdmntInfDtls");
    xml_text(xml, "OrgnlMndtId", change->old_umr);
    put_scheme_id(writer, "OrgnlCdtrSchmeId", change->old_creditor_name, change->old_ics);
    put_account(writer, "OrgnlDbtrAcct", change->old_iban);
    if (change->other_account) {
        xml_open(xml, "OrgnlDbtrAcct");
        xml_open(xml, "Id");
        xml_open(xml, "Othr");
        xml_text(xml, "Id", STR("SMNDA"));
        xml_close(xml);
        xml_close(xml);
        xml_close(xml);
    }
    xml_close(xml);
}

static void put_debtor(struct sepa_writer *writer, const struct sepa_collection *collection)
{
    struct xml_writer *xml = writer->xml;

    open_party(writer, "Dbtr", collection->debtor_name, &collection->debtor_address);
    xml_open(xml, "Id");
    xml_open(xml, collection->debtor_is_company ? "OrgId" : "PrvtId");
    xml_open(xml, "Othr");
    xml_text(xml, "Id", collection->debtor_id);
    xml_close(xml);
    xml_close(xml);
    xml_close(xml);
    xml_close(xml);
}

err_t sepa_collection_add(struct ctx *cx, struct sepa_writer *writer,
                          const struct sepa_collection *collection)
{
    struct xml_writer *xml = writer->xml;

    TRY(check_collection(cx, collection));
    TRY(transaction_count(cx, writer, SEPA_MESSAGE_COLLECTIONS, collection->amount_cents));
    struct arena_mark mark = arena_mark(writer->scratch);
    xml_open(xml, "DrctDbtTxInf");
    xml_open(xml, "PmtId");
    xml_text(xml, "InstrId", collection->instruction_id);
    xml_text(xml, "EndToEndId", collection->end_to_end_id);
    xml_close(xml);
    put_amount(writer, "InstdAmt", collection->amount_cents);
    xml_open(xml, "DrctDbtTx");
    xml_open(xml, "MndtRltdInf");
    xml_text(xml, "MndtId", collection->umr);
    put_date(writer, "DtOfSgntr", collection->signed_on);
    put_amendment(writer, &collection->amendment);
    xml_close(xml);
    xml_close(xml);
    put_agent(writer, "DbtrAgt", collection->debtor_bic);
    put_debtor(writer, collection);
    put_account(writer, "DbtrAcct", collection->debtor_iban);
    put_party(writer, "UltmtDbtr", collection->ultimate_debtor);
    put_code(writer, "Purp", collection->purpose);
    put_remittance(writer, collection->remittance, collection->reference);
    xml_close(xml);
    arena_rewind(writer->scratch, mark);
    return xml_writer_state(xml);
}
