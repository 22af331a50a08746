#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "rails/platform/ask.h"

/* The Flow Service: an invoice goes out as a flow under its own name, which is looked for first, so
 * that one whose answer was lost does not go twice. */

enum {
    TEXT_MAX = 1000,
    DETAILS_MAX = 100,
    ANSWERS_MAX = 100,
    INFO_MAX = 4096,
    BOUNDARY_BYTES = 12
};

/* Codes of the life cycle that a sender's platform sets. */
enum { DEPOSITED = 200, REJECTED = 213 };

struct detail_in {
    struct given given;
    struct str code;
};
#define AT(member) FIELD_AT(struct detail_in, member)
static const struct field DETAIL_FIELDS[] = {
    {"reasonCode", F_TEXT, 0, TEXT_MAX, OPTIONAL, OURS, ED_ALL, AT(code)},
};
#undef AT
static const struct table DETAIL = TABLE_OF("AckDetail", struct detail_in, DETAIL_FIELDS);

struct ack_in {
    struct given given;
    struct str status;
    struct field_list details;
};
#define AT(member) FIELD_AT(struct ack_in, member)
#define AT_DETAILS FIELD_AT_MORE(struct ack_in, details, &DETAIL)
static const struct field ACK_FIELDS[] = {
    {"status",  F_TEXT,    0, TEXT_MAX,    OPTIONAL, OURS, ED_ALL, AT(status)},
    {"details", F_OBJECTS, 0, DETAILS_MAX, OPTIONAL, OURS, ED_ALL, AT_DETAILS},
};
#undef AT
#undef AT_DETAILS
static const struct table ACK = TABLE_OF("Acknowledgement", struct ack_in, ACK_FIELDS);

struct flow_in {
    struct given given;
    struct ack_in ack;
};
#define AT_ACK FIELD_AT_MORE(struct flow_in, ack, &ACK)
static const struct field FLOW_FIELDS[] = {
    {"acknowledgement", F_OBJECT, 0, 0, OPTIONAL, OURS, ED_ALL, AT_ACK},
};
#undef AT_ACK
static const struct table FLOW = TABLE_OF("Flow", struct flow_in, FLOW_FIELDS);

struct flows_in {
    struct given given;
    struct field_list flows;
};
#define AT_FLOWS FIELD_AT_MORE(struct flows_in, flows, &FLOW)
static const struct field FLOWS_FIELDS[] = {
    {"results", F_OBJECTS, 0, ANSWERS_MAX, OPTIONAL, OURS, ED_ALL, AT_FLOWS},
};
#undef AT_FLOWS
static const struct table FLOWS = TABLE_OF("Flows", struct flows_in, FLOWS_FIELDS);

/* --- what became of it --------------------------------------------------------------------------
 */

/* Why a platform rejects a flow, in the words of the life cycle. */
static const char *reason_of(const struct ack_in *ack)
{
    const struct detail_in *details = ack->details.items;

    for (size_t i = 0; i < ack->details.count; i++) {
        if (str_eq(details[i].code, STR("AlreadyExistingFlow")))
            return "DOUBLON";
    }
    return "REJ_SEMAN";
}

/* Pending: it is asked again, and then found by its name. */
static enum platform_answer ack_take(struct platform_transmission *transmission,
                                     const struct ack_in *ack)
{
    if (str_eq(ack->status, STR("Ok")))
        transmission->statuses[0] = (struct platform_status){.code = DEPOSITED};
    else if (str_eq(ack->status, STR("Error")))
        transmission->statuses[0] =
            (struct platform_status){.code = REJECTED, .reason = reason_of(ack)};
    else
        return PLATFORM_SILENT;
    transmission->count = 1;
    return PLATFORM_DONE;
}

/* --- sending ------------------------------------------------------------------------------------
 */

static bool is_pdf(const struct platform_transmission *transmission)
{
    return str_eq(transmission->format, STR("Factur-X"));
}

