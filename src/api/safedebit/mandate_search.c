#include "core/mandate_search.h"

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/consumer.h"
#include "api/safedebit/mandate.h"
#include "api/safedebit/search.h"
#include "base/must.h"

/* search_mandate (api/safedebit.md 9). */

struct search_in {
    struct consumer_in consumer;
    struct str reference;
    struct str umr;
    struct str status;
    struct str sequence;
    struct day_range day;
    struct str place;
    struct str limit;
    struct str offset;
};

#define AT(member) offsetof(struct search_in, member)
#define FIELD(name) offsetof(struct search_in, consumer.fields) + sizeof(struct str) * (name)
static const struct argument SEARCH_ROWS[] = {
    {"safedebit_consumer_reference",   A_TEXT, 35, OPTIONAL, DOC,  AT(reference),                      NULL            },
    {"consumer_reference",             A_TEXT, 64, OPTIONAL, DOC,  AT(consumer.own),                   NULL            },
    {"umr",                            A_UMR,  35, OPTIONAL, DOC,  AT(umr),                            NULL            },
    {"status",                         A_WORD, 0,  OPTIONAL, DOC,  AT(status),                         MANDATE_STATUSES},
    {"sequence_type",                  A_WORD, 0,  OPTIONAL, DOC,  AT(sequence),                       SEQUENCE_TYPES  },
    {"sign_date",                      A_DATE, 0,  OPTIONAL, DOC,  AT(day.on),                         NULL            },
    {"sign_date_min",                  A_DATE, 0,  OPTIONAL, DOC,  AT(day.from),                       NULL            },
    {"sign_date_max",                  A_DATE, 0,  OPTIONAL, DOC,  AT(day.until),                      NULL            },
    {"sign_city",                      A_TEXT, 35, OPTIONAL, DOC,  AT(place),                          NULL            },
    {"consumer_store",                 A_TEXT, 32, OPTIONAL, DOC,  FIELD(CONSUMER_STORE),              NULL            },
    {"consumer_first_name",            A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_FIRST_NAME),         NULL            },
    {"consumer_use_name",              A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_USE_NAME),           NULL            },
    {"consumer_pseudonyme",            A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_PSEUDONYM),          NULL            },
    {"consumer_last_name",             A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_LAST_NAME),          NULL            },
    {"consumer_other_last_name",       A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_OTHER_LAST_NAME),    NULL            },
    {"social_reference",               A_TEXT, 32, OPTIONAL, DOC,  FIELD(CONSUMER_CORPORATE_NAME),     NULL            },
    {"consumer_address_street_number", A_TEXT, 16, OPTIONAL, DOC,  FIELD(CONSUMER_STREET_NUMBER),
     NULL                                                                                                              },
    {"consumer_address_street_type",   A_TEXT, 16, OPTIONAL, DOC,  FIELD(CONSUMER_STREET_TYPE),        NULL            },
    {"consumer_address_street_name",   A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_STREET_NAME),        NULL            },
    {"consumer_address_complement",    A_TEXT, 70, OPTIONAL, DOC,  FIELD(CONSUMER_ADDRESS_COMPLEMENT),
     NULL                                                                                                              },
    {"consumer_zip_code",              A_TEXT, 16, OPTIONAL, DOC,  FIELD(CONSUMER_ZIP_CODE),           NULL            },
    {"consumer_city",                  A_TEXT, 35, OPTIONAL, DOC,  FIELD(CONSUMER_CITY),               NULL            },
    {"consumer_country",               A_TEXT, 35, OPTIONAL, DOC,  FIELD(CONSUMER_COUNTRY),            NULL            },
    {"limit",                          A_TEXT, 20, OPTIONAL, OURS, AT(limit),                          NULL            },
    {"offset",                         A_TEXT, 20, OPTIONAL, OURS, AT(offset),                         NULL            },
};
#undef AT
#undef FIELD
const struct arguments SAFEDEBIT_SEARCH_MANDATE =
    ARGUMENTS_OF("SearchMandate", struct search_in, SEARCH_ROWS);

/* --- what is answered ----------------------------------------------------------------------------
 */

