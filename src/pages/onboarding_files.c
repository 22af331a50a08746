#include "pages/onboarding_files.h"

#include "base/must.h"
#include "core/enrolment_file.h"
#include "pages/errors.h"
#include "pages/notice.h"
#include "wire/multipart.h"

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

struct files_step {
    struct onboarding *at;
    enum text_error errors[ENROLMENT_FILES];
    struct enrolment_file_put put;
    struct enrolment_hand_in hand;
};

static struct files_step *step_new(struct onboarding *at)
{
    struct files_step *step = arena_make(at->request->cx->arena, struct files_step);

    step->at = at;
    return step;
}

/* --- the page ------------------------------------------------------------------------------------
 */

static enum text_enrol_file label_of(enum enrolment_file_kind kind)
{
    switch (kind) {
    case ENROLMENT_IDENTITY_FRONT:
        return TEXT_ENROL_FILE_IDENTITY_FRONT;
    case ENROLMENT_IDENTITY_BACK:
        return TEXT_ENROL_FILE_IDENTITY_BACK;
    case ENROLMENT_EXTRACT:
        return TEXT_ENROL_FILE_COMPANY_EXTRACT;
    }
    must_fail(__FILE__, __LINE__, "a kind of file");
}

/* "PDF, 240 kB": what is told of a file that was received. */
static struct str received_text(struct arena *arena, const struct onboarding *at,
                                const struct enrolment_file *file)
{
    static const char *const NAMES[] = {
        [FILE_JPEG] = "JPEG", [FILE_PNG] = "PNG", [FILE_PDF] = "PDF"};
    const char *unit = at->lang == PAGE_LANG_FR ? "ko" : "kB";

    if (file->kind == 0)
        return STR_NONE;
    return str_format(arena, "%s, %lld\u00a0%s", NAMES[file->shape],
                      (long long)((file->size + 1023) / 1024), unit);
}

static void files_fill(const struct files_step *step, const struct enrolment_file *files,
                       struct page_enrol_files *page)
{
    struct arena *arena = step->at->request->cx->arena;
    struct page_enrol_files_files *rows =
        arena_array(arena, struct page_enrol_files_files, ENROLMENT_FILES);
    struct part_errors_items errors[ENROLMENT_FILES];
    size_t count = 0;

    page->files = rows;
    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        enum enrolment_file_kind kind = (enum enrolment_file_kind)i;
        struct str name = str_of(enrolment_file_kind_text(kind));
        rows[page->files_count++] = (struct page_enrol_files_files){
            .name = name,
            .label = label_of(kind),
            .optional = kind == ENROLMENT_IDENTITY_BACK,
            .received = received_text(arena, step->at, &files[i]),
            .error = step->errors[i],
        };
        errors[count++] = (struct part_errors_items){name, step->errors[i]};
    }
    page->enrol_alerts.errors = errors_part(arena, errors, count);
}

static struct str upload_path(const struct onboarding *at)
{
    struct str token = at->request->params[0];
    bool has_lang = at->lang_given.len > 0;

    return str_format(at->request->cx->arena, ENROLMENT_PATH "%.*s" ONBOARDING_FILE_NAME "%s%.*s",
                      (int)token.len, token.ptr, has_lang ? "?lang=" : "", (int)at->lang_given.len,
                      has_lang ? at->lang_given.ptr : "");
}

static err_t files_read(const struct onboarding *at, struct enrolment_file *files)
{
    struct request *request = at->request;
    struct tx *tx;

    TRY(core_read(request->core, &tx));
    return enrolment_files(request->cx, tx, at->visit.enrolment.id, files);
}

static void step_answer(const struct files_step *step)
{
    struct onboarding *at = step->at;
    struct enrolment_file files[ENROLMENT_FILES];
    struct buf out = answer_begin(at->request);

    err_t err = files_read(at, files);
    if (err != OK) {
        onboarding_failed_answer(at, err);
        return;
    }
    struct page_enrol_files page = {
        .frame = onboarding_frame(at),
        .enrol_stub = onboarding_stub(at, ENROLMENT_DOCUMENTS),
        .enrol_alerts = {.banner = at->banner},
        .organization = at->visit.organization,
        .upload_url = upload_path(at),
        .page_url = onboarding_path(at, ""),
        .csrf = onboarding_csrf(at, STR("files")),
    };
    files_fill(step, files, &page);
    page.has_problem = page.enrol_alerts.banner != 0 || page.enrol_alerts.errors.items_count > 0;
    page_enrol_files(&out, &page, at->lang);
    answer_page(at->request, at->status, at->lang, &STRICT, &out);
}

void onboarding_files_answer(struct onboarding *at)
{
    step_answer(step_new(at));
}

