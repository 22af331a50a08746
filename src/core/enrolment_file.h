#ifndef GUICHET_CORE_ENROLMENT_FILE_H
#define GUICHET_CORE_ENROLMENT_FILE_H

#include "core/document.h"
#include "core/enrolment.h"
#include "core/file_shape.h"

/* The documents step (api/seqino.md 4): who hands in a file never sees it again. One of each kind,
 * the last; sealed as every document. */
#define ENROLMENT_FILE_LIST(X)                                                                     \
    X(ENROLMENT_IDENTITY_FRONT, 1, "identity_front")                                               \
    X(ENROLMENT_IDENTITY_BACK, 2, "identity_back") /* passports have none */                       \
    X(ENROLMENT_EXTRACT, 3, "company_extract")     /* of the register, under three months old */
ENUM_DECLARE(enrolment_file_kind, ENROLMENT_FILE_LIST);
enum { ENROLMENT_FILES = ENROLMENT_EXTRACT + 1, ENROLMENT_FILE_MAX = 10 << 20 /* bytes */ };

struct enrolment_file {
    enum enrolment_file_kind kind; /* 0: there is none */
    enum file_shape shape;
    struct document_id document;
    int64_t size;
    instant created;
};

/* By kind; index 0 is unused. */
MUST_CHECK err_t enrolment_files(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                                 struct enrolment_file out[ENROLMENT_FILES]);
/* Whether what has to be there is there. */
bool enrolment_files_suffice(const struct enrolment_file files[ENROLMENT_FILES]);

/* Takes the place of an earlier one of its kind. The bytes have a shape, and ENROLMENT_FILE_MAX at
 * most. ERR_STATE: the link is not open any more (visit.state), or it is not time for documents. */
struct enrolment_file_put {
    struct operation operation;
    struct enrolment_visit visit;
    enum enrolment_file_kind kind;
    enum file_shape shape;
    struct str bytes;
    struct enrolment_trace trace;
    struct document document; /* private */
};
void enrolment_file_put(struct enrolment_file_put *put);

/* All documents are there: the reviewer has them. In test mode a simulated one decides in the same
 * commit: by the representative's family name, REFUSE is refused, REVIEW waits for the operator,
 * any other is accepted. ERR_STATE as above; ERR_INVALID with a fault on "documents": one is
 * missing. */
struct enrolment_hand_in {
    struct operation operation;
    struct enrolment_visit visit;
    struct enrolment_trace trace;
};
void enrolment_hand_in(struct enrolment_hand_in *hand);

#endif
