#include "core/card.h"

#include "api/stancer/list.h"
#include "api/stancer/object.h"
#include "api/stancer/routes.h"
#include "base/crypto.h"
#include "base/must.h"

enum { NETWORK_NATIONAL = 1, NETWORK_VISA, NETWORK_MASTERCARD };
static const char *const NETWORK_TEXTS[] = {NULL, "national", "visa", "mastercard"};
const struct words STANCER_NETWORKS = {NETWORK_TEXTS, ARRAY_LEN(NETWORK_TEXTS), false};

struct str network_word(int preferred_network)
{
    must(preferred_network >= 0);
    must((size_t)preferred_network < ARRAY_LEN(NETWORK_TEXTS));
    return str_of(NETWORK_TEXTS[preferred_network]);
}

#define AT(member) FIELD_AT(struct card_in, member)
#define AT_CUSTOMER FIELD_AT_MORE(struct card_in, customer, "cust_")
#define AT_NETWORK FIELD_AT_MORE(struct card_in, preferred_network, &STANCER_NETWORKS)
static const struct field IN[] = {
    {"number",            F_DIGITS, 13,   19,   REQUIRED, SEED, ED_ALL, AT(number)     },
    {"exp_month",         F_INT,    1,    12,   REQUIRED, SEED, ED_ALL, AT(exp_month)  },
    {"exp_year",          F_INT,    2019, 2099, REQUIRED, SEED, ED_ALL, AT(exp_year)   },
    {"cvc",               F_DIGITS, 3,    4,    REQUIRED, DOC,  ED_1,   AT(cvc)        },
    {"cvc",               F_DIGITS, 3,    4,    OPTIONAL, SEED, ED_2,   AT(cvc)        },
    {"name",              F_NAME,   0,    64,   OPTIONAL, SEED, ED_ALL, AT(name)       },
    {"zip_code",          F_TEXT,   2,    8,    OPTIONAL, SEED, ED_ALL, AT(zip_code)   },
    {"external_id",       F_TEXT,   1,    36,   OPTIONAL, SEED, ED_ALL, AT(external_id)},
    {"customer",          F_ID,     0,    0,    OPTIONAL, SEED, ED_2,   AT_CUSTOMER    },
    {"tokenize",          F_BOOL,   0,    0,    OPTIONAL, SEED, ED_ALL, AT(tokenize)   },
    {"preferred_network", F_WORD,   0,    0,    OPTIONAL, DOC,  ED_ALL, AT_NETWORK     },
};
#undef AT
#undef AT_CUSTOMER
#undef AT_NETWORK
const struct table STANCER_CARD_IN = TABLE_OF("CardIn", struct card_in, IN);

struct card_update {
    struct given given;
    int64_t exp_month;
    int64_t exp_year;
    struct str name;
    struct str zip_code;
    struct str external_id;
    int preferred_network;
};
#define AT(member) FIELD_AT(struct card_update, member)
#define AT_NETWORK FIELD_AT_MORE(struct card_update, preferred_network, &STANCER_NETWORKS)
static const struct field UPDATE[] = {
    {"exp_month",         F_INT,  1,    12,   OPTIONAL, SEED, ED_ALL, AT(exp_month)  },
    {"exp_year",          F_INT,  2019, 2099, OPTIONAL, SEED, ED_ALL, AT(exp_year)   },
    {"external_id",       F_TEXT, 1,    36,   OPTIONAL, SEED, ED_2,   AT(external_id)},
    {"zip_code",          F_TEXT, 2,    8,    OPTIONAL, SEED, ED_ALL, AT(zip_code)   },
    {"name",              F_NAME, 0,    64,   OPTIONAL, OURS, ED_ALL, AT(name)       },
    {"preferred_network", F_WORD, 0,    0,    OPTIONAL, OURS, ED_2,   AT_NETWORK     },
};
#undef AT
#undef AT_NETWORK
const struct table STANCER_CARD_UPDATE = TABLE_OF("CardUpdate", struct card_update, UPDATE);

