#include "api/safedebit/consumer.h"

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "base/country.h"
#include "base/crypto.h"
#include "base/must.h"
#include "core/beneficiary.h"
#include "core/merchant_check.h"

/* --- tables -----------------------------------------------------------------------------------
 */

struct create_in {
    struct consumer_in consumer;
};

#define TYPES "0 1 2"
#define GENDERS "M F"
#define ORGANISATIONS "1 2"
#define COMPANY "1"
#define NON_PROFIT "2"
#define IDENTITIES "1 2 3 4 5"
#define AT(member) offsetof(struct create_in, consumer.member)
#define FIELD(name) offsetof(struct create_in, consumer.fields) + sizeof(struct str) * (name)
static const struct argument CREATE_ROWS[] = {
    {"consumer_type",                  A_WORD,    0,  REQUIRED, DOC,  AT(type),                           TYPES        },
    {"consumer_reference",             A_TEXT,    64, OPTIONAL, DOC,  AT(own),                            NULL         },
    {"consumer_store",                 A_TEXT,    32, OPTIONAL, DOC,  FIELD(CONSUMER_STORE),              NULL         },
    {"beneficiary_reference",          A_TEXT,    32, OPTIONAL, DOC,  FIELD(CONSUMER_BENEFICIARY),        NULL         },
    {"consumer_gender",                A_WORD,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_GENDER),             GENDERS      },
    {"consumer_first_name",            A_TEXT,    70, REQUIRED, DOC,  FIELD(CONSUMER_FIRST_NAME),         NULL         },
    {"consumer_last_name",             A_TEXT,    70, REQUIRED, DOC,  FIELD(CONSUMER_LAST_NAME),          NULL         },
    {"consumer_other_last_name",       A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_OTHER_LAST_NAME),    NULL         },
    {"identity_type",                  A_WORD,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_TYPE),      IDENTITIES   },
    {"id_number",                      A_TEXT,    18, OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_NUMBER),    NULL         },
    {"emission_date",                  A_PAST,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_ISSUED),    NULL         },
    {"expire_date",                    A_DATE,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_EXPIRES),   NULL         },
    {"consumer_birth_date",            A_PAST,    0,  OPTIONAL, DOC,  FIELD(CONSUMER_BORN),               NULL         },
    {"consumer_birth_day",             A_PAST,    0,  OPTIONAL, OURS, FIELD(CONSUMER_BORN),               NULL         },
    {"consumer_birth_city",            A_TEXT,    35, OPTIONAL, DOC,  FIELD(CONSUMER_BIRTH_CITY),         NULL         },
    {"nationality",                    A_COUNTRY, 0,  OPTIONAL, DOC,  FIELD(CONSUMER_NATIONALITY),        NULL         },
    {"consumer_address_street_number", A_TEXT,    16, REQUIRED, DOC,  FIELD(CONSUMER_STREET_NUMBER),
     NULL                                                                                                              },
    {"consumer_address_street_type",   A_TEXT,    16, REQUIRED, DOC,  FIELD(CONSUMER_STREET_TYPE),        NULL         },
    {"consumer_address_street_name",   A_TEXT,    70, REQUIRED, DOC,  FIELD(CONSUMER_STREET_NAME),        NULL         },
    {"consumer_address_complement",    A_TEXT,    70, OPTIONAL, DOC,  FIELD(CONSUMER_ADDRESS_COMPLEMENT),
     NULL                                                                                                              },
    {"consumer_zip_code",              A_TEXT,    16, REQUIRED, DOC,  FIELD(CONSUMER_ZIP_CODE),           NULL         },
    {"consumer_city",                  A_TEXT,    35, REQUIRED, DOC,  FIELD(CONSUMER_CITY),               NULL         },
    {"consumer_country",               A_TEXT,    35, OPTIONAL, DOC,  FIELD(CONSUMER_COUNTRY),            NULL         },
    {"consumer_email",                 A_EMAIL,   70, REQUIRED, DOC,  FIELD(CONSUMER_EMAIL),              NULL         },
    {"consumer_phone_number",          A_PHONE,   16, REQUIRED, DOC,  FIELD(CONSUMER_PHONE),              NULL         },
    {"consumer_ip",                    A_IP,      16, OPTIONAL, DOC,  FIELD(CONSUMER_IP),                 NULL         },
    {"iban",                           A_IBAN,    34, REQUIRED, DOC,  AT(iban),                           NULL         },
    {"social_reference",               A_TEXT,    32, REQUIRED, DOC,  FIELD(CONSUMER_CORPORATE_NAME),     ORGANISATIONS},
    {"siren",                          A_SIREN,   0,  REQUIRED, DOC,  FIELD(CONSUMER_SIREN),              COMPANY      },
    {"siren",                          A_SIREN,   0,  OPTIONAL, DOC,  FIELD(CONSUMER_SIREN),              NON_PROFIT   },
    {"nic",                            A_NIC,     0,  OPTIONAL, DOC,  FIELD(CONSUMER_NIC),                ORGANISATIONS},
    {"naf",                            A_TEXT,    32, OPTIONAL, DOC,  FIELD(CONSUMER_NAF),                ORGANISATIONS},
    {"tva_interco",                    A_VAT,     0,  OPTIONAL, DOC,  FIELD(CONSUMER_VAT_NUMBER),         ORGANISATIONS},
    {"waldec",                         A_RNA,     0,  OPTIONAL, DOC,  FIELD(CONSUMER_RNA),                NON_PROFIT   },
};
#undef AT
#undef FIELD
const struct arguments SAFEDEBIT_CREATE_CONSUMER =
    ARGUMENTS_OF("CreateConsumer", struct create_in, CREATE_ROWS);

