#include "core/invoice_syntax.h"

#include "core/document.h"
#include "core/lookup.h"

static err_t read_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct invoice_syntax_read *read = arg;
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct invoice invoice;

    TRY(invoice_load(cx, tx, read->id, &invoice));
    TRY(invoice_paper_of(cx, &invoice, paper));
    err_t err =
        read->operation.core->documents->invoice_xml(cx->arena, paper, read->syntax, &read->xml);
    return err == ERR_INVALID ? fault(cx, ERR_NOT_FOUND, "invoice", "not found") : err;
}

void invoice_syntax_read(struct invoice_syntax_read *read)
{
    err_t err = invoice_can_issue(read->operation.core, read->operation.cx);

    if (err == OK)
        operation_look(&read->operation, read_body, operation_end);
    else
        operation_end(&read->operation, err);
}
