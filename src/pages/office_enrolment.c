#include "pages/office_enrolments.h"

#include "base/must.h"
#include "core/document.h"
#include "core/enrolment_paper.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/office_audit.h"

enum { DEEDS_MAX = 100 };

/* --- words ---------------------------------------------------------------------------------------
 */

static enum text_review_field field_words(enum company_field field)
{
    switch (field) {
    case COMPANY_SIREN:
        return TEXT_REVIEW_FIELD_SIREN;
    case COMPANY_SIRET:
        return TEXT_REVIEW_FIELD_SIRET;
    case COMPANY_NAME:
        return TEXT_REVIEW_FIELD_NAME;
    case COMPANY_LEGAL_FORM:
        return TEXT_REVIEW_FIELD_LEGAL_FORM;
    case COMPANY_CAPITAL:
        return TEXT_REVIEW_FIELD_CAPITAL;
    case COMPANY_RCS:
        return TEXT_REVIEW_FIELD_RCS;
    case COMPANY_LINE:
        return TEXT_REVIEW_FIELD_LINE;
    case COMPANY_ZIP:
        return TEXT_REVIEW_FIELD_ZIP;
    case COMPANY_CITY:
        return TEXT_REVIEW_FIELD_CITY;
    case COMPANY_VAT_NUMBER:
        return TEXT_REVIEW_FIELD_VAT_NUMBER;
    }
    must_fail(__FILE__, __LINE__, "a field");
}

static enum text_review_person person_words(enum person_field field)
{
    switch (field) {
    case PERSON_FAMILY_NAME:
        return TEXT_REVIEW_PERSON_FAMILY_NAME;
    case PERSON_GIVEN_NAMES:
        return TEXT_REVIEW_PERSON_GIVEN_NAMES;
    case PERSON_BIRTH_DATE:
        return TEXT_REVIEW_PERSON_BIRTH_DATE;
    case PERSON_BIRTH_PLACE:
        return TEXT_REVIEW_PERSON_BIRTH_PLACE;
    case PERSON_NATIONALITY:
        return TEXT_REVIEW_PERSON_NATIONALITY;
    case PERSON_ROLE:
        return TEXT_REVIEW_PERSON_ROLE;
    case PERSON_OWNERS:
        break;
    }
    must_fail(__FILE__, __LINE__, "a field of the representative");
}

static enum text_review_owners owners_words(enum owners_declared owners)
{
    switch (owners) {
    case OWNERS_REPRESENTATIVE:
        return TEXT_REVIEW_OWNERS_REPRESENTATIVE;
    case OWNERS_NONE:
        return TEXT_REVIEW_OWNERS_NONE;
    case OWNERS_LISTED:
        return TEXT_REVIEW_OWNERS_LISTED;
    }
    must_fail(__FILE__, __LINE__, "owners");
}

static enum text_review_file file_words(enum enrolment_file_kind kind)
{
    switch (kind) {
    case ENROLMENT_IDENTITY_FRONT:
        return TEXT_REVIEW_FILE_IDENTITY_FRONT;
    case ENROLMENT_IDENTITY_BACK:
        return TEXT_REVIEW_FILE_IDENTITY_BACK;
    case ENROLMENT_EXTRACT:
        return TEXT_REVIEW_FILE_COMPANY_EXTRACT;
    }
    must_fail(__FILE__, __LINE__, "a file");
}

static enum text_review_step step_words(enum enrolment_step step)
{
    switch (step) {
    case ENROLMENT_COMPANY:
        return TEXT_REVIEW_STEP_COMPANY;
    case ENROLMENT_REPRESENTATIVE:
        return TEXT_REVIEW_STEP_REPRESENTATIVE;
    case ENROLMENT_DOCUMENTS:
        return TEXT_REVIEW_STEP_DOCUMENTS;
    case ENROLMENT_SIGNATURE:
        return TEXT_REVIEW_STEP_SIGNATURE;
    }
    must_fail(__FILE__, __LINE__, "a step");
}

/* --- one of them ---------------------------------------------------------------------------------
 */

