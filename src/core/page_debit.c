#include "core/page_debit.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/umr.h"
#include "core/mail.h"
#include "core/mandate_mail.h"
#include "core/page_flow.h"
#include "core/request_pay.h"
#include "core/request_row.h"
#include "core/task.h"
#include "store/sql.h"

static const char FIELD_IBAN[] = "iban";

/* --- what there is before the payer types ----------------------------------------------------- */

/* A debit is in euro, moves money, and needs a creditor with an identifier and an account, a text
 * to sign and a vault for the number. */
bool page_debit_possible(const struct core *core, struct ctx *cx, const struct pay_page *page)
{
    const struct payment *payment = &page->view.payment;
    const struct debit_terms *terms = &page->merchant.debits;
    const struct mandate_text *text;

    if ((payment->methods & 1U << METHOD_SEPA) == 0 || payment->amount.currency != CURRENCY_EUR ||
        payment->amount.minor == 0 || !payment->capture)
        return false;
    if (core->vault == NULL || terms->ics[0] == '\0' || !terms->has_account)
        return false;
    err_t err = core_debits(core, cx);
    if (err == OK)
        err = mandate_text_usable(core, cx, page->merchant.language, MANDATE_CORE, &text);
    ctx_clear_faults(cx);
    return err == OK;
}

/* What was debited, for the receipt; the account may have been deleted since. */
static err_t debited_fill(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    struct request_payer *payer = &page->payer;

    TRY(debit_load(cx, tx, page->view.payment.id, &page->debit));
    page->has_debit = true;
    payer->has_account = true;
    TRY(bank_account_load(cx, tx, page->debit.account, true, &payer->account));
    payer->has_mandate = !ID_NONE(page->debit.mandate);
    return payer->has_mandate ? mandate_load(cx, tx, page->debit.mandate, &payer->mandate) : OK;
}

/* The account that the merchant gave, as long as it can be debited. */
static err_t given_fill(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    struct request_payer *payer = &page->payer;

    TRY(bank_account_load(cx, tx, page->request.terms.account, true, &payer->account));
    payer->has_account = !payer->account.deleted && payer->account.sealed.ptr != NULL;
    return payer->has_account ? request_payer_mandate(cx, tx, payer) : OK;
}

err_t page_debit_fill(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    const struct payment *payment = &page->view.payment;

    page->payer = (struct request_payer){0};
    page->has_debit = false;
    if (payment->method == METHOD_SEPA && !payment_is_open(payment))
        return debited_fill(cx, tx, page);
    if (page->has_request && request_is_open(&page->request) &&
        !ID_NONE(page->request.terms.account))
        return given_fill(cx, tx, page);
    return OK;
}

err_t page_debtor_address(struct ctx *cx, struct tx *tx, const struct pay_page *page,
                          struct address *out, bool *found)
{
    const struct payment_view *view = &page->view;
    struct address_id id = view->payment.billing_address;

    if (ID_NONE(id) && view->has_customer)
        id = view->customer.billing_address;
    *found = !ID_NONE(id);
    return *found ? address_load(cx, tx, id, true, out) : OK;
}

struct str page_debtor_email(const struct pay_page *page)
{
    bool known = page->view.has_customer && mail_address_valid(page->view.customer.email);

    return known ? page->view.customer.email : STR_NONE;
}

/* --- the preview ------------------------------------------------------------------------------ */

static struct str umr_of_attempt(const struct core *core, struct ctx *cx,
                                 const struct pay_page *page, struct str attempt)
{
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    struct str subject = page_subject(page);
    uint8_t hash[SHA256_SIZE];

    hmac_sha256(key,
                str_format(cx->arena, "mandate of|%s|%.*s|%.*s", cx->merchant.raw, (int)subject.len,
                           subject.ptr, (int)attempt.len, attempt.ptr),
                hash);
    return umr_of(cx->arena, hash);
}

static struct mandate_draft draft_of(struct str umr, struct str language)
{
    return (struct mandate_draft){
        .umr = umr,
        .field = FIELD_IBAN,
        .field_date = FIELD_IBAN,
        .scheme = MANDATE_CORE,
        .type = MANDATE_RECURRENT,
        .language = language,
    };
}

static struct date due_of(const struct ctx *cx, const struct pay_page *page)
{
    struct str asked = page->view.payment.date_settlement;
    struct date day = {0};

    if (asked.len > 0)
        must(date_parse(asked, &day));
    return debit_due(cx, &page->merchant, day);
}

static err_t account_seal(struct core *core, struct ctx *cx, const struct pay_page *page,
                          const struct page_debtor *debtor, struct bank_account *out)
{
    const struct bank_account_draft draft = {
        .iban = debtor->iban,
        .name = debtor->name,
        .bic = debtor->bic,
        .customer = page->view.payment.customer,
    };

    return signing_account_seal(core, cx, &draft, out);
}

