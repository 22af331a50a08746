#include <stddef.h>

#include "api/simplypaie/call.h"
#include "api/simplypaie/calls.h"
#include "api/simplypaie/words.h"
#include "base/must.h"
#include "core/listing.h"
#include "core/request_link.h"
#include "core/sms.h"

/* POST /api/payments/new (api/simplypaie.md 3): asks a payer for an amount. */

enum { NAME_MAX = 70, EMAIL_MAX = 254, AMOUNT_MIN = 50, AMOUNT_MAX = 99999999, URL_MAX = 2048 };
enum { PHONE_MAX = 32, CREATED = 201 };

struct new_in {
    struct given given;
    struct str name;
    struct str email;
    int mode;
    int type;
    int page;
    int currency;
    int64_t amount;
    struct str return_url;
    struct str phone;
};
#define AT(member) offsetof(struct new_in, member)
/* clang-format off */
static const struct parameter NEW_ROWS[] = {
    {"name", P_NAME, 1, NAME_MAX, REQUIRED, SEED, AT(name), NULL, PROBLEM_NAME},
    {"email", P_EMAIL, 0, EMAIL_MAX, OPTIONAL, SEED, AT(email), NULL, PROBLEM_EMAIL},
    {"mode", P_WORD, 0, 0, OPTIONAL, SEED, AT(mode), &SIMPLYPAIE_MODES_ASKED, PROBLEM_MODE},
    {"type", P_WORD, 0, 0, OPTIONAL, SEED, AT(type), &SIMPLYPAIE_TYPES, PROBLEM_TYPE},
    {"page", P_WORD, 0, 0, OPTIONAL, SEED, AT(page), &SIMPLYPAIE_PAGES, PROBLEM_PAGE},
    {"currency", P_WORD, 0, 0, OPTIONAL, SEED, AT(currency), &SIMPLYPAIE_CURRENCIES, PROBLEM_CURRENCY},
    {"amount", P_CENTS, AMOUNT_MIN, AMOUNT_MAX, REQUIRED, SEED, AT(amount), NULL, PROBLEM_AMOUNT},
    {"returnURL", P_URL, 0, URL_MAX, OPTIONAL, SEED, AT(return_url), NULL, PROBLEM_RETURN_URL},
    {"phone", P_PHONE, 0, PHONE_MAX, OPTIONAL, OURS, AT(phone), NULL, PROBLEM_PHONE},
};
/* clang-format on */
#undef AT
const struct parameters SIMPLYPAIE_NEW = PARAMETERS_OF("PaymentNew", struct new_in, NEW_ROWS);

struct info {
    struct given given;
    struct str payment_id;
    struct str link;
};
#define AT(member) FIELD_AT(struct info, member)
static const struct field INFO_FIELDS[] = {
    {"paymentId", F_DIGITS, 1, 18,   REQUIRED, SEED, ED_ALL, AT(payment_id)},
    {"link",      F_TEXT,   1, 2048, REQUIRED, SEED, ED_ALL, AT(link)      },
};
#undef AT
static const struct table INFO = TABLE_OF("PaymentInfo", struct info, INFO_FIELDS);

struct new_out {
    struct given given;
    struct str status;
    struct info info;
};
#define AT(member) FIELD_AT(struct new_out, member)
#define AT_INFO FIELD_AT_MORE(struct new_out, info, &INFO)
static const struct field MADE_FIELDS[] = {
    {"status", F_TEXT,   1, 16, REQUIRED, SEED, ED_ALL, AT(status)},
    {"info",   F_OBJECT, 0, 0,  REQUIRED, SEED, ED_ALL, AT_INFO   },
};
#undef AT
#undef AT_INFO
const struct table SIMPLYPAIE_MADE = TABLE_OF("PaymentMade", struct new_out, MADE_FIELDS);

/* --- reading -------------------------------------------------------------------------------------
 */

static bool is_wrong(const struct reading *reading, enum problem problem)
{
    for (size_t i = 0; i < reading->parameters->count; i++) {
        if (reading->parameters->rows[i].problem == problem)
            return reading->wrong[i];
    }
    must_fail(__FILE__, __LINE__, "a row has this problem");
}

/* What a mode needs, once it is known. */
static void sending_check(const struct request *request, struct new_in *in, struct reading *reading)
{
    if (is_wrong(reading, PROBLEM_MODE))
        return;
    if (in->mode == 0)
        in->mode = REQUEST_BY_EMAIL;
    if (in->mode == REQUEST_BY_EMAIL && !GIVEN(in, email))
        REFUSE_AT(reading, struct new_in, email);
    if (in->mode == REQUEST_BY_SMS && !sms_possible(request->core, request->cx))
        REFUSE_AT(reading, struct new_in, mode);
    if (in->mode == REQUEST_BY_SMS && !GIVEN(in, phone))
        REFUSE_AT(reading, struct new_in, phone);
}

static void currency_check(const struct request *request, struct new_in *in,
                           struct reading *reading)
{
    if (in->currency == 0)
        in->currency = CURRENCY_EUR;
    if ((admitted(request)->merchant.currencies & 1U << in->currency) == 0)
        REFUSE_AT(reading, struct new_in, currency);
}

static bool new_read(struct request *request, struct new_in *in)
{
    struct reading reading;
    struct inputs inputs;

    if (!inputs_of_body(request, &inputs))
        return false;
    parameters_read(request->cx, &SIMPLYPAIE_NEW, &inputs, &reading, in);
    sending_check(request, in, &reading);
    currency_check(request, in, &reading);
    return reading_good(request, &reading);
}

/* --- answering -----------------------------------------------------------------------------------
 */

static err_t made_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct request_create *create = (const struct request_create *)operation;
    const struct pay_request *made = &create->request;
    struct new_out answer = {.status = SUCCESS};

    answer.info.payment_id = made->terms.order_id;
    TRY(request_link(request->core, operation->cx, &admitted(request)->merchant, made,
                     &answer.info.link));
    *out = sp_text(request, &SIMPLYPAIE_MADE, &answer);
    return OK;
}

static void start(struct operation *operation)
{
    request_create((struct request_create *)operation);
}

void simplypaie_payment_new(struct request *request)
{
    struct request_create *create = arena_make(request->cx->arena, struct request_create);
    struct new_in in;

    if (!new_read(request, &in))
        return;
    create->merchant = &admitted(request)->merchant;
    create->face = REQUEST_OF_SIMPLYPAIE;
    create->life = request->core->request_life_d * DAY_US;
    create->terms = (struct request_terms){
        .amount = {in.amount, (enum currency)in.currency},
        .capture = in.type != LISTING_PREAUTH,
        .methods = 1U << METHOD_CARD,
        .authenticate = true,
        .return_url = in.return_url,
    };
    create->sending = (struct request_sending){
        .mode = (enum request_mode)in.mode,
        .page = in.page == 0 ? PAGE_STANDARD : (enum request_page)in.page,
        .name = in.name,
        .email = in.email,
        .phone = in.phone,
    };
    sp_create(request, CREATED, &create->operation, start, made_text);
}
