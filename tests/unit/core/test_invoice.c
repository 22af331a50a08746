#include "core/invoice_record.h"
#include "support/core_invoice.h"

static bool has_fault(const struct ctx *cx, const char *field)
{
    for (size_t i = 0; i < cx->fault_count; i++) {
        if (strcmp(cx->faults[i].field, field) == 0)
            return true;
    }
    return false;
}

/* --- numbers --- */

CASE(numbers_are_continuous_in_each_series)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    assert_str(invoice_made(world, &draft)->invoice.number, "F2031-000001");
    assert_str(invoice_made(world, &draft)->invoice.number, "F2031-000002");
    draft.kind = INVOICE_QUOTE;
    assert_str(invoice_made(world, &draft)->invoice.number, "D2031-000001");
    draft.kind = INVOICE_RECEIPT;
    struct invoice_issue *receipt = invoice_made(world, &draft);
    assert_str(receipt->invoice.number, "R2031-000001");
    assert_int_equal(receipt->invoice.reference, 4);
    draft.kind = INVOICE_NORMAL;
    assert_str(invoice_made(world, &draft)->invoice.number, "F2031-000003");
    world_free(world);
}

CASE(a_refusal_takes_no_number)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice_draft bad = seed_draft();

    invoice_made(world, &draft);
    bad.address = STR("");
    assert_int_equal(invoice_try(world, &bad)->operation.result, ERR_INVALID);
    assert_str(invoice_made(world, &draft)->invoice.number, "F2031-000002");
    world_free(world);
}

CASE(a_new_year_begins_at_one_and_the_chain_goes_on)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct str head = invoice_made(world, &draft)->invoice.hash;

    /* 31 December 2031, 23:30 UTC: in Paris it is next year. */
    world_stop_at(world, WORLD_START + 212 * DAY_US + 15 * HOUR_US + 30 * MINUTE_US);
    struct invoice_issue *next = invoice_made(world, &draft);
    assert_str(next->invoice.number, "F2032-000001");
    assert_str(date_text(world->cx->arena, next->invoice.issued), "2032-01-01");
    assert_true(str_eq(next->invoice.previous, head));
    world_free(world);
}

CASE(days_never_go_back_in_a_series)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    invoice_made(world, &draft);
    world_stop_at(world, WORLD_START - 400 * DAY_US);
    struct invoice_issue *later = invoice_made(world, &draft);
    assert_str(later->invoice.number, "F2031-000002");
    assert_str(date_text(world->cx->arena, later->invoice.issued), "2031-06-02");
    /* A series of its own has days of its own. */
    draft.kind = INVOICE_QUOTE;
    assert_str(invoice_made(world, &draft)->invoice.number, "D2030-000001");
    world_free(world);
}

CASE(a_prefix_is_fixed_once_it_was_used)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct world_setting taken = {"invoice.prefix", "A"};
    struct world_setting wrong = {"invoice.prefix", "F 1"};
    struct world_setting other = {"invoice.prefix", "X"};

    world_set(world, "invoice.prefix", "WEB/");
    assert_str(invoice_made(world, &draft)->invoice.number, "WEB/2031-000001");
    assert_int_equal(tx_run(world->store, world->cx, world_setting_body, &other), ERR_STATE);
    assert_int_equal(tx_run(world->store, world->cx, world_setting_body, &taken), ERR_CONFLICT);
    assert_int_equal(tx_run(world->store, world->cx, world_setting_body, &wrong), ERR_INVALID);
    world_set(world, "invoice.prefix_quote", "Q");
    world_free(world);
}

CASE(each_record_is_chained_to_the_one_before)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice *first = &invoice_made(world, &draft)->invoice;
    struct invoice *second = &invoice_made(world, &draft)->invoice;

    assert_true(str_eq(first->previous, invoice_chain_start()));
    assert_true(str_eq(second->previous, first->hash));
    assert_true(
        str_eq(second->hash, invoice_record_hash(world->cx->arena, first->hash, second->record)));
    world_free(world);
}

/* --- what it says --- */

CASE(sign_of_the_register_stands_there_once)
{
    static const char *const TOWNS[] = {"RCS Lyon", "rcs  Lyon", "Lyon"};
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    for (size_t i = 0; i < ARRAY_LEN(TOWNS); i++) {
        world_set(world, "rcs", TOWNS[i]);
        struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
        assert_str(paper->seller.legal, "SARL au capital de 10 000 EUR, RCS Lyon 100 000 009");
    }
    world_free(world);
}