/* Read first, noted then, shown at last. */
struct viewing {
    struct operation operation; /* first */
    struct office *office;
    struct enrolment_line line;
    struct enrolment_contents contents;
    struct audit_row *deeds; /* about it, before this one */
    size_t deed_count;
    struct str bytes; /* of a file of it */
    enum enrolment_file_kind kind;
    struct str what; /* the audit names the file by */
    void (*show)(struct viewing *viewing);
};

static void company_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct company *company = &viewing->contents.company;
    struct page_operator_enrolment_company *shown = arena_array(
        viewing->operation.cx->arena, struct page_operator_enrolment_company, COMPANY_FIELDS);

    for (int i = COMPANY_SIREN; i < COMPANY_FIELDS; i++) {
        if (company->fields[i].len == 0)
            continue;
        shown[page->company_count++] = (struct page_operator_enrolment_company){
            field_words((enum company_field)i), company->fields[i]};
    }
    page->company = shown;
    page->verified = viewing->line.enrolment.verified;
}

static struct str day_shown(const struct office *office, struct str iso)
{
    struct date day;

    return date_parse(iso, &day) ? format_day(office->request->cx->arena, day, office->lang) : iso;
}

static void owners_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct enrolment_person *person = &viewing->contents.person;
    struct arena *arena = viewing->operation.cx->arena;
    struct page_operator_enrolment_named *named =
        arena_array(arena, struct page_operator_enrolment_named, OWNERS_MAX);
    enum owners_declared owners;

    must(owners_declared_parse(person->values[PERSON_OWNERS], &owners));
    page->owners = owners_words(owners);
    page->named_count = person_owner_count(person);
    for (size_t i = 0; i < page->named_count; i++) {
        struct str given = person->values[person_owner_at(i, OWNER_GIVEN_NAMES)];
        struct str family = person->values[person_owner_at(i, OWNER_FAMILY_NAME)];
        struct str share = person->values[person_owner_at(i, OWNER_SHARE)];
        named[i] = (struct page_operator_enrolment_named){
            .name = str_format(arena, "%.*s %.*s", (int)given.len, given.ptr, (int)family.len,
                               family.ptr),
            .share = str_format(arena, "%.*s\u00a0%%", (int)share.len, share.ptr),
            .born =
                day_shown(viewing->office, person->values[person_owner_at(i, OWNER_BIRTH_DATE)]),
            .nationality = person->values[person_owner_at(i, OWNER_NATIONALITY)],
        };
    }
    page->named = named;
}

static void person_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct enrolment_person *person = &viewing->contents.person;
    struct page_operator_enrolment_person *shown = arena_array(
        viewing->operation.cx->arena, struct page_operator_enrolment_person, PERSON_OWNERS);

    for (int i = PERSON_FAMILY_NAME; i < PERSON_OWNERS; i++) {
        struct str value = person->values[i];
        if (value.len == 0)
            continue;
        shown[page->person_count++] = (struct page_operator_enrolment_person){
            person_words((enum person_field)i),
            i == PERSON_BIRTH_DATE ? day_shown(viewing->office, value) : value};
    }
    page->person = shown;
    owners_shown(viewing, page);
}

static struct str size_text(struct arena *arena, int64_t size)
{
    return str_format(arena, "%lld\u00a0KB", (long long)((size + 1023) / 1024));
}

static void files_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    struct arena *arena = viewing->operation.cx->arena;
    struct page_operator_enrolment_files *shown =
        arena_array(arena, struct page_operator_enrolment_files, ENROLMENT_FILES);

    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        const struct enrolment_file *file = &viewing->contents.files[i];
        if (file->kind == 0)
            continue;
        struct str path =
            str_format(arena, OFFICE_ENROLMENTS_PATH "/%s/files/%s", viewing->line.enrolment.id.raw,
                       enrolment_file_kind_text(file->kind));
        shown[page->files_count++] = (struct page_operator_enrolment_files){
            .url = office_path(viewing->office, path.ptr, ""),
            .kind = file_words(file->kind),
            .shape = str_of(file_shape_text(file->shape)),
            .size = size_text(arena, file->size),
        };
    }
    page->files = shown;
}

