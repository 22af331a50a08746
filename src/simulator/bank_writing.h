#ifndef GUICHET_SIMULATOR_BANK_WRITING_H
#define GUICHET_SIMULATOR_BANK_WRITING_H

#include "simulator/bank_report.h"
#include "wire/xml_write.h"

/* What the files of the simulated bank's reports share. */

/* [our choice] The bank's BIC: that of the sandbox merchant (design.md 7). */
#define BANK_BIC STR("TESTFRPP")

struct report_writing {
    const struct bank *bank;
    const struct report *report;
    struct xml_writer *xml;
    struct arena *scratch; /* of one entry */
    bool is_2009;
};

/* Its MsgId: from account, day and number. */
struct str simulated_report_id(const struct bank *bank, struct arena *arena,
                               const struct report *report);

/* --- elements ------------------------------------------------------------------------------------
 */

struct str report_cents(const struct report_writing *writing, int64_t cents);
void report_put_amount(const struct report_writing *writing, const char *name, int64_t cents);
/* One element in another. */
void report_put_in(const struct report_writing *writing, const char *outer, const char *name,
                   struct str text);
void report_put_amount_in(const struct report_writing *writing, const char *outer, int64_t cents);
void report_put_sign(const struct report_writing *writing, bool is_credit);
void report_put_moment(const struct report_writing *writing, const char *name, instant at);
void report_put_day_in(const struct report_writing *writing, const char *outer, struct date day);
void report_put_account(const struct report_writing *writing, const char *name, struct str iban);
void report_put_agent(const struct report_writing *writing, const char *name);
void report_put_party(const struct report_writing *writing, const char *name, struct str text);
/* Rsn/Cd, with who says it, in an element of any name. */
void report_put_reason(const struct report_writing *writing, const char *name, const char *code,
                       const char *why);

/* The instruction that a transaction is told by; a reversal that of its collection. */
struct str report_instruction(const struct bank *bank, const struct bank_file *file,
                              const struct bank_item *item);

/* --- pain.002, bank_status.c ---------------------------------------------------------------------
 */

/* The whole below the root. */
void report_put_status(const struct report_writing *writing);
/* Its transfers were made at once. */
bool simulated_block_is_instant(const struct bank_block *block);
/* Somebody who is paid is not known, or not quite, by the name that the block tells. */
bool simulated_block_in_doubt(const struct bank *bank, const struct bank_file *file,
                              const struct bank_block *block);

#endif
