#include "api/seqino/draft_check.h"

#include <string.h>

#include "api/seqino/invoice_term.h"
#include "base/must.h"
#include "core/einvoice_paper.h"
#include "core/invoice_payment.h"
#include "wire/field_same.h"

#define WHERE "body.invoice_data"

/* --- problems ------------------------------------------------------------------------------------
 */

/* Something was said of this place, or of one within it if those count. */
static bool is_told(const struct draft_check *check, const char *path, bool within)
{
    struct str place = str_of(path);

    for (size_t i = 0; i < check->count; i++) {
        struct str told = str_of(check->problems[i].path);
        if (str_eq(told, place) ||
            (within && str_starts(told, place) && told.ptr[place.len] == '.'))
            return true;
    }
    return false;
}

static void tell(struct ctx *cx, struct draft_check *check, struct draft_problem problem)
{
    check->problems = arena_grow(cx->arena, check->problems, sizeof *check->problems, check->count,
                                 &check->capacity);
    check->problems[check->count++] = problem;
}

static const char *path_of(struct ctx *cx, const char *term, size_t at)
{
    const char *path = invoice_term_path(cx->arena, term, at);

    return path == NULL ? WHERE : str_format(cx->arena, WHERE ".%s", path).ptr;
}

static void report_tell(struct ctx *cx, const struct einvoice_report *report,
                        struct draft_check *check)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct einvoice_failure *failure = &report->failures[i];
        tell(cx, check,
             (struct draft_problem){
                 .path = path_of(cx, failure->term, failure->at),
                 .text = failure->text,
                 .rule = failure->rule,
                 .term = failure->term,
             });
    }
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; word != NULL && i < count; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

/* Why a line has no VAT is told of its buyer, or of its group. */
static bool reason_is_told(const struct draft_check *check)
{
    static const char *const REASONS[] = {"BT-48", "BT-120"};

    for (size_t i = 0; i < check->count; i++) {
        if (is_one_of(check->problems[i].term, REASONS, ARRAY_LEN(REASONS)))
            return true;
    }
    return false;
}

/* What invoice_check found, and what the client's settings lack; each only where nothing else was
 * said. The context is clear again. */
static void faults_tell(struct ctx *cx, struct draft_check *check)
{
    enum invoice_field field;

    for (size_t i = 0; i < cx->fault_count; i++) {
        const struct fault *fault = &cx->faults[i];
        struct draft_problem problem = {.text = fault->text, .rule = RULE_ISSUE};
        if (fault->err == ERR_STATE) {
            problem.term = "BG-4";
            problem.path = path_of(cx, problem.term, 0);
            problem.text =
                str_format(cx->arena, "the client's setting %s %s", fault->field, fault->text).ptr;
        } else {
            must(invoice_field_parse(str_of(fault->field), &field));
            problem.term = einvoice_field_term(field);
            problem.path = path_of(cx, problem.term, 0);
            if (field == INVOICE_VAT && reason_is_told(check))
                continue;
        }
        if (fault->err == ERR_STATE || !is_told(check, problem.path, true))
            tell(cx, check, problem);
    }
    ctx_clear_faults(cx);
}

/* --- what it makes -------------------------------------------------------------------------------
 */

/* What would be issued, when the draft can be filled in. */
static void show(struct ctx *cx, const struct invoice_seller *seller,
                 const struct invoice_place *place, struct draft_check *check)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);

    invoice_fill(cx, seller, &check->asked.draft, place, paper);
    einvoice_of_paper(cx->arena, paper, &check->invoice);
    check->can_be_shown = true;
}

/* What ours would say of an invoice without lines: who sells, to whom of which kind, when and under
 * which terms. */
static void show_frame(struct ctx *cx, const struct invoice_seller *seller,
                       const struct invoice_draft *draft, const struct invoice_place *place,
                       struct invoice_data *out)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct einvoice frame;

    *paper = (struct invoice_paper){
        .kind = INVOICE_NORMAL,
        .number = place->number,
        .issued = place->issued,
        .supplied = place->issued,
        .has_due = true,
        .due = place->issued,
        .nature = seller->nature,
        .to = invoice_buyer_of(draft),
        .currency = CURRENCY_EUR,
    };
    invoice_finish(cx, seller, paper);
    einvoice_of_paper(cx->arena, paper, &frame);
    frame.buyer.present = false;
    frame.delivery.present = false;
    frame.vat_day_code = STR_NONE;
    frame.totals = (struct einvoice_totals){.lines = {.present = false}};
    invoice_data_show(cx->arena, &frame, out);
}