/* What there is to decide, or what came of it. */
static void decision_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    struct office *office = viewing->office;
    struct str told = frame_query(office->request, STR("told"));
    const char *id = viewing->line.enrolment.id.raw;

    page->reason = viewing->contents.reason;
    if (viewing->line.waits) {
        page->accept_url =
            office_path(office, office_enrolment_path(office, id, "/accept").ptr, "");
        page->refuse_url =
            office_path(office, office_enrolment_path(office, id, "/refuse").ptr, "");
        return;
    }
    page->told = TEXT_REVIEW_TOLD_NOTHING;
    if (str_eq(told, STR("late")))
        page->told = TEXT_REVIEW_TOLD_LATE;
    else if (str_eq(told, STR("accepted")) && viewing->line.enrolment.reviewed != 0)
        page->told = TEXT_REVIEW_TOLD_ACCEPTED;
    else if (str_eq(told, STR("refused")) && viewing->line.state == ENROLMENT_FAILED)
        page->told = TEXT_REVIEW_TOLD_REFUSED;
}

static void steps_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct enrolment *enrolment = &viewing->line.enrolment;
    struct page_operator_enrolment_steps *shown = arena_array(
        viewing->operation.cx->arena, struct page_operator_enrolment_steps, ENROLMENT_STEPS + 1);

    for (int i = ENROLMENT_COMPANY; i < ENROLMENT_STEPS; i++) {
        enum enrolment_step step = (enum enrolment_step)i;
        if (enrolment_includes(enrolment, step))
            shown[page->steps_count++] = (struct page_operator_enrolment_steps){
                step_words(step), office_moment(viewing->office, enrolment->steps[i])};
    }
    if (enrolment->includes_kyc)
        shown[page->steps_count++] = (struct page_operator_enrolment_steps){
            TEXT_REVIEW_STEP_REVIEWED, office_moment(viewing->office, enrolment->reviewed)};
    page->steps = shown;
}

static void signature_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct enrolment_contents *contents = &viewing->contents;
    struct str path = str_format(viewing->operation.cx->arena, OFFICE_ENROLMENTS_PATH "/%s/mandate",
                                 viewing->line.enrolment.id.raw);

    if (!contents->is_signed)
        return;
    page->signer = contents->signer;
    page->sha256 = contents->sha256;
    page->mandate_url = office_path(viewing->office, path.ptr, "");
}

static void enrolment_answer(struct viewing *viewing)
{
    struct office *office = viewing->office;
    struct arena *arena = viewing->operation.cx->arena;
    const struct enrolment_line *line = &viewing->line;
    const struct enrolment *enrolment = &line->enrolment;
    struct buf out = answer_begin(office->request);
    struct page_operator_enrolment page = {
        .office = office_frame(office, OFFICE_ENROLMENTS, ""),
        .organization = line->organization,
        .back_url = office_path(office, OFFICE_ENROLMENTS_PATH, ""),
        .test = line->mode == MODE_TEST,
        .state = office_enrolment_state(line),
        .progress = office_enrolment_progress(arena, enrolment),
        .reference = str_format(arena, "onb_%s", enrolment->id.raw),
        .sponsor = viewing->contents.sponsor,
        .external_ref = line->external_ref,
        .email = line->email,
        .created = office_moment(office, enrolment->created),
        .expires = office_moment(office, enrolment->expires),
        .opened = office_moment(office, enrolment->opened),
        .ended = office_moment(office, enrolment->ended),
        .erased = office_moment(office, enrolment->erased),
    };

    decision_shown(viewing, &page);
    if (viewing->contents.has_company)
        company_shown(viewing, &page);
    if (viewing->contents.has_person)
        person_shown(viewing, &page);
    files_shown(viewing, &page);
    page.audit = office_audit_part(office, "deeds", viewing->deeds, viewing->deed_count);
    steps_shown(viewing, &page);
    signature_shown(viewing, &page);
    page_operator_enrolment(&out, &page, office->lang);
    office_answer(office, 200, &out);
}

static err_t viewed_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct viewing *viewing = arg;
    const struct office *office = viewing->office;

    TRY(operator_session_check(cx, tx, office->session.hash));
    return enrolment_viewed(cx, tx, viewing->line.enrolment.id,
                            &(struct enrolment_viewer){.actor = office->session.account.email,
                                                       .address = office->request->peer,
                                                       .what = viewing->what});
}

