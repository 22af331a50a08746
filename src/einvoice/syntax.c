#include "einvoice/syntax.h"

const struct node_list NOTES_LIST =
    LIST_IN(struct einvoice, notes, note_count, struct einvoice_note, EINVOICE_ITEMS_MAX);
const struct node_list PRECEDING_LIST = LIST_IN(struct einvoice, preceding, preceding_count,
                                                struct einvoice_reference, EINVOICE_ITEMS_MAX);
const struct node_list ALLOWANCES_LIST = LIST_IN(struct einvoice, allowances, allowance_count,
                                                 struct einvoice_allowance, EINVOICE_ITEMS_MAX);
const struct node_list GROUPS_LIST =
    LIST_IN(struct einvoice, groups, group_count, struct einvoice_group, EINVOICE_ITEMS_MAX);
const struct node_list ATTACHMENTS_LIST = LIST_IN(struct einvoice, attachments, attachment_count,
                                                  struct einvoice_attachment, EINVOICE_ITEMS_MAX);
const struct node_list LINES_LIST =
    LIST_IN(struct einvoice, lines, line_count, struct einvoice_line, EINVOICE_LINES_MAX);
const struct node_list OBJECTS_LIST =
    LIST_IN(struct einvoice, objects.items, objects.count, struct einvoice_id, EINVOICE_ITEMS_MAX);
const struct node_list LINE_OBJECTS_LIST = LIST_IN(
    struct einvoice_line, objects.items, objects.count, struct einvoice_id, EINVOICE_ITEMS_MAX);
const struct node_list LINE_ALLOWANCES_LIST =
    LIST_IN(struct einvoice_line, allowances, allowance_count, struct einvoice_allowance,
            EINVOICE_ITEMS_MAX);
const struct node_list LINE_PRECEDING_LIST =
    LIST_IN(struct einvoice_line, preceding, preceding_count, struct einvoice_reference,
            EINVOICE_ITEMS_MAX);
const struct node_list CLASSES_LIST = LIST_IN(struct einvoice_line, classes.items, classes.count,
                                              struct einvoice_id, EINVOICE_ITEMS_MAX);
const struct node_list ATTRIBUTES_LIST = LIST_IN(struct einvoice_line, attributes, attribute_count,
                                                 struct einvoice_attribute, EINVOICE_ITEMS_MAX);
const struct node_list PARTY_IDS_LIST =
    LIST_IN(struct einvoice_party, ids.items, ids.count, struct einvoice_id, EINVOICE_ITEMS_MAX);
const struct node_list ACCOUNTS_LIST = LIST_IN(struct einvoice_payment, accounts, account_count,
                                               struct einvoice_account, EINVOICE_ITEMS_MAX);
const struct node_list VAT_TOTALS_LIST =
    LIST_IN(struct read_vat_totals, items, count, struct read_vat_total, 4);

void put_attachment(struct tree *tree, struct einvoice *invoice,
                    const struct read_document *document)
{
    struct einvoice_attachment *attachment = tree_item(tree, invoice, &ATTACHMENTS_LIST);

    if (attachment == NULL)
        return;
    *attachment = (struct einvoice_attachment){
        .reference = document->reference,
        .description = document->description,
        .uri = document->uri,
        .mime = document->mime,
        .file_name = document->file_name,
        .content = document->content,
    };
}

void put_id(struct tree *tree, void *parent, const struct node_list *list, struct str id,
            struct str scheme)
{
    struct einvoice_id *item = tree_item(tree, parent, list);

    if (item != NULL)
        *item = (struct einvoice_id){id, scheme};
}

void put_once(struct tree *tree, const char *term, struct str *out, struct str text)
{
    if (out->len > 0 && text.len > 0)
        einvoice_fail(tree->report, "XSD", term, 0, "is said twice");
    else if (text.len > 0)
        *out = text;
}

static void keep_first(struct str *out, struct str text)
{
    if (out->len == 0)
        *out = text;
}

void put_means(struct tree *tree, struct einvoice *invoice, const struct read_means *means)
{
    struct einvoice_payment *payment = &invoice->payment;
    struct einvoice_account account = means->account;

    if (payment->present && !str_eq(payment->means, means->code))
        einvoice_fail(tree->report, "MEANS", "BT-81", 0, "says two means of payment");
    payment->present = true;
    keep_first(&payment->means, means->code);
    keep_first(&payment->means_text, means->text);
    keep_first(&payment->remittance, means->remittance);
    keep_first(&payment->card, means->card);
    keep_first(&payment->card_holder, means->card_holder);
    keep_first(&payment->mandate, means->mandate);
    keep_first(&payment->debited, means->debited);
    if (!einvoice_has_date(invoice->due))
        invoice->due = means->due;
    keep_first(&account.id, means->other_account);
    if (account.id.len + account.name.len + account.bic.len == 0)
        return;
    struct einvoice_account *item = tree_item(tree, payment, &ACCOUNTS_LIST);
    if (item != NULL)
        *item = account;
}

void put_vat_totals(struct tree *tree)
{
    const struct read_vat_totals *totals = tree->own;
    struct einvoice *invoice = tree->invoice;

    for (size_t i = 0; i < totals->count; i++) {
        struct str currency = totals->items[i].currency;
        bool own = currency.len == 0 || str_eq(currency, invoice->currency);
        struct decimal *out = own ? &invoice->totals.vat : &invoice->totals.vat_accounting;
        if (!own && !str_eq(currency, invoice->vat_currency))
            einvoice_fail(tree->report, "CURRENCY", "BT-111", 0,
                          "is in a currency that is neither BT-5 nor BT-6");
        else if (out->present)
            einvoice_fail(tree->report, "XSD", own ? "BT-110" : "BT-111", 0, "is said twice");
        else
            *out = totals->items[i].amount;
    }
}