struct made_out {
    struct given given;
    bool result;
    struct str reference;
};
#define AT(member) FIELD_AT(struct made_out, member)
static const struct field MADE_FIELDS[] = {
    {"result",                       F_BOOL, 0, 0,  REQUIRED, DOC,  ED_ALL, AT(result)   },
    {"safedebit_consumer_reference", F_TEXT, 1, 35, REQUIRED, OURS, ED_ALL, AT(reference)},
};
#undef AT
const struct table SAFEDEBIT_CONSUMER_MADE = TABLE_OF("ConsumerMade", struct made_out, MADE_FIELDS);

/* --- from the wire -------------------------------------------------------------------------------
 */

enum consumer_type consumer_type_of(struct str text)
{
    if (str_eq(text, STR("1")))
        return CONSUMER_COMPANY;
    return str_eq(text, STR("2")) ? CONSUMER_NON_PROFIT : CONSUMER_PERSON;
}

enum mandate_type mandate_type_of(struct str text)
{
    return str_eq(text, STR("OOFF")) ? MANDATE_ONE_OFF : MANDATE_RECURRENT;
}

struct str consumer_type_wire(enum consumer_type type)
{
    switch (type) {
    case CONSUMER_PERSON:
        return STR("0");
    case CONSUMER_COMPANY:
        return STR("1");
    case CONSUMER_NON_PROFIT:
        return STR("2");
    }
    must_fail(__FILE__, __LINE__, "type is a consumer_type");
}

bool consumer_field_is_date(enum consumer_field field)
{
    return field == CONSUMER_BORN || field == CONSUMER_IDENTITY_ISSUED ||
           field == CONSUMER_IDENTITY_EXPIRES;
}

struct str consumer_field_of(struct arena *arena, enum consumer_field field, struct str text)
{
    if (text.len == 0)
        return STR_NONE;
    return consumer_field_is_date(field) ? date_text(arena, argument_date(text)) : text;
}

void consumer_from_wire(struct ctx *cx, const struct consumer_in *in, struct consumer *out)
{
    *out = (struct consumer){
        .own = in->own.len > 0 ? in->own : STR_NONE,
        .type = consumer_type_of(in->type),
    };
    for (int field = 1; field < CONSUMER_FIELDS; field++)
        out->fields[field] =
            consumer_field_of(cx->arena, (enum consumer_field)field, in->fields[field]);
}

/* --- across arguments ----------------------------------------------------------------------------
 */

static bool refused(struct request *request, enum code code, const char *argument,
                    const char *sentence)
{
    ssp_fail(request, code, argument, sentence);
    return false;
}

static bool identity_check(struct request *request, const struct consumer_in *in)
{
    struct str issued = in->fields[CONSUMER_IDENTITY_ISSUED];
    struct str expires = in->fields[CONSUMER_IDENTITY_EXPIRES];

    if (issued.len > 0 && expires.len > 0 &&
        date_compare(argument_date(expires), argument_date(issued)) < 0)
        return refused(request, CODE_DATE, "expire_date", "is before emission_date");
    return true;
}

