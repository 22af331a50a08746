#include "rails/sepa/writer.h"

#include "base/must.h"
#include "base/sepa_text.h"

ENUM_DEFINE(sepa_generation, SEPA_GENERATION_LIST)
ENUM_DEFINE(sepa_scheme, SEPA_SCHEME_LIST)
ENUM_DEFINE(sepa_sequence, SEPA_SEQUENCE_LIST)
ENUM_DEFINE(sepa_address_form, SEPA_ADDRESS_LIST)

/* [doc] Lengths of the address elements (sepa.md 8). */
enum { STREET_MAX = 70, NUMBER_MAX = 16, BUILDING_MAX = 35, POSTCODE_MAX = 16, TOWN_MAX = 35 };
enum { SCRATCH_MAX = 16 * 1024 * 1024 };

static const struct {
    const char *message;
    const char *space;
    const char *root;
} MESSAGES[][2] = {
    [SEPA_MESSAGE_COLLECTIONS] =
        {{"pain.008.001.02", "urn:iso:std:iso:20022:tech:xsd:pain.008.001.02", "CstmrDrctDbtInitn"},
                                    {"pain.008.001.08", "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08",
          "CstmrDrctDbtInitn"}                                                                                               },
    [SEPA_MESSAGE_TRANSFERS] =
        {{"pain.001.001.03", "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03", "CstmrCdtTrfInitn"},
                                    {"pain.001.001.09", "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09", "CstmrCdtTrfInitn"}},
    [SEPA_MESSAGE_REVERSALS] = {{"pain.007.001.02",
                                 "urn:iso:std:iso:20022:tech:xsd:pain.007.001.02", "CstmrPmtRvsl"},
                                    {"pain.007.001.02",
                                 "urn:iso:std:iso:20022:tech:xsd:pain.007.001.02", "CstmrPmtRvsl"}                           },
};

static size_t generation_index(enum sepa_generation generation)
{
    return generation == SEPA_GENERATION_2009 ? 0 : 1;
}

const char *sepa_file_message(const struct sepa_writer *writer)
{
    return MESSAGES[writer->message][generation_index(writer->generation)].message;
}

/* --- elements ----------------------------------------------------------------------------------
 */

void put_text(struct sepa_writer *writer, const char *name, struct str text, size_t max)
{
    xml_text(writer->xml, name, sepa_text(writer->scratch, text, max));
}

static struct str cents_text(struct sepa_writer *writer, int64_t cents)
{
    return str_format(writer->scratch, "%lld.%02d", (long long)(cents / 100), (int)(cents % 100));
}

void put_amount(struct sepa_writer *writer, const char *name, int64_t cents)
{
    must(cents > 0);
    xml_text_with(writer->xml, name, "Ccy", STR("EUR"), cents_text(writer, cents));
}

void put_sum(struct sepa_writer *writer, int64_t cents)
{
    must(cents > 0);
    xml_text(writer->xml, "CtrlSum", cents_text(writer, cents));
}

void put_date(struct sepa_writer *writer, const char *name, struct date date)
{
    xml_text(writer->xml, name, date_text(writer->scratch, date));
}

void put_moment(struct sepa_writer *writer, const char *name, instant at, bool utc)
{
    struct wall wall = utc ? wall_utc(at) : wall_paris(at);

    xml_text(writer->xml, name,
             str_format(writer->scratch, "%04d-%02d-%02dT%02d:%02d:%02d%s", wall.date.year,
                        wall.date.month, wall.date.day, wall.hour, wall.minute, wall.second,
                        utc ? "Z" : ""));
}

void put_code(struct sepa_writer *writer, const char *name, struct str code)
{
    xml_open(writer->xml, name);
    xml_text(writer->xml, "Cd", code);
    xml_close(writer->xml);
}

void put_account(struct sepa_writer *writer, const char *name, struct str iban)
{
    xml_open(writer->xml, name);
    xml_open(writer->xml, "Id");
    xml_text(writer->xml, "IBAN", iban);
    xml_close(writer->xml);
    xml_close(writer->xml);
}

