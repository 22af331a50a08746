#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "base/crypto.h"
#include "core/consumer_file.h"
#include "core/mandate_paper.h"
#include "core/mandate_search.h"
#include "face/drawn.h"

#include <limits.h>

/* Files about consumers and the papers of mandates (api/safedebit.md 9 and 11). */

/* --- upload_file ---------------------------------------------------------------------------------
 */

struct upload_in {
    struct given given;
    struct str reference;
    struct str file;
    struct str type;
    struct str description;
    struct str check; /* nobody checks files yet, so there is nothing to refuse */
};

#define FILE_TYPES "1 2 3 4 5"
#define FILE_CHECKS "1 2"
#define AT(member) offsetof(struct upload_in, member)
static const struct argument UPLOAD_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT,  35,  REQUIRED, DOC, AT(reference),   NULL       },
    {"file_data",                    A_FILE,  0,   REQUIRED, DOC, AT(file),        NULL       },
    {"file_type",                    A_WORD,  0,   REQUIRED, DOC, AT(type),        FILE_TYPES },
    {"file_description",             A_ALNUM, 256, OPTIONAL, DOC, AT(description), NULL       },
    {"file_verif",                   A_WORD,  0,   OPTIONAL, DOC, AT(check),       FILE_CHECKS},
};
#undef AT
const struct arguments SAFEDEBIT_UPLOAD_FILE =
    ARGUMENTS_OF("UploadFile", struct upload_in, UPLOAD_ROWS);

static void upload_start(struct operation *operation)
{
    consumer_file_put((struct consumer_file_put *)operation);
}

static err_t uploaded_text(const struct request *request, struct operation *operation,
                           struct str *out)
{
    (void)operation;
    *out = ssp_done_text(request);
    return OK;
}

/* The numbers of the wire are those of the core's enum: its members are in this order. */
static int64_t type_wire(enum consumer_file_type type)
{
    return (int64_t)type;
}

void safedebit_upload_file(struct request *request)
{
    struct consumer_file_put *put = arena_make(request->cx->arena, struct consumer_file_put);
    struct upload_in in;

    if (!arguments_read(request, &SAFEDEBIT_UPLOAD_FILE, &in))
        return;
    put->reference = in.reference;
    put->file.type = (enum consumer_file_type)(in.type.ptr[0] - '0');
    put->file.description = in.description.len > 0 ? in.description : STR_NONE;
    err_t err = consumer_file_seal(request->core, request->cx, in.file, &put->document);
    if (err != OK)
        ssp_error(request, err);
    else
        ssp_create(request, &put->operation, upload_start, uploaded_text);
}

/* --- get_available_files -------------------------------------------------------------------------
 */

struct files_in {
    struct given given;
    struct str reference;
};
#define AT(member) offsetof(struct files_in, member)
static const struct argument FILES_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT, 35, REQUIRED, DOC, AT(reference), NULL},
};
#undef AT
const struct arguments SAFEDEBIT_GET_AVAILABLE_FILES =
    ARGUMENTS_OF("GetAvailableFiles", struct files_in, FILES_ROWS);

struct entry_out {
    struct given given;
    int64_t type;
    struct str key;
};
#define AT(member) FIELD_AT(struct entry_out, member)
static const struct field ENTRY_FIELDS[] = {
    {"file_type", F_INT,  1, 5,   REQUIRED, DOC, ED_ALL, AT(type)},
    {"file_key",  F_TEXT, 1, 128, REQUIRED, DOC, ED_ALL, AT(key) },
};
#undef AT
static const struct table ENTRY_OUT = TABLE_OF("AvailableFile", struct entry_out, ENTRY_FIELDS);

struct files_out {
    struct given given;
    bool result;
    struct field_list data;
};
#define AT(member) FIELD_AT(struct files_out, member)
#define AT_DATA FIELD_AT_MORE(struct files_out, data, &ENTRY_OUT)
static const struct field FILES_FIELDS[] = {
    {"result", F_BOOL,    0, 0,       REQUIRED, DOC, ED_ALL, AT(result)},
    {"data",   F_OBJECTS, 0, INT_MAX, REQUIRED, DOC, ED_ALL, AT_DATA   },
};
#undef AT
#undef AT_DATA
const struct table SAFEDEBIT_FILES = TABLE_OF("AvailableFiles", struct files_out, FILES_FIELDS);

static void files_answer(struct request *request, const struct consumer_file *list, size_t count)
{
    struct entry_out *rows = arena_array(request->cx->arena, struct entry_out, count + 1);

    for (size_t i = 0; i < count; i++) {
        rows[i].type = type_wire(list[i].type);
        rows[i].key = str_of(list[i].id.raw);
    }
    const struct files_out out = {
        .result = true, .data = {rows, count}
    };
    ssp_answer(request, &SAFEDEBIT_FILES, &out);
}

void safedebit_get_available_files(struct request *request)
{
    struct consumer_file *list;
    struct consumer consumer;
    struct files_in in;
    struct tx *tx;
    size_t count;

    if (!arguments_read(request, &SAFEDEBIT_GET_AVAILABLE_FILES, &in) || !ssp_read(request, &tx))
        return;
    err_t err = consumer_find(request->cx, tx, in.reference, false, &consumer);
    if (err == OK)
        err = consumer_files(request->cx, tx, consumer.id, &list, &count);
    if (err == OK)
        files_answer(request, list, count);
    else
        ssp_error(request, err);
}

/* --- one file ------------------------------------------------------------------------------------
 */

