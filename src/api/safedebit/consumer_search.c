#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/consumer.h"
#include "api/safedebit/search.h"
#include "base/crypto.h"
#include "base/must.h"

/* search_consumer (api/safedebit.md 8). */

/* --- what is searched for ------------------------------------------------------------------------
 */

struct search_in {
    struct consumer_in consumer;
    struct str reference;
    struct day_range issued;
    struct day_range expires;
    struct day_range born;
    struct str limit;
    struct str offset;
};

#define TYPES "0 1 2"
#define GENDERS "M F"
#define IDENTITIES "1 2 3 4 5 6 7"
#define AT(member) offsetof(struct search_in, member)
#define FIELD(name) offsetof(struct search_in, consumer.fields) + sizeof(struct str) * (name)
static const struct argument SEARCH_ROWS[] = {
    {"consumer_reference",             A_TEXT,    64,  OPTIONAL, DOC,  AT(consumer.own),                   NULL      },
    {"safedebit_consumer_reference",   A_TEXT,    35,  OPTIONAL, DOC,  AT(reference),                      NULL      },
    {"consumer_type",                  A_WORD,    0,   OPTIONAL, DOC,  AT(consumer.type),                  TYPES     },
    {"consumer_store",                 A_TEXT,    32,  OPTIONAL, DOC,  FIELD(CONSUMER_STORE),              NULL      },
    {"beneficiary_reference",          A_TEXT,    32,  OPTIONAL, DOC,  FIELD(CONSUMER_BENEFICIARY),        NULL      },
    {"consumer_gender",                A_WORD,    0,   OPTIONAL, DOC,  FIELD(CONSUMER_GENDER),             GENDERS   },
    {"consumer_first_name",            A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_FIRST_NAME),         NULL      },
    {"consumer_use_name",              A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_USE_NAME),           NULL      },
    {"consumer_pseudonyme",            A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_PSEUDONYM),          NULL      },
    {"consumer_last_name",             A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_LAST_NAME),          NULL      },
    {"consumer_other_last_name",       A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_OTHER_LAST_NAME),    NULL      },
    {"identity_type",                  A_WORD,    0,   OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_TYPE),      IDENTITIES},
    {"id_number",                      A_TEXT,    18,  OPTIONAL, DOC,  FIELD(CONSUMER_IDENTITY_NUMBER),    NULL      },
    {"emission_date",                  A_DATE,    0,   OPTIONAL, DOC,  AT(issued.on),                      NULL      },
    {"emission_date_min",              A_DATE,    0,   OPTIONAL, DOC,  AT(issued.from),                    NULL      },
    {"emission_date_max",              A_DATE,    0,   OPTIONAL, DOC,  AT(issued.until),                   NULL      },
    {"expire_date",                    A_DATE,    0,   OPTIONAL, DOC,  AT(expires.on),                     NULL      },
    {"expire_date_min",                A_DATE,    0,   OPTIONAL, DOC,  AT(expires.from),                   NULL      },
    {"expire_date_max",                A_DATE,    0,   OPTIONAL, DOC,  AT(expires.until),                  NULL      },
    {"consumer_birth_day",             A_DATE,    0,   OPTIONAL, DOC,  AT(born.on),                        NULL      },
    {"consumer_birth_day_min",         A_DATE,    0,   OPTIONAL, DOC,  AT(born.from),                      NULL      },
    {"consumer_birth_day_max",         A_DATE,    0,   OPTIONAL, DOC,  AT(born.until),                     NULL      },
    {"consumer_birth_date",            A_DATE,    0,   OPTIONAL, OURS, AT(born.on),                        NULL      },
    {"consumer_birth_city",            A_TEXT,    35,  OPTIONAL, DOC,  FIELD(CONSUMER_BIRTH_CITY),         NULL      },
    {"nationality",                    A_COUNTRY, 0,   OPTIONAL, DOC,  FIELD(CONSUMER_NATIONALITY),        NULL      },
    {"consumer_address_street_number", A_TEXT,    16,  OPTIONAL, DOC,  FIELD(CONSUMER_STREET_NUMBER),
     NULL                                                                                                            },
    {"consumer_address_street_type",   A_TEXT,    16,  OPTIONAL, DOC,  FIELD(CONSUMER_STREET_TYPE),        NULL      },
    {"consumer_address_street_name",   A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_STREET_NAME),        NULL      },
    {"consumer_address_complement",    A_TEXT,    70,  OPTIONAL, DOC,  FIELD(CONSUMER_ADDRESS_COMPLEMENT),
     NULL                                                                                                            },
    {"consumer_zip_code",              A_TEXT,    16,  OPTIONAL, DOC,  FIELD(CONSUMER_ZIP_CODE),           NULL      },
    {"consumer_city",                  A_TEXT,    35,  OPTIONAL, DOC,  FIELD(CONSUMER_CITY),               NULL      },
    {"consumer_country",               A_TEXT,    35,  OPTIONAL, DOC,  FIELD(CONSUMER_COUNTRY),            NULL      },
    {"consumer_email",                 A_EMAIL,   70,  OPTIONAL, DOC,  FIELD(CONSUMER_EMAIL),              NULL      },
    {"consumer_phone_number",          A_PHONE,   16,  OPTIONAL, DOC,  FIELD(CONSUMER_PHONE),              NULL      },
    {"consumer_ip",                    A_IP,      16,  OPTIONAL, DOC,  FIELD(CONSUMER_IP),                 NULL      },
    {"consumer_data",                  A_TEXT,    145, OPTIONAL, DOC,  FIELD(CONSUMER_DATA),               NULL      },
    {"iban",                           A_IBAN,    34,  OPTIONAL, DOC,  AT(consumer.iban),                  NULL      },
    {"social_reference",               A_TEXT,    32,  OPTIONAL, DOC,  FIELD(CONSUMER_CORPORATE_NAME),     NULL      },
    {"siren",                          A_SIREN,   0,   OPTIONAL, DOC,  FIELD(CONSUMER_SIREN),              NULL      },
    {"nic",                            A_NIC,     0,   OPTIONAL, DOC,  FIELD(CONSUMER_NIC),                NULL      },
    {"naf",                            A_TEXT,    32,  OPTIONAL, DOC,  FIELD(CONSUMER_NAF),                NULL      },
    {"tva_interco",                    A_VAT,     0,   OPTIONAL, DOC,  FIELD(CONSUMER_VAT_NUMBER),         NULL      },
    {"waldec",                         A_RNA,     0,   OPTIONAL, DOC,  FIELD(CONSUMER_RNA),                NULL      },
    {"limit",                          A_TEXT,    20,  OPTIONAL, OURS, AT(limit),                          NULL      },
    {"offset",                         A_TEXT,    20,  OPTIONAL, OURS, AT(offset),                         NULL      },
};
#undef AT
#undef FIELD
const struct arguments SAFEDEBIT_SEARCH_CONSUMER =
    ARGUMENTS_OF("SearchConsumer", struct search_in, SEARCH_ROWS);