/* What was typed, or what is known without asking. */
static err_t address_fill(struct ctx *cx, struct tx *tx, const struct pay_page *page,
                          const struct page_debtor *debtor, struct mandate_signing *signing)
{
    signing->has_address = debtor->has_address;
    signing->address = debtor->address;
    if (debtor->has_address)
        return OK;
    return page_debtor_address(cx, tx, page, &signing->address, &signing->has_address);
}

static struct str terms_text(struct ctx *cx, const struct pay_page *page,
                             const struct page_preview *preview)
{
    struct money amount = page->view.payment.amount;
    struct str due = date_text(cx->arena, preview->due);

    return str_format(cx->arena, "%lld %s|%.*s|%.*s", (long long)amount.minor,
                      currency_text(amount.currency), (int)due.len, due.ptr,
                      (int)preview->signing.mandate.umr.len, preview->signing.mandate.umr.ptr);
}

static struct str confirmed_sha256(struct ctx *cx, struct str text)
{
    uint8_t hash[SHA256_SIZE];

    sha256(text, hash);
    return hex_encode(cx->arena, hash, sizeof hash);
}

err_t page_debit_preview(struct core *core, struct ctx *cx, const struct pay_page *page,
                         const struct page_debtor *debtor, struct str attempt, struct str language,
                         struct page_preview *out)
{
    const struct mandate_draft draft = draft_of(umr_of_attempt(core, cx, page, attempt), language);
    struct tx *tx;

    *out = (struct page_preview){.due = due_of(cx, page)};
    struct mandate_signing *signing = &out->signing;
    must(!debtor->saved || page->payer.has_account);
    signing->account_known = debtor->saved;
    signing->becomes = MANDATE_ACTIVE;
    if (debtor->saved)
        signing->account = page->payer.account;
    else
        TRY(account_seal(core, cx, page, debtor, &signing->account));
    out->signs = !debtor->saved || !page->payer.has_mandate;
    sepa_check_answer(cx->mode, &signing->account, &out->check);
    if (!out->signs) {
        signing->mandate = page->payer.mandate;
        signing->sha256 = confirmed_sha256(cx, terms_text(cx, page, out));
        return OK;
    }
    TRY(core_read(core, &tx));
    TRY(mandate_prepare(cx, tx, &signing->account, &draft, &signing->mandate));
    TRY(address_fill(cx, tx, page, debtor, signing));
    return signing_show(core, cx, tx, terms_text(cx, page, out), signing);
}

/* --- signing ---------------------------------------------------------------------------------- */

static err_t token_is_new(struct ctx *cx, struct tx *tx, const struct page_sign *sign, bool *is_new)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAGE_SUBMIT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_TEXT(page_subject(&sign->page)), V_TEXT(sign->token)),
                        &rows, &found));
    if (found)
        rows_end(rows);
    *is_new = !found;
    return OK;
}

/* What can have changed between the preview, which was made on the I/O thread, and this commit. */
static err_t still_as_shown(struct ctx *cx, struct tx *tx, struct page_sign *sign)
{
    struct page_preview *preview = &sign->preview;
    const struct mandate_draft draft = draft_of(preview->signing.mandate.umr, sign->language);

    sign->changed = date_compare(due_of(cx, &sign->page), preview->due) != 0;
    if (sign->debtor.saved)
        sign->changed = sign->changed || !sign->page.payer.has_account ||
                        sign->page.payer.has_mandate == preview->signs ||
                        !ID_EQ(sign->page.payer.account.id, preview->signing.account.id);
    if (sign->changed)
        return ERR_STATE;
    if (sign->debtor.saved)
        preview->signing.account = sign->page.payer.account;
    if (!preview->signs) {
        preview->signing.mandate = sign->page.payer.mandate;
        return OK;
    }
    TRY(signing_prepare(cx, tx, &draft, &preview->signing, &sign->changed));
    return sign->changed ? ERR_STATE : OK;
}

static err_t page_check(struct ctx *cx, struct tx *tx, struct page_sign *sign)
{
    struct pay_page *page = &sign->page;
    const struct core *core = sign->operation.core;

    page_judge(core, cx, page);
    if (!page_debit_possible(core, cx, page) ||
        (page->state != PAGE_FORM && page->state != PAGE_CHALLENGE))
        return ERR_STATE;
    if (page->view.payment.amount.minor != sign->amount.minor ||
        page->view.payment.amount.currency != sign->amount.currency)
        return ERR_STATE;
    return still_as_shown(cx, tx, sign);
}

static struct debit_order order_of(struct page_sign *sign, struct payment *payment)
{
    struct debit_order order = {
        .merchant = &sign->page.merchant,
        .payment = payment,
        .account = &sign->preview.signing.account,
        .mandate = &sign->preview.signing.mandate,
        .has_address = sign->debtor.has_address,
    };

