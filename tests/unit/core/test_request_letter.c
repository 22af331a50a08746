#include "core/request_letter.h"
#include "support/core_request.h"
#include "support/news.h"

/* What a payer reads, and what no name can do to it. */

struct posting {
    struct request_letter letter;
    struct str to;
    bool sms;
};

static err_t posting_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct posting *posting = arg;

    return posting->sms ? request_letter_sms(cx, tx, &posting->letter, posting->to)
                        : request_letter_mail(cx, tx, &posting->letter, posting->to);
}

static struct posting posting_of(struct world *world, enum letter_kind kind,
                                 const struct pay_request *request)
{
    return (struct posting){
        .letter = {.kind = kind,
                   .merchant = &world->merchant,
                   .request = request,
                   .name = STR("Dupont Jean"),
                   .number = STR("165985"),
                   .link = STR("http://127.0.0.1:8080/pay-48512-1aa19814b3354e218f4f11f00c0ffee0")},
        .to = STR("jean@example.com"),
    };
}

static void post(struct world *world, struct posting *posting)
{
    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, posting_body, posting));
}

static struct delivery newest(struct world *world)
{
    struct delivery *list;

    assert_true(outbox_all(world, &list) >= 1);
    return list[0];
}

static struct mail posted(struct world *world, struct posting *posting)
{
    struct mail mail;

    post(world, posting);
    struct delivery delivery = newest(world);
    assert_int_equal(delivery.channel, CHANNEL_MAIL);
    assert_true(str_eq(delivery.type, str_of(letter_kind_text(posting->letter.kind))));
    assert_true(str_eq(delivery.object, ID_TEXT(posting->letter.request->id)));
    assert_ok(mail_load(world->cx, world_read(world), &delivery, &mail));
    reader_release(world->core.reader);
    return mail;
}

static bool has(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Both forms of a mail say it. */
static void says(const struct mail *mail, const char *part)
{
    if (!has(mail->text, part))
        fail_msg("the text does not say: %s\n%.*s", part, (int)mail->text.len, mail->text.ptr);
    if (!has(mail->html, part))
        fail_msg("the document does not say: %s\n%.*s", part, (int)mail->html.len, mail->html.ptr);
}

static struct pay_request asked(struct world *world, int64_t minor, bool capture)
{
    struct request_terms terms = terms_of(minor);
    struct request_create create;

    terms.capture = capture;
    create = (struct request_create){
        .merchant = &world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = REQUEST_BY_LINK, .page = PAGE_STANDARD},
        .terms = terms
    };
    WORLD_RUN(world, &create, request_create);
    assert_ok(create.operation.result);
    return create.request;
}

CASE(request_says_who_asks_for_how_much_and_where_to_pay)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);
    struct mail mail = posted(world, &posting);

    assert_str(mail.to, "jean@example.com");
    assert_str(mail.from_name, "Atelier Exemple SARL");
    assert_str(mail.reply_to, "atelier@example.com");
    assert_str(mail.language, "fr");
    assert_str(mail.subject, "Demande de paiement de 25,99\u00a0€ – Atelier Exemple SARL");
    says(&mail, "Bonjour Dupont Jean,");
    says(&mail, "Atelier Exemple SARL vous demande le paiement de 25,99\u00a0€.");
    says(&mail, "Payer 25,99\u00a0€");
    says(&mail, "165985");
    says(&mail, "31 août 2031");
    says(&mail, "http://127.0.0.1:8080/pay-48512-1aa19814b3354e218f4f11f00c0ffee0");
    says(&mail, "SIREN 100000009");
    assert_true(has(mail.html, "<html lang=\"fr\">"));
    world_free(world);
}

CASE(reminder_says_that_it_is_one)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_REMINDED, &request);
    struct mail mail = posted(world, &posting);

    assert_str(mail.subject, "Rappel : demande de paiement de 25,99\u00a0€ – Atelier Exemple SARL");
    says(&mail, "ne tenez pas compte de ce rappel");
    says(&mail, "/pay-48512-");
    world_free(world);
}