static void failed(struct office *office, err_t err)
{
    if (err == ERR_NOT_FOUND)
        notice_answer(office->request, 404, TEXT_NOTICE_NOT_FOUND);
    else
        office_failed(office, err);
}

static void viewed(struct operation *operation)
{
    struct viewing *viewing = (struct viewing *)operation;
    struct office *office = viewing->office;

    if (operation->result == OK)
        viewing->show(viewing);
    else
        failed(office, operation->result);
    office_go_on(office);
}

static void view(struct viewing *viewing)
{
    office_wait(viewing->office);
    operation_write(&viewing->operation, viewed_body, operation_end);
}

static err_t viewing_read(struct viewing *viewing, struct tx **tx)
{
    struct request *request = viewing->office->request;

    TRY(core_read(request->core, tx));
    TRY(enrolment_line(request->cx, *tx, request->params[0], &viewing->line));
    TRY(enrolment_contents(request->core, request->cx, *tx, &viewing->line, &viewing->contents));
    return audit_of_object(request->cx, *tx, viewing->line.enrolment.id.raw, DEEDS_MAX,
                           &viewing->deeds, &viewing->deed_count);
}

static struct viewing *viewing_new(struct request *request, void (*show)(struct viewing *viewing))
{
    struct viewing *viewing = arena_make(request->cx->arena, struct viewing);

    viewing->operation = (struct operation){
        .core = request->core, .cx = request->cx, .done = viewed, .owner = viewing};
    viewing->office = office_of(request);
    viewing->show = show;
    return viewing;
}

void office_enrolment_show(struct request *request)
{
    struct viewing *viewing = viewing_new(request, enrolment_answer);
    struct tx *tx;

    err_t err = viewing_read(viewing, &tx);
    if (err == OK)
        view(viewing);
    else
        failed(viewing->office, err);
}

/* --- files ---------------------------------------------------------------------------------------
 */

static void mandate_answer(struct viewing *viewing)
{
    office_file_answer(viewing->office, STR("application/pdf"), "pdf",
                       viewing->line.enrolment.id.raw, viewing->bytes);
}

void office_enrolment_mandate(struct request *request)
{
    struct viewing *viewing = viewing_new(request, mandate_answer);
    bool ready = false;
    struct tx *tx;

    viewing->what = STR("mandate");
    err_t err = viewing_read(viewing, &tx);
    if (err == OK)
        err = enrolment_pdf_read(request->core, request->cx, tx, viewing->line.enrolment.id,
                                 &viewing->bytes, &ready);
    if (err != OK)
        failed(viewing->office, err);
    else if (!ready)
        notice_answer(request, 503, TEXT_NOTICE_NOT_READY);
    else
        view(viewing);
}

static const char *file_ending(enum file_shape shape)
{
    switch (shape) {
    case FILE_JPEG:
        return "jpg";
    case FILE_PNG:
        return "png";
    case FILE_PDF:
        return "pdf";
    }
    must_fail(__FILE__, __LINE__, "a shape");
}

static void file_answer(struct viewing *viewing)
{
    enum file_shape shape = viewing->contents.files[viewing->kind].shape;

    office_file_answer(viewing->office, str_of(file_shape_text(shape)), file_ending(shape),
                       enrolment_file_kind_text(viewing->kind), viewing->bytes);
}

static err_t file_open(struct viewing *viewing, struct tx *tx)
{
    struct request *request = viewing->office->request;

    if (!enrolment_file_kind_parse(request->params[1], &viewing->kind) ||
        viewing->contents.files[viewing->kind].kind == 0)
        return ERR_NOT_FOUND;
    viewing->what = str_of(enrolment_file_kind_text(viewing->kind));
    return document_open(request->core, request->cx, tx,
                         viewing->contents.files[viewing->kind].document, &viewing->bytes);
}

void office_enrolment_file(struct request *request)
{
    struct viewing *viewing = viewing_new(request, file_answer);
    struct tx *tx;

    err_t err = viewing_read(viewing, &tx);
    if (err == OK)
        err = file_open(viewing, tx);
    if (err == OK)
        view(viewing);
    else
        failed(viewing->office, err);
}
