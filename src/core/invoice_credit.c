#include "core/invoice_credit.h"

#include "base/must.h"
#include "core/flow.h"
#include "store/sql.h"

err_t invoice_credit_of(struct ctx *cx, struct tx *tx, struct invoice_id id, struct invoice *out,
                        bool *found)
{
    struct invoice_id credit;
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_INVOICE_CREDIT_OF,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        found));
    if (!*found)
        return OK;
    col_id(rows, 0, credit.raw);
    rows_end(rows);
    return invoice_load(cx, tx, credit, out);
}

/* What it says is what the invoice says; who issues it, and under which terms, is of today. */
static void paper_turn(struct ctx *cx, const struct invoice_seller *seller,
                       const struct invoice_place *place, struct invoice_paper *paper)
{
    const struct invoice_paper before = *paper;

    paper->kind = INVOICE_CREDIT;
    paper->number = place->number;
    paper->issued = place->issued;
    paper->has_due = false;
    paper->due = (struct date){0};
    paper->paid_minor = 0;
    paper->due_minor = paper->total_minor;
    paper->deposit_minor = 0;
    paper->pay_url = STR_NONE;
    paper->paid_by = STR_NONE;
    paper->has_preceding = true;
    paper->preceding_number = before.number;
    paper->preceding_issued = before.issued;
    invoice_finish(cx, seller, paper);
    /* Nobody pays a credit note, and the VAT it takes back is the one that was told. */
    paper->iban = STR_NONE;
    paper->bic = STR_NONE;
    paper->has_vat_eur = before.has_vat_eur;
    paper->vat_eur_minor = before.vat_eur_minor;
    paper->rate_eur = before.rate_eur;
}

err_t invoice_credit(struct ctx *cx, struct tx *tx, struct invoice_credit *credit)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct invoice_seller seller;
    struct invoice_place place;
    struct invoice invoice;
    struct invoice other;
    bool undone;

    TRY(invoice_load(cx, tx, credit->of, &invoice));
    if (invoice.kind != INVOICE_NORMAL)
        return fault(cx, ERR_STATE, "invoice", "is no invoice");
    TRY(invoice_credit_of(cx, tx, invoice.id, &other, &undone));
    if (undone)
        return fault(cx, ERR_STATE, "invoice", "is undone by a credit note already");
    TRY(invoice_seller_read(cx, tx, &seller));
    TRY(invoice_seller_check(cx, &seller));
    TRY(invoice_paper_of(cx, &invoice, paper));
    TRY(invoice_place_next(cx, tx, &seller, INVOICE_CREDIT, &place));
    paper_turn(cx, &seller, &place, paper);
    const struct invoice_freeze freeze = {
        .paper = paper,
        .place = &place,
        .preceding = invoice.id,
        .token = credit->token,
    };
    TRY(invoice_freeze(cx, tx, &freeze, &credit->invoice));
    return flow_credited(cx, tx, invoice.id, credit->invoice.id);
}
