#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/consumer.h"
#include "base/crypto.h"
#include "core/mandate_form.h"

/* initiate_consumer: a form on which the consumer completes what is known of it and signs
 * (api/safedebit.md 4). */

struct initiate_in {
    struct consumer_in consumer;
    struct str sms_option;
    struct str email_option;
    struct str url_ok;
    struct str url_ko;
    struct str url_cancel;
    struct str url_callback;
    struct str sequence_type;
};

#define TYPES "0 1 2"
#define GENDERS "M F"
#define ORGANISATIONS "1 2"
#define COMPANY "1"
#define NON_PROFIT "2"
#define IDENTITIES "1 2 3 4 5 6 7"
#define SEQUENCES "OOFF RCUR"
#define AT(member) offsetof(struct initiate_in, member)
#define FIELD(name) offsetof(struct initiate_in, consumer.fields) + sizeof(struct str) * (name)
/* clang-format off */
static const struct argument INITIATE_ROWS[] = {
    {"consumer_type", A_WORD, 0, OPTIONAL, SEED, AT(consumer.type), TYPES},
    {"consumer_reference", A_TEXT, 64, OPTIONAL, SEED, AT(consumer.own), NULL},
    {"consumer_store", A_TEXT, 32, OPTIONAL, SEED, FIELD(CONSUMER_STORE), NULL},
    {"beneficiary_reference", A_TEXT, 32, OPTIONAL, SEED, FIELD(CONSUMER_BENEFICIARY), NULL},
    {"consumer_first_name", A_TEXT, 70, OPTIONAL, SEED, FIELD(CONSUMER_FIRST_NAME), NULL},
    {"consumer_last_name", A_TEXT, 70, OPTIONAL, SEED, FIELD(CONSUMER_LAST_NAME), NULL},
    {"consumer_address_street_number", A_TEXT, 16, OPTIONAL, SEED, FIELD(CONSUMER_STREET_NUMBER), NULL},
    {"consumer_address_street_type", A_TEXT, 16, OPTIONAL, SEED, FIELD(CONSUMER_STREET_TYPE), NULL},
    {"consumer_address_street_name", A_TEXT, 70, OPTIONAL, SEED, FIELD(CONSUMER_STREET_NAME), NULL},
    {"consumer_zip_code", A_TEXT, 16, OPTIONAL, SEED, FIELD(CONSUMER_ZIP_CODE), NULL},
    {"consumer_city", A_TEXT, 35, OPTIONAL, SEED, FIELD(CONSUMER_CITY), NULL},
    {"consumer_country", A_TEXT, 35, OPTIONAL, SEED, FIELD(CONSUMER_COUNTRY), NULL},
    {"consumer_email", A_EMAIL, 70, OPTIONAL, SEED, FIELD(CONSUMER_EMAIL), NULL},
    {"consumer_phone_number", A_PHONE, 16, OPTIONAL, SEED, FIELD(CONSUMER_PHONE), NULL},
    {"sms_option", A_FLAG, 0, OPTIONAL, SEED, AT(sms_option), NULL},
    {"email_option", A_FLAG, 0, OPTIONAL, SEED, AT(email_option), NULL},
    {"url_ok", A_URL, 256, OPTIONAL, SEED, AT(url_ok), NULL},
    {"url_ko", A_URL, 256, OPTIONAL, SEED, AT(url_ko), NULL},
    {"url_cancel", A_URL, 256, OPTIONAL, SEED, AT(url_cancel), NULL},
    {"url_callback", A_URL, 256, OPTIONAL, SEED, AT(url_callback), NULL},
    {"consumer_data", A_TEXT, 145, REQUIRED, SEED, FIELD(CONSUMER_DATA), NULL},
    {"consumer_gender", A_WORD, 0, OPTIONAL, SEED, FIELD(CONSUMER_GENDER), GENDERS},
    {"consumer_other_last_name", A_TEXT, 70, OPTIONAL, SEED, FIELD(CONSUMER_OTHER_LAST_NAME), NULL},
    {"identity_type", A_WORD, 0, OPTIONAL, SEED, FIELD(CONSUMER_IDENTITY_TYPE), IDENTITIES},
    {"id_number", A_TEXT, 18, OPTIONAL, SEED, FIELD(CONSUMER_IDENTITY_NUMBER), NULL},
    {"emission_date", A_PAST, 0, OPTIONAL, SEED, FIELD(CONSUMER_IDENTITY_ISSUED), NULL},
    {"expire_date", A_DATE, 0, OPTIONAL, SEED, FIELD(CONSUMER_IDENTITY_EXPIRES), NULL},
    {"consumer_birth_day", A_PAST, 0, OPTIONAL, SEED, FIELD(CONSUMER_BORN), NULL},
    {"consumer_birth_city", A_TEXT, 35, OPTIONAL, SEED, FIELD(CONSUMER_BIRTH_CITY), NULL},
    {"nationality", A_COUNTRY, 0, OPTIONAL, SEED, FIELD(CONSUMER_NATIONALITY), NULL},
    {"consumer_address_complement", A_TEXT, 70, OPTIONAL, SEED, FIELD(CONSUMER_ADDRESS_COMPLEMENT), NULL},
    {"consumer_ip", A_IP, 16, OPTIONAL, SEED, FIELD(CONSUMER_IP), NULL},
    {"iban", A_IBAN, 34, OPTIONAL, SEED, AT(consumer.iban), NULL},
    {"sequence_type", A_WORD, 0, OPTIONAL, SEED, AT(sequence_type), SEQUENCES},
    {"social_reference", A_TEXT, 32, OPTIONAL, SEED, FIELD(CONSUMER_CORPORATE_NAME), ORGANISATIONS},
    {"siren", A_SIREN, 0, REQUIRED, SEED, FIELD(CONSUMER_SIREN), COMPANY},
    {"siren", A_SIREN, 0, OPTIONAL, SEED, FIELD(CONSUMER_SIREN), NON_PROFIT},
    {"nic", A_NIC, 0, OPTIONAL, SEED, FIELD(CONSUMER_NIC), ORGANISATIONS},
    {"naf", A_TEXT, 32, OPTIONAL, SEED, FIELD(CONSUMER_NAF), ORGANISATIONS},
    {"tva_interco", A_VAT, 0, OPTIONAL, SEED, FIELD(CONSUMER_VAT_NUMBER), ORGANISATIONS},
    {"waldec", A_RNA, 0, OPTIONAL, SEED, FIELD(CONSUMER_RNA), NON_PROFIT},
};
/* clang-format on */
#undef AT
#undef FIELD
const struct arguments SAFEDEBIT_INITIATE_CONSUMER =
    ARGUMENTS_OF("InitiateConsumer", struct initiate_in, INITIATE_ROWS);

