#include "pages/button.h"

#include "base/log.h"
#include "base/must.h"
#include "core/button.h"
#include "core/deposit.h"
#include "core/idempotency.h"
#include "core/request_link.h"
#include "pages/answer.h"
#include "pages/button_entry.h"
#include "pages/errors.h"
#include "pages/form_token.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/pay_form.h"

static const struct str MARK = STR_INIT("button-");
#define SIGNATURE "&sig="
#define NAME_FIELD STR(BUTTON_NAME)
#define EMAIL_FIELD STR(BUTTON_EMAIL)
enum { ATTEMPT_MAX = 64, ASKED_MAX = 2 };

/* A payer in front of a button's page. */
struct stand {
    struct request *request;
    struct merchant merchant;
    enum page_lang lang;
    struct button_entry entry;
    struct request_create create;
    struct idempotent idempotent;
};

bool button_is(struct str first)
{
    return str_starts(first, MARK);
}

/* --- the address ------------------------------------------------------------------------------ */

/* Where the last "&sig=" begins; the length of the query when there is none. */
static size_t signature_at(struct str query)
{
    size_t len = sizeof SIGNATURE - 1;

    for (size_t at = query.len; at >= len; at--) {
        if (str_eq(str_sub(query, at - len, len), STR(SIGNATURE)))
            return at - len;
    }
    return query.len;
}

/* What follows the signature is ours: the language that the payer has chosen. */
static struct button_address address_of(struct request *request)
{
    struct str query = request->query;
    size_t at = signature_at(query);
    struct str rest = at == query.len ? STR("") : str_from(query, at + sizeof SIGNATURE - 1);

    return (struct button_address){
        .account = str_from(request->params[0], MARK.len),
        .text = str_sub(query, 0, at),
        .signature = str_sub(rest, 0, str_find(rest, '&')),
    };
}

/* The same page in another language. */
static struct str path_in(const struct stand *stand, struct str lang)
{
    struct request *request = stand->request;
    struct button_address address = address_of(request);

    return str_format(request->cx->arena, "/%.*s?%.*s" SIGNATURE "%.*s%s%.*s",
                      (int)request->params[0].len, request->params[0].ptr, (int)address.text.len,
                      address.text.ptr, (int)address.signature.len, address.signature.ptr,
                      lang.len > 0 ? "&lang=" : "", (int)lang.len, lang.len > 0 ? lang.ptr : "");
}

static void failed(struct request *request, err_t err)
{
    bool busy = err == ERR_FULL || err == ERR_BUSY || err == ERR_UNAVAILABLE;

    log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "button"), LOG_ERR(err));
    notice_answer(request, busy ? 503 : 500,
                  busy ? TEXT_NOTICE_UNAVAILABLE : TEXT_NOTICE_TECHNICAL);
}

/* The button of the address, or NULL: then an answer has been given. */
static struct stand *stand_open(struct request *request)
{
    struct stand *stand = arena_make(request->cx->arena, struct stand);
    struct button_address address = address_of(request);
    struct form query;

    stand->request = request;
    err_t err = button_open(request->core, request->cx, &address, &stand->merchant);
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
        return NULL;
    }
    if (err != OK) {
        failed(request, err);
        return NULL;
    }
    stand->lang = frame_language(request, &stand->merchant);
    if (form_parse(request->cx->arena, address.text, &query) != OK ||
        !button_entry_read(&query, &stand->merchant, request->cx->mode, &stand->entry)) {
        notice_answer(request, 400, TEXT_NOTICE_BAD_BUTTON);
        return NULL;
    }
    if (stand->entry.expires != 0 && request->cx->now >= stand->entry.expires) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
        return NULL;
    }
    return stand;
}

/* --- the page --------------------------------------------------------------------------------- */

static struct layout_frame stand_frame(const struct stand *stand)
{
    struct request *request = stand->request;
    struct layout_frame frame =
        frame_make(request, stand->lang, &stand->merchant, stand->entry.return_url);
    struct layout_frame_languages *links =
        arena_array(request->cx->arena, struct layout_frame_languages, frame.languages_count);

    for (size_t i = 0; i < frame.languages_count; i++) {
        links[i] = frame.languages[i];
        links[i].url = path_in(stand, links[i].code);
    }
    frame.languages = links;
    if (stand->entry.is_short) {
        frame.logo_url = STR_NONE;
        frame.back_url = STR_NONE;
    }
    return frame;
}

static struct form_token token_of(const struct stand *stand, struct str attempt)
{
    return (struct form_token){
        .key = stand->request->core->page_key,
        .payment = address_of(stand->request).signature,
        .amount = stand->entry.amount,
        .attempt = attempt,
    };
}

/* What the address leaves to the payer. */
static void fields_fill(const struct button_entry *entry, struct arena *arena,
                        struct page_button *page)
{
    struct page_button_fields *fields = arena_array(arena, struct page_button_fields, ASKED_MAX);

