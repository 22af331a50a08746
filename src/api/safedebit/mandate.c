#include "api/safedebit/mandate.h"

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/consumer.h"
#include "base/must.h"
#include "core/mandate_edit.h"
#include "core/mandate_import.h"

/* add_mandate and edit_mandate (api/safedebit.md 9). */

struct str mandate_status_wire(enum mandate_state state)
{
    switch (state) {
    case MANDATE_ACTIVE:
        return STR("1");
    case MANDATE_SUSPENDED:
        return STR("2");
    case MANDATE_REVOKED:
    case MANDATE_EXPIRED:
    case MANDATE_CLOSED:
        return STR("3");
    case MANDATE_DRAFT:
        return STR("4");
    case MANDATE_SENT:
        return STR("5");
    case MANDATE_SIGNED:
        return STR("6");
    }
    must_fail(__FILE__, __LINE__, "state is a mandate_state");
}

/* 0 for an empty text. */
static enum mandate_state mandate_status_of(struct str status)
{
    static const enum mandate_state STATES[] = {MANDATE_ACTIVE, MANDATE_SUSPENDED, MANDATE_REVOKED,
                                                MANDATE_DRAFT,  MANDATE_SENT,      MANDATE_SIGNED};

    for (size_t i = 0; i < ARRAY_LEN(STATES); i++) {
        if (str_eq(status, mandate_status_wire(STATES[i])))
            return STATES[i];
    }
    must(status.len == 0);
    return 0;
}

/* --- add_mandate ---------------------------------------------------------------------------------
 */

struct add_in {
    struct given given;
    struct str reference;
    struct str signed_on;
    struct str place;
    struct str umr;
    struct str ics;
    struct str file;
};

#define AT(member) offsetof(struct add_in, member)
static const struct argument ADD_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT, 35, REQUIRED, DOC, AT(reference), NULL},
    {"sign_date",                    A_PAST, 0,  OPTIONAL, DOC, AT(signed_on), NULL},
    {"sign_city",                    A_TEXT, 35, OPTIONAL, DOC, AT(place),     NULL},
    {"umr",                          A_UMR,  35, REQUIRED, DOC, AT(umr),       NULL},
    {"ics",                          A_ICS,  0,  OPTIONAL, DOC, AT(ics),       NULL},
    {"file_data",                    A_FILE, 0,  REQUIRED, DOC, AT(file),      NULL},
};
#undef AT
const struct arguments SAFEDEBIT_ADD_MANDATE = ARGUMENTS_OF("AddMandate", struct add_in, ADD_ROWS);

static void add_start(struct operation *operation)
{
    mandate_import((struct mandate_import *)operation);
}

static err_t done_text(const struct request *request, struct operation *operation, struct str *out)
{
    (void)operation;
    *out = ssp_done_text(request);
    return OK;
}

/* False when it has answered. */
static bool add_check(struct request *request, const struct add_in *in)
{
    if (in->signed_on.len > 0 && in->place.len == 0) {
        ssp_fail(request, CODE_MISSING, "sign_city", "is missing: it goes with sign_date");
        return false;
    }
    if (in->ics.len > 0 && !ics_same(in->ics, str_of(admitted(request)->merchant.debits.ics))) {
        ssp_fail(request, CODE_ICS, "ics", "does not belong to this account");
        return false;
    }
    return true;
}

void safedebit_add_mandate(struct request *request)
{
    struct mandate_import *import = arena_make(request->cx->arena, struct mandate_import);
    struct add_in in;

    if (!arguments_read(request, &SAFEDEBIT_ADD_MANDATE, &in) || !add_check(request, &in))
        return;
    import->reference = in.reference;
    import->umr = in.umr;
    if (in.signed_on.len > 0) {
        import->signed_on = argument_date(in.signed_on);
        import->place = in.place;
    }
    import->is_pdf = file_is_pdf(in.file);
    err_t err = consumer_file_seal(request->core, request->cx, in.file, &import->document);
    if (err != OK)
        ssp_error(request, err);
    else
        ssp_create(request, &import->operation, add_start, done_text);
}

/* --- edit_mandate --------------------------------------------------------------------------------
 */

struct edit_in {
    struct consumer_in consumer;
    struct str umr;
    struct str status;
};

#define AT(member) offsetof(struct edit_in, member)
#define FIELD(name) offsetof(struct edit_in, consumer.fields) + sizeof(struct str) * (name)
static const struct argument EDIT_ROWS[] = {
    {"umr",                            A_UMR,   35, REQUIRED, DOC, AT(umr),                            NULL            },
    {"status",                         A_WORD,  0,  OPTIONAL, DOC, AT(status),                         MANDATE_STATUSES},
    {"consumer_first_name",            A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_FIRST_NAME),         NULL            },
    {"consumer_use_name",              A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_USE_NAME),           NULL            },
    {"consumer_pseudonyme",            A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_PSEUDONYM),          NULL            },
    {"consumer_last_name",             A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_LAST_NAME),          NULL            },
    {"consumer_other_last_name",       A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_OTHER_LAST_NAME),    NULL            },
    {"consumer_address_street_number", A_TEXT,  16, OPTIONAL, DOC, FIELD(CONSUMER_STREET_NUMBER),
     NULL                                                                                                              },
    {"consumer_address_street_type",   A_TEXT,  16, OPTIONAL, DOC, FIELD(CONSUMER_STREET_TYPE),        NULL            },
    {"consumer_address_street_name",   A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_STREET_NAME),        NULL            },
    {"consumer_address_complement",    A_TEXT,  70, OPTIONAL, DOC, FIELD(CONSUMER_ADDRESS_COMPLEMENT),
     NULL                                                                                                              },
    {"consumer_zip_code",              A_TEXT,  16, OPTIONAL, DOC, FIELD(CONSUMER_ZIP_CODE),           NULL            },
    {"consumer_city",                  A_TEXT,  35, OPTIONAL, DOC, FIELD(CONSUMER_CITY),               NULL            },
    {"consumer_country",               A_TEXT,  35, OPTIONAL, DOC, FIELD(CONSUMER_COUNTRY),            NULL            },
    {"consumer_email",                 A_EMAIL, 70, OPTIONAL, DOC, FIELD(CONSUMER_EMAIL),              NULL            },
    {"consumer_phone_number",          A_PHONE, 16, OPTIONAL, DOC, FIELD(CONSUMER_PHONE),              NULL            },
    {"iban",                           A_IBAN,  34, OPTIONAL, DOC, AT(consumer.iban),                  NULL            },
    {"social_reference",               A_TEXT,  32, OPTIONAL, DOC, FIELD(CONSUMER_CORPORATE_NAME),     NULL            },
};
#undef AT
#undef FIELD
const struct arguments SAFEDEBIT_EDIT_MANDATE =
    ARGUMENTS_OF("EditMandate", struct edit_in, EDIT_ROWS);

static void edit_start(struct operation *operation)
{
    mandate_edit((struct mandate_edit *)operation);
}

void safedebit_edit_mandate(struct request *request)
{
    struct mandate_edit *edit = arena_make(request->cx->arena, struct mandate_edit);
    struct edit_in in;

    if (!arguments_read(request, &SAFEDEBIT_EDIT_MANDATE, &in) ||
        !consumer_change_from_wire(request, &in.consumer, &edit->change))
        return;
    edit->umr = in.umr;
    edit->to = mandate_status_of(in.status);
    ssp_run(request, &edit->operation, edit_start, done_text);
}
