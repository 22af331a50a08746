#ifndef GUICHET_SIMULATOR_BANK_REPORT_H
#define GUICHET_SIMULATOR_BANK_REPORT_H

#include "base/err.h"
#include "simulator/bank.h"
#include "wire/stream.h"

/* What the simulated bank answers, as files (sepa.md 10): it follows from the bank alone, so the
 * same question gives the same bytes. */

enum report_kind {
    REPORT_ACKNOWLEDGED = 1, /* pain.002 about the file */
    REPORT_REJECTS,          /* pain.002 about what was rejected, and instant transfers that went */
    REPORT_NOTIFICATION,     /* camt.054 of a morning */
    REPORT_STATEMENT,        /* camt.053 of a morning */
    REPORT_PAYEES,           /* pain.002 about who is paid (VoP), where anything is in doubt */
};
enum { REPORTS_OF_FILE_MAX = 3 };

/* The movements of one account that one camt.054 and one camt.053 tell. */
struct report {
    enum report_kind kind;
    size_t file; /* of pain.002 */
    const struct account *account;
    const struct movement *const *movements;
    size_t count;
    size_t sequence; /* among the account's statements, from 1 */
    int64_t opening_cents;
    struct date before; /* day of the statement before; the day itself for the first one */
};

/* "camt.054.001.08-SB....xml" */
struct str simulated_report_name(const struct bank *bank, struct arena *arena,
                                 const struct report *report);

/* Writes the file. ERR of the sink only. */
MUST_CHECK err_t simulated_report_write(const struct bank *bank, const struct report *report,
                                        const struct sink *sink);

/* The answers to a file, one at least. */
size_t simulated_reports_of_file(const struct bank *bank, size_t file,
                                 struct report out[REPORTS_OF_FILE_MAX]);

/* Both reports of each morning in (after, until] that has movements, oldest first, in the arena. */
size_t simulated_reports_of_account(struct arena *arena, const struct account *account,
                                    instant after, instant until, struct report **out);

#endif