void put_agent(struct sepa_writer *writer, const char *name, struct str bic)
{
    struct xml_writer *xml = writer->xml;

    xml_open(xml, name);
    xml_open(xml, "FinInstnId");
    if (bic.len > 0) {
        xml_text(xml, writer->generation == SEPA_GENERATION_2009 ? "BIC" : "BICFI", bic);
    } else {
        xml_open(xml, "Othr");
        xml_text(xml, "Id", STR("NOTPROVIDED"));
        xml_close(xml);
    }
    xml_close(xml);
    xml_close(xml);
}

/* --- parties -----------------------------------------------------------------------------------
 */

static struct str street_line(struct sepa_writer *writer, const struct sepa_address *address)
{
    return str_format(writer->scratch, "%.*s %.*s", (int)address->number.len, address->number.ptr,
                      (int)address->street.len, address->street.ptr);
}

/* A number too long for its element stays with the street: a cut one would be another house. */
static void put_street(struct sepa_writer *writer, const struct sepa_address *address)
{
    struct str number = sepa_text(writer->scratch, address->number, SIZE_MAX);
    bool fits = number.len <= NUMBER_MAX && address->street.len > 0;

    put_text(writer, "StrtNm", fits ? address->street : street_line(writer, address), STREET_MAX);
    if (fits)
        xml_text(writer->xml, "BldgNb", number);
    if (writer->generation == SEPA_GENERATION_2009)
        return;
    struct str complement = sepa_text(writer->scratch, address->complement, STREET_MAX);
    xml_text(writer->xml, complement.len <= BUILDING_MAX ? "BldgNm" : "Room", complement);
}

static void put_address(struct sepa_writer *writer, const struct sepa_address *address)
{
    bool hybrid = address->form == SEPA_ADDRESS_HYBRID;

    if ((int)address->form == 0 || address->form == SEPA_ADDRESS_NONE)
        return;
    xml_open(writer->xml, "PstlAdr");
    if (!hybrid)
        put_street(writer, address);
    put_text(writer, "PstCd", address->postcode, POSTCODE_MAX);
    put_text(writer, "TwnNm", address->town, TOWN_MAX);
    xml_text(writer->xml, "Ctry", address->country);
    if (hybrid) {
        put_text(writer, "AdrLine", street_line(writer, address), STREET_MAX);
        put_text(writer, "AdrLine", address->complement, STREET_MAX);
    }
    xml_close(writer->xml);
}

void open_party(struct sepa_writer *writer, const char *name, struct str text,
                const struct sepa_address *address)
{
    xml_open(writer->xml, name);
    put_text(writer, "Nm", text, SEPA_NAME_MAX);
    put_address(writer, address);
}

void put_party(struct sepa_writer *writer, const char *name, struct str text)
{
    static const struct sepa_address NOWHERE = {.form = SEPA_ADDRESS_NONE};

    open_party(writer, name, text, &NOWHERE);
    xml_close(writer->xml);
}

void put_remittance(struct sepa_writer *writer, struct str remittance, struct str reference)
{
    struct xml_writer *xml = writer->xml;

    xml_open(xml, "RmtInf");
    if (reference.len > 0) {
        xml_open(xml, "Strd");
        xml_open(xml, "CdtrRefInf");
        xml_open(xml, "Tp");
        put_code(writer, "CdOrPrtry", STR("SCOR"));
        xml_text(xml, "Issr", STR("ISO"));
        xml_close(xml);
        xml_text(xml, "Ref", reference);
        xml_close(xml);
        xml_close(xml);
    } else {
        put_text(writer, "Ustrd", remittance, SEPA_REMITTANCE_MAX);
    }
    xml_close(xml);
}

void put_initiator(struct sepa_writer *writer, const struct sepa_header *header)
{
    struct xml_writer *xml = writer->xml;

    xml_open(xml, "InitgPty");
    put_text(writer, "Nm", header->initiator_name, SEPA_NAME_MAX);
    xml_open(xml, "Id");
    xml_open(xml, "OrgId");
    xml_open(xml, "Othr");
    xml_text(xml, "Id", header->initiator_id);
    xml_close(xml);
    xml_close(xml);
    xml_close(xml);
    xml_close(xml);
}

/* --- file and blocks ---------------------------------------------------------------------------
 */