#define AT(member) FIELD_AT(struct card_out, member)
#define AT_ID FIELD_AT_MORE(struct card_out, id, "card_")
#define AT_CUSTOMER FIELD_AT_MORE(struct card_out, customer, "cust_")
static const struct field OUT[] = {
    {"id",                F_ID,      0,    0,    REQUIRED, SEED, ED_ALL, AT_ID                },
    {"created",           F_EPOCH,   0,    0,    REQUIRED, SEED, ED_ALL, AT(created)          },
    {"brand",             F_TEXT,    0,    16,   OPTIONAL, SEED, ED_ALL, AT(brand)            },
    {"country",           F_COUNTRY, 2,    2,    OPTIONAL, SEED, ED_ALL, AT(country)          },
    {"exp_month",         F_INT,     1,    12,   REQUIRED, SEED, ED_ALL, AT(exp_month)        },
    {"exp_year",          F_INT,     2019, 2099, REQUIRED, SEED, ED_ALL, AT(exp_year)         },
    {"last4",             F_TEXT,    4,    4,    REQUIRED, SEED, ED_ALL, AT(last4)            },
    {"name",              F_TEXT,    0,    64,   OPTIONAL, SEED, ED_ALL, AT(name)             },
    {"zip_code",          F_TEXT,    2,    8,    OPTIONAL, SEED, ED_ALL, AT(zip_code)         },
    {"funding",           F_TEXT,    0,    16,   OPTIONAL, SEED, ED_ALL, AT(funding)          },
    {"nature",            F_TEXT,    0,    16,   OPTIONAL, SEED, ED_ALL, AT(nature)           },
    {"network",           F_TEXT,    0,    16,   OPTIONAL, SEED, ED_ALL, AT(network)          },
    {"preferred_network", F_TEXT,    0,    16,   OPTIONAL, DOC,  ED_ALL, AT(preferred_network)},
    {"external_id",       F_TEXT,    1,    36,   OPTIONAL, SEED, ED_ALL, AT(external_id)      },
    {"customer",          F_ID,      0,    0,    OPTIONAL, SEED, ED_2,   AT_CUSTOMER          },
    {"deleted",           F_BOOL,    0,    0,    REQUIRED, SEED, ED_2,   AT(deleted)          },
    {"live_mode",         F_BOOL,    0,    0,    REQUIRED, DOC,  ED_1,   AT(live_mode)        },
};
#undef AT
#undef AT_ID
#undef AT_CUSTOMER
const struct table STANCER_CARD_OUT = TABLE_OF("Card", struct card_out, OUT);

struct card_query {
    struct given given;
    struct list_query list;
    struct customer_id customer;
};
#define AT(member) FIELD_AT(struct card_query, member)
#define AT_CUSTOMER FIELD_AT_MORE(struct card_query, customer, "cust_")
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
    {"customer",      F_ID,    0, 0,         OPTIONAL, SEED, ED_ALL, AT_CUSTOMER           },
};
#undef AT
#undef AT_CUSTOMER
const struct table STANCER_CARD_QUERY = TABLE_OF("CardQuery", struct card_query, QUERY);

err_t card_from_wire(struct request *request, struct card_in *in, const char *prefix,
                     struct card *out)
{
    struct ctx *cx = request->cx;
    const struct card_draft draft = {
        .number = in->number,
        .cvc = in->cvc,
        .exp_month = in->exp_month,
        .exp_year = in->exp_year,
        .name = text_or_none(in->name),
        .zip_code = in->zip_code,
        .external_id = in->external_id,
        .preferred_network = network_word(in->preferred_network),
        .customer = in->customer,
        .reusable = !GIVEN(in, tokenize) || in->tokenize,
    };

    err_t err = card_seal(request->core, cx, &draft, out);
    crypto_wipe_text(in->number);
    crypto_wipe_text(in->cvc);
    if (err != OK)
        faults_prefix(cx, prefix);
    return err;
}

/* v1 spells it so, and clients compare it (api/stancer.md 6). */
static struct str nature_word(const struct request *request, struct str nature)
{
    return is_v1(request) && str_eq(nature, STR("personal")) ? STR("personnal") : nature;
}

