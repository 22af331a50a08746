#include "base/must.h"
#include "rails/platform/ask.h"

/* The Directory Service: what a company is, which addresses it has, and a new one. */

enum { LINES_MAX = 100, TEXT_MAX = 1000, BODY_MAX = 4096 };

struct unit_in {
    struct given given;
    struct str name;
    struct str type;
    struct str status;
};
#define AT(member) FIELD_AT(struct unit_in, member)
static const struct field UNIT_FIELDS[] = {
    {"businessName",         F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(name)  },
    {"entityType",           F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(type)  },
    {"administrativeStatus", F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(status)},
};
#undef AT
static const struct table UNIT = TABLE_OF("LegalUnit", struct unit_in, UNIT_FIELDS);

struct routing_in {
    struct given given;
    struct str identifier;
    struct str scheme;
    struct str label;
    bool legal_commitment;
};
#define AT(member) FIELD_AT(struct routing_in, member)
static const struct field ROUTING_FIELDS[] = {
    {"routingIdentifier",      F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(identifier)      },
    {"routingIdentifierType",  F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(scheme)          },
    {"routingCodeName",        F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(label)           },
    {"managesLegalCommitment", F_BOOL, 0, 0,        OPTIONAL, OURS, ED_ALL, AT(legal_commitment)},
};
#undef AT
static const struct table ROUTING = TABLE_OF("RoutingCode", struct routing_in, ROUTING_FIELDS);

struct line_in {
    struct given given;
    struct str siret;
    struct str suffix;
    struct routing_in routing;
};
#define AT(member) FIELD_AT(struct line_in, member)
#define AT_ROUTING FIELD_AT_MORE(struct line_in, routing, &ROUTING)
static const struct field LINE_FIELDS[] = {
    {"siret",            F_TEXT,   0, SIRET_LEN, OPTIONAL, OURS, ED_ALL, AT(siret) },
    {"addressingSuffix", F_TEXT,   0, TEXT_MAX,  OPTIONAL, OURS, ED_ALL, AT(suffix)},
    {"routingCode",      F_OBJECT, 0, 0,         OPTIONAL, OURS, ED_ALL, AT_ROUTING},
};
#undef AT
#undef AT_ROUTING
static const struct table LINE = TABLE_OF("DirectoryLine", struct line_in, LINE_FIELDS);

struct found_in {
    struct given given;
    struct field_list lines;
};
#define AT_LINES FIELD_AT_MORE(struct found_in, lines, &LINE)
static const struct field FOUND_FIELDS[] = {
    {"results", F_OBJECTS, 0, LINES_MAX, OPTIONAL, OURS, ED_ALL, AT_LINES},
};
#undef AT_LINES
static const struct table FOUND = TABLE_OF("DirectoryLines", struct found_in, FOUND_FIELDS);

/* --- looking up ---------------------------------------------------------------------------------
 */

static struct str text_or_none(struct str text)
{
    return text.len == 0 ? STR_NONE : text;
}

static struct directory_line unit_line(const struct platform_look *look, const struct unit_in *unit)
{
    bool is_public = str_starts(unit->type, STR("Public"));
    bool is_active = unit->status.len == 0 || str_starts(unit->status, STR("A"));

    return (struct directory_line){
        .siren = look->siren,
        .name = unit->name.len > 0 ? unit->name : look->siren,
        .nature = is_public ? ESTABLISHMENT_PUBLIC : ESTABLISHMENT_PRIVATE,
        .administrative_status = is_active ? STR("Active") : STR("Closed"),
    };
}

static struct directory_line line_of(const struct directory_line *company, const struct line_in *in)
{
    struct directory_line line = *company;

    line.addressable = true;
    line.siret = text_or_none(in->siret);
    line.suffix = text_or_none(in->suffix);
    line.routing_identifier = text_or_none(in->routing.identifier);
    line.routing_label = text_or_none(in->routing.label);
    line.legal_commitment = in->routing.legal_commitment;
    if (line.routing_identifier.ptr != NULL &&
        !routing_scheme_parse(in->routing.scheme, &line.routing_scheme))
        line.routing_scheme = ROUTING_0224;
    return line;
}

