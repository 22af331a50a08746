#include "simulator/bank_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "simulator/bank_check.h"
#include "simulator/bank_writing.h"

enum { SCRATCH_MAX = 1 << 20 };

/* --- ids
 * -------------------------------------------------------------------------------------------- */

static struct str day_digits(struct arena *arena, struct date day)
{
    return str_format(arena, "%04d%02d%02d", day.year, day.month, day.day);
}

static bool is_status(const struct report *report)
{
    return report->kind == REPORT_ACKNOWLEDGED || report->kind == REPORT_REJECTS ||
           report->kind == REPORT_PAYEES;
}

static const struct bank_file *file_of(const struct bank *bank, const struct report *report)
{
    bool status = is_status(report);

    /* A morning speaks the language of its newest file. */
    return simulated_bank_file_at(bank, status ? report->file
                                               : report->movements[report->count - 1]->file);
}

static instant created_at(const struct bank *bank, const struct report *report)
{
    return is_status(report) ? file_of(bank, report)->now : report->movements[0]->told;
}

/* From account, day and number. */
struct str simulated_report_id(const struct bank *bank, struct arena *arena,
                               const struct report *report)
{
    const struct bank_file *file = file_of(bank, report);
    struct str day = day_digits(arena, date_paris(created_at(bank, report)));
    char tag[9];

    switch (report->kind) {
    case REPORT_ACKNOWLEDGED:
    case REPORT_REJECTS:
    case REPORT_PAYEES:
        simulated_bank_tag(str_of(file->owner),
                           file->block_count == 0
                               ? STR_NONE
                               : str_of(simulated_bank_block_at(bank, file->first_block)->iban),
                           tag);
        return str_format(arena, "SB%s-%s-%s%zu", tag, day.ptr,
                          report->kind == REPORT_ACKNOWLEDGED ? "A"
                          : report->kind == REPORT_REJECTS    ? "R"
                                                              : "P",
                          report->file + 1);
    case REPORT_NOTIFICATION:
    case REPORT_STATEMENT:
        return str_format(arena, "SB%s-%s-%s-%zu", report->account->tag, day.ptr,
                          report->kind == REPORT_NOTIFICATION ? "N" : "S", report->sequence);
    }
    must_fail(__FILE__, __LINE__, "kind is a report_kind");
}

static const char *message_of(const struct bank *bank, const struct report *report)
{
    bool is_2009 = file_of(bank, report)->is_2009;

    switch (report->kind) {
    case REPORT_ACKNOWLEDGED:
    case REPORT_REJECTS:
    case REPORT_PAYEES:
        return is_2009 ? "pain.002.001.03" : "pain.002.001.10";
    case REPORT_NOTIFICATION:
        return is_2009 ? "camt.054.001.02" : "camt.054.001.08";
    case REPORT_STATEMENT:
        return is_2009 ? "camt.053.001.02" : "camt.053.001.08";
    }
    must_fail(__FILE__, __LINE__, "kind is a report_kind");
}

struct str simulated_report_name(const struct bank *bank, struct arena *arena,
                                 const struct report *report)
{
    return str_format(arena, "%s-%s.xml", message_of(bank, report),
                      simulated_report_id(bank, arena, report).ptr);
}

/* --- camt: entries
 * ---------------------------------------------------------------------------------- */

static const char *subfamily_of(const struct bank_file *file, const struct bank_block *block,
                                const struct movement *movement)
{
    if (file->reversals)
        return "PRDD";
    if (movement->kind == MOVEMENT_RETURN)
        return file->transfers ? "RRTN" : "UPDD";
    if (file->transfers)
        return "ESCT";
    return strcmp(block->scheme, "B2B") == 0 ? "BBDD" : "ESDD";
}

/* sepa.md 10.2 */
static void put_bank_code(const struct report_writing *writing, const struct bank_file *file,
                          const struct bank_block *block, const struct movement *movement)
{
    xml_open(writing->xml, "BkTxCd");
    xml_open(writing->xml, "Domn");
    xml_text(writing->xml, "Cd", STR("PMNT"));
    xml_open(writing->xml, "Fmly");
    xml_text(writing->xml, "Cd", file->transfers && !file->reversals ? STR("ICDT") : STR("IDDT"));
    xml_text(writing->xml, "SubFmlyCd", str_of(subfamily_of(file, block, movement)));
    xml_close(writing->xml);
    xml_close(writing->xml);
    xml_close(writing->xml);
}

