#include "api/seqino/directory.h"

#include "api/seqino/call.h"
#include "api/seqino/routes.h"
#include "base/must.h"
#include "core/pdp_mandate.h"

/* The directory (api/seqino.md 5 and 6). */

enum { NAME_MAX = 255, LABEL_MAX = 255, POSTAL_MAX = 500 };

#define WORD(symbol, value, text) [value] = (text),
static const char *const SCHEME_TEXTS[] = {ROUTING_SCHEME_LIST(WORD)};
static const struct words SCHEMES = {SCHEME_TEXTS, ARRAY_LEN(SCHEME_TEXTS), false};
static const char *const NATURE_TEXTS[] = {ESTABLISHMENT_NATURE_LIST(WORD)};
static const struct words NATURES = {NATURE_TEXTS, ARRAY_LEN(NATURE_TEXTS), false};

#define AT(member) FIELD_AT(struct entry_in, member)
#define AT_SCHEME FIELD_AT_MORE(struct entry_in, routing_scheme, &SCHEMES)
#define AT_NATURE FIELD_AT_MORE(struct entry_in, nature, &NATURES)
#define ROUTING_MAX DIRECTORY_ROUTING_MAX
static const struct field IN[] = {
    {"siren",                       F_TEXT, 1, SIREN_LEN,            REQUIRED, DOC, ED_ALL, AT(siren)             },
    {"name",                        F_TEXT, 1, NAME_MAX,             REQUIRED, DOC, ED_ALL, AT(name)              },
    {"suffix",                      F_TEXT, 1, DIRECTORY_SUFFIX_MAX, OPTIONAL, DOC, ED_ALL, AT(suffix)            },
    {"siret",                       F_TEXT, 1, SIRET_LEN,            OPTIONAL, DOC, ED_ALL, AT(siret)             },
    {"routing_identifier",          F_TEXT, 1, ROUTING_MAX,          OPTIONAL, DOC, ED_ALL, AT(routing_identifier)},
    {"routing_identifier_type",     F_WORD, 0, 0,                    OPTIONAL, DOC, ED_ALL, AT_SCHEME             },
    {"routing_code_label",          F_TEXT, 1, LABEL_MAX,            OPTIONAL, DOC, ED_ALL, AT(routing_label)     },
    {"establishment_nature",        F_WORD, 0, 0,                    OPTIONAL, DOC, ED_ALL, AT_NATURE             },
    {"legal_commitment_management", F_BOOL, 0, 0,                    OPTIONAL, DOC, ED_ALL, AT(legal_commitment)  },
    {"address",                     F_TEXT, 1, POSTAL_MAX,           OPTIONAL, DOC, ED_ALL, AT(postal)            },
};
#undef AT
#undef AT_SCHEME
#undef AT_NATURE
const struct table SEQINO_ENTRY_IN = TABLE_OF("DirectoryEntryCreate", struct entry_in, IN);

struct directory_line entry_read(const struct entry_in *in)
{
    return (struct directory_line){
        .siren = in->siren,
        .name = in->name,
        .suffix = in->suffix,
        .siret = in->siret,
        .routing_identifier = in->routing_identifier,
        .routing_scheme = (enum routing_scheme)in->routing_scheme,
        .routing_label = in->routing_label,
        .nature = (enum establishment_nature)in->nature,
        .legal_commitment = in->legal_commitment,
        .postal = in->postal,
    };
}

#define AT(member) FIELD_AT(struct entry_out, line.member)
#define AT_SCHEME FIELD_AT_MORE(struct entry_out, routing_scheme, &SCHEMES)
#define AT_NATURE FIELD_AT_MORE(struct entry_out, nature, &NATURES)
static const struct field OUT[] = {
    {"siren",                       F_TEXT,    9, SIREN_LEN,            REQUIRED, DOC, ED_ALL, AT(siren)             },
    {"name",                        F_TEXT,    1, NAME_MAX,             REQUIRED, DOC, ED_ALL, AT(name)              },
    {"suffix",                      F_TEXT,    1, DIRECTORY_SUFFIX_MAX, OPTIONAL, DOC, ED_ALL, AT(suffix)            },
    {"siret",                       F_TEXT,    1, SIRET_LEN,            OPTIONAL, DOC, ED_ALL, AT(siret)             },
    {"routing_identifier",          F_TEXT,    1, ROUTING_MAX,          OPTIONAL, DOC, ED_ALL, AT(routing_identifier)},
    {"routing_identifier_type",     F_WORD,    0, 0,                    OPTIONAL, DOC, ED_ALL, AT_SCHEME             },
    {"routing_code_label",          F_TEXT,    1, LABEL_MAX,            OPTIONAL, DOC, ED_ALL, AT(routing_label)     },
    {"establishment_nature",        F_WORD,    0, 0,                    OPTIONAL, DOC, ED_ALL, AT_NATURE             },
    {"legal_commitment_management", F_BOOL,    0, 0,                    REQUIRED, DOC, ED_ALL, AT(legal_commitment)  },
    {"administrative_status",       F_TEXT,    1, LABEL_MAX,            OPTIONAL, DOC, ED_ALL,
     AT(administrative_status)                                                                                       },
    {"addressable",                 F_BOOL,    0, 0,                    REQUIRED, DOC, ED_ALL, AT(addressable)       },
    {"address",                     F_TEXT,    1, POSTAL_MAX,           OPTIONAL, DOC, ED_ALL, AT(postal)            },
    {"created_at",                  F_RFC3339, 0, 0,                    OPTIONAL, DOC, ED_ALL, AT(created)           },
    {"updated_at",                  F_RFC3339, 0, 0,                    OPTIONAL, DOC, ED_ALL, AT(updated)           },
};
#undef AT
#undef AT_SCHEME
#undef AT_NATURE
const struct table SEQINO_ENTRY_OUT = TABLE_OF("DirectoryEntry", struct entry_out, OUT);

struct entry_out entry_write(const struct directory_line *line)
{
    struct entry_out out = {
        .line = *line, .routing_scheme = (int)line->routing_scheme, .nature = (int)line->nature};

    if (line->created != 0)
        GIVE(&out, line.created);
    if (line->updated != 0)
        GIVE(&out, line.updated);
    return out;
}

/* --- looking up ---------------------------------------------------------------------------------
 */

static err_t lines_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct pdp_directory_look *look = (const struct pdp_directory_look *)operation;
    struct entry_out *entries = arena_array(request->cx->arena, struct entry_out, look->count);

    for (size_t i = 0; i < look->count; i++)
        entries[i] = entry_write(&look->lines[i]);
    *out = sq_list_text(request, &SEQINO_ENTRY_OUT, entries, look->count);
    return OK;
}

/* The company's own line is the first. */
static err_t company_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct pdp_directory_look *look = (const struct pdp_directory_look *)operation;

    must(look->count >= 1);
    const struct entry_out entry = entry_write(&look->lines[0]);
    *out = sq_text(request, &SEQINO_ENTRY_OUT, &entry);
    return OK;
}

static void look_start(struct operation *operation)
{
    pdp_directory_look((struct pdp_directory_look *)operation);
}

static void look_up(struct request *request, face_render *render)
{
    struct pdp_directory_look *look = arena_make(request->cx->arena, struct pdp_directory_look);

    if (!sq_client(request))
        return;
    look->siren = request->params[0];
    sq_run(request, &look->operation, look_start, render);
}

void seqino_directory_lines(struct request *request)
{
    look_up(request, lines_text);
}

void seqino_directory_get(struct request *request)
{
    look_up(request, company_text);
}