struct file_out {
    struct given given;
    bool result;
    struct str file;
};
enum { FILE_WIRE_MAX = CONSUMER_FILE_MAX / 3 * 4 + 4 };
#define AT(member) FIELD_AT(struct file_out, member)
static const struct field FILE_FIELDS[] = {
    {"result",    F_BOOL, 0, 0,             REQUIRED, DOC, ED_ALL, AT(result)},
    {"file_data", F_TEXT, 1, FILE_WIRE_MAX, REQUIRED, DOC, ED_ALL, AT(file)  },
};
#undef AT
const struct table SAFEDEBIT_FILE = TABLE_OF("File", struct file_out, FILE_FIELDS);

static void file_answer(struct request *request, struct str bytes)
{
    const struct file_out out = {
        .result = true,
        .file = base64_encode(request->cx->arena, bytes),
    };

    ssp_answer(request, &SAFEDEBIT_FILE, &out);
}

struct archive_in {
    struct given given;
    struct str reference;
    struct str key;
};
#define AT(member) offsetof(struct archive_in, member)
static const struct argument ARCHIVE_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT, 35,  REQUIRED, DOC, AT(reference), NULL},
    {"file_key",                     A_TEXT, 128, REQUIRED, DOC, AT(key),       NULL},
};
#undef AT
const struct arguments SAFEDEBIT_DOWNLOAD_ARCHIVE_FILE =
    ARGUMENTS_OF("DownloadArchiveFile", struct archive_in, ARCHIVE_ROWS);

static err_t archive_read(struct request *request, struct tx *tx, const struct archive_in *in,
                          struct str *bytes)
{
    struct ctx *cx = request->cx;
    struct consumer_file file;
    struct consumer consumer;

    TRY(consumer_find(cx, tx, in->reference, false, &consumer));
    TRY(consumer_file_find(cx, tx, consumer.id, in->key, &file));
    return document_open(request->core, cx, tx, file.document, bytes);
}

void safedebit_download_archive_file(struct request *request)
{
    struct archive_in in;
    struct str bytes;
    struct tx *tx;

    if (!arguments_read(request, &SAFEDEBIT_DOWNLOAD_ARCHIVE_FILE, &in) || !ssp_read(request, &tx))
        return;
    err_t err = archive_read(request, tx, &in, &bytes);
    if (err == OK)
        file_answer(request, bytes);
    else
        ssp_error(request, err);
}

/* --- download_mandate_file -----------------------------------------------------------------------
 */

struct paper_in {
    struct given given;
    struct str reference;
    struct str umr;
};
#define AT(member) offsetof(struct paper_in, member)
static const struct argument PAPER_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT, 35, REQUIRED, DOC, AT(reference), NULL},
    {"umr",                          A_UMR,  35, OPTIONAL, DOC, AT(umr),       NULL},
};
#undef AT
const struct arguments SAFEDEBIT_DOWNLOAD_MANDATE_FILE =
    ARGUMENTS_OF("DownloadMandateFile", struct paper_in, PAPER_ROWS);

struct paper_shown {
    struct drawn drawn; /* first */
    struct mandate_pdf_ask ask;
};

/* The paper that came in, else the document of the mandate; *ready is false while that has to be
 * drawn. */
static err_t paper_read(struct request *request, struct tx *tx, const struct drawn *drawn,
                        struct str *bytes, bool *ready)
{
    const struct mandate_id id = ((const struct paper_shown *)drawn)->ask.id;
    struct ctx *cx = request->cx;
    struct consumer_file file;

    TRY(consumer_file_of_mandate(cx, tx, id, &file, ready));
    if (*ready)
        return document_open(request->core, cx, tx, file.document, bytes);
    return mandate_pdf_read(request->core, cx, tx, id, bytes, ready);
}

static void paper_error(struct request *request, err_t err)
{
    if (err == ERR_UNAVAILABLE || err == ERR_NOT_FOUND)
        ssp_fail(request, CODE_FILE_UNKNOWN, "umr", "has no file");
    else
        ssp_error(request, err);
}

static void paper_answer(struct request *request, const struct drawn *drawn, struct str bytes)
{
    (void)drawn;
    file_answer(request, bytes);
}

static void paper_late(struct request *request)
{
    ssp_error(request, ERR_UNAVAILABLE);
}

static const struct drawn_style PAPER = {
    .read = paper_read,
    .answer = paper_answer,
    .refuse = ssp_error,
    .refuse_ask = paper_error,
    .late = paper_late,
};

static void paper_start(struct operation *ask)
{
    mandate_pdf_ask((struct mandate_pdf_ask *)ask);
}

static void paper_show(struct request *request, struct mandate_id id)
{
    struct paper_shown *shown = arena_make(request->cx->arena, struct paper_shown);

    shown->drawn.style = &PAPER;
    shown->ask.id = id;
    drawn_show(request, &shown->drawn, &shown->ask.operation, paper_start);
}

static err_t paper_find(struct request *request, struct tx *tx, const struct paper_in *in,
                        struct mandate *out)
{
    struct consumer consumer;

    TRY(consumer_find(request->cx, tx, in->reference, false, &consumer));
    return mandate_of_consumer(request->cx, tx, &consumer, in->umr, out);
}

void safedebit_download_mandate_file(struct request *request)
{
    struct mandate mandate;
    struct paper_in in;
    struct tx *tx;

    if (!arguments_read(request, &SAFEDEBIT_DOWNLOAD_MANDATE_FILE, &in) || !ssp_read(request, &tx))
        return;
    err_t err = paper_find(request, tx, &in, &mandate);
    if (err == ERR_NOT_FOUND && request->cx->faults[0].field != NULL && in.umr.len == 0 &&
        str_eq(str_of(request->cx->faults[0].field), STR("mandate")))
        paper_error(request, err);
    else if (err != OK)
        ssp_error(request, err);
    else
        paper_show(request, mandate.id);
}