CASE(deposit_says_that_nothing_is_debited)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 30000, false);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);
    struct mail mail = posted(world, &posting);

    assert_str(mail.subject, "Demande de caution de 300,00\u00a0€ – Atelier Exemple SARL");
    says(&mail, "elle n’est pas débitée");
    says(&mail, "6 jours et 12 heures");
    world_free(world);
}

CASE(english_where_the_merchant_says_so)
{
    struct world *world = world_new();

    world_set(world, "language", "en");
    struct pay_request request = asked(world, 123456, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);
    struct mail mail = posted(world, &posting);
    assert_str(mail.subject, "Payment of €1,234.56 requested – Atelier Exemple SARL");
    assert_str(mail.language, "en");
    says(&mail, "Hello Dupont Jean,");
    says(&mail, "Pay €1,234.56");
    assert_true(has(mail.html, "<html lang=\"en\">"));
    assert_false(has(mail.text, "Bonjour"));
    world_free(world);
}

CASE(receipt_says_what_was_paid_and_is_no_invoice)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_RECEIPT, &request);
    struct payment payment = pay_card(world, 2599);
    struct payment_view view = {0};

    assert_ok(payment_view_load(world->cx, world_read(world), payment.id, &view));
    reader_release(world->core.reader);
    posting.letter.payment = &payment;
    posting.letter.card = &view.card;
    struct mail mail = posted(world, &posting);
    assert_str(mail.subject, "Reçu de paiement de 25,99\u00a0€ – Atelier Exemple SARL");
    says(&mail, "Vous avez payé 25,99\u00a0€ à Atelier Exemple SARL.");
    says(&mail, "•••• 4242");
    says(&mail, "2 juin 2031 à 10:0");
    says(&mail, "Ce reçu ne vaut pas facture.");
    assert_false(has(mail.text, "/pay-"));
    world_free(world);
}

CASE(receipt_of_a_part_says_what_is_released)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 30000, false);
    struct posting posting = posting_of(world, LETTER_RECEIPT, &request);
    struct payment payment = pay_card(world, 12000);

    posting.letter.payment = &payment;
    struct mail mail = posted(world, &posting);
    says(&mail, "a encaissé 120,00\u00a0€ sur votre caution de 300,00\u00a0€.");
    says(&mail, "Le reste, 180,00\u00a0€, est libéré.");
    world_free(world);
}

CASE(cancellation_says_what_becomes_of_the_hold)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 30000, false);
    struct posting posting = posting_of(world, LETTER_CANCELED, &request);
    struct payment payment = pay_hold(world, 30000);
    struct mail mail = posted(world, &posting);

    assert_str(mail.subject, "Demande de 300,00\u00a0€ annulée – Atelier Exemple SARL");
    says(&mail, "Vous n’avez rien à payer");
    posting.letter.payment = &payment;
    mail = posted(world, &posting);
    says(&mail, "La somme bloquée sur votre carte est libérée.");
    world_free(world);
}

/* --- in English --------------------------------------------------------------------------------
 */