/* --- what is answered ----------------------------------------------------------------------------
 */

struct consumer_out {
    struct given given;
    struct str reference;
    struct str own;
    struct str type;
    struct str iban;
    struct str fields[CONSUMER_FIELDS];
};
#define AT(member) FIELD_AT(struct consumer_out, member)
static const struct field CONSUMER_OUT_FIELDS[] = {
    {"safedebit_consumer_reference",   F_TEXT, 1, 35,  REQUIRED, DOC, ED_ALL, AT(reference)                        },
    {"consumer_reference",             F_TEXT, 0, 64,  OPTIONAL, DOC, ED_ALL, AT(own)                              },
    {"consumer_type",                  F_TEXT, 1, 1,   REQUIRED, DOC, ED_ALL, AT(type)                             },
    {"consumer_store",                 F_TEXT, 0, 32,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_STORE])           },
    {"beneficiary_reference",          F_TEXT, 0, 32,  OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_BENEFICIARY])                                                                              },
    {"consumer_gender",                F_TEXT, 0, 1,   OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_GENDER])          },
    {"consumer_first_name",            F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_FIRST_NAME])      },
    {"consumer_use_name",              F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_USE_NAME])        },
    {"consumer_pseudonyme",            F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_PSEUDONYM])       },
    {"consumer_last_name",             F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_LAST_NAME])       },
    {"consumer_other_last_name",       F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_OTHER_LAST_NAME])                                                                          },
    {"identity_type",                  F_TEXT, 0, 1,   OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_IDENTITY_TYPE])   },
    {"id_number",                      F_TEXT, 0, 18,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_IDENTITY_NUMBER]) },
    {"emission_date",                  F_TEXT, 0, 10,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_IDENTITY_ISSUED]) },
    {"expire_date",                    F_TEXT, 0, 10,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_IDENTITY_EXPIRES])},
    {"consumer_birth_day",             F_TEXT, 0, 10,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_BORN])            },
    {"consumer_birth_city",            F_TEXT, 0, 35,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_BIRTH_CITY])      },
    {"nationality",                    F_TEXT, 0, 3,   OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_NATIONALITY])     },
    {"consumer_address_street_number", F_TEXT, 0, 16,  OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_STREET_NUMBER])                                                                            },
    {"consumer_address_street_type",   F_TEXT, 0, 16,  OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_STREET_TYPE])                                                                              },
    {"consumer_address_street_name",   F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_STREET_NAME])                                                                              },
    {"consumer_address_complement",    F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_ADDRESS_COMPLEMENT])                                                                       },
    {"consumer_zip_code",              F_TEXT, 0, 16,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_ZIP_CODE])        },
    {"consumer_city",                  F_TEXT, 0, 35,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_CITY])            },
    {"consumer_country",               F_TEXT, 0, 35,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_COUNTRY])         },
    {"consumer_email",                 F_TEXT, 0, 70,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_EMAIL])           },
    {"consumer_phone_number",          F_TEXT, 0, 16,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_PHONE])           },
    {"consumer_ip",                    F_TEXT, 0, 16,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_IP])              },
    {"consumer_data",                  F_TEXT, 0, 145, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_DATA])            },
    {"iban",                           F_TEXT, 0, 34,  OPTIONAL, DOC, ED_ALL, AT(iban)                             },
    {"social_reference",               F_TEXT, 0, 32,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_CORPORATE_NAME])  },
    {"siren",                          F_TEXT, 0, 9,   OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_SIREN])           },
    {"nic",                            F_TEXT, 0, 5,   OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_NIC])             },
    {"naf",                            F_TEXT, 0, 32,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_NAF])             },
    {"tva_interco",                    F_TEXT, 0, 32,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_VAT_NUMBER])      },
    {"waldec",                         F_TEXT, 0, 16,  OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_RNA])             },
};
#undef AT
static const struct table CONSUMER_OUT =
    TABLE_OF("Consumer", struct consumer_out, CONSUMER_OUT_FIELDS);