CASE(invoice_says_what_the_law_wants)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);

    assert_true(paper->test);
    assert_str(paper->seller.name, "Atelier Exemple SARL");
    assert_str(paper->seller.legal, "SARL au capital de 10 000 EUR, RCS Paris 100 000 009");
    assert_str(paper->seller.vat_number, "FR88100000009");
    assert_str(paper->seller.network_id, "100000009");
    assert_str(paper->iban, "FR76 3000 6000 0112 3456 7890 189");
    assert_int_equal(paper->nature, NATURE_SERVICES);
    assert_str(date_text(world->cx->arena, paper->due), "2031-07-02");
    assert_int_equal(paper->to, BUYER_CONSUMER);
    assert_str(paper->buyer.network_id, "non-communique@invalid");
    assert_str(paper->buyer.address.zip, "75002");
    assert_int_equal(paper->note_count, 6);
    assert_str(paper->notes[2].text, "Pas d'escompte pour paiement anticipé");
    assert_str(paper->notes[5].code, "BAR");
    assert_str(paper->notes[5].text, "B2C");
    assert_true(paper->notes[1].silent);
    world_free(world);
}

CASE(a_business_has_its_siren_and_owes_the_fee)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    draft.client_siren = STR("200000008");
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_int_equal(paper->to, BUYER_BUSINESS);
    assert_str(paper->buyer.network_scheme, "0225");
    assert_str(paper->buyer.network_id, "200000008");
    assert_false(paper->notes[1].silent);

    draft.client_siren = STR_NONE;
    draft.client_vat = STR("FR88100000009");
    paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_str(paper->buyer.siren, "100000009");
    draft.client_vat = STR("DE123456789");
    draft.client_email = STR("a@example.com");
    paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_int_equal(paper->to, BUYER_ABROAD);
    assert_str(paper->buyer.network_scheme, "EM");
    assert_str(paper->buyer.network_id, "a@example.com");
    world_free(world);
}

CASE(settings_become_mentions)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    const char *const settings[][2] = {
        {"invoice.vat_on",         "debits"          },
        {"invoice.vat_group",      "yes"             },
        {"invoice.discount",       "2 % sous 8 jours"},
        {"invoice.penalty_points", "12"              },
        {"invoice.guarantee",      "Garantie légale"},
        {"invoice.insurance",      "MAAF, France"    },
        {"invoice.representative", "Repr SAS"        },
        {"invoice.mention",        "Régime de marge"},
    };
    const char *const texts[] = {
        "Membre d'un assujetti unique",
        "2 % sous 8 jours",
        "Pénalités en cas de retard de paiement : taux directeur de la BCE majoré de 12 points",
        "Garantie légale",
        "MAAF, France",
        "Repr SAS",
        "Régime de marge",
    };

    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        world_set(world, settings[i][0], settings[i][1]);
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        bool found = false;
        for (size_t j = 0; j < paper->note_count; j++)
            found |= str_eq(paper->notes[j].text, str_of(texts[i])) && !paper->notes[j].silent;
        if (!found)
            fail_msg("%s is not mentioned", texts[i]);
    }
    assert_true(paper->vat_on_debits);
    world_free(world);
}

CASE(quotes_and_receipts_say_less)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    draft.kind = INVOICE_QUOTE;
    draft.has_date = true;
    draft.date = (struct date){2031, 5, 1};
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_int_equal(paper->note_count, 0);
    assert_str(date_text(world->cx->arena, paper->due), "2031-05-31");
    assert_str(date_text(world->cx->arena, paper->issued), "2031-06-02");
    draft.kind = INVOICE_RECEIPT;
    paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_false(paper->has_due);
    assert_int_equal(paper->paid_minor, 9468);
    assert_int_equal(paper->due_minor, 0);
    assert_int_equal(paper->iban.len, 0);
    world_free(world);
}