/* The company first; it is addressable when it has a line of its own. */
static void lines_fill(struct platform_look *look, const struct directory_line *company,
                       const struct found_in *found)
{
    const struct line_in *items = found->lines.items;

    look->lines =
        arena_array(look->operation.cx->arena, struct directory_line, found->lines.count + 1);
    look->lines[0] = *company;
    look->count = 1;
    for (size_t i = 0; i < found->lines.count; i++) {
        struct directory_line line = line_of(company, &items[i]);
        if (line.siret.ptr == NULL && line.suffix.ptr == NULL)
            look->lines[0].addressable = true;
        else
            look->lines[look->count++] = line;
    }
}

enum platform_answer directory_look(struct ask *ask)
{
    struct platform_look *look = (struct platform_look *)ask->operation;
    const char *base = ask_options(ask)->directory_url;
    struct arena *arena = ask->cx->arena;
    struct http_call http;
    struct unit_in unit;
    struct found_in found;

    struct str path =
        str_format(arena, "/v1/siren/code-insee:%.*s", (int)look->siren.len, look->siren.ptr);
    ask_json(ask, base, path.ptr, STR_NONE, &http);
    if (!ask_is_good(&http))
        return ask_verdict(&http) == PLATFORM_UNKNOWN ? PLATFORM_UNKNOWN : PLATFORM_SILENT;
    if (!ask_read(ask, &http, &UNIT, &unit))
        return PLATFORM_SILENT;
    struct str body = str_format(
        arena, "{\"filters\":{\"siren\":{\"op\":\"strict\",\"value\":\"%.*s\"}},\"limit\":%d}",
        (int)look->siren.len, look->siren.ptr, (int)LINES_MAX);
    ask_json(ask, base, "/v1/directory-line/search", body, &http);
    if (!ask_is_good(&http) || !ask_read(ask, &http, &FOUND, &found))
        return PLATFORM_SILENT;
    const struct directory_line company = unit_line(look, &unit);
    lines_fill(look, &company, &found);
    return PLATFORM_DONE;
}

/* --- a new line ---------------------------------------------------------------------------------
 */

static void member_put(struct buf *out, const char *name, struct str text)
{
    if (text.ptr == NULL)
        return;
    buf_format(out, ",\"%s\":", name);
    json_put_text(out, text);
}

static struct str line_body(struct ctx *cx, const struct directory_line *line)
{
    struct buf out = buf_make(cx->arena, BODY_MAX);

    buf_format(&out, "{\"period\":{\"dateFrom\":\"%s\"},\"addressingInformation\":{\"siren\":",
               date_text(cx->arena, date_paris(cx->now)).ptr);
    json_put_text(&out, line->siren);
    member_put(&out, "siret", line->siret);
    member_put(&out, "routingIdentifier", line->routing_identifier);
    member_put(&out, "addressingSuffix", line->suffix);
    buf_put_cstr(&out, "}}");
    must(!out.failed);
    return buf_str(&out);
}

/* Who has a line already has it at a platform; whether at this one, nothing tells. */
enum platform_answer directory_enlist(struct ask *ask)
{
    struct platform_registration *registration = (struct platform_registration *)ask->operation;
    struct http_call http;

    ask_json(ask, ask_options(ask)->directory_url, "/v1/directory-line",
             line_body(ask->cx, &registration->line), &http);
    if (ask_is_good(&http))
        return PLATFORM_DONE;
    if (http.status == 409)
        registration->cause = "line_taken";
    else if (http.status == 404)
        registration->cause = "recipient_unknown";
    else
        registration->cause = "registration_refused";
    return ask_verdict(&http) == PLATFORM_SILENT ? PLATFORM_SILENT : PLATFORM_REFUSED;
}