struct found_out {
    struct given given;
    bool result;
    struct field_list datas;
};
#define AT(member) FIELD_AT(struct found_out, member)
#define AT_DATAS FIELD_AT_MORE(struct found_out, datas, &CONSUMER_OUT)
static const struct field FOUND_FIELDS[] = {
    {"result", F_BOOL,    0, 0,                  REQUIRED, DOC, ED_ALL, AT(result)},
    {"datas",  F_OBJECTS, 0, CONSUMER_FOUND_MAX, REQUIRED, DOC, ED_ALL, AT_DATAS  },
};
#undef AT
#undef AT_DATAS
const struct table SAFEDEBIT_CONSUMERS = TABLE_OF("Consumers", struct found_out, FOUND_FIELDS);

/* --- to the wire ---------------------------------------------------------------------------------
 */

enum { IBAN_SHOWN = 4 };

err_t consumer_iban_masked(const struct request *request, struct tx *tx, struct bank_account_id id,
                           struct str *out)
{
    struct ctx *cx = request->cx;
    struct bank_account account;
    struct iban iban;

    *out = STR_NONE;
    TRY(bank_account_load(cx, tx, id, true, &account));
    err_t err = bank_account_open_iban(request->core->vault, cx->merchant, &account, &iban);
    if (err == ERR_UNAVAILABLE) /* erased, or nobody has the keys */
        return OK;
    TRY(err);
    struct str text = iban_text(&iban);
    char *masked = arena_alloc(cx->arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        masked[i] = i < IBAN_SHOWN || i + IBAN_SHOWN >= text.len ? text.ptr[i] : '*';
    *out = str_of(masked);
    crypto_wipe(&iban, sizeof iban);
    return OK;
}

static err_t consumer_to_wire(const struct request *request, struct tx *tx,
                              const struct consumer *consumer, struct consumer_out *out)
{
    *out = (struct consumer_out){
        .reference = consumer->reference,
        .own = consumer->own,
        .type = consumer_type_wire(consumer->type),
    };
    for (int at = 1; at < CONSUMER_FIELDS; at++) {
        struct date date;
        out->fields[at] = consumer->fields[at];
        if (consumer_field_is_date((enum consumer_field)at) && consumer->fields[at].len > 0) {
            must(date_parse(consumer->fields[at], &date));
            out->fields[at] = date_wire(request->cx->arena, date);
        }
    }
    return consumer_iban_masked(request, tx, consumer->account, &out->iban);
}

static err_t found_text(const struct request *request, struct tx *tx, const void *arg,
                        struct str *out)
{
    const struct consumer_search *search = arg;
    struct consumer *list;
    size_t count;

