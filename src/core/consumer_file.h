#ifndef GUICHET_CORE_CONSUMER_FILE_H
#define GUICHET_CORE_CONSUMER_FILE_H

#include "core/consumer.h"
#include "core/document.h"

/* Files that a creditor hands in about a consumer (api/safedebit.md 9 and 11), kept sealed. */
#define CONSUMER_FILE_LIST(X)                                                                      \
    X(CONSUMER_FILE_MANDATE, 1, "mandate")                                                         \
    X(CONSUMER_FILE_IDENTITY, 2, "identity")                                                       \
    X(CONSUMER_FILE_IBAN, 3, "iban")                                                               \
    X(CONSUMER_FILE_KBIS, 4, "kbis") /* extract of the register of companies */                    \
    X(CONSUMER_FILE_OTHER, 5, "other")
ENUM_DECLARE(consumer_file_type, CONSUMER_FILE_LIST);

/* The largest one [api/safedebit.md 9]. */
enum { CONSUMER_FILE_MAX = 10 << 20 };

struct consumer_file {
    struct consumer_file_id id;
    struct consumer_id consumer;
    enum consumer_file_type type;
    struct str description;    /* or {NULL, 0} */
    struct mandate_id mandate; /* whose paper it is, or none */
    struct document_id document;
    instant created;
};

/* What a file is, by its first bytes: PDF, PNG, GIF or JPEG; nothing else is taken. */
bool file_is_known(struct str bytes);
bool file_is_pdf(struct str bytes);

/* Outside any transaction: the sealed document of a file that is known and has CONSUMER_FILE_MAX
 * bytes at most. ERR_UNAVAILABLE with a fault: no vault. */
MUST_CHECK err_t consumer_file_seal(struct core *core, struct ctx *cx, struct str bytes,
                                    struct document *out);
/* Inside a body: writes both; the file gets its id. */
MUST_CHECK err_t consumer_file_insert(struct ctx *cx, struct tx *tx, struct document *document,
                                      struct consumer_file *file);

struct consumer_file_put {
    struct operation operation;
    struct str reference;      /* of the consumer */
    struct document document;  /* from consumer_file_seal */
    struct consumer_file file; /* in: type, description; out */
};
/* ERR_NOT_FOUND with a fault on "consumer". */
void consumer_file_put(struct consumer_file_put *put);

/* All of a consumer's, oldest first. */
MUST_CHECK err_t consumer_files(struct ctx *cx, struct tx *tx, struct consumer_id consumer,
                                struct consumer_file **out, size_t *count);
/* One of them, by the text of its id. ERR_NOT_FOUND with a fault on "file". */
MUST_CHECK err_t consumer_file_find(struct ctx *cx, struct tx *tx, struct consumer_id consumer,
                                    struct str key, struct consumer_file *out);
/* The paper of a mandate that was signed elsewhere, if there is one. */
MUST_CHECK err_t consumer_file_of_mandate(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                          struct consumer_file *out, bool *found);

#endif
