#include "core/beneficiary.h"

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "base/crypto.h"

/* create_beneficiary and update_beneficiary (api/safedebit.md 12). */

/* --- create_beneficiary --------------------------------------------------------------------------
 */

struct create_in {
    struct given given;
    struct str name;
    struct str siren;
    struct str ics;
    struct str iban;
    struct str street_number;
    struct str street_name;
    struct str zip_code;
    struct str city;
    struct str phone;
};

#define AT(member) offsetof(struct create_in, member)
static const struct argument CREATE_ROWS[] = {
    {"social_reference", A_TEXT,  32, OPTIONAL, DOC, AT(name),          NULL},
    {"siren",            A_SIREN, 0,  OPTIONAL, DOC, AT(siren),         NULL},
    {"ics",              A_ICS,   13, OPTIONAL, DOC, AT(ics),           NULL},
    {"iban",             A_IBAN,  34, REQUIRED, DOC, AT(iban),          NULL},
    {"street_number",    A_TEXT,  16, REQUIRED, DOC, AT(street_number), NULL},
    {"street_name",      A_TEXT,  70, REQUIRED, DOC, AT(street_name),   NULL},
    {"zip_code",         A_TEXT,  16, REQUIRED, DOC, AT(zip_code),      NULL},
    {"city",             A_TEXT,  34, REQUIRED, DOC, AT(city),          NULL},
    {"phone_number",     A_PHONE, 16, OPTIONAL, DOC, AT(phone),         NULL},
};
#undef AT
const struct arguments SAFEDEBIT_CREATE_BENEFICIARY =
    ARGUMENTS_OF("CreateBeneficiary", struct create_in, CREATE_ROWS);

struct made_out {
    struct given given;
    bool result;
    struct str reference;
};
#define AT(member) FIELD_AT(struct made_out, member)
static const struct field MADE_FIELDS[] = {
    {"result",                F_BOOL, 0, 0,  REQUIRED, DOC, ED_ALL, AT(result)   },
    {"beneficiary_reference", F_TEXT, 1, 32, REQUIRED, DOC, ED_ALL, AT(reference)},
};
#undef AT
const struct table SAFEDEBIT_BENEFICIARY_MADE =
    TABLE_OF("BeneficiaryMade", struct made_out, MADE_FIELDS);

static struct str text_or_none(struct str text)
{
    return text.len > 0 ? text : STR_NONE;
}

static void create_start(struct operation *operation)
{
    beneficiary_create((struct beneficiary_create *)operation);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct beneficiary_create *create = (const struct beneficiary_create *)operation;
    const struct made_out made = {.result = true, .reference = create->beneficiary.reference};

    *out = ssp_text(request, &SAFEDEBIT_BENEFICIARY_MADE, &made);
    return OK;
}

void safedebit_create_beneficiary(struct request *request)
{
    struct beneficiary_create *create = arena_make(request->cx->arena, struct beneficiary_create);
    struct create_in in;

    if (!arguments_read(request, &SAFEDEBIT_CREATE_BENEFICIARY, &in))
        return;
    create->beneficiary = (struct beneficiary){
        .name = text_or_none(in.name),
        .siren = text_or_none(in.siren),
        .ics = text_or_none(in.ics),
        .street_number = in.street_number,
        .street_name = in.street_name,
        .zip_code = in.zip_code,
        .city = in.city,
        .phone = text_or_none(in.phone),
    };
    err_t err = beneficiary_seal(request->core, request->cx, in.iban, &create->beneficiary);
    crypto_wipe_text(in.iban);
    if (err != OK)
        ssp_error(request, err);
    else
        ssp_create(request, &create->operation, create_start, created_text);
}

/* --- update_beneficiary --------------------------------------------------------------------------
 */

struct update_in {
    struct given given;
    struct str reference;
    struct str iban;
    struct str ics;
};
#define AT(member) offsetof(struct update_in, member)
static const struct argument UPDATE_ROWS[] = {
    {"beneficiary_reference", A_TEXT, 32, REQUIRED, DOC, AT(reference), NULL},
    {"iban",                  A_IBAN, 34, OPTIONAL, DOC, AT(iban),      NULL},
    {"ics",                   A_ICS,  35, OPTIONAL, DOC, AT(ics),       NULL},
};
#undef AT
const struct arguments SAFEDEBIT_UPDATE_BENEFICIARY =
    ARGUMENTS_OF("UpdateBeneficiary", struct update_in, UPDATE_ROWS);

static void update_start(struct operation *operation)
{
    beneficiary_change((struct beneficiary_change *)operation);
}

static err_t updated_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    (void)operation;
    *out = ssp_done_text(request);
    return OK;
}

void safedebit_update_beneficiary(struct request *request)
{
    struct beneficiary_change *change = arena_make(request->cx->arena, struct beneficiary_change);
    struct update_in in;

    if (!arguments_read(request, &SAFEDEBIT_UPDATE_BENEFICIARY, &in))
        return;
    if (in.iban.ptr != NULL && in.iban.len == 0) {
        ssp_fail(request, CODE_MISSING, "iban", "cannot be empty");
        return;
    }
    change->merchant = &admitted(request)->merchant;
    change->reference = in.reference;
    change->iban = in.iban;
    change->ics_given = in.ics.ptr != NULL;
    change->ics = text_or_none(in.ics);
    ssp_run(request, &change->operation, update_start, updated_text);
}