void card_to_wire(const struct request *request, const struct card *card, struct card_out *out)
{
    *out = (struct card_out){
        .id = card->id,
        .created = card->created,
        .brand = card->brand,
        .country = card->country,
        .exp_month = card->exp_month,
        .exp_year = card->exp_year,
        .last4 = card->last4,
        .name = card->name,
        .zip_code = card->zip_code,
        .funding = card->funding,
        .nature = nature_word(request, card->nature),
        .network = card->network,
        .preferred_network = card->preferred_network,
        .external_id = card->external_id,
        .customer = card->customer,
        .deleted = card->deleted,
        .live_mode = !is_test(request),
    };
}

static struct str card_text(const struct request *request, const struct card *card)
{
    struct card_out out;

    card_to_wire(request, card, &out);
    return object_text(request, &STANCER_CARD_OUT, &out);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = card_text(request, &((struct card_create *)operation)->card);
    return OK;
}

static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = card_text(request, &((struct card_change *)operation)->card);
    return OK;
}

static void create_start(struct operation *operation)
{
    card_create((struct card_create *)operation);
}

static void change_start(struct operation *operation)
{
    card_change((struct card_change *)operation);
}

void stancer_card_create(struct request *request)
{
    struct card_create *create = arena_make(request->cx->arena, struct card_create);
    struct card_in in;

    if (!read_body(request, &in))
        return;
    err_t err = card_from_wire(request, &in, "", &create->draft);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    create->twin = is_v1(request) ? CARD_TWIN_IS_CONFLICT : CARD_TWIN_IGNORED;
    create->unique_external_id = !is_v1(request);
    call_create(request, &create->operation, create_start, created_text);
}

#define AT(member) offsetof(struct card_update, member)
static const struct change_bit CHANGES[] = {
    {AT(exp_month),         CARD_EXP_MONTH        },
    {AT(exp_year),          CARD_EXP_YEAR         },
    {AT(name),              CARD_NAME             },
    {AT(zip_code),          CARD_ZIP_CODE         },
    {AT(external_id),       CARD_EXTERNAL_ID      },
    {AT(preferred_network), CARD_PREFERRED_NETWORK},
};
#undef AT

void stancer_card_update(struct request *request)
{
    struct card_change *change = arena_make(request->cx->arena, struct card_change);
    struct card_update in;
    struct card_id id;

    if (!read_id(request, "card_", "card", id.raw) || !read_body(request, &in))
        return;
    change->values = (struct card){
        .id = id,
        .exp_month = in.exp_month,
        .exp_year = in.exp_year,
        .name = text_or_none(in.name),
        .zip_code = in.zip_code,
        .external_id = in.external_id,
        .preferred_network = network_word(in.preferred_network),
    };
    change->change = changes_given(&in.given, CHANGES, ARRAY_LEN(CHANGES));
    call_run(request, &change->operation, change_start, changed_text);
}

void stancer_card_delete(struct request *request)
{
    struct card_change *change = arena_make(request->cx->arena, struct card_change);

    if (!read_id(request, "card_", "card", change->values.id.raw))
        return;
    change->remove = true;
    call_delete(request, &change->operation, change_start, changed_text);
}

void stancer_card_get(struct request *request)
{
    struct card_id id;
    struct card card;
    struct tx *tx;

    if (!read_id(request, "card_", "card", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = card_load(request->cx, tx, id, false, &card);
    if (err == OK)
        answer_json(request, 200, card_text(request, &card));
    else
        answer_error(request, err);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct card_out object;

    card_to_wire(request, &((const struct card *)items)[at], &object);
    object_put(request, out, &STANCER_CARD_OUT, &object);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct card_query *in = arg;
    struct page_found found;
    struct card *cards;

    struct page_of page = PAGE_ASKED(request, in);
    TRY(card_list(request->cx, tx, in->customer, &page, &cards, &found));
    *text = list_text(request, "cards", &page, &found, cards, list_put);
    return OK;
}

void stancer_card_list(struct request *request)
{
    struct card_query *in = arena_make(request->cx->arena, struct card_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}
