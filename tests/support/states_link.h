#ifndef GUICHET_TESTS_SUPPORT_STATES_LINK_H
#define GUICHET_TESTS_SUPPORT_STATES_LINK_H

#include "support/states.h"

/* The pages of pay links, payment buttons and deposits in their states. */

static inline struct str deposit_until(enum page_lang lang)
{
    return lang == PAGE_LANG_FR ? STR("7 décembre 2026 à 02:30") : STR("7 December 2026, 02:30");
}

static inline void render_link(struct arena *arena, enum page_lang lang)
{
    struct page_pay page = sample_pay(arena, lang);
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.summary.order_id = STR_NONE;
    page.summary.description = STR_NONE;
    page.summary.reference = STR("165985");
    page.summary.deposit = true;
    page.networks = true;
    page.ask_holder = true;
    page.holder_optional = true;
    page.holder = STR("Dupont Jean \"<Jeannot>\"");
    page.deposit_until = deposit_until(lang);
    page_pay(&out, &page, lang);
    save(&out, "pay-deposit", lang);

    page.frame.back_url = STR_NONE;
    page.summary.reference = STR_NONE;
    page.summary.deposit = false;
    page.networks = false;
    page.bare = true;
    page.deposit_until = STR_NONE;
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_pay(&out, &page, lang);
    save(&out, "pay-short", lang);
}

static inline void render_button(struct arena *arena, enum page_lang lang)
{
    static const struct part_errors_items errors[] = {
        {STR_INIT("payer_name"),  TEXT_ERROR_PAYER_MISSING},
        {STR_INIT("payer_email"), TEXT_ERROR_EMAIL_INVALID},
    };
    struct page_button_fields fields[] = {
        {{.name = STR("payer_name"),
          .label = TEXT_FORM_LABEL_PAYER,
          .type = STR("text"),
          .autocomplete = STR("name"),
          .max = STR("70"),
          .missing = TEXT_ERROR_PAYER_MISSING}},
        {{.name = STR("payer_email"),
          .label = TEXT_FORM_LABEL_EMAIL,
          .hint = TEXT_FORM_HINT_RECEIPT,
          .optional = true,
          .type = STR("email"),
          .autocomplete = STR("email"),
          .max = STR("254")}},
    };
    struct page_button page = {
        .frame = sample_frame(arena, lang),
        .summary = {.amount = sample_amount(lang), .payee = STR("Atelier Exemple SARL")},
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .fields = fields,
        .fields_count = ARRAY_LEN(fields),
        .csrf = STR("0123456789abcdef"),
        .attempt = STR("0123456789abcdef01234567"),
        .cancel_url = STR("https://boutique.example/panier"),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page_button(&out, &page, lang);
    save(&out, "button", lang);

    page.has_problem = true;
    page.errors.items = errors;
    page.errors.items_count = ARRAY_LEN(errors);
    fields[0].field.error = TEXT_ERROR_PAYER_MISSING;
    fields[1].field.error = TEXT_ERROR_EMAIL_INVALID;
    fields[1].field.value = STR("camille@");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_button(&out, &page, lang);
    save(&out, "button-errors", lang);

    page.has_problem = false;
    page.errors.items_count = 0;
    page.fields_count = 0;
    page.summary.deposit = true;
    page.deposit_until = deposit_until(lang);
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_button(&out, &page, lang);
    save(&out, "button-deposit", lang);
}

static inline void render_deposits(struct arena *arena, enum page_lang lang)
{
    struct page_result page = {
        .frame = sample_frame(arena, lang),
        .summary = sample_summary(lang),
        .outcome = TEXT_OUTCOME_DEPOSIT,
        .amount = sample_amount(lang),
        .payee = STR("Atelier Exemple SARL"),
        .card = STR("Visa •••• 4242"),
        .reference = STR("165985"),
        .deposit_until = deposit_until(lang),
    };
    struct buf out = buf_make(arena, PAGE_SIZE_MAX);

    page.summary.deposit = true;
    page_result(&out, &page, lang);
    save(&out, "deposit-held", lang);

    page.outcome = TEXT_OUTCOME_CASHED;
    page.refunded = lang == PAGE_LANG_FR ? STR("10,00\u00a0€") : STR("€10.00");
    page.summary.deposit = false;
    page.deposit_until = STR_NONE;
    page.deposit_of = lang == PAGE_LANG_FR ? STR("300,00\u00a0€") : STR("€300.00");
    out = buf_make(arena, PAGE_SIZE_MAX);
    page_result(&out, &page, lang);
    save(&out, "deposit-cashed", lang);
}

#endif
