#ifndef GUICHET_SIMULATOR_BOOK_H
#define GUICHET_SIMULATOR_BOOK_H

#include "base/clock.h"
#include "base/err.h"
#include "base/money.h"
#include "simulator/table.h"

/* The acquirer's book: every message that was decided, in order, and what follows from them. It
 * changes only through the functions below, live and when the journal is read again, so both give
 * the same book. */

/* The first two digits of the MTI. */
enum entry_class { CLASS_AUTH = 1, CLASS_FINANCIAL = 2, CLASS_REVERSAL = 4 };
enum entry_kind { ENTRY_AUTH = 1, ENTRY_CAPTURE, ENTRY_REFUND, ENTRY_REVERSAL };

enum { NO_ENTRY = -1, KEY_MAX = 64 };

struct entry {
    /* Written to the journal; never changes. */
    enum entry_kind kind;
    int64_t at; /* real time, an instant */
    char mti[5];
    char sent[11];
    char stan[7];
    char acquirer[12];
    char terminal[9];
    char acceptor[16];
    char rrn[13];
    char day[5]; /* DE 13 */
    char payment[37];
    char card_mask[20];
    char card_hash[17];
    struct money amount;
    char code[3];
    char auth_code[7];
    char network[3];
    char cvc_result[2];
    char dispute[5]; /* reason to come, or "" */
    bool preauth;
    bool at_once; /* the card's money moves with the authorisation, or with the capture of a hold */
    int64_t kept_minor;         /* money moved at once and this was kept; -1: it did not */
    int64_t replace_minor;      /* DE 95; -1: none */
    int64_t original;           /* index of the entry it refers to, or NO_ENTRY */
    char original_key[KEY_MAX]; /* of a reversal that came before what it reverses */
    /* What follows. */
    bool reversed;
    int64_t held_minor;  /* of an authorisation: what the card reserves, captured or not */
    int64_t held_before; /* of a reversal: to be put back when it is itself reversed */
    int64_t captured_minor;
    int64_t refunded_minor;
    size_t settlement; /* number of the file, 0: none yet */
};

struct dispute {
    size_t auth;
    struct money amount;
    char code[3]; /* of its 0432, "" until then */
    size_t settlement;
};

struct settlement_file {
    char acceptor[16];
    struct date day;
    int number; /* of that day */
};

struct book {
    struct list entries;     /* struct entry */
    struct list disputes;    /* struct dispute */
    struct list settlements; /* struct settlement_file */
    struct table_of *keys;   /* identity to entry */
    struct table_of *days;   /* acceptor and day to settlement file */
};

void book_init(struct book *book);
void book_free(struct book *book);

/* The identity of a message (cards.md 3.3): class, DE 7, 11, 32, 41, 42. */
struct identity {
    char text[KEY_MAX];
};
struct identity identity_of(const char *mti, const char *sent, const char *stan,
                            const char *acquirer, const char *terminal, const char *acceptor);
struct identity entry_identity(const struct entry *entry);

struct entry *book_entry(const struct book *book, size_t index);
struct dispute *book_dispute(const struct book *book, size_t index);

/* The entry with this identity; NO_ENTRY. *tombstone: it is a reversal that came before. */
int64_t book_find(const struct book *book, const struct identity *identity, bool *tombstone);

/* Whether an entry reserves or moves money: code 00, or 10 of an authorisation. */
bool entry_stands(const struct entry *entry);
/* What an authorisation approves: half of what was asked for with code 10. */
int64_t entry_granted(const struct entry *entry);

/* The authorisation that an entry belongs to, itself included; NULL when it has none. */
struct entry *book_root(const struct book *book, const struct entry *entry);

/* Adds an entry and does what it says; returns its index. Its kind, code and original must have
 * been decided. */
size_t book_add(struct book *book, const struct entry *entry);

void book_dispute_answered(struct book *book, size_t dispute, const char *code);

/* Whether anything of this acceptor waits for a settlement file; and taking it into one. */
bool book_has_unsettled(const struct book *book, struct str acceptor);
size_t book_settle(struct book *book, struct str acceptor, struct date day);
/* The number of the day's file, 0 when there is none. */
size_t book_settled(const struct book *book, struct str acceptor, struct date day);
struct settlement_file *book_settlement(const struct book *book, size_t number);

/* What is kept of a captured amount: 20, 5 and 15 basis points, each rounded half up. */
struct fees {
    int64_t interchange_minor;
    int64_t scheme_minor;
    int64_t acquirer_minor;
};
struct fees fees_of(struct money amount);
int64_t fees_sum(struct fees fees);

#endif
