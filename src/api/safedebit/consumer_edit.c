#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/consumer.h"
#include "base/country.h"
#include "base/crypto.h"

/* edit_consumer (api/safedebit.md 8), and what edit_mandate shares with it. */

struct edit_in {
    struct consumer_in consumer;
    struct str reference;
};

#define GENDERS "M F"
#define IDENTITIES "1 2 3 4 5 6 7"
#define AT(member) offsetof(struct edit_in, member)
#define FIELD(name) offsetof(struct edit_in, consumer.fields) + sizeof(struct str) * (name)
static const struct argument EDIT_ROWS[] = {
    {"safedebit_consumer_reference",   A_TEXT,    35, REQUIRED, DOC,  AT(reference),                      NULL      },
    {"consumer_reference",             A_TEXT,    64, OPTIONAL, DOC,  AT(consumer.own),                   NULL      },
    {"consumer_gender",                A_WORD,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_GENDER),             GENDERS   },
    {"consumer_first_name",            A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_FIRST_NAME),         NULL      },
    {"consumer_use_name",              A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_USE_NAME),           NULL      },
    {"consumer_pseudonyme",            A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_PSEUDONYM),          NULL      },
    {"consumer_last_name",             A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_LAST_NAME),          NULL      },
    {"consumer_other_last_name",       A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_OTHER_LAST_NAME),    NULL      },
    {"identity_type",                  A_WORD,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_TYPE),      IDENTITIES},
    {"id_number",                      A_TEXT,    18, OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_NUMBER),    NULL      },
    {"emission_date",                  A_PAST,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_ISSUED),    NULL      },
    {"expire_date",                    A_DATE,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_EXPIRES),   NULL      },
    {"consumer_birth_day",             A_PAST,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_BORN),               NULL      },
    {"consumer_birth_date",            A_PAST,    0,  OPTIONAL, OURS, FIELD(CONSUMER_BORN),               NULL      },
    {"consumer_birth_city",            A_TEXT,    35, OPTIONAL, DOC,  FIELD(CONSUMER_BIRTH_CITY),         NULL      },
    {"nationality",                    A_COUNTRY, 0,  OPTIONAL, DOC,  FIELD(CONSUMER_NATIONALITY),        NULL      },
    {"consumer_address_street_number", A_TEXT,    16, OPTIONAL, DOC,  FIELD(CONSUMER_STREET_NUMBER),
     NULL                                                                                                           },
    {"consumer_address_street_type",   A_TEXT,    16, OPTIONAL, DOC,  FIELD(CONSUMER_STREET_TYPE),        NULL      },
    {"consumer_address_street_name",   A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_STREET_NAME),        NULL      },
    {"consumer_address_complement",    A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_ADDRESS_COMPLEMENT),
     NULL                                                                                                           },
    {"consumer_zip_code",              A_TEXT,    16, OPTIONAL, DOC,  FIELD(CONSUMER_ZIP_CODE),           NULL      },
    {"consumer_city",                  A_TEXT,    35, OPTIONAL, DOC,  FIELD(CONSUMER_CITY),               NULL      },
    {"consumer_country",               A_TEXT,    35, OPTIONAL, DOC,  FIELD(CONSUMER_COUNTRY),            NULL      },
    {"consumer_email",                 A_EMAIL,   70, OPTIONAL, DOC,  FIELD(CONSUMER_EMAIL),              NULL      },
    {"consumer_phone_number",          A_PHONE,   16, OPTIONAL, DOC,  FIELD(CONSUMER_PHONE),              NULL      },
    {"consumer_ip",                    A_IP,      16, OPTIONAL, DOC,  FIELD(CONSUMER_IP),                 NULL      },
    {"iban",                           A_IBAN,    34, OPTIONAL, DOC,  AT(consumer.iban),                  NULL      },
    {"social_reference",               A_TEXT,    32, OPTIONAL, DOC,  FIELD(CONSUMER_CORPORATE_NAME),     NULL      },
    {"siren",                          A_SIREN,   0,  OPTIONAL, DOC,  FIELD(CONSUMER_SIREN),              NULL      },
    {"nic",                            A_NIC,     0,  OPTIONAL, DOC,  FIELD(CONSUMER_NIC),                NULL      },
    {"naf",                            A_TEXT,    32, OPTIONAL, DOC,  FIELD(CONSUMER_NAF),                NULL      },
    {"tva_interco",                    A_VAT,     0,  OPTIONAL, DOC,  FIELD(CONSUMER_VAT_NUMBER),         NULL      },
    {"waldec",                         A_RNA,     0,  OPTIONAL, DOC,  FIELD(CONSUMER_RNA),                NULL      },
};
#undef AT
#undef FIELD
const struct arguments SAFEDEBIT_EDIT_CONSUMER =
    ARGUMENTS_OF("EditConsumer", struct edit_in, EDIT_ROWS);