/* Ours that were not given. */
static void notes_complete(struct arena *arena, struct invoice_data *data,
                           const struct field_list *ours)
{
    const struct data_note *given = data->notes.items;
    const struct data_note *more = ours->items;
    struct data_note *all = arena_array(arena, struct data_note, data->notes.count + ours->count);
    size_t count = 0;

    for (size_t i = 0; i < data->notes.count; i++)
        all[count++] = given[i];
    for (size_t i = 0; i < ours->count; i++) {
        bool known = false;
        for (size_t j = 0; j < data->notes.count; j++)
            known = known || str_eq(given[j].of.code, more[i].of.code);
        if (!known)
            all[count++] = more[i];
    }
    data->notes = (struct field_list){all, count};
    GIVE(data, notes);
}

static const struct table *items_table(const char *list)
{
    const struct table *table = &SEQINO_INVOICE_DATA;

    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->fields[i].name, list) == 0)
            return table->fields[i].at.more;
    }
    must_fail(__FILE__, __LINE__, "an invoice has this list");
}

/* Items are ours to complete: they are copied first. */
static void lines_complete(struct arena *arena, struct invoice_data *data,
                           const struct field_list *ours)
{
    struct data_line *lines = arena_array(arena, struct data_line, data->lines.count);

    if (data->lines.count == 0)
        return;
    memcpy(lines, data->lines.items, data->lines.count * sizeof *lines);
    data->lines.items = lines;
    field_complete_items(items_table("lines"), &data->lines, ours);
}

/* Of one category and rate; where neither line nor group says a rate, there is none. */
static bool is_same_group(const struct data_group *a, const struct data_group *b)
{
    const struct decimal none = decimal_of(0, 0);
    const struct decimal rate = a->of.vat.rate.present ? a->of.vat.rate : none;
    const struct decimal other = b->of.vat.rate.present ? b->of.vat.rate : none;

    return str_eq(a->of.vat.category, b->of.vat.category) && decimal_equal(rate, other);
}

static struct data_group *group_in(struct data_group *groups, size_t count,
                                   const struct data_group *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same_group(&groups[i], wanted))
            return &groups[i];
    }
    return NULL;
}

/* Whoever gives a reason gives no sums: the groups of the lines complete those that were given, in
 * whatever order, and follow where none was. */
static void groups_complete(struct arena *arena, struct invoice_data *data,
                            const struct field_list *ours)
{
    const struct data_group *more = ours->items;
    size_t given = data->groups.count;
    size_t count = given;
    struct data_group *all = arena_array(arena, struct data_group, given + ours->count);

    if (given == 0)
        return;
    memcpy(all, data->groups.items, given * sizeof *all);
    for (size_t i = 0; i < ours->count; i++) {
        struct data_group *group = group_in(all, given, &more[i]);
        if (group != NULL)
            field_complete(items_table("vat_breakdown"), group, &more[i]);
        else
            all[count++] = more[i];
    }
    data->groups = (struct field_list){all, count};
}

/* --- rules ---------------------------------------------------------------------------------------
 */

static bool has_whole_groups(const struct invoice_data *given)
{
    const struct data_group *groups = given->groups.items;

    for (size_t i = 0; i < given->groups.count; i++) {
        if (!groups[i].of.base.present || !groups[i].of.tax.present)
            return false;
    }
    return given->groups.count > 0;
}

/* Of what cannot be computed yet: terms that nobody gave, and that will follow. */
static bool will_follow(const struct invoice_data *given, const struct einvoice_failure *failure)
{
    static const char *const SUMS[] = {"BT-106", "BT-109", "BT-110", "BT-112", "BT-115", "BG-22"};
    static const char *const GROUPS[] = {"BG-23", "BT-116", "BT-117", "BT-118", "BT-119"};
    static const char *const MISSING[] = {"BR-21", "BR-23", "BR-24"}; /* of a line */

    if (is_one_of(failure->term, SUMS, ARRAY_LEN(SUMS)))
        return !GIVEN(given, totals);
    if (is_one_of(failure->term, GROUPS, ARRAY_LEN(GROUPS)))
        return !has_whole_groups(given);
    if (failure->term != NULL && strcmp(failure->term, "BT-49") == 0)
        return !GIVEN(given, buyer) || !GIVEN(&given->buyer, endpoint);
    return is_one_of(failure->rule, MISSING, ARRAY_LEN(MISSING));
}