static void put_batch(const struct report_writing *writing, const struct bank_file *file,
                      const struct bank_block *block, const struct movement *movement)
{
    xml_open(writing->xml, "Btch");
    xml_text(writing->xml, "MsgId", str_of(file->msg_id));
    xml_text(writing->xml, "PmtInfId", str_of(block->id));
    xml_int(writing->xml, "NbOfTxs", (int64_t)(block->item_count - block->rejected));
    report_put_amount(writing, "TtlAmt", movement->cents);
    report_put_sign(writing, movement->is_credit);
    xml_close(writing->xml);
}

static void put_amounts(const struct report_writing *writing, const struct bank_item *item,
                        const struct movement *movement)
{
    int64_t charge = movement->cents - item->cents;

    if (!writing->is_2009) {
        report_put_amount(writing, "Amt", movement->cents);
        report_put_sign(writing, movement->is_credit);
    }
    xml_open(writing->xml, "AmtDtls");
    report_put_amount_in(writing, "InstdAmt", item->cents);
    report_put_amount_in(writing, "TxAmt", movement->cents);
    xml_close(writing->xml);
    must(charge >= 0);
    if (charge == 0)
        return;
    xml_open(writing->xml, "Chrgs");
    if (writing->is_2009) {
        report_put_amount(writing, "Amt", charge);
    } else {
        xml_open(writing->xml, "Rcrd");
        report_put_amount(writing, "Amt", charge);
        report_put_sign(writing, false);
        xml_close(writing->xml);
    }
    xml_close(writing->xml);
}

static void put_parties(const struct report_writing *writing, const struct bank_file *file,
                        const struct bank_block *block, const struct bank_item *item)
{
    /* Those of a reversal are those of its collection. */
    bool we_pay = file->transfers && !file->reversals;
    struct str ours = str_of(block->name);
    struct str theirs = str_of(item->name);

    xml_open(writing->xml, "RltdPties");
    report_put_party(writing, "Dbtr", we_pay ? ours : theirs);
    report_put_account(writing, "DbtrAcct", str_of(we_pay ? block->iban : item->iban));
    report_put_party(writing, "Cdtr", we_pay ? theirs : ours);
    report_put_account(writing, "CdtrAcct", str_of(we_pay ? item->iban : block->iban));
    xml_close(writing->xml);
}

static void put_details(const struct report_writing *writing, const struct bank_file *file,
                        const struct bank_block *block, const struct movement *movement)
{
    const struct bank_item *item = simulated_bank_item_at(writing->bank, movement->index);

    xml_open(writing->xml, "TxDtls");
    xml_open(writing->xml, "Refs");
    xml_text(writing->xml, "MsgId", str_of(file->msg_id));
    xml_text(writing->xml, "PmtInfId", str_of(block->id));
    xml_text(writing->xml, "InstrId", report_instruction(writing->bank, file, item));
    xml_text(writing->xml, "EndToEndId", str_of(item->end_to_end));
    xml_text(writing->xml, "MndtId", str_of(item->umr));
    xml_close(writing->xml);
    put_amounts(writing, item, movement);
    put_parties(writing, file, block, item);
    if (movement->kind == MOVEMENT_RETURN)
        report_put_reason(writing, "RtrInf", item->back, "");
    xml_close(writing->xml);
}