    if (entry->asks_name)
        fields[page->fields_count++].field = (struct part_field){
            .name = NAME_FIELD,
            .label = TEXT_FORM_LABEL_PAYER,
            .type = STR("text"),
            .autocomplete = STR("name"),
            .max = STR("70"),
            .value = entry->name,
            .error = entry->name_error,
            .missing = TEXT_ERROR_PAYER_MISSING,
        };
    if (entry->asks_email)
        fields[page->fields_count++].field = (struct part_field){
            .name = EMAIL_FIELD,
            .label = TEXT_FORM_LABEL_EMAIL,
            .hint = TEXT_FORM_HINT_RECEIPT,
            .optional = true,
            .type = STR("email"),
            .autocomplete = STR("email"),
            .max = STR("254"),
            .value = entry->email,
            .error = entry->email_error,
        };
    page->fields = fields;
}

static void errors_fill(const struct button_entry *entry, struct arena *arena,
                        struct page_button *page)
{
    const struct part_errors_items rows[] = {
        {NAME_FIELD,  entry->name_error },
        {EMAIL_FIELD, entry->email_error},
    };

    page->errors = errors_part(arena, rows, ARRAY_LEN(rows));
    page->has_problem = page->banner != 0 || page->errors.items_count > 0;
}

static void stand_answer(const struct stand *stand, int status, enum text_banner banner)
{
    struct request *request = stand->request;
    struct arena *arena = request->cx->arena;
    const struct button_entry *entry = &stand->entry;
    struct str attempt = pay_form_attempt(arena);
    struct form_token token = token_of(stand, attempt);
    struct buf out = answer_begin(request);
    struct str amount = format_amount(arena, entry->amount, stand->lang);
    struct page_button page = {
        .frame = stand_frame(stand),
        .summary = {.amount = amount, .payee = stand->merchant.name, .deposit = !entry->capture},
        .amount = amount,
        .payee = stand->merchant.name,
        .banner = banner,
        .csrf = form_token_make(arena, &token, request->cx->real),
        .attempt = attempt,
        .cancel_url = entry->return_url,
    };

    if (!entry->capture)
        page.deposit_until = format_moment(arena, deposit_end(request->cx->now), stand->lang);
    fields_fill(entry, arena, &page);
    errors_fill(entry, arena, &page);
    page_button(&out, &page, stand->lang);
    answer_page(request, status, stand->lang, &(struct answer_policy){.parent = STR_NONE}, &out);
}

void button_show(struct request *request)
{
    const struct stand *stand = stand_open(request);

    if (stand != NULL)
        stand_answer(stand, 200, 0);
}

/* --- the request ------------------------------------------------------------------------------ */

/* The path of the pay link, kept under the form's attempt: sent twice, it makes one request. */
static struct str link_render(struct operation *operation, int *status)
{
    const struct request_create *create = (const struct request_create *)operation;
    struct str account = create->merchant->account;

    *status = 303;
    return str_format(operation->cx->arena, "/pay-%.*s-%s", (int)account.len, account.ptr,
                      create->token);
}

static void made(struct operation *operation)
{
    struct stand *stand = operation->owner;
    struct request *request = stand->request;

    if (operation->result == OK)
        answer_redirect(request, stand->idempotent.answer);
    else
        failed(request, operation->result);
    request_resume(request);
}

static struct request_create create_from(const struct stand *stand)
{
    const struct button_entry *entry = &stand->entry;

    return (struct request_create){
        .merchant = &stand->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = stand->request->core->request_life_d * DAY_US,
        .terms = {.amount = entry->amount,
                  .capture = entry->capture,
                  .methods = 1U << METHOD_CARD,
                  .authenticate = true,
                  .return_url = entry->return_url},
        .sending = {.mode = REQUEST_BY_WEB,
                  .page = entry->is_short ? PAGE_SHORT : PAGE_STANDARD,
                  .name = entry->name,
                  .email = entry->email },
    };
}

static void request_make(struct stand *stand, struct str attempt)
{
    struct request *request = stand->request;
    struct str path = path_in(stand, STR_NONE);

    err_t err = idempotency_read(request->core, request->cx, attempt, STR("POST"), path, STR(""),
                                 &stand->idempotent);
    if (err != OK) {
        failed(request, err);
        return;
    }
    stand->idempotent.render = link_render;
    stand->create = create_from(stand);
    stand->create.operation = (struct operation){.core = request->core,
                                                 .cx = request->cx,
                                                 .done = made,
                                                 .owner = stand,
                                                 .idempotent = &stand->idempotent};
    request_park(request);
    request_create(&stand->create);
}

static struct str form_value(const struct form *form, struct str name)
{
    struct str value = STR_NONE;

    return form_get(form, name, &value) ? value : STR_NONE;
}

void button_submit(struct request *request)
{
    struct stand *stand = stand_open(request);
    struct form form;

    if (stand == NULL)
        return;
    if (form_parse(request->cx->arena, request->body, &form) != OK) {
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
        return;
    }
    struct str attempt = form_value(&form, STR("attempt"));
    struct form_token token = token_of(stand, attempt);
    bool good = button_entry_typed(&form, &stand->entry);
    bool ours = attempt.len > 0 && attempt.len <= ATTEMPT_MAX &&
                form_token_check(request->cx->arena, &token, form_value(&form, STR("csrf")),
                                 request->cx->real) == FORM_GOOD;
    if (good && ours)
        request_make(stand, attempt);
    else
        stand_answer(stand, 422, ours ? 0 : TEXT_BANNER_STALE);
}