struct mandate_out {
    struct given given;
    struct str umr;
    struct str status;
    struct str sequence;
    struct str day;
    struct str place;
    struct str ics;
    struct str reference;
    struct str own;
    struct str iban;
    struct str fields[CONSUMER_FIELDS];
};
#define AT(member) FIELD_AT(struct mandate_out, member)
static const struct field MANDATE_OUT_FIELDS[] = {
    {"umr",                            F_TEXT, 1, 35, REQUIRED, DOC, ED_ALL, AT(umr)                            },
    {"status",                         F_TEXT, 1, 2,  REQUIRED, DOC, ED_ALL, AT(status)                         },
    {"sequence_type",                  F_TEXT, 4, 4,  REQUIRED, DOC, ED_ALL, AT(sequence)                       },
    {"sign_date",                      F_TEXT, 0, 10, OPTIONAL, DOC, ED_ALL, AT(day)                            },
    {"sign_city",                      F_TEXT, 0, 35, OPTIONAL, DOC, ED_ALL, AT(place)                          },
    {"ics",                            F_TEXT, 0, 35, OPTIONAL, DOC, ED_ALL, AT(ics)                            },
    {"safedebit_consumer_reference",   F_TEXT, 1, 35, REQUIRED, DOC, ED_ALL, AT(reference)                      },
    {"consumer_reference",             F_TEXT, 0, 64, OPTIONAL, DOC, ED_ALL, AT(own)                            },
    {"consumer_store",                 F_TEXT, 0, 32, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_STORE])         },
    {"consumer_first_name",            F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_FIRST_NAME])    },
    {"consumer_use_name",              F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_USE_NAME])      },
    {"consumer_pseudonyme",            F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_PSEUDONYM])     },
    {"consumer_last_name",             F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_LAST_NAME])     },
    {"consumer_other_last_name",       F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_OTHER_LAST_NAME])                                                                       },
    {"social_reference",               F_TEXT, 0, 32, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_CORPORATE_NAME])},
    {"consumer_address_street_number", F_TEXT, 0, 16, OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_STREET_NUMBER])                                                                         },
    {"consumer_address_street_type",   F_TEXT, 0, 16, OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_STREET_TYPE])                                                                           },
    {"consumer_address_street_name",   F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_STREET_NAME])                                                                           },
    {"consumer_address_complement",    F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL,
     AT(fields[CONSUMER_ADDRESS_COMPLEMENT])                                                                    },
    {"consumer_zip_code",              F_TEXT, 0, 16, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_ZIP_CODE])      },
    {"consumer_city",                  F_TEXT, 0, 35, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_CITY])          },
    {"consumer_country",               F_TEXT, 0, 35, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_COUNTRY])       },
    {"consumer_email",                 F_TEXT, 0, 70, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_EMAIL])         },
    {"consumer_phone_number",          F_TEXT, 0, 16, OPTIONAL, DOC, ED_ALL, AT(fields[CONSUMER_PHONE])         },
    {"iban",                           F_TEXT, 0, 34, OPTIONAL, DOC, ED_ALL, AT(iban)                           },
};
#undef AT
static const struct table MANDATE_OUT = TABLE_OF("Mandate", struct mandate_out, MANDATE_OUT_FIELDS);

struct found_out {
    struct given given;
    bool result;
    struct field_list datas;
};
#define AT(member) FIELD_AT(struct found_out, member)
#define AT_DATAS FIELD_AT_MORE(struct found_out, datas, &MANDATE_OUT)
static const struct field FOUND_FIELDS[] = {
    {"result", F_BOOL,    0, 0,                  REQUIRED, DOC, ED_ALL, AT(result)},
    {"datas",  F_OBJECTS, 0, MANDATES_FOUND_MAX, REQUIRED, DOC, ED_ALL, AT_DATAS  },
};
#undef AT
#undef AT_DATAS
const struct table SAFEDEBIT_MANDATES = TABLE_OF("Mandates", struct found_out, FOUND_FIELDS);

static err_t mandate_to_wire(const struct request *request, struct tx *tx,
                             const struct mandate_found *found, struct mandate_out *out)
{
    const struct mandate *mandate = &found->mandate;
    struct date day;

    *out = (struct mandate_out){
        .umr = mandate->umr,
        .status = mandate_status_wire(mandate->state),
        .sequence = str_of(mandate_type_text(mandate->type)),
        .place = found->place,
        .ics = mandate->ics,
        .reference = found->consumer.reference,
        .own = found->consumer.own,
    };
    for (int at = 1; at < CONSUMER_FIELDS; at++)
        out->fields[at] = found->consumer.fields[at];
    if (found->signed_on.len > 0) {
        must(date_parse(found->signed_on, &day));
        out->day = date_wire(request->cx->arena, day);
    }
    return consumer_iban_masked(request, tx, mandate->account, &out->iban);
}

static err_t found_text(const struct request *request, struct tx *tx, const void *arg,
                        struct str *out)
{
    const struct mandate_search *search = arg;
    struct mandate_found *list;
    size_t count;

    TRY(mandate_search(request->cx, tx, search, &list, &count));
    struct mandate_out *rows = arena_array(request->cx->arena, struct mandate_out, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(mandate_to_wire(request, tx, &list[i], &rows[i]));
    const struct found_out found = {
        .result = true, .datas = {rows, count}
    };
    *out = ssp_text(request, &SAFEDEBIT_MANDATES, &found);
    return OK;
}

/* --- search_mandate ------------------------------------------------------------------------------
 */

/* Every state that is shown as this status. */
static unsigned states_of(struct str status)
{
    unsigned states = 0;

    for (unsigned state = MANDATE_DRAFT; state <= MANDATE_CLOSED; state++) {
        if (str_eq(status, mandate_status_wire((enum mandate_state)state)))
            states |= 1U << state;
    }
    return states;
}

static struct str text_or_none(struct str text)
{
    return text.len > 0 ? text : STR_NONE;
}

static void search_fill(struct ctx *cx, const struct search_in *in, struct mandate_search *out)
{
    const struct day_range day = day_range_of(cx->arena, in->day);

    out->reference = text_or_none(in->reference);
    out->own = text_or_none(in->consumer.own);
    out->umr = text_or_none(in->umr);
    out->states = states_of(in->status);
    if (in->sequence.len > 0)
        must(mandate_type_parse(in->sequence, &out->type));
    out->signed_on = day.on;
    out->signed_from = day.from;
    out->signed_until = day.until;
    out->place = text_or_none(in->place);
    consumer_conditions(&in->consumer, out->conditions, &out->condition_count);
}

void safedebit_search_mandate(struct request *request)
{
    struct mandate_search *search = arena_make(request->cx->arena, struct mandate_search);
    struct search_in in;

    if (!arguments_read(request, &SAFEDEBIT_SEARCH_MANDATE, &in) ||
        !search_has_condition(request, &SAFEDEBIT_SEARCH_MANDATE, &in) ||
        !search_page(request, in.limit, in.offset, MANDATES_FOUND_MAX, &search->limit,
                     &search->offset) ||
        !search_ranges_check(request, &SAFEDEBIT_SEARCH_MANDATE, &in))
        return;
    search_fill(request->cx, &in, search);
    ssp_look(request, found_text, search);
}