static void done(struct operation *operation)
{
    struct files_step *step = operation->owner;
    struct onboarding *at = step->at;
    err_t err = operation->result;

    if (err == OK || err == ERR_STATE) {
        answer_redirect(at->request, onboarding_path(at, ""));
    } else if (err == ERR_BUSY || err == ERR_FULL || err == ERR_UNAVAILABLE) {
        at->status = 503;
        at->banner = TEXT_ENROL_BANNER_TECHNICAL;
        ctx_clear_faults(operation->cx);
        step_answer(step);
    } else {
        onboarding_failed_answer(at, err);
    }
    request_resume(at->request);
}

static struct operation operation_of(struct files_step *step)
{
    struct request *request = step->at->request;

    return (struct operation){
        .core = request->core, .cx = request->cx, .done = done, .owner = step};
}

static void refused_answer(struct files_step *step)
{
    step->at->status = 422;
    step_answer(step);
}

/* --- all of them ---------------------------------------------------------------------------------
 */

void onboarding_files_submit(struct onboarding *at)
{
    struct files_step *step = step_new(at);
    struct enrolment_file files[ENROLMENT_FILES];

    err_t err = files_read(at, files);
    if (err != OK) {
        onboarding_failed_answer(at, err);
        return;
    }
    if (files[ENROLMENT_IDENTITY_FRONT].kind == 0)
        step->errors[ENROLMENT_IDENTITY_FRONT] = TEXT_ERROR_IDENTITY_MISSING;
    if (files[ENROLMENT_EXTRACT].kind == 0)
        step->errors[ENROLMENT_EXTRACT] = TEXT_ERROR_EXTRACT_MISSING;
    if (onboarding_csrf_check(at, STR("files")) != FORM_GOOD)
        at->banner = TEXT_ENROL_BANNER_STALE;
    if (at->banner != 0 || !enrolment_files_suffice(files)) {
        refused_answer(step);
        return;
    }
    step->hand = (struct enrolment_hand_in){
        .operation = operation_of(step),
        .visit = at->visit,
        .trace = onboarding_trace(at),
    };
    request_park(at->request);
    enrolment_hand_in(&step->hand);
}

/* --- one of them ---------------------------------------------------------------------------------
 */

static struct str part_text(const struct multipart *sent, const char *name)
{
    const struct multipart_part *part = multipart_find(sent, str_of(name));

    return part == NULL || part->is_file ? STR_NONE : str_trim(part->bytes);
}

/* What is wrong with the file; 0: nothing, and *shape is what it is. */
static enum text_error file_check(const struct multipart_part *file, enum file_shape *shape)
{
    if (file == NULL || !file->is_file || file->bytes.len == 0)
        return TEXT_ERROR_FILE_MISSING;
    if (file->bytes.len > ENROLMENT_FILE_MAX)
        return TEXT_ERROR_FILE_LARGE;
    return file_shape_read(file->bytes, shape) ? 0 : TEXT_ERROR_FILE_UNKNOWN;
}

static void file_take(struct onboarding *at, const struct multipart *sent)
{
    struct files_step *step = step_new(at);
    const struct multipart_part *file = multipart_find(sent, STR("file"));
    const struct form_pair csrf = {STR("csrf"), part_text(sent, "csrf")};
    enum enrolment_file_kind kind;
    enum file_shape shape;

    at->form = (struct form){&csrf, 1};
    if (!enrolment_file_kind_parse(part_text(sent, "kind"), &kind)) {
        notice_answer(at->request, 400, TEXT_NOTICE_BAD_REQUEST);
        return;
    }
    step->errors[kind] = file_check(file, &shape);
    if (onboarding_csrf_check(at, STR("files")) != FORM_GOOD)
        at->banner = TEXT_ENROL_BANNER_STALE;
    if (at->banner != 0 || step->errors[kind] != 0) {
        refused_answer(step);
        return;
    }
    step->put = (struct enrolment_file_put){
        .operation = operation_of(step),
        .visit = at->visit,
        .kind = kind,
        .shape = shape,
        .bytes = file->bytes,
        .trace = onboarding_trace(at),
    };
    request_park(at->request);
    enrolment_file_put(&step->put);
}

void onboarding_file_show(struct request *request)
{
    const struct onboarding *at = onboarding_open(request);

    if (at != NULL)
        answer_redirect(request, onboarding_path(at, ""));
}

void onboarding_file_submit(struct request *request)
{
    struct str type = request_header(request, STR("Content-Type"));
    struct onboarding *at = onboarding_open(request);
    struct multipart sent;

    if (at == NULL)
        return;
    bool now = at->visit.state == ENROLMENT_OPEN &&
               enrolment_next(&at->visit.enrolment) == ENROLMENT_DOCUMENTS;
    if (!multipart_is(type))
        notice_answer(request, 415, TEXT_NOTICE_BAD_REQUEST);
    else if (multipart_parse(request->cx->arena, type, request->body, &sent) != OK)
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
    else if (!now)
        answer_redirect(request, onboarding_path(at, ""));
    else
        file_take(at, &sent);
}
