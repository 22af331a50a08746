#include "core/address.h"

#include <string.h>

#include "api/stancer/call.h"
#include "api/stancer/routes.h"

struct address_in {
    struct given given;
    struct str country;
    struct str city;
    struct str zip_code;
    struct str line1;
    struct str line2;
    struct str line3;
    struct str state;
    struct str metadata;
};
#define AT(member) FIELD_AT(struct address_in, member)
static const struct field IN[] = {
    {"city",     F_TEXT,    1, 50,   REQUIRED, DOC, ED_ALL, AT(city)    },
    {"country",  F_COUNTRY, 2, 2,    REQUIRED, DOC, ED_ALL, AT(country) },
    {"zip_code", F_TEXT,    1, 16,   REQUIRED, DOC, ED_ALL, AT(zip_code)},
    {"line1",    F_TEXT,    1, 50,   OPTIONAL, DOC, ED_ALL, AT(line1)   },
    {"line2",    F_TEXT,    1, 50,   OPTIONAL, DOC, ED_ALL, AT(line2)   },
    {"line3",    F_TEXT,    1, 50,   OPTIONAL, DOC, ED_ALL, AT(line3)   },
    {"state",    F_TEXT,    1, 3,    OPTIONAL, DOC, ED_ALL, AT(state)   },
    {"metadata", F_JSON,    0, 4096, OPTIONAL, DOC, ED_ALL, AT(metadata)},
};
#undef AT
const struct table STANCER_ADDRESS_IN = TABLE_OF("AddressIn", struct address_in, IN);

struct address_out {
    struct given given;
    struct address_id id;
    instant created;
    struct str city;
    struct str country;
    struct str zip_code;
    struct str line1;
    struct str line2;
    struct str line3;
    struct str state;
    struct str metadata;
    bool deleted;
    bool live_mode;
};
#define AT(member) FIELD_AT(struct address_out, member)
#define AT_ID FIELD_AT_MORE(struct address_out, id, "addr_")
static const struct field OUT[] = {
    {"id",        F_ID,      0, 0,  REQUIRED, DOC, ED_ALL, AT_ID        },
    {"created",   F_EPOCH,   0, 0,  REQUIRED, DOC, ED_ALL, AT(created)  },
    {"city",      F_TEXT,    1, 50, REQUIRED, DOC, ED_ALL, AT(city)     },
    {"country",   F_COUNTRY, 2, 2,  REQUIRED, DOC, ED_ALL, AT(country)  },
    {"zip_code",  F_TEXT,    1, 16, REQUIRED, DOC, ED_ALL, AT(zip_code) },
    {"line1",     F_TEXT,    1, 50, OPTIONAL, DOC, ED_ALL, AT(line1)    },
    {"line2",     F_TEXT,    1, 50, OPTIONAL, DOC, ED_ALL, AT(line2)    },
    {"line3",     F_TEXT,    1, 50, OPTIONAL, DOC, ED_ALL, AT(line3)    },
    {"state",     F_TEXT,    1, 3,  OPTIONAL, DOC, ED_ALL, AT(state)    },
    {"metadata",  F_JSON,    0, 0,  REQUIRED, DOC, ED_ALL, AT(metadata) },
    {"deleted",   F_BOOL,    0, 0,  REQUIRED, DOC, ED_2,   AT(deleted)  },
    {"live_mode", F_BOOL,    0, 0,  REQUIRED, DOC, ED_1,   AT(live_mode)},
};
#undef AT
#undef AT_ID
const struct table STANCER_ADDRESS_OUT = TABLE_OF("Address", struct address_out, OUT);

enum { LINE_MAX_SHOWN = 50 };

static struct str address_text(const struct request *request, const struct address *address)
{
    const struct address_out out = {
        .id = address->id,
        .created = address->created,
        .city = address->city,
        .country = address->country,
        .zip_code = address->zip_code,
        .line1 = text_shown(address->line1, LINE_MAX_SHOWN),
        .line2 = text_shown(address->line2, LINE_MAX_SHOWN),
        .line3 = address->line3,
        .state = address->state,
        .metadata = address->metadata,
        .deleted = address->deleted,
        .live_mode = !is_test(request),
    };

    return object_text(request, &STANCER_ADDRESS_OUT, &out);
}

/* Metadata come as an object, or from the PHP library as a string of JSON; they go out as an object
 * (api/stancer.md 11). False: neither. */
static bool metadata_read(struct request *request, struct str source, struct str *out)
{
    struct arena *arena = request->cx->arena;
    struct json value;
    const char *why;

    *out = STR("{}");
    if (source.len == 0)
        return true;
    for (int depth = 0; depth < 2; depth++) {
        char *padded = arena_alloc(arena, source.len + JSON_SPARE);
        memcpy(padded, source.ptr, source.len);
        if (json_parse(request->json, (struct str){padded, source.len}, &value, &why) != OK)
            return false;
        if (json_kind(value) == JSON_OBJECT) {
            *out = json_source(arena, value);
            return true;
        }
        if (json_kind(value) != JSON_TEXT)
            return false;
        source = str_dup(arena, json_text(value));
        if (source.len == 0)
            return true;
    }
    return false;
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = address_text(request, &((struct address_create *)operation)->address);
    return OK;
}

static err_t removed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = address_text(request, &((struct address_remove *)operation)->address);
    return OK;
}

static void create_start(struct operation *operation)
{
    address_create((struct address_create *)operation);
}

static void remove_start(struct operation *operation)
{
    address_remove((struct address_remove *)operation);
}

void stancer_address_create(struct request *request)
{
    struct address_create *create = arena_make(request->cx->arena, struct address_create);
    struct address_in in;
    struct str metadata;

    if (!read_body(request, &in))
        return;
    if (!metadata_read(request, in.metadata, &metadata)) {
        answer_error(request, fault(request->cx, ERR_INVALID, "metadata", "must be an object"));
        return;
    }
    create->draft = (struct address){
        .line1 = in.line1,
        .line2 = in.line2,
        .line3 = in.line3,
        .zip_code = in.zip_code,
        .city = in.city,
        .state = in.state,
        .country = in.country,
        .metadata = metadata,
    };
    call_create(request, &create->operation, create_start, created_text);
}

/* v1 forgets a deleted address, v2 goes on showing it (api/stancer.md 11). */
void stancer_address_get(struct request *request)
{
    struct address address;
    struct address_id id;
    struct tx *tx;

    if (!read_id(request, "addr_", "address", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = address_load(request->cx, tx, id, !is_v1(request), &address);
    if (err == OK)
        answer_json(request, 200, address_text(request, &address));
    else
        answer_error(request, err);
}

void stancer_address_delete(struct request *request)
{
    struct address_remove *removal = arena_make(request->cx->arena, struct address_remove);

    if (!read_id(request, "addr_", "address", removal->id.raw))
        return;
    call_delete(request, &removal->operation, remove_start, removed_text);
}
