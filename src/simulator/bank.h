#ifndef GUICHET_SIMULATOR_BANK_H
#define GUICHET_SIMULATOR_BANK_H

#include "base/clock.h"
#include "base/iban.h"
#include "simulator/journal.h"
#include "simulator/table.h"

/* The simulated bank of test mode (design.md 6 and 7, sepa.md 3, 4, 9 and 10): the files it was
 * sent, what it decided about them, and the movements on the accounts that follow. It changes only
 * through the functions below, live and when the journal is read again, so both give the same bank.
 *
 * An account is an IBAN of an owner. The owner is any text that the asker chooses, or none: owners
 * have nothing in common, which keeps merchants apart whose test clocks differ.
 *
 * [our choice] A file is decided when it comes. Direct debits are booked on D at 07:00 in Paris,
 * returned two business days later (MD01: after ten days, when only a refund is left); reversals of
 * them are taken until five business days after D and booked on the next one; transfers
 * are booked on their execution day and told at the next 07:00 of a business day. Every account
 * begins with nothing and may be overdrawn. */

enum {
    BANK_REFERENCE_MAX = 35,
    BANK_NAME_MAX = 70, /* bytes */
    BANK_CODE_LEN = 4,
    BANK_OWNER_MAX = 64,
    BANK_HOUR = 7, /* of booking and reports */
    BANK_WHY_MAX = 104,
};

struct bank_file {
    char owner[BANK_OWNER_MAX + 1];
    char sha[65];                        /* of its bytes */
    char content[65];                    /* of what it asks for, whatever its ids are */
    char msg_id[BANK_REFERENCE_MAX + 1]; /* or "" where it could not be read */
    char message[16];                    /* "pain.008.001.08", or "" */
    bool transfers;                      /* the money leaves us: transfers and reversals */
    bool reversals; /* of collections, which its items name by their end-to-end id */
    bool is_2009;   /* answered in the versions of 2009 */
    instant now;
    int64_t count; /* of transactions, recomputed */
    int64_t sum_cents;
    char code[BANK_CODE_LEN + 1]; /* why all of it was rejected, or "" */
    char why[BANK_WHY_MAX + 1];
    int64_t charge_cents; /* of each return */
    size_t first_block;
    size_t block_count;
};

struct bank_block {
    size_t file;
    char id[BANK_REFERENCE_MAX + 1];
    char iban[IBAN_MAX + 1]; /* ours: the creditor's, or the one that pays */
    char name[BANK_NAME_MAX + 1];
    char scheme[BANK_CODE_LEN + 1]; /* CORE, B2B, INST or "" */
    struct date day;                /* asked for */
    bool batch;
    char code[BANK_CODE_LEN + 1]; /* why all of it was rejected, or "" */
    size_t first_item;
    size_t item_count;
    /* What follows. */
    size_t rejected;
    int64_t accepted_cents;
};

struct bank_item {
    size_t block;
    int64_t cents;
    char end_to_end[BANK_REFERENCE_MAX + 1];
    char instruction[BANK_REFERENCE_MAX + 1];
    char umr[BANK_REFERENCE_MAX + 1];
    char iban[IBAN_MAX + 1]; /* of the other side */
    char name[BANK_NAME_MAX + 1];
    char code[BANK_CODE_LEN + 1]; /* why it was rejected, or "" */
    char back[BANK_CODE_LEN + 1]; /* why it comes back, or "" */
    /* What follows. */
    bool is_reversed; /* a collection that was given back */
};

enum movement_kind {
    MOVEMENT_BATCH = 1, /* of a block: its accepted transactions in one amount */
    MOVEMENT_SINGLE,    /* of an item */
    MOVEMENT_RETURN,    /* of an item, with the charge */
};

struct movement {
    enum movement_kind kind;
    size_t index; /* of the block or item */
    size_t file;
    int64_t cents; /* above zero */
    bool is_credit;
    struct date booked;
    instant told; /* 07:00 of the report that has it */
    /* The order of the statements: their time, and behind what was asked for already what came too
     * late for it. */
    instant order;
    size_t late; /* 0, or the number of the file */
};

struct account {
    char owner[BANK_OWNER_MAX + 1];
    char iban[IBAN_MAX + 1];
    char tag[9];   /* in message ids: hexadecimal digits that follow from owner and IBAN */
    instant asked; /* up to here reports were given out, and stay as they are */
    instant clock; /* the latest time that it heard of */
    struct list movements;
};

/* A file while it is read: the lists become the bank's. */
struct bank_draft {
    struct bank_file file;
    struct list blocks; /* struct bank_block; file and first_item are set when it is taken */
    struct list items;  /* struct bank_item; block counts from 0 */
    char original[BANK_REFERENCE_MAX + 1]; /* MsgId of what is reversed, or "" */
};
void simulated_bank_draft_free(struct bank_draft *draft);

struct bank;
struct bank *simulated_bank_new(void);
void simulated_bank_free(struct bank *bank);

/* One line of the journal; ERR_NOT_FOUND when its letter is none of the bank's, ERR_MALFORMED. */
MUST_CHECK err_t simulated_bank_apply(struct bank *bank, const struct record *record);
/* Behind the last line: a file that was not written to its end was never answered and is gone. */
void simulated_bank_applied(struct bank *bank);

/* The file with these bytes from this owner. */
bool simulated_bank_file_find(const struct bank *bank, struct str owner, struct str sha,
                              size_t *out);

/* Decides whether it is there already (AM05), writes it to the journal and takes it; returns its
 * index. The draft is used up. The caller syncs before it answers. */
size_t simulated_bank_add(struct bank *bank, struct journal *journal, struct bank_draft *draft);

/* Reports up to a time are given out: what is booked from now on cannot change them. */
void simulated_bank_asked(struct journal *journal, struct account *account, instant until);

/* What each return costs from now on; 0 at first. */
int64_t simulated_bank_charge(const struct bank *bank);
void simulated_bank_set_charge(struct bank *bank, struct journal *journal, int64_t cents);

const struct bank_file *simulated_bank_file_at(const struct bank *bank, size_t index);
const struct bank_block *simulated_bank_block_at(const struct bank *bank, size_t index);
const struct bank_item *simulated_bank_item_at(const struct bank *bank, size_t index);
size_t simulated_bank_item_count(const struct bank *bank);
/* The collection with this end-to-end id in an accepted file of this owner. */
bool simulated_bank_collection_find(const struct bank *bank, struct str owner,
                                    struct str end_to_end, size_t *out);
/* NULL when nothing was ever accepted for it. Valid until the next file is added. */
struct account *simulated_bank_account(const struct bank *bank, struct str owner, struct str iban);
/* Eight hexadecimal digits for message ids. */
void simulated_bank_tag(struct str owner, struct str iban, char out[9]);

/* When an item moves money, and when it comes back; 0: never. */
struct bank_times {
    struct date booked;
    instant told;
    struct date back_booked;
    instant back_told;
};
struct bank_times simulated_bank_times_of(const struct bank *bank, const struct bank_item *item);

#endif