static void put_entry(const struct report_writing *writing, size_t number,
                      const struct movement *movement)
{
    const struct bank *bank = writing->bank;
    size_t block_index = movement->kind == MOVEMENT_BATCH
                             ? movement->index
                             : simulated_bank_item_at(bank, movement->index)->block;
    const struct bank_block *block = simulated_bank_block_at(bank, block_index);
    const struct bank_file *file = simulated_bank_file_at(bank, movement->file);
    const struct account *account = writing->report->account;
    /* An entry keeps its reference in both reports: the one place of the movement. */
    size_t place = (size_t)(movement - (const struct movement *)account->movements.items) + 1;

    xml_open(writing->xml, "Ntry");
    xml_int(writing->xml, "NtryRef", (int64_t)number);
    report_put_amount(writing, "Amt", movement->cents);
    report_put_sign(writing, movement->is_credit);
    if (movement->kind == MOVEMENT_RETURN)
        xml_text(writing->xml, "RvslInd", STR("true"));
    if (writing->is_2009)
        xml_text(writing->xml, "Sts", STR("BOOK"));
    else
        report_put_in(writing, "Sts", "Cd", STR("BOOK"));
    report_put_day_in(writing, "BookgDt", movement->booked);
    report_put_day_in(writing, "ValDt", movement->booked);
    xml_text(writing->xml, "AcctSvcrRef",
             str_format(writing->scratch, "SB%s-%zu", account->tag, place));
    put_bank_code(writing, file, block, movement);
    xml_open(writing->xml, "NtryDtls");
    if (movement->kind == MOVEMENT_BATCH)
        put_batch(writing, file, block, movement);
    else
        put_details(writing, file, block, movement);
    xml_close(writing->xml);
    xml_close(writing->xml);
}

/* --- camt: the whole
 * -------------------------------------------------------------------------------- */

static void put_balance(const struct report_writing *writing, const char *code, int64_t cents,
                        struct date day)
{
    xml_open(writing->xml, "Bal");
    xml_open(writing->xml, "Tp");
    report_put_in(writing, "CdOrPrtry", "Cd", str_of(code));
    xml_close(writing->xml);
    report_put_amount(writing, "Amt", cents < 0 ? -cents : cents);
    report_put_sign(writing, cents >= 0);
    report_put_day_in(writing, "Dt", day);
    xml_close(writing->xml);
}

static int64_t signed_cents(const struct movement *movement)
{
    return movement->is_credit ? movement->cents : -movement->cents;
}

static void put_statement(const struct report_writing *writing)
{
    const struct report *report = writing->report;
    bool statement = report->kind == REPORT_STATEMENT;
    struct str id = simulated_report_id(writing->bank, writing->scratch, report);
    instant told = report->movements[0]->told;
    int64_t closing = report->opening_cents;

    xml_open(writing->xml, statement ? "BkToCstmrStmt" : "BkToCstmrDbtCdtNtfctn");
    xml_open(writing->xml, "GrpHdr");
    xml_text(writing->xml, "MsgId", id);
    report_put_moment(writing, "CreDtTm", told);
    xml_close(writing->xml);
    xml_open(writing->xml, statement ? "Stmt" : "Ntfctn");
    xml_text(writing->xml, "Id", id);
    xml_int(writing->xml, "ElctrncSeqNb", (int64_t)report->sequence);
    report_put_moment(writing, "CreDtTm", told);
    xml_open(writing->xml, "Acct");
    report_put_in(writing, "Id", "IBAN", str_of(report->account->iban));
    xml_text(writing->xml, "Ccy", STR("EUR"));
    xml_open(writing->xml, "Svcr");
    report_put_in(writing, "FinInstnId", writing->is_2009 ? "BIC" : "BICFI", BANK_BIC);
    xml_close(writing->xml);
    xml_close(writing->xml);
    for (size_t i = 0; i < report->count; i++)
        closing += signed_cents(report->movements[i]);
    if (statement) {
        put_balance(writing, "OPBD", report->opening_cents, report->before);
        put_balance(writing, "CLBD", closing, date_paris(told));
    }
    for (size_t i = 0; i < report->count; i++) {
        struct arena_mark mark = arena_mark(writing->scratch);
        put_entry(writing, i + 1, report->movements[i]);
        arena_rewind(writing->scratch, mark);
    }
    xml_close(writing->xml);
    xml_close(writing->xml);
}