CASE(another_currency_tells_its_vat_in_euro)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    draft.currency = CURRENCY_USD;
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_true(paper->has_vat_eur);
    assert_int_equal(paper->vat_eur_minor, 1420);
    assert_str(paper->rate_eur, "1 USD = 0,9000 EUR");
    world_set(world, "fx.usd", "");
    struct invoice_issue *refused = invoice_try(world, &draft);
    assert_int_equal(refused->operation.result, ERR_INVALID);
    assert_true(has_fault(refused->operation.cx, "currency"));
    draft.kind = INVOICE_QUOTE;
    assert_false(invoice_says(world, invoice_made(world, &draft)->invoice.id)->has_vat_eur);
    world_free(world);
}

/* --- VAT --- */

static void vat_is(struct world *world, const struct invoice_draft *draft, bool allowed)
{
    struct invoice_issue *issue = invoice_try(world, draft);

    assert_int_equal(issue->operation.result, allowed ? OK : ERR_INVALID);
    if (!allowed) {
        assert_int_equal(issue->operation.cx->fault_count, 1);
        assert_true(has_fault(issue->operation.cx, "vat"));
    }
}

CASE(only_french_rates_are_on_invoices)
{
    struct world *world = invoice_world();
    struct invoice_item item = SEED_ITEM[0];
    struct invoice_draft draft = seed_draft();
    static const int64_t GOOD[] = {2000, 1000, 550, 210, 850, 105, 175, 90, 1300};
    static const int64_t BAD[] = {1, 100, 1900, 2100, 10000};

    draft.items = &item;
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        item.rate_bp = GOOD[i];
        vat_is(world, &draft, true);
    }
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        item.rate_bp = BAD[i];
        draft.kind = INVOICE_NORMAL;
        vat_is(world, &draft, false);
        draft.kind = INVOICE_QUOTE;
        vat_is(world, &draft, true);
    }
    item.rate_bp = 10001;
    vat_is(world, &draft, false);
    world_free(world);
}

CASE(no_vat_needs_a_reason)
{
    struct world *world = invoice_world();
    struct invoice_item item = SEED_ITEM[0];
    struct invoice_draft draft = seed_draft();

    draft.items = &item;
    item.rate_bp = 0;
    vat_is(world, &draft, false);
    item.reason = REASON_REVERSE;
    vat_is(world, &draft, false); /* whose VAT number? */
    draft.client_vat = STR("FR88100000009");
    vat_is(world, &draft, true);
    item.reason = REASON_INTRA;
    vat_is(world, &draft, false); /* not in France */
    draft.client_vat = STR("DE123456789");
    vat_is(world, &draft, true);
    item.reason = REASON_EXPORT;
    vat_is(world, &draft, true);
    item.reason = REASON_EXEMPT;
    vat_is(world, &draft, false);
    item.reason_text = STR("art. 261, 4, 4° du CGI");
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_int_equal(paper->rates[0].category, VAT_EXEMPT);
    assert_str(paper->rates[0].reason, "art. 261, 4, 4° du CGI");
    item.rate_bp = 2000;
    vat_is(world, &draft, false); /* a reason for nothing */
    world_free(world);
}

CASE(small_businesses_charge_no_vat)
{
    struct world *world = invoice_world();
    struct invoice_item item = SEED_ITEM[0];
    struct invoice_draft draft = seed_draft();

    draft.items = &item;
    world_set(world, "invoice.franchise", "yes");
    world_set(world, "vat_number", "");
    vat_is(world, &draft, false);
    item.rate_bp = 0;
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_str(paper->rates[0].reason, "TVA non applicable, art. 293 B du CGI");
    assert_str(paper->rates[0].reason_code, "VATEX-FR-FRANCHISE");
    assert_int_equal(paper->total_minor, 7890);
    world_free(world);
}

/* --- refusals --- */

CASE(incomplete_accounts_are_told_what_is_missing)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    world_set(world, "capital", "");
    world_set(world, "rcs", "");
    struct invoice_issue *refused = invoice_try(world, &draft);
    assert_int_equal(refused->operation.result, ERR_STATE);
    assert_int_equal(refused->operation.cx->fault_count, 3);
    assert_true(has_fault(refused->operation.cx, "account"));
    assert_true(has_fault(refused->operation.cx, "capital"));
    assert_true(has_fault(refused->operation.cx, "rcs"));
    draft.kind = INVOICE_QUOTE;
    invoice_made(world, &draft);
    draft.kind = INVOICE_NORMAL;
    world_set(world, "legal_form", "EI");
    invoice_made(world, &draft);
    world_set(world, "vat_number", "");
    assert_true(has_fault(invoice_try(world, &draft)->operation.cx, "vat_number"));
    world_free(world);
}

