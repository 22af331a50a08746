#ifndef GUICHET_RAILS_SEPA_DESK_H
#define GUICHET_RAILS_SEPA_DESK_H

#include "core/bank_report.h"
#include "wire/xml_write.h"

/* What files to the bank and from it need: the database, and places on the disk. Of one thread at a
 * time, which may block. Below the data directory lie
 *
 *     sepa/sent/NUMBER.xml          what we made, its bytes fixed once the row says "built"
 *     sepa/received/SHA256.xml      what came, unless it lies in in_dir/done
 *     sepa/lock                     held while files are made or read
 */
struct sepa_desk {
    struct store *store;
    struct reader *reader;
    struct vault *vault;   /* NULL: no file of ours can be written */
    struct holder *holder; /* which of several servers, core/holder.h; NULL: alone */
    struct id_source *ids;
    struct news_desk *news;
    struct str data;       /* the data directory */
    struct str out_dir;    /* sepa.out_dir, or empty: live files have no way out */
    struct str in_dir;     /* sepa.in_dir, or empty */
    struct str schema_dir; /* sepa.schema_dir, or empty: not checked */
    /* The bank of test mode; NULL: there is none. */
    const char *bank_url;
    const char *bank_secret;
    int timeout_ms;
};

/* Makes the directories and waits for the lock, of this machine's processes and then of all
 * servers: *fd is given back by desk_unlock. ERR_IO with a fault; ERR_BUSY with a fault: another
 * server has it, for longer than one waits for it. */
MUST_CHECK err_t desk_lock(struct ctx *cx, const struct sepa_desk *desk, int *fd);
void desk_unlock(struct ctx *cx, const struct sepa_desk *desk, int fd);

/* The snapshot of now, of cx's merchant. */
MUST_CHECK err_t desk_read(const struct sepa_desk *desk, struct tx **tx);

/* A context like this one, with memory of its own: for what would fill the arena. */
void desk_ctx(const struct ctx *like, struct ctx *out);
void desk_ctx_free(struct ctx *cx);

/* --- files on the disk --------------------------------------------------------------------------
 */

/* The path of a file of ours; of one that came. */
const char *desk_sent_path(struct ctx *cx, const struct sepa_desk *desk, struct str msg_id);
const char *desk_received_path(struct ctx *cx, const struct sepa_desk *desk, struct str name);

/* A new file beside its place, for writing: *fd. desk_file_place puts it there in one step,
 * durably, and closes; desk_file_drop closes and removes it. */
MUST_CHECK err_t desk_file_new(struct ctx *cx, const char *path, int *fd);
MUST_CHECK err_t desk_file_place(struct ctx *cx, const char *path, int fd);
void desk_file_drop(struct ctx *cx, const char *path, int fd);

/* ERR_NOT_FOUND and ERR_IO without a fault. */
MUST_CHECK err_t desk_file_open(const char *path, int *fd);
/* Length and SHA-256, read from where it stands; rewound afterwards. */
MUST_CHECK err_t desk_file_measure(int fd, struct xml_written *out);
/* Copies a file in one step, durably. ERR_IO with a fault on "file". */
MUST_CHECK err_t desk_file_copy(struct ctx *cx, const char *from, const char *to);
/* Gives a file in the same directory another name, durably. ERR_IO with a fault on "file". */
MUST_CHECK err_t desk_file_rename(struct ctx *cx, const char *from, const char *to);
/* Moves a file into another directory, which is made; a name that is taken there gets a number. */
MUST_CHECK err_t desk_file_move(struct ctx *cx, struct str from_dir, const char *name,
                                const char *below);

#endif