static err_t check_header(struct ctx *cx, const struct sepa_header *header)
{
    TRY(check_reference(cx, "msg_id", header->msg_id));
    if (header->msg_id.len > SEPA_MSG_ID_MAX)
        return fault(cx, ERR_INVALID, "msg_id", "is longer than 30 characters");
    TRY(check_name(cx, "initiator_name", header->initiator_name));
    TRY(check_optional_reference(cx, "initiator_id", header->initiator_id));
    return check_totals(cx, header->count, header->sum_cents);
}

static void scratch_free(void *arena)
{
    arena_free(arena);
}

err_t file_begin(struct ctx *cx, enum sepa_message message, const struct sepa_header *header,
                 const struct sink *sink, struct sepa_writer **out)
{
    must(message == SEPA_MESSAGE_REVERSALS || header->generation == SEPA_GENERATION_2009 ||
         header->generation == SEPA_GENERATION_2019);
    TRY(check_header(cx, header));
    struct sepa_writer *writer = arena_make(cx->arena, struct sepa_writer);
    *writer = (struct sepa_writer){
        .xml = xml_writer_new(cx->arena, sink),
        .scratch = arena_new(SCRATCH_MAX),
        .message = message,
        .generation = message == SEPA_MESSAGE_REVERSALS ? SEPA_GENERATION_2009 : header->generation,
        .file_told = {header->count, header->sum_cents},
    };
    size_t generation = generation_index(writer->generation);
    struct xml_writer *xml = writer->xml;
    arena_defer(cx->arena, scratch_free, writer->scratch);
    xml_open_with(xml, "Document", "xmlns", str_of(MESSAGES[message][generation].space));
    xml_open(xml, MESSAGES[message][generation].root);
    xml_open(xml, "GrpHdr");
    xml_text(xml, "MsgId", header->msg_id);
    put_moment(writer, "CreDtTm", header->created, header->created_utc);
    xml_int(xml, "NbOfTxs", header->count);
    put_sum(writer, header->sum_cents);
    *out = writer;
    return OK;
}

static err_t totals_agree(struct ctx *cx, const struct sepa_totals *told,
                          const struct sepa_totals *found)
{
    if (told->count != found->count)
        return fault(cx, ERR_INVALID, "count", "is not the number of transactions");
    if (told->sum_cents != found->sum_cents)
        return fault(cx, ERR_INVALID, "sum_cents", "is not the sum of the transactions");
    return OK;
}

static err_t block_end(struct ctx *cx, struct sepa_writer *writer)
{
    if (!writer->in_block)
        return OK;
    TRY(totals_agree(cx, &writer->block_told, &writer->block));
    xml_close(writer->xml);
    writer->in_block = false;
    return OK;
}

err_t block_begin(struct ctx *cx, struct sepa_writer *writer, enum sepa_message message,
                  const char *element, int64_t count, int64_t sum_cents)
{
    must(writer->message == message);
    TRY(check_totals(cx, count, sum_cents));
    TRY(block_end(cx, writer));
    writer->in_block = true;
    writer->block_told = (struct sepa_totals){count, sum_cents};
    writer->block = (struct sepa_totals){0};
    xml_open(writer->xml, element);
    return OK;
}

err_t transaction_count(struct ctx *cx, struct sepa_writer *writer, enum sepa_message message,
                        int64_t cents)
{
    must(writer->message == message);
    must(writer->in_block);
    writer->block.count++;
    writer->file.count++;
    if (add_overflows(writer->block.sum_cents, cents, &writer->block.sum_cents) ||
        add_overflows(writer->file.sum_cents, cents, &writer->file.sum_cents))
        return fault(cx, ERR_INVALID, "sum_cents", "is too large");
    return OK;
}

err_t sepa_file_end(struct ctx *cx, struct sepa_writer *writer, struct xml_written *out)
{
    TRY(block_end(cx, writer));
    TRY(totals_agree(cx, &writer->file_told, &writer->file));
    xml_close(writer->xml);
    xml_close(writer->xml);
    err_t err = xml_writer_end(writer->xml, out);
    return err == OK ? OK : fault(cx, err, "file", "cannot be written");
}