/* --- from the wire -------------------------------------------------------------------------------
 */

/* null is not given; an empty text is, and erases. */
static bool was_given(const struct consumer_in *in, const struct str *text)
{
    return text->ptr != NULL &&
           given_test(&in->given, (size_t)((const char *)text - (const char *)in));
}

/* What create_consumer asks of everybody. */
static const struct {
    enum consumer_field field;
    const char *name;
} KEPT[] = {
    {CONSUMER_FIRST_NAME,    "consumer_first_name"           },
    {CONSUMER_LAST_NAME,     "consumer_last_name"            },
    {CONSUMER_STREET_NUMBER, "consumer_address_street_number"},
    {CONSUMER_STREET_TYPE,   "consumer_address_street_type"  },
    {CONSUMER_STREET_NAME,   "consumer_address_street_name"  },
    {CONSUMER_ZIP_CODE,      "consumer_zip_code"             },
    {CONSUMER_CITY,          "consumer_city"                 },
    {CONSUMER_EMAIL,         "consumer_email"                },
    {CONSUMER_PHONE,         "consumer_phone_number"         },
};

static bool kept_check(struct request *request, const struct consumer_in *in)
{
    const char *erased = NULL;

    for (size_t i = 0; i < ARRAY_LEN(KEPT) && erased == NULL; i++) {
        const struct str *text = &in->fields[KEPT[i].field];
        if (was_given(in, text) && text->len == 0)
            erased = KEPT[i].name;
    }
    if (erased == NULL && was_given(in, &in->iban) && in->iban.len == 0)
        erased = "iban";
    if (erased != NULL)
        ssp_fail(request, CODE_MISSING, erased, "cannot be empty");
    return erased == NULL;
}

static bool country_check(struct request *request, const struct consumer_in *in)
{
    struct str country = in->fields[CONSUMER_COUNTRY];
    struct str code;

    if (country.len == 0 || country_code(request->cx->arena, country, &code))
        return true;
    ssp_fail(request, CODE_VALUE, "consumer_country", "is not a country");
    return false;
}

static void change_fill(struct ctx *cx, const struct consumer_in *in, struct consumer_change *out)
{
    for (int at = 1; at < CONSUMER_FIELDS; at++) {
        enum consumer_field field = (enum consumer_field)at;
        out->given[at] = was_given(in, &in->fields[at]);
        out->values[at] = consumer_field_of(cx->arena, field, in->fields[at]);
    }
    if (out->given[CONSUMER_COUNTRY] && out->values[CONSUMER_COUNTRY].len == 0)
        out->values[CONSUMER_COUNTRY] = STR("FR");
    out->own_given = was_given(in, &in->own);
    out->own = in->own.len > 0 ? in->own : STR_NONE;
    out->account_given = in->iban.len > 0;
}

bool consumer_change_from_wire(struct request *request, const struct consumer_in *in,
                               struct consumer_change *out)
{
    const struct bank_account_draft account = {.iban = in->iban};

    if (!kept_check(request, in) || !consumer_in_check(request, in) || !country_check(request, in))
        return false;
    change_fill(request->cx, in, out);
    if (!out->account_given)
        return true;
    err_t err = bank_account_seal(request->core, request->cx, &account, &out->sealed);
    crypto_wipe_text(in->iban);
    if (err != OK)
        ssp_error(request, err);
    return err == OK;
}

/* --- edit_consumer -------------------------------------------------------------------------------
 */

static void edit_start(struct operation *operation)
{
    consumer_change((struct consumer_change *)operation);
}

static err_t edited_text(const struct request *request, struct operation *operation,
                         struct str *out)
{
    (void)operation;
    *out = ssp_done_text(request);
    return OK;
}

void safedebit_edit_consumer(struct request *request)
{
    struct consumer_change *change = arena_make(request->cx->arena, struct consumer_change);
    struct edit_in in;

    if (!arguments_read(request, &SAFEDEBIT_EDIT_CONSUMER, &in) ||
        !consumer_change_from_wire(request, &in.consumer, change))
        return;
    change->reference = in.reference;
    ssp_run(request, &change->operation, edit_start, edited_text);
}
