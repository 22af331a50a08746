#include "simulator/bank_writing.h"

#include "base/must.h"

#define BANK_NAME STR("Banque de demonstration")

struct str report_cents(const struct report_writing *writing, int64_t cents)
{
    must(cents >= 0);
    return str_format(writing->scratch, "%lld.%02d", (long long)(cents / 100), (int)(cents % 100));
}

void report_put_amount(const struct report_writing *writing, const char *name, int64_t cents)
{
    xml_text_with(writing->xml, name, "Ccy", STR("EUR"), report_cents(writing, cents));
}

void report_put_in(const struct report_writing *writing, const char *outer, const char *name,
                   struct str text)
{
    xml_open(writing->xml, outer);
    xml_text(writing->xml, name, text);
    xml_close(writing->xml);
}

void report_put_amount_in(const struct report_writing *writing, const char *outer, int64_t cents)
{
    xml_open(writing->xml, outer);
    report_put_amount(writing, "Amt", cents);
    xml_close(writing->xml);
}

void report_put_sign(const struct report_writing *writing, bool is_credit)
{
    xml_text(writing->xml, "CdtDbtInd", is_credit ? STR("CRDT") : STR("DBIT"));
}

void report_put_moment(const struct report_writing *writing, const char *name, instant at)
{
    struct wall wall = wall_paris(at);

    xml_text(writing->xml, name,
             str_format(writing->scratch, "%04d-%02d-%02dT%02d:%02d:%02d", wall.date.year,
                        wall.date.month, wall.date.day, wall.hour, wall.minute, wall.second));
}

void report_put_day_in(const struct report_writing *writing, const char *outer, struct date day)
{
    report_put_in(writing, outer, "Dt", date_text(writing->scratch, day));
}

void report_put_account(const struct report_writing *writing, const char *name, struct str iban)
{
    xml_open(writing->xml, name);
    report_put_in(writing, "Id", "IBAN", iban);
    xml_close(writing->xml);
}

void report_put_agent(const struct report_writing *writing, const char *name)
{
    xml_open(writing->xml, name);
    report_put_in(writing, "FinInstnId", writing->is_2009 ? "BIC" : "BICFI", BANK_BIC);
    xml_close(writing->xml);
}

void report_put_party(const struct report_writing *writing, const char *name, struct str text)
{
    xml_open(writing->xml, name);
    if (writing->is_2009)
        xml_text(writing->xml, "Nm", text);
    else
        report_put_in(writing, "Pty", "Nm", text);
    xml_close(writing->xml);
}

/* Rsn/Cd, with who says it, in an element of any name. */
void report_put_reason(const struct report_writing *writing, const char *name, const char *code,
                       const char *why)
{
    xml_open(writing->xml, name);
    report_put_in(writing, "Orgtr", "Nm", BANK_NAME);
    report_put_in(writing, "Rsn", "Cd", str_of(code));
    xml_text(writing->xml, "AddtlInf", str_of(why));
    xml_close(writing->xml);
}

/* A reversal is told by the instruction of its collection. */
struct str report_instruction(const struct bank *bank, const struct bank_file *file,
                              const struct bank_item *item)
{
    size_t index;

    if (!file->reversals)
        return str_of(item->instruction);
    if (!simulated_bank_collection_find(bank, str_of(file->owner), str_of(item->end_to_end),
                                        &index))
        return STR_NONE;
    return str_of(simulated_bank_item_at(bank, index)->instruction);
}