static void rules_check(struct request *request, const struct invoice_data *given,
                        const struct invoice_data *whole, struct draft_check *check)
{
    struct ctx *cx = request->cx;
    struct einvoice_report report = einvoice_report_new(cx->arena);
    struct einvoice_report kept = einvoice_report_new(cx->arena);
    struct einvoice *invoice = arena_make(cx->arena, struct einvoice);

    if (request->core->judge == NULL)
        return;
    invoice_data_read(cx->arena, whole, invoice);
    request->core->judge->check(cx->arena, invoice, &report);
    for (size_t i = 0; i < report.count; i++) {
        const struct einvoice_failure *failure = &report.failures[i];
        if (check->can_be_shown || !will_follow(given, failure))
            einvoice_fail(&kept, failure->rule, failure->term, failure->at, failure->text);
    }
    report_tell(cx, &kept, check);
}

/* Everything that was asked for must be what it comes to. */
static void differences_tell(struct ctx *cx, const struct invoice_data *given,
                             const struct invoice_data *whole, struct draft_check *check)
{
    if (field_differences(cx, &SEQINO_INVOICE_DATA, WHERE, given, whole) == OK)
        return;
    for (size_t i = 0; i < cx->fault_count; i++) {
        const struct fault *fault = &cx->faults[i];
        if (!is_told(check, fault->field, false))
            tell(cx, check,
                 (struct draft_problem){
                     .path = fault->field,
                     .text = fault->text,
                     .rule = RULE_ISSUE,
                     .term = invoice_path_term(fault->field + sizeof WHERE),
                 });
    }
    ctx_clear_faults(cx);
}

/* --- all of it -----------------------------------------------------------------------------------
 */

static err_t source_read(struct request *request, struct tx *tx, struct str payment,
                         struct invoice_draft *draft)
{
    if (payment.len == 0)
        return OK;
    if (!str_to_int64(payment, &draft->payment_number) || draft->payment_number == 0) {
        draft->bad |= 1U << INVOICE_PAYMENT;
        return OK;
    }
    return invoice_source_read(request->core, request->cx, tx, draft);
}

/* What was given, with everything that is the client's own or follows from it. */
static const struct invoice_data *completed(struct arena *arena, const struct invoice_data *given,
                                            const struct invoice_data *whole)
{
    struct invoice_data *data = arena_make(arena, struct invoice_data);

    *data = *given;
    field_complete(&SEQINO_INVOICE_DATA, data, whole);
    notes_complete(arena, data, &whole->notes);
    lines_complete(arena, data, &whole->lines);
    groups_complete(arena, data, &whole->groups);
    return data;
}

err_t draft_check(struct request *request, struct tx *tx, const struct invoice_data *given,
                  struct str payment, struct draft_check *out)
{
    struct ctx *cx = request->cx;
    struct einvoice *asked = arena_make(cx->arena, struct einvoice);
    struct invoice_data *whole = arena_make(cx->arena, struct invoice_data);
    struct einvoice_report report = einvoice_report_new(cx->arena);
    struct invoice_seller seller;
    struct invoice_place place;

    *out = (struct draft_check){.count = 0};
    invoice_data_read(cx->arena, given, asked);
    TRY(invoice_seller_read(cx, tx, &seller));
    TRY(invoice_place_next(cx, tx, &seller, INVOICE_NORMAL, &place));
    einvoice_draft_fill(cx, &seller, asked, &out->asked, &report);
    TRY(source_read(request, tx, payment, &out->asked.draft));
    err_t err = invoice_check(cx, &seller, &out->asked.draft, place.issued);
    if (err == OK && report.count == 0)
        show(cx, &seller, &place, out);
    if (out->can_be_shown)
        invoice_data_show(cx->arena, &out->invoice, whole);
    else
        show_frame(cx, &seller, &out->asked.draft, &place, whole);
    rules_check(request, given, completed(cx->arena, given, whole), out);
    report_tell(cx, &report, out);
    faults_tell(cx, out);
    if (out->can_be_shown)
        differences_tell(cx, given, whole, out);
    return OK;
}

err_t draft_check_faults(struct ctx *cx, const struct draft_check *check)
{
    for (size_t i = 0; i < check->count; i++) {
        const struct draft_problem *problem = &check->problems[i];
        const char *comma = problem->term == NULL ? "" : ", ";
        const char *term = problem->term == NULL ? "" : problem->term;
        (void)fault(
            cx, ERR_INVALID, problem->path,
            str_format(cx->arena, "%s [%s%s%s]", problem->text, problem->rule, comma, term).ptr);
    }
    return check->count == 0 ? OK : ERR_INVALID;
}