bool consumer_in_check(struct request *request, const struct consumer_in *in)
{
    struct str siren = in->fields[CONSUMER_SIREN];
    struct str nic = in->fields[CONSUMER_NIC];

    if (!identity_check(request, in))
        return false;
    if (siren.len > 0 && nic.len > 0 &&
        !siret_valid(str_format(request->cx->arena, "%.*s%.*s", (int)siren.len, siren.ptr,
                                (int)nic.len, nic.ptr)))
        return refused(request, CODE_COMPANY, "nic", "does not belong to this siren");
    return true;
}

/* One of them makes all four needed, and so does the merchant's setting. */
static bool identity_is_whole(struct request *request, const struct consumer_in *in)
{
    static const struct {
        enum consumer_field field;
        const char *name;
    } PARTS[] = {
        {CONSUMER_IDENTITY_TYPE,    "identity_type"},
        {CONSUMER_IDENTITY_NUMBER,  "id_number"    },
        {CONSUMER_IDENTITY_ISSUED,  "emission_date"},
        {CONSUMER_IDENTITY_EXPIRES, "expire_date"  },
    };
    bool wanted = admitted(request)->merchant.levies.require_identity;

    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++)
        wanted = wanted || in->fields[PARTS[i].field].len > 0;
    for (size_t i = 0; wanted && i < ARRAY_LEN(PARTS); i++) {
        if (in->fields[PARTS[i].field].len == 0)
            return refused(request, CODE_MISSING, PARTS[i].name, "is missing");
    }
    return true;
}

/* The merchant itself is the only beneficiary, or the argument tells which one. */
static bool beneficiary_is_clear(struct request *request, const struct consumer_in *in)
{
    bool others = false;
    struct tx *tx;

    if (in->fields[CONSUMER_BENEFICIARY].len > 0)
        return true;
    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = beneficiaries_exist(request->cx, tx, &others);
    if (err != OK) {
        ssp_error(request, err);
        return false;
    }
    return others ? refused(request, CODE_MISSING, "beneficiary_reference", "is missing") : true;
}

static bool create_check(struct request *request, const struct consumer_in *in)
{
    struct str country = in->fields[CONSUMER_COUNTRY];
    struct str code;

    if (!beneficiary_is_clear(request, in) || !identity_is_whole(request, in) ||
        !consumer_in_check(request, in))
        return false;
    if (admitted(request)->merchant.levies.require_store && in->fields[CONSUMER_STORE].len == 0)
        return refused(request, CODE_MISSING, "consumer_store", "is missing");
    if (country.len > 0 && !country_code(request->cx->arena, country, &code))
        return refused(request, CODE_VALUE, "consumer_country", "is not a country");
    return true;
}

/* --- create_consumer -----------------------------------------------------------------------------
 */

static void create_start(struct operation *operation)
{
    consumer_create((struct consumer_create *)operation);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct consumer_create *create = (const struct consumer_create *)operation;
    const struct made_out made = {.result = true, .reference = create->consumer.reference};

    *out = ssp_text(request, &SAFEDEBIT_CONSUMER_MADE, &made);
    return OK;
}

void safedebit_create_consumer(struct request *request)
{
    struct consumer_create *create = arena_make(request->cx->arena, struct consumer_create);
    struct ctx *cx = request->cx;
    struct create_in in;

    if (!arguments_read(request, &SAFEDEBIT_CREATE_CONSUMER, &in) ||
        !create_check(request, &in.consumer))
        return;
    consumer_from_wire(cx, &in.consumer, &create->consumer);
    if (create->consumer.fields[CONSUMER_COUNTRY].len == 0)
        create->consumer.fields[CONSUMER_COUNTRY] = STR("FR");
    const struct bank_account_draft account = {
        .iban = in.consumer.iban,
        .name = consumer_name(cx->arena, &create->consumer),
    };
    err_t err = bank_account_seal(request->core, cx, &account, &create->sealed);
    crypto_wipe_text(in.consumer.iban);
    if (err != OK)
        ssp_error(request, err);
    else
        ssp_create(request, &create->operation, create_start, created_text);
}
