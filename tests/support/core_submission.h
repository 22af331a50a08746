#ifndef GUICHET_TESTS_SUPPORT_CORE_SUBMISSION_H
#define GUICHET_TESTS_SUPPORT_CORE_SUBMISSION_H

#include "core/lifecycle.h"
#include "core/submission.h"
#include "support/core_raw.h"

/* Submitted files in tests of the core, with a judge that reads a file of words: format, number,
 * day, SIREN of the seller, SIREN and name of the buyer ("attached": with a file within). "bad"
 * breaks two rules, "odd" is unreadable, "later" cannot be read now. */

#define OUR_SIREN "100000009"

static inline err_t words_refuse(struct einvoice_report *report, const char *rule, const char *term,
                                 size_t at)
{
    einvoice_fail(report, rule, term, at, "is wrong");
    return ERR_INVALID;
}

static inline struct str word_next(struct str *rest)
{
    size_t end = str_find(*rest, ' ');
    struct str word = str_sub(*rest, 0, end);

    *rest = str_from(*rest, end < rest->len ? end + 1 : end);
    return word;
}

static inline err_t words_read(struct arena *arena, struct einvoice_file *file,
                               struct einvoice_report *report)
{
    struct str rest = str_dup(arena, file->bytes);

    if (str_eq(rest, STR("later")))
        return ERR_UNAVAILABLE;
    if (str_eq(rest, STR("odd")))
        return words_refuse(report, "FORMAT", NULL, 0);
    if (str_eq(rest, STR("xsd")))
        return words_refuse(report, "XSD", NULL, 0);
    struct str after = rest;
    file->format = EINVOICE_CII;
    if (einvoice_format_parse(word_next(&after), &file->format))
        rest = after;
    file->xml = file->format == EINVOICE_FACTURX ? str_from(file->bytes, 9) : file->bytes;
    file->invoice.number = word_next(&rest);
    assert_true(date_parse(word_next(&rest), &file->invoice.issued));
    file->invoice.seller.legal_id.id = word_next(&rest);
    file->invoice.buyer.legal_id.id = word_next(&rest);
    file->invoice.buyer.endpoint.id = file->invoice.buyer.legal_id.id;
    file->invoice.buyer.name = word_next(&rest);
    file->invoice.seller.name = STR("Seller");
    file->invoice.type = STR("380");
    file->invoice.currency = STR("EUR");
    file->invoice.totals.with_vat = decimal_of(12050, 2);
    file->invoice.totals.due = decimal_of(5, 0);
    if (str_eq(file->invoice.buyer.name, STR("attached"))) {
        file->invoice.attachments = arena_array(arena, struct einvoice_attachment, 1);
        file->invoice.attachment_count = 1;
        file->invoice.attachments[0].mime = STR("text/csv");
    }
    return OK;
}

static inline void words_check(struct arena *arena, const struct einvoice *invoice,
                               struct einvoice_report *report)
{
    (void)arena;
    if (!str_eq(invoice->number, STR("bad")))
        return;
    einvoice_fail(report, "BR-CO-10", "BT-106", 0, "is not the sum of the lines");
    einvoice_fail(report, "BR-25", "BT-153", 2, "the line has no name");
}

static const struct einvoice_judge WORDS_JUDGE = {words_read, words_check};

static inline struct world *submission_world(void)
{
    struct world *world = world_new();

    world_set(world, "siren", OUR_SIREN);
    world->core.judge = &WORDS_JUDGE;
    return world;
}

static inline struct submission_create *submission_try(struct world *world, const char *words)
{
    struct submission_create *create = arena_make(world->cx->arena, struct submission_create);

    create->bytes = str_of(words);
    create->file_name = STR("facture.xml");
    WORLD_RUN(world, create, submission_create);
    return create;
}

#endif