    TRY(consumer_search(request->cx, tx, search, &list, &count));
    struct consumer_out *rows = arena_array(request->cx->arena, struct consumer_out, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(consumer_to_wire(request, tx, &list[i], &rows[i]));
    const struct found_out found = {
        .result = true, .datas = {rows, count}
    };
    *out = ssp_text(request, &SAFEDEBIT_CONSUMERS, &found);
    return OK;
}

/* --- search_consumer -----------------------------------------------------------------------------
 */

static void condition_add(struct consumer_search *search, enum consumer_field field,
                          const struct day_range *value)
{
    if (value->on.len == 0 && value->from.len == 0 && value->until.len == 0)
        return;
    must(search->condition_count < CONSUMER_CONDITIONS_MAX);
    search->conditions[search->condition_count++] =
        (struct consumer_condition){field, value->on, value->from, value->until};
}

static void search_fill(struct ctx *cx, const struct search_in *in, struct consumer_search *out)
{
    const struct day_range issued = day_range_of(cx->arena, in->issued);
    const struct day_range expires = day_range_of(cx->arena, in->expires);
    const struct day_range born = day_range_of(cx->arena, in->born);

    out->reference = in->reference.len > 0 ? in->reference : STR_NONE;
    out->own = in->consumer.own.len > 0 ? in->consumer.own : STR_NONE;
    if (in->consumer.type.len > 0)
        out->type = consumer_type_of(in->consumer.type);
    consumer_conditions(&in->consumer, out->conditions, &out->condition_count);
    condition_add(out, CONSUMER_IDENTITY_ISSUED, &issued);
    condition_add(out, CONSUMER_IDENTITY_EXPIRES, &expires);
    condition_add(out, CONSUMER_BORN, &born);
}

void consumer_conditions(const struct consumer_in *in, struct consumer_condition *out,
                         size_t *count)
{
    for (int at = 1; at < CONSUMER_FIELDS; at++) {
        if (in->fields[at].len > 0)
            out[(*count)++] = (struct consumer_condition){
                .field = (enum consumer_field)at,
                .equals = in->fields[at],
            };
    }
}

/* False when it has answered. */
static bool number_fill(struct request *request, struct str iban, struct consumer_search *out)
{
    struct bank_account *sealed = arena_make(request->cx->arena, struct bank_account);
    const struct bank_account_draft draft = {.iban = iban};

    if (iban.len == 0)
        return true;
    err_t err = bank_account_seal(request->core, request->cx, &draft, sealed);
    crypto_wipe_text(iban);
    if (err != OK)
        ssp_error(request, err);
    out->account = sealed;
    return err == OK;
}

void safedebit_search_consumer(struct request *request)
{
    struct consumer_search *search = arena_make(request->cx->arena, struct consumer_search);
    struct search_in in;

    if (!arguments_read(request, &SAFEDEBIT_SEARCH_CONSUMER, &in) ||
        !search_has_condition(request, &SAFEDEBIT_SEARCH_CONSUMER, &in) ||
        !search_page(request, in.limit, in.offset, CONSUMER_FOUND_MAX, &search->limit,
                     &search->offset) ||
        !search_ranges_check(request, &SAFEDEBIT_SEARCH_CONSUMER, &in) ||
        !number_fill(request, in.consumer.iban, search))
        return;
    search_fill(request->cx, &in, search);
    ssp_look(request, found_text, search);
}