    if (payment->date_settlement.len > 0)
        must(date_parse(payment->date_settlement, &order.asked));
    return order;
}

static err_t mandate_write(struct ctx *cx, struct tx *tx, struct page_sign *sign)
{
    struct mandate_signing *signing = &sign->preview.signing;
    const struct mandate_draft draft = draft_of(signing->mandate.umr, sign->language);
    const struct mandate_evidence evidence = {
        .channel = MANDATE_BOX,
        .ip = sign->browser.ip,
        .user_agent = sign->browser.agent,
    };

    return signing_write(cx, tx, &draft, &evidence, signing);
}

/* The copy of what was signed. */
static err_t copy_send(struct ctx *cx, struct tx *tx, const struct page_sign *sign,
                       const struct debit *debit)
{
    bool typed = sign->debtor.email.len > 0;
    const struct mandate_mail letter = {
        .mandate = &sign->preview.signing.mandate,
        .account = &sign->preview.signing.account,
        .to = typed ? sign->debtor.email : page_debtor_email(&sign->page),
        .reply_to = sign->page.merchant.email,
        .language = sign->language,
        .has_debit = true,
        .amount = sign->page.view.payment.amount,
        .due = debit->due,
    };

    return mandate_mail_put(sign->operation.core, cx, tx, &letter);
}

/* The payment that is collected: a new one for a request, or the page's own, whatever was tried
 * with a card before. */
static err_t payment_ready(struct ctx *cx, struct tx *tx, struct page_sign *sign)
{
    struct payment *payment = &sign->page.view.payment;

    if (sign->page.has_request)
        TRY(request_attempt_open(cx, tx, &sign->page.request, payment));
    payment->method = METHOD_SEPA;
    payment->card = (struct card_id){{0}};
    payment->authentication = (struct authentication_id){{0}};
    payment->response = STR_NONE;
    payment->response_author = STR_NONE;
    TRY(payment_set_fee(payment, &sign->page.merchant.fees));
    return payment->state == PAYMENT_AUTHENTICATING ? payment_move(cx, tx, payment, PAYMENT_NEW)
                                                    : OK;
}

static err_t sign_write(struct ctx *cx, struct tx *tx, struct page_sign *sign)
{
    struct payment *payment = &sign->page.view.payment;
    struct debit debit;

    TRY(store_run(cx, tx, &SQL_PAGE_SUBMIT_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                       V_TEXT(page_subject(&sign->page)), V_TEXT(sign->token), V_NULL(),
                       V_INT(cx->now))));
    if (sign->preview.signs)
        TRY(mandate_write(cx, tx, sign));
    TRY(payment_ready(cx, tx, sign));
    const struct debit_order order = order_of(sign, payment);
    TRY(debit_open(cx, tx, &order, &debit));
    if (sign->page.has_request)
        TRY(request_follow(cx, tx, payment, &sign->page.request, NULL));
    if (sign->preview.signs)
        TRY(copy_send(cx, tx, sign, &debit));
    return OK;
}

static err_t sign_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct page_sign *sign = arg;
    bool is_new;

    TRY(page_load(cx, tx, &sign->page));
    TRY(token_is_new(cx, tx, sign, &is_new));
    sign->again = !is_new;
    if (sign->again)
        return OK;
    TRY(page_check(cx, tx, sign));
    const struct debit_order order = order_of(sign, &sign->page.view.payment);
    TRY(debit_check(cx, tx, &order));
    return sign_write(cx, tx, sign);
}

static void signed_(struct operation *operation, err_t err)
{
    struct page_sign *sign = (struct page_sign *)operation;

    if (err == OK && !sign->again)
        tasks_wake(operation->core->tasks);
    if (err == OK)
        page_judge(operation->core, operation->cx, &sign->page);
    operation_end(operation, err);
}

void page_sign(struct page_sign *sign)
{
    struct operation *operation = &sign->operation;

    must(sign->token.len > 0 && sign->token.len <= ATTEMPT_TOKEN_MAX);
    sign->changed = false;
    sign->again = false;
    sign->amount = sign->page.view.payment.amount;
    err_t err = page_debit_preview(operation->core, operation->cx, &sign->page, &sign->debtor,
                                   sign->token, sign->language, &sign->preview);
    if (err == ERR_CONFLICT)
        err = OK; /* its reference is there: the form was signed, which the token tells */
    else if (err == OK && !str_eq(sign->preview.signing.sha256, sign->shown)) {
        sign->changed = true;
        err = ERR_STATE;
    }
    if (err != OK)
        operation_end(operation, err);
    else
        operation_write(operation, sign_body, signed_);
}