CASE(everything_that_is_wrong_is_told_in_order)
{
    struct world *world = invoice_world();
    struct invoice_item item = {
        .designation = STR(""), .price_e4 = -1, .quantity_e4 = 0, .rate_bp = 0};
    struct invoice_draft draft = {
        .bad = 1U << INVOICE_OPERATION | 1U << INVOICE_TYPE,
        .kind = INVOICE_NORMAL,
        .name = STR("a\nb"),
        .address = STR("  "),
        .has_date = true,
        .date = {2032, 6, 3},
        .currency = CURRENCY_EUR,
        .deposit_minor = -1,
        .items = &item,
        .item_count = 1,
        .client_siren = STR("123456789"),
        .client_vat = STR("FR00100000009"),
        .client_email = STR("nobody"),
        .delivery_address = STR("\t"),
        .order_number = STR("a\tb"),
        .has_due = true,
        .due = {2031, 6, 1},
    };
    static const char *const WRONG[] = {
        "name",
        "address",
        "kind",
        "date",
        "deposit",
        "designation",
        "price",
        "quantity",
        "vat",
        "client_siren",
        "client_vat",
        "client_email",
        "delivery_address",
        "order_number",
        "due_date",
        "operation",
    };
    const struct ctx *cx = invoice_try(world, &draft)->operation.cx;

    assert_int_equal(cx->fault_count, ARRAY_LEN(WRONG));
    for (size_t i = 0; i < ARRAY_LEN(WRONG); i++)
        assert_string_equal(cx->faults[i].field, WRONG[i]);
    world_free(world);
}

CASE(deposit_is_at_most_the_total)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    draft.deposit_minor = 9468;
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_int_equal(paper->deposit_minor, 9468);
    assert_int_equal(paper->due_minor, 9468);
    draft.deposit_minor = 9469;
    assert_true(has_fault(invoice_try(world, &draft)->operation.cx, "deposit"));
    world_free(world);
}

/* --- books and files --- */

CASE(issuing_posts_to_the_sales_book)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice *invoice = &invoice_made(world, &draft)->invoice;
    struct ledger_lines lines = {.count = 0};

    assert_ok(ledger_of_object(world->cx, world_read(world), invoice->id.raw, &lines));
    assert_int_equal(lines.count, 3);
    assert_int_equal(lines.items[0].account, ACCOUNT_CUSTOMERS);
    assert_int_equal(lines.items[0].amount.minor, 9468);
    assert_int_equal(lines.items[1].account, ACCOUNT_SALES_SERVICES);
    assert_int_equal(lines.items[1].amount.minor, -7890);
    assert_int_equal(lines.items[2].account, ACCOUNT_SALES_VAT);
    assert_int_equal(lines.items[2].amount.minor, -1578);
    draft.kind = INVOICE_QUOTE;
    struct invoice *quote = &invoice_made(world, &draft)->invoice;
    lines.count = 0;
    assert_ok(ledger_of_object(world->cx, world_read(world), quote->id.raw, &lines));
    assert_int_equal(lines.count, 0);
    world_free(world);
}

CASE(file_is_drawn_once_and_opened_by_its_token)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice_issue *issue = invoice_made(world, &draft);
    struct str token = str_of(issue->token);
    struct invoice_id id;
    struct str pdf;
    bool ready;

    struct tx *tx = world_read(world);
    assert_ok(invoice_file_find(world->cx, tx, token, STR("FactureVente.pdf"), &id));
    assert_true(ID_EQ(id, issue->invoice.id));
    assert_int_equal(invoice_file_find(world->cx, tx, token, STR("Devis.pdf"), &id), ERR_NOT_FOUND);
    assert_int_equal(invoice_file_find(world->cx, tx, STR("0123456789abcdef0123456789abcdef"),
                                       STR("FactureVente.pdf"), &id),
                     ERR_NOT_FOUND);
    id = issue->invoice.id;
    assert_ok(invoice_file_read(&world->core, world->cx, tx, id, &pdf, &ready));
    assert_false(ready);
    /* The process dies before it is drawn. */
    world_restart(world);
    world->core.documents = &PAPER_MAKER;
    world_advance(world, 1);
    assert_ok(invoice_file_read(&world->core, world->cx, world_read(world), id, &pdf, &ready));
    assert_true(ready);
    assert_str(pdf, "%PDF of F2031-000001");
    world_free(world);
}