CASE(every_letter_is_there_in_english)
{
    static const struct {
        enum letter_kind kind;
        bool capture;
        bool with_payment;
        const char *subject;
        const char *says;
    } LETTERS[] = {
        {LETTER_ASKED,    false, false, "Deposit of €300.00 requested – Atelier Exemple SARL",
         "This amount is held on your card, it is not debited."       },
        {LETTER_REMINDED, true,  false, "Reminder: payment of €300.00 – Atelier Exemple SARL",
         "If you have just answered, please ignore this reminder."    },
        {LETTER_REMINDED, false, false, "Reminder: deposit of €300.00 – Atelier Exemple SARL",
         "Leave a deposit of €300.00"                               },
        {LETTER_CANCELED, true,  false, "Request for €300.00 cancelled – Atelier Exemple SARL",
         "There is nothing to pay"                                    },
        {LETTER_CANCELED, false, true,  "Request for €300.00 cancelled – Atelier Exemple SARL",
         "The amount held on your card is released."                  },
        {LETTER_RECEIPT,  true,  true,  "Receipt for your payment of €120.00 – Atelier Exemple SARL",
         "You have paid €120.00 to Atelier Exemple SARL. Thank you."},
        {LETTER_RECEIPT,  false, true,  "Receipt for your payment of €120.00 – Atelier Exemple SARL",
         "The rest, €180.00, is released."                          },
    };
    struct world *world = world_new();
    struct payment payment = pay_card(world, 12000);

    world_set(world, "language", "en");
    for (size_t i = 0; i < ARRAY_LEN(LETTERS); i++) {
        struct pay_request request = asked(world, 30000, LETTERS[i].capture);
        struct posting posting = posting_of(world, LETTERS[i].kind, &request);
        posting.letter.payment = LETTERS[i].with_payment ? &payment : NULL;
        struct mail mail = posted(world, &posting);
        assert_str(mail.subject, LETTERS[i].subject);
        says(&mail, LETTERS[i].says);
        says(&mail, "Any question? Answer this message");
        assert_false(has(mail.text, "Bonjour"));
    }
    world_free(world);
}

/* All that was deposited is cashed: nothing is left to be released. */
CASE(receipt_of_a_whole_deposit_releases_nothing)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 30000, false);
    struct posting posting = posting_of(world, LETTER_RECEIPT, &request);
    struct payment payment = pay_card(world, 30000);

    posting.letter.payment = &payment;
    struct mail mail = posted(world, &posting);
    says(&mail, "a encaissé 300,00\u00a0€ sur votre caution de 300,00\u00a0€.");
    assert_false(has(mail.text, "est libéré"));
    world_free(world);
}

CASE(reminder_of_a_deposit_says_both)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 30000, false);
    struct posting posting = posting_of(world, LETTER_REMINDED, &request);
    struct mail mail = posted(world, &posting);

    assert_str(mail.subject, "Rappel : demande de caution de 300,00\u00a0€ – Atelier Exemple SARL");
    world_free(world);
}

/* --- who asks ----------------------------------------------------------------------------------
 */

CASE(a_merchant_says_no_more_of_itself_than_it_has_told)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);

    world->merchant.siren = world->merchant.address = world->merchant.email = STR_NONE;
    struct mail mail = posted(world, &posting);
    assert_false(has(mail.text, "SIREN"));
    assert_false(has(mail.text, "Une question"));
    assert_int_equal(mail.reply_to.len, 0);
    world_free(world);
}

/* White or black, whichever can be read on it. */
CASE(the_button_has_the_colour_of_the_merchant)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);

    world->merchant.accent = STR("#0b5a3a");
    struct mail mail = posted(world, &posting);
    assert_true(has(mail.html, "#0b5a3a"));
    assert_true(has(mail.html, "color: #ffffff"));
    world->merchant.accent = STR("#f0e070");
    mail = posted(world, &posting);
    assert_true(has(mail.html, "#f0e070"));
    assert_true(has(mail.html, "color: #000000"));
    world_free(world);
}

/* --- names ------------------------------------------------------------------------------------ */

CASE(markup_in_a_name_is_text)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);

    posting.letter.name = STR("<script>alert(1)</script> & \"Co\" d'O");
    struct mail mail = posted(world, &posting);
    assert_true(has(mail.text, "Bonjour <script>alert(1)</script> & \"Co\" d'O,"));
    assert_true(has(mail.html, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot; "
                               "d&#39;O,"));
    assert_false(has(mail.html, "<script"));
    world_free(world);
}

CASE(controls_and_directions_in_a_name_are_shown_and_not_obeyed)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);

    posting.letter.name = STR("Jean\u202Etnemeiap");
    struct mail mail = posted(world, &posting);
    says(&mail, "Bonjour Jean\uFFFDtnemeiap,");
    posting.letter.name = STR("A\r\nBcc: x@example.com");
    mail = posted(world, &posting);
    assert_false(has(mail.subject, "Bcc"));
    assert_false(has(mail.text, "\r"));
    posting.letter.name = STR("דוד");
    mail = posted(world, &posting);
    says(&mail, "Bonjour \u2068דוד\u2069,");
    world_free(world);
}