static struct str info_text(struct arena *arena, const struct platform_transmission *transmission)
{
    struct buf out = buf_make(arena, INFO_MAX);
    uint8_t hash[SHA256_SIZE];

    sha256(transmission->bytes, hash);
    buf_put_cstr(&out, "{\"trackingId\":");
    json_put_text(&out, transmission->name);
    buf_put_cstr(&out, ",\"name\":");
    json_put_text(&out, str_format(arena, "%.*s.%s", (int)transmission->name.len,
                                   transmission->name.ptr, is_pdf(transmission) ? "pdf" : "xml"));
    buf_put_cstr(&out, ",\"processingRule\":\"B2B\",\"flowSyntax\":");
    json_put_text(&out, transmission->format);
    buf_format(&out, ",\"flowProfile\":\"CIUS\",\"sha256\":\"%s\"}",
               hex_encode(arena, hash, sizeof hash).ptr);
    must(!out.failed);
    return buf_str(&out);
}

static void part_begin(struct buf *out, const char *boundary, const char *disposition,
                       const char *type)
{
    buf_format(out, "--%s\r\nContent-Disposition: form-data; %s\r\nContent-Type: %s\r\n\r\n",
               boundary, disposition, type);
}

static struct str flow_body(struct arena *arena, const struct platform_transmission *transmission,
                            const char *boundary)
{
    struct buf out = buf_make(arena, transmission->bytes.len + 2 * INFO_MAX);
    const char *type = is_pdf(transmission) ? "application/pdf" : "application/xml";
    const char *name = is_pdf(transmission) ? "name=\"file\"; filename=\"invoice.pdf\""
                                            : "name=\"file\"; filename=\"invoice.xml\"";

    part_begin(&out, boundary, "name=\"flowInfo\"", "application/json");
    buf_put(&out, info_text(arena, transmission));
    buf_put_cstr(&out, "\r\n");
    part_begin(&out, boundary, name, type);
    buf_put(&out, transmission->bytes);
    buf_format(&out, "\r\n--%s--\r\n", boundary);
    must(!out.failed);
    return buf_str(&out);
}

static enum platform_answer flow_send(struct ask *ask, struct platform_transmission *transmission)
{
    struct arena *arena = ask->cx->arena;
    uint8_t random[BOUNDARY_BYTES];
    struct flow_in flow;

    rand_bytes(random, sizeof random);
    const char *boundary = hex_encode(arena, random, sizeof random).ptr;
    struct http_call http = {
        .method = "POST",
        .content_type = str_format(arena, "multipart/form-data; boundary=%s", boundary).ptr,
        .body = flow_body(arena, transmission, boundary),
    };
    ask_call(ask, ask_options(ask)->flow_url, "/v1/flows", &http);
    if (ask_is_good(&http))
        return ask_read(ask, &http, &FLOW, &flow) ? ack_take(transmission, &flow.ack)
                                                  : PLATFORM_SILENT;
    if (ask_verdict(&http) == PLATFORM_SILENT || http.status == 404)
        return PLATFORM_SILENT;
    const struct ack_in refused = {.status = STR("Error")};
    return ack_take(transmission, &refused);
}

enum platform_answer flow_transmit(struct ask *ask)
{
    struct platform_transmission *transmission = (struct platform_transmission *)ask->operation;
    struct buf body = buf_make(ask->cx->arena, INFO_MAX);
    struct http_call http;
    struct flows_in found;

    buf_put_cstr(&body, "{\"limit\":1,\"where\":{\"trackingId\":");
    json_put_text(&body, transmission->name);
    buf_put_cstr(&body, "}}");
    must(!body.failed);
    ask_json(ask, ask_options(ask)->flow_url, "/v1/flows/search", buf_str(&body), &http);
    if (!ask_is_good(&http) || !ask_read(ask, &http, &FLOWS, &found))
        return PLATFORM_SILENT;
    if (found.flows.count == 0)
        return flow_send(ask, transmission);
    return ack_take(transmission, &((const struct flow_in *)found.flows.items)[0].ack);
}