err_t simulated_report_write(const struct bank *bank, const struct report *report,
                             const struct sink *sink)
{
    struct arena *arena = arena_new(SCRATCH_MAX);
    struct arena *scratch = arena_new(SCRATCH_MAX);
    struct report_writing writing = {.bank = bank, .report = report, .scratch = scratch};
    struct xml_written written;

    writing.is_2009 = file_of(bank, report)->is_2009;
    writing.xml = xml_writer_new(arena, sink);
    xml_open_with(writing.xml, "Document", "xmlns",
                  str_format(arena, "urn:iso:std:iso:20022:tech:xsd:%s", message_of(bank, report)));
    if (report->kind == REPORT_STATEMENT || report->kind == REPORT_NOTIFICATION)
        put_statement(&writing);
    else
        report_put_status(&writing);
    xml_close(writing.xml);
    err_t err = xml_writer_end(writing.xml, &written);
    arena_free(scratch);
    arena_free(arena);
    return err;
}

/* --- which
 * ------------------------------------------------------------------------------------------ */

size_t simulated_reports_of_file(const struct bank *bank, size_t file,
                                 struct report out[REPORTS_OF_FILE_MAX])
{
    const struct bank_file *sent = simulated_bank_file_at(bank, file);
    bool rejects = false;
    bool doubts = false;
    size_t count = 1;

    for (size_t i = 0; i < sent->block_count; i++) {
        const struct bank_block *block = simulated_bank_block_at(bank, sent->first_block + i);
        rejects |=
            block->code[0] != '\0' || block->rejected > 0 || simulated_block_is_instant(block);
        doubts |= simulated_block_in_doubt(bank, sent, block);
    }
    out[0] = (struct report){.kind = REPORT_ACKNOWLEDGED, .file = file};
    if (rejects)
        out[count++] = (struct report){.kind = REPORT_REJECTS, .file = file};
    if (doubts)
        out[count++] = (struct report){.kind = REPORT_PAYEES, .file = file};
    return count;
}

static int number_compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The order of the statements; in one of them that of the files. */
static int movement_compare(const void *a, const void *b)
{
    const struct movement *left = *(const struct movement *const *)a;
    const struct movement *right = *(const struct movement *const *)b;
    int order = number_compare(left->order, right->order);

    if (order == 0)
        order = number_compare((int64_t)left->late, (int64_t)right->late);
    if (order == 0)
        order = number_compare(left->told, right->told);
    /* Both lie in one list. */
    return order != 0 ? order : (left > right) - (left < right);
}

static bool is_same_report(const struct movement *a, const struct movement *b)
{
    return a->order == b->order && a->late == b->late && a->told == b->told;
}

static bool has_any(const struct account *account, instant after, instant until)
{
    for (size_t i = 0; i < account->movements.count; i++) {
        const struct movement *movement = list_at(&account->movements, struct movement, i);
        if (movement->told > after && movement->told <= until)
            return true;
    }
    return false;
}

size_t simulated_reports_of_account(struct arena *arena, const struct account *account,
                                    instant after, instant until, struct report **out)
{
    size_t count = account->movements.count;
    size_t capacity = 0;
    size_t found = 0;
    struct report next = {.account = account, .sequence = 0};

    *out = NULL;
    if (!has_any(account, after, until))
        return 0;
    const struct movement **sorted = arena_array(arena, const struct movement *, count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = list_at(&account->movements, struct movement, i);
    qsort(sorted, count, sizeof(struct movement *), movement_compare);
    for (size_t from = 0; from < count;) {
        size_t end = from;
        int64_t sum = 0;
        for (; end < count && is_same_report(sorted[from], sorted[end]); end++)
            sum += signed_cents(sorted[end]);
        struct date day = date_paris(sorted[from]->told);
        next.movements = sorted + from;
        next.count = end - from;
        next.sequence++;
        next.before = next.sequence == 1 ? day : next.before;
        for (int both = 0; both < 2; both++) {
            if (sorted[from]->told <= after || sorted[from]->told > until)
                continue;
            *out = arena_grow(arena, *out, sizeof **out, found, &capacity);
            (*out)[found] = next;
            (*out)[found++].kind = both == 0 ? REPORT_NOTIFICATION : REPORT_STATEMENT;
        }
        next.opening_cents += sum;
        next.before = day;
        from = end;
    }
    return found;
}