CASE(address_that_mail_cannot_reach_gets_none)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);
    struct delivery *list;

    posting.to = STR("jean@example.com\r\nBcc: x@example.com");
    post(world, &posting);
    posting.to = STR("");
    post(world, &posting);
    assert_int_equal(outbox_all(world, &list), 0);
    world_free(world);
}

CASE(greeting_needs_no_name)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 2599, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);

    posting.letter.name = STR_NONE;
    struct mail mail = posted(world, &posting);
    assert_true(str_starts(mail.text, STR("Bonjour,\n")));
    world_free(world);
}

CASE(text_message_is_one_paragraph)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 123456, true);
    struct posting posting = posting_of(world, LETTER_ASKED, &request);
    struct delivery *list;

    posting.sms = true;
    posting.to = STR("+33612345678");
    post(world, &posting);
    assert_int_equal(outbox_due_now(world, STR("sms"), &list), 1);
    assert_int_equal(list[0].channel, CHANNEL_SMS);
    assert_str(list[0].address, "+33612345678");
    assert_str(list[0].body, "Atelier Exemple SARL vous demande le paiement de 1 234,56 € : "
                             "http://127.0.0.1:8080/pay-48512-1aa19814b3354e218f4f11f00c0ffee0");
    outbox_try(world, &list[0], TRY_DELIVERED, 250);
    posting.letter.kind = LETTER_REMINDED;
    post(world, &posting);
    assert_int_equal(outbox_due_now(world, STR("sms"), &list), 1);
    assert_true(str_starts(list[0].body, STR("Rappel. ")));
    world_free(world);
}

CASE(text_message_about_a_deposit_in_either_language)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, 30000, false);
    struct posting posting = posting_of(world, LETTER_REMINDED, &request);
    struct delivery *list;

    posting.sms = true;
    posting.to = STR("+33612345678");
    post(world, &posting);
    assert_int_equal(outbox_due_now(world, STR("sms"), &list), 1);
    assert_true(str_starts(list[0].body, STR("Rappel. Atelier Exemple SARL vous demande une "
                                             "caution de 300,00 € par carte : http://")));
    outbox_try(world, &list[0], TRY_DELIVERED, 250);
    world_set(world, "language", "en");
    post(world, &posting);
    assert_int_equal(outbox_due_now(world, STR("sms"), &list), 1);
    assert_true(str_starts(list[0].body, STR("Reminder. Atelier Exemple SARL asks you for a card "
                                             "deposit of €300.00: http://")));
    outbox_try(world, &list[0], TRY_DELIVERED, 250);
    request.terms.capture = true;
    posting.letter.kind = LETTER_ASKED;
    post(world, &posting);
    assert_int_equal(outbox_due_now(world, STR("sms"), &list), 1);
    assert_true(str_starts(list[0].body, STR("Atelier Exemple SARL asks you for a payment of ")));
    world_free(world);
}

UNIT_MAIN(T(request_says_who_asks_for_how_much_and_where_to_pay), T(reminder_says_that_it_is_one),
          T(deposit_says_that_nothing_is_debited), T(english_where_the_merchant_says_so),
          T(receipt_says_what_was_paid_and_is_no_invoice),
          T(receipt_of_a_part_says_what_is_released), T(cancellation_says_what_becomes_of_the_hold),
          T(markup_in_a_name_is_text),
          T(controls_and_directions_in_a_name_are_shown_and_not_obeyed),
          T(address_that_mail_cannot_reach_gets_none), T(greeting_needs_no_name),
          T(text_message_is_one_paragraph), T(every_letter_is_there_in_english),
          T(receipt_of_a_whole_deposit_releases_nothing), T(reminder_of_a_deposit_says_both),
          T(a_merchant_says_no_more_of_itself_than_it_has_told),
          T(the_button_has_the_colour_of_the_merchant),
          T(text_message_about_a_deposit_in_either_language))