CASE(records_can_be_read_again_and_nothing_else)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct str record = invoice_made(world, &draft)->invoice.record;
    struct arena *arena = world->cx->arena;
    struct invoice_paper paper;

    assert_ok(invoice_record_read(arena, record, &paper));
    for (size_t i = 0; i < record.len; i++) {
        struct str changed = str_dup(arena, record);
        ((char *)(uintptr_t)changed.ptr)[i] = '\n';
        if (record.ptr[i] != '\n')
            assert_int_equal(invoice_record_read(arena, changed, &paper), ERR_MALFORMED);
    }
    assert_int_equal(invoice_record_read(arena, STR(""), &paper), ERR_MALFORMED);
    assert_int_equal(invoice_record_read(arena, str_sub(record, 0, record.len - 1), &paper),
                     ERR_MALFORMED);
    world_free(world);
}

CASE(details_are_frozen_and_read_again)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice_note notes[] = {
        {STR("PMT"), STR("Indemnité : 40 EUR"), false},
        {STR("AAI"), STR("Merci"),               false}
    };
    struct invoice_item item = SEED_ITEM[0];
    struct invoice_details details = {
        .buyer = {.address = {{STR("1 rue A")}, STR("75002"), STR("Paris"), STR("FR")},
                  .contact = STR("Camille"),
                  .network_scheme = STR("EM"),
                  .network_id = STR("a@example.com")},
        .references = {.buyer = STR("SERVICE-12"),                                                                    .accounting = STR("6226")                                           },
        .has_period = true,
        .period_to = {2031,                                                                 6, 30},
        .terms = STR("Trente jours"),
        .notes = notes,
        .note_count = ARRAY_LEN(notes),
    };

    item.more = (struct invoice_line_more){.unit = STR("HUR"), .note = STR("sur site")};
    draft.items = &item;
    draft.address = STR("");
    draft.details = &details;
    struct invoice_paper *paper = invoice_says(world, invoice_made(world, &draft)->invoice.id);
    assert_str(paper->buyer.address.city, "Paris");
    assert_str(paper->buyer.contact, "Camille");
    assert_str(paper->references.accounting, "6226");
    assert_int_equal(paper->period_from.year, 0);
    assert_int_equal(paper->period_to.day, 30);
    assert_str(paper->lines[0].more.unit, "HUR");
    assert_str(paper->lines[0].more.note, "sur site");
    assert_str(paper->notes[1].text, "Indemnité : 40 EUR");
    assert_str(paper->notes[paper->note_count - 1].text, "Merci");
    details.has_issued = true;
    details.issued = (struct date){2031, 6, 1};
    struct invoice_issue *issue = invoice_try(world, &draft);
    assert_int_equal(issue->operation.result, ERR_INVALID);
    assert_true(has_fault(issue->operation.cx, "issue_date"));
    world_free(world);
}

UNIT_MAIN(T(details_are_frozen_and_read_again), T(numbers_are_continuous_in_each_series),
          T(a_refusal_takes_no_number), T(a_new_year_begins_at_one_and_the_chain_goes_on),
          T(days_never_go_back_in_a_series), T(a_prefix_is_fixed_once_it_was_used),
          T(each_record_is_chained_to_the_one_before), T(sign_of_the_register_stands_there_once),
          T(invoice_says_what_the_law_wants), T(a_business_has_its_siren_and_owes_the_fee),
          T(settings_become_mentions), T(quotes_and_receipts_say_less),
          T(another_currency_tells_its_vat_in_euro), T(only_french_rates_are_on_invoices),
          T(no_vat_needs_a_reason), T(small_businesses_charge_no_vat),
          T(incomplete_accounts_are_told_what_is_missing),
          T(everything_that_is_wrong_is_told_in_order), T(deposit_is_at_most_the_total),
          T(issuing_posts_to_the_sales_book), T(file_is_drawn_once_and_opened_by_its_token),
          T(records_can_be_read_again_and_nothing_else))
