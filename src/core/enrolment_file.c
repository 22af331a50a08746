#include "core/enrolment_file.h"

#include "base/must.h"
#include "core/audit.h"
#include "core/enrolment_decide.h"
#include "core/enrolment_person.h"
#include "core/enrolment_row.h"
#include "store/sql.h"

ENUM_DEFINE(enrolment_file_kind, ENROLMENT_FILE_LIST)

static const char KIND[] = "enrolment_file";

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- reading -------------------------------------------------------------------------------------
 */

static void file_row(struct rows *rows, struct enrolment_file *out)
{
    *out = (struct enrolment_file){.size = col_int(rows, 3), .created = col_int(rows, 4)};
    must(enrolment_file_kind_parse(col_text(rows, 0), &out->kind));
    must(file_shape_parse(col_text(rows, 1), &out->shape));
    col_id(rows, 2, out->document.raw);
}

err_t enrolment_files(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                      struct enrolment_file out[ENROLMENT_FILES])
{
    struct enrolment_file file;
    struct rows *rows;
    bool has;

    for (int i = 0; i < ENROLMENT_FILES; i++)
        out[i] = (struct enrolment_file){0};
    TRY(store_query(cx, tx, &SQL_ENROLMENT_FILES, ARGS(OWNER, V_ID(id)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        file_row(rows, &file);
        out[file.kind] = file;
    }
}

bool enrolment_files_suffice(const struct enrolment_file files[ENROLMENT_FILES])
{
    return files[ENROLMENT_IDENTITY_FRONT].kind != 0 && files[ENROLMENT_EXTRACT].kind != 0;
}

/* --- one of them ---------------------------------------------------------------------------------
 */

/* Inside a body: is it time for documents? */
static err_t may_hand_in(struct ctx *cx, struct tx *tx, struct enrolment_visit *visit)
{
    struct enrolment *enrolment = &visit->enrolment;

    TRY(enrolment_again(cx, tx, enrolment, &visit->state));
    bool now = enrolment->includes_kyc && enrolment->steps[ENROLMENT_REPRESENTATIVE] != 0 &&
               enrolment->steps[ENROLMENT_DOCUMENTS] == 0;
    return now ? OK : ERR_STATE;
}

static err_t file_audit(struct ctx *cx, struct tx *tx, const struct enrolment_file_put *put)
{
    struct str agent = put->trace.user_agent;
    const struct audit_deed deed = {
        .what = AUDIT_ENROLMENT_FILE,
        .address = put->trace.ip,
        .object = ID_TEXT(put->visit.enrolment.id),
        .detail = str_format(cx->arena, "file %s; sha256 %.*s; browser %.*s",
                             enrolment_file_kind_text(put->kind), (int)put->document.sha256.len,
                             put->document.sha256.ptr, (int)agent.len,
                             agent.ptr == NULL ? "" : agent.ptr),
    };

    return audit_put(cx, tx, &deed);
}

static err_t put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_file_put *put = arg;
    struct enrolment *enrolment = &put->visit.enrolment;
    struct enrolment_file files[ENROLMENT_FILES];

    TRY(may_hand_in(cx, tx, &put->visit));
    TRY(enrolment_files(cx, tx, enrolment->id, files));
    TRY(document_insert(cx, tx, &put->document));
    TRY(store_run(cx, tx, &SQL_ENROLMENT_FILE_PUT,
                  ARGS(OWNER, V_ID(enrolment->id), V_WORD(enrolment_file_kind_text(put->kind)),
                       V_WORD(file_shape_text(put->shape)), V_ID(put->document.id),
                       V_INT(put->document.size), V_INT(cx->now))));
    if (files[put->kind].kind != 0)
        TRY(document_delete(cx, tx, files[put->kind].document));
    TRY(file_audit(cx, tx, put));
    return enrolment_keep(cx, tx, enrolment);
}

void enrolment_file_put(struct enrolment_file_put *put)
{
    struct operation *operation = &put->operation;

    err_t err = document_seal(operation->core, operation->cx, KIND, put->visit.enrolment.id.raw,
                              put->bytes, &put->document);
    if (err != OK)
        operation_end(operation, err);
    else
        operation_write(operation, put_body, operation_end);
}

/* --- all of them ---------------------------------------------------------------------------------
 */

/* [our choice] The reviewer of test mode (api/seqino.md 4). */
static err_t test_review(const struct core *core, struct ctx *cx, struct tx *tx,
                         struct enrolment *enrolment)
{
    struct enrolment_person person;
    bool found;

    TRY(enrolment_person_read(core, cx, tx, enrolment->id, &person, &found));
    must(found);
    struct str name = person.values[PERSON_FAMILY_NAME];
    if (str_eq(name, STR("REVIEW")))
        return enrolment_go_on(core, cx, tx, enrolment);
    const struct enrolment_verdict verdict = {
        .accepted = !str_eq(name, STR("REFUSE")),
        .address = STR("simulated"),
    };
    return enrolment_judge(core, cx, tx, enrolment, &verdict);
}

static err_t hand_in_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_hand_in *hand = arg;
    const struct core *core = hand->operation.core;
    struct enrolment *enrolment = &hand->visit.enrolment;
    struct enrolment_saved saved = {.step = ENROLMENT_DOCUMENTS, .trace = hand->trace};
    struct enrolment_file files[ENROLMENT_FILES];
    struct buf names = buf_make(cx->arena, 256);

    TRY(may_hand_in(cx, tx, &hand->visit));
    TRY(enrolment_files(cx, tx, enrolment->id, files));
    if (!enrolment_files_suffice(files))
        return fault(cx, ERR_INVALID, "documents", "are not all there");
    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        if (files[i].kind != 0)
            buf_format(&names, "%s%s", names.len > 0 ? "," : "",
                       enrolment_file_kind_text(files[i].kind));
    }
    saved.fields = buf_str(&names);
    TRY(enrolment_save(cx, tx, enrolment, &saved));
    if (cx->mode == MODE_TEST)
        TRY(test_review(core, cx, tx, enrolment));
    else
        TRY(enrolment_go_on(core, cx, tx, enrolment));
    hand->visit.state = enrolment->state;
    return OK;
}

static void handed_in(struct operation *operation, err_t err)
{
    if (err == OK)
        generation_raise(operation->core->generation);
    operation_end(operation, err);
}

void enrolment_hand_in(struct enrolment_hand_in *hand)
{
    operation_write(&hand->operation, hand_in_body, handed_in);
}