struct initiated_out {
    struct given given;
    bool result;
    struct str link;
    struct str reference;
};
#define AT(member) FIELD_AT(struct initiated_out, member)
static const struct field INITIATED_FIELDS[] = {
    {"result",                       F_BOOL, 0, 0,   REQUIRED, SEED, ED_ALL, AT(result)   },
    {"link",                         F_TEXT, 1, 512, REQUIRED, SEED, ED_ALL, AT(link)     },
    {"safedebit_consumer_reference", F_TEXT, 1, 35,  REQUIRED, SEED, ED_ALL, AT(reference)},
};
#undef AT
const struct table SAFEDEBIT_INITIATED =
    TABLE_OF("Initiated", struct initiated_out, INITIATED_FIELDS);

/* --- checks across arguments ---------------------------------------------------------------------
 */

static bool is_set(struct str flag)
{
    return str_eq(flag, STR("1"));
}

static bool missing(struct request *request, const char *argument)
{
    ssp_fail(request, CODE_MISSING, argument, "is missing");
    return false;
}

/* Where the link goes by itself it needs somewhere to go. */
static bool initiate_check(struct request *request, const struct initiate_in *in)
{
    const struct str *fields = in->consumer.fields;

    if (!consumer_in_check(request, &in->consumer) ||
        !ssp_callback_check(request, "url_callback", in->url_callback))
        return false;
    if (is_set(in->sms_option) && fields[CONSUMER_PHONE].len == 0)
        return missing(request, "consumer_phone_number");
    if (is_set(in->email_option) && fields[CONSUMER_EMAIL].len == 0)
        return missing(request, "consumer_email");
    if (admitted(request)->merchant.levies.require_store && fields[CONSUMER_STORE].len == 0)
        return missing(request, "consumer_store");
    return true;
}

/* --- initiate_consumer ---------------------------------------------------------------------------
 */

static void make_start(struct operation *operation)
{
    mandate_form_make((struct mandate_form_make *)operation);
}

static err_t made_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct mandate_form_make *make = (const struct mandate_form_make *)operation;
    const struct initiated_out made = {
        .result = true, .link = make->link, .reference = make->consumer.reference};

    *out = ssp_text(request, &SAFEDEBIT_INITIATED, &made);
    return OK;
}

static struct str given_or_none(struct str text)
{
    return text.len > 0 ? text : STR_NONE;
}

void safedebit_initiate_consumer(struct request *request)
{
    struct mandate_form_make *make = arena_make(request->cx->arena, struct mandate_form_make);
    struct initiate_in in;

    if (!arguments_read(request, &SAFEDEBIT_INITIATE_CONSUMER, &in) ||
        !initiate_check(request, &in))
        return;
    consumer_from_wire(request->cx, &in.consumer, &make->consumer);
    make->merchant = &admitted(request)->merchant;
    make->iban = given_or_none(in.consumer.iban);
    make->form.type = mandate_type_of(in.sequence_type);
    make->form.urls = (struct mandate_form_urls){
        .ok = given_or_none(in.url_ok),
        .ko = given_or_none(in.url_ko),
        .cancel = given_or_none(in.url_cancel),
        .callback = given_or_none(in.url_callback),
    };
    make->by_sms = is_set(in.sms_option);
    make->by_mail = is_set(in.email_option);
    ssp_create(request, &make->operation, make_start, made_text);
}
