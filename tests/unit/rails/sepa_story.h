#ifndef GUICHET_TESTS_UNIT_RAILS_SEPA_STORY_H
#define GUICHET_TESTS_UNIT_RAILS_SEPA_STORY_H

#include "rails/sepa/pain_check.h"
#include "rails/sepa/sepa_file.h"
#include "support/iso20022.h"
#include "wire/xml.h"

/* The files of samples-made once more, from structs. */

#define LUMEN STR("ATELIER LUMEN SARL")
#define LUMEN_IBAN STR("FR7630006000011234567890189")

static inline instant story_time(void)
{
    return instant_paris((struct wall){
        {2026, 11, 23},
        8, 0, 0
    });
}

static inline struct sepa_header story_header(enum sepa_generation generation, struct str msg_id,
                                              int64_t count, int64_t sum_cents)
{
    return (struct sepa_header){
        .generation = generation,
        .msg_id = msg_id,
        .created = story_time(),
        .initiator_name = LUMEN,
        .count = count,
        .sum_cents = sum_cents,
    };
}

static inline struct sepa_collection_block story_block(struct str id, enum sepa_sequence sequence,
                                                       int day, int64_t count, int64_t sum_cents)
{
    struct sepa_collection_block block = {
        .payment_info_id = id,
        .count = count,
        .sum_cents = sum_cents,
        .batch_booking = true,
        .scheme = SEPA_SCHEME_CORE,
        .sequence = sequence,
        .due = date_from_days(date_to_days((struct date){2026,                     11, 30}
           ) + day),
        .creditor_name = LUMEN,
        .creditor_address = { .form = SEPA_ADDRESS_STRUCTURED,
                                                         .number = STR("12"),
                                                         .street = STR("Rue des Forges"),
                                                         .postcode = STR("69007"),
                                                         .town = STR("Lyon"),
                                                         .country = STR("FR")},
        .creditor_iban = LUMEN_IBAN,
        .creditor_bic = STR("AGRIFRPP"),
        .ics = STR("FR72ZZZ123456"),
    };

    return block;
}

static inline struct sepa_collection story_collection(void)
{
    return (struct sepa_collection){
        .instruction_id = STR("AL-E2E-000001-I"),
        .end_to_end_id = STR("AL-E2E-000001"),
        .amount_cents = 1990,
        .umr = STR("AL-UMR-000001"),
        .signed_on = {2026, 1, 15},
        .debtor_bic = STR("PSSTFRPPPAR"),
        .debtor_name = STR("JEAN DUPONT"),
        .debtor_iban = STR("FR1420041010050500013M02606"),
        .remittance = STR("Facture F2026-0100"),
    };
}

static inline err_t checked(struct ctx *cx, struct str text, struct pain_facts *facts)
{
    struct source source = source_text(&text);

    return pain_check(cx, &source, 1 << 28, facts);
}

/* What a case says about a file that was written: its schema, and the second look. */
static inline void fits(struct ctx *cx, struct str text, const char *message, int64_t count,
                        int64_t sum_cents)
{
    struct pain_facts facts;
    struct str rest = text;
    struct source source = source_text(&rest);
    struct str directory = samples_path(cx->arena, "xsd");

    if (checked(cx, text, &facts) != OK)
        fail_msg("%s %s", cx->faults[0].field, cx->faults[0].text);
    assert_str(facts.message, message);
    assert_int_equal(facts.count, count);
    assert_int_equal(facts.sum_cents, sum_cents);
    err_t err = xml_validate(cx, directory, str_of(message), &source, 1 << 28);
    if (err == ERR_NOT_FOUND)
        skip();
    else if (err != OK)
        fail_msg("%s", cx->faults[0].text);
}

#endif
