#include "http/openapi.h"

#include "support/unit.h"

enum { DOCUMENT_MAX = 256 * 1024 };

static const char *const STATE_TEXTS[] = {NULL, "open", NULL, "closed"};
static const struct words STATES = {STATE_TEXTS, ARRAY_LEN(STATE_TEXTS), false};

struct child {
    struct given given;
    struct str name;
};
#define AT_NAME FIELD_AT(struct child, name)
static const struct field CHILD_FIELDS[] = {
    {"name", F_TEXT, 4, 64, REQUIRED, SEED, ED_ALL, AT_NAME},
};
static const struct table CHILD = TABLE_OF("Child", struct child, CHILD_FIELDS);

struct thing {
    struct given given;
    struct customer_id id;
    int64_t amount;
    struct str code;
    struct str email;
    int state;
    struct date day;
    struct child child;
    instant created;
    bool old;
};
#define AT(member) FIELD_AT(struct thing, member)
/* Names without arguments: clang-format 14 takes each comma of a row for a column. */
#define AT_STATE FIELD_AT_MORE(struct thing, state, &STATES)
#define AT_CHILD_ID FIELD_AT_MORE(struct thing, id, "chld_")
#define AT_CHILD FIELD_AT_MORE(struct thing, child, &CHILD)
#define AT_ID FIELD_AT_MORE(struct thing, id, "thng_")
#define AT_RANGE FIELD_AT_MORE(struct thing, child, &RANGE)
static const struct field THING_IN_FIELDS[] = {
    {"amount", F_INT,    50, 4294967295, REQUIRED, SEED, ED_ALL, AT(amount) },
    {"email",  F_EMAIL,  5,  64,         OPTIONAL, SEED, ED_ALL, AT(email)  },
    {"code",   F_DIGITS, 3,  4,          OPTIONAL, SEED, ED_ALL, AT(code)   },
    {"state",  F_WORD,   0,  0,          OPTIONAL, SEED, ED_2,   AT_STATE   },
    {"child",  F_ID,     0,  0,          OPTIONAL, SEED, ED_ALL, AT_CHILD_ID},
    {"child",  F_OBJECT, 0,  0,          OPTIONAL, SEED, ED_ALL, AT_CHILD   },
};
static const struct table THING_IN = TABLE_OF("ThingIn", struct thing, THING_IN_FIELDS);
static const struct field THING_OUT_FIELDS[] = {
    {"id",      F_ID,    0, 0, REQUIRED, SEED, ED_ALL, AT_ID      },
    {"created", F_EPOCH, 0, 0, REQUIRED, SEED, ED_ALL, AT(created)},
    {"day",     F_DATE,  0, 0, OPTIONAL, SEED, ED_ALL, AT(day)    },
    {"old",     F_BOOL,  0, 0, REQUIRED, SEED, ED_1,   AT(old)    },
};
static const struct table THING_OUT = TABLE_OF("Thing", struct thing, THING_OUT_FIELDS);
static const struct field RANGE_FIELDS[] = {
    {"limit", F_INT, 1, 100, OPTIONAL, SEED, ED_ALL, AT(amount)},
};
static const struct table RANGE = TABLE_OF("Range", struct thing, RANGE_FIELDS);
static const struct field ENVELOPE_FIELDS[] = {
    {"range", F_OBJECT, 0, 0, REQUIRED, SEED, ED_ALL, AT_RANGE},
};
static const struct table ENVELOPE = TABLE_OF("Envelope", struct thing, ENVELOPE_FIELDS);
static const struct field ERROR_FIELDS[] = {
    {"error", F_TEXT, 1, 64, REQUIRED, SEED, ED_ALL, AT(code)},
};
static const struct table ERROR = TABLE_OF("Error", struct thing, ERROR_FIELDS);
static const struct table INVALID = TABLE_OF("Invalid", struct thing, ERROR_FIELDS);
#undef AT
#undef AT_STATE
#undef AT_CHILD_ID
#undef AT_CHILD
#undef AT_ID
#undef AT_RANGE

static void handle(struct request *request)
{
    (void)request;
}

static const struct route ROUTES[] = {
    {METHOD_GET,    "/things",      OURS, ED_ALL, handle, &RANGE, NULL,      &THING_OUT, "things",
     "List things"                                                                                                 },
    {METHOD_POST,   "/things",      OURS, ED_ALL, handle, NULL,   &THING_IN, &THING_OUT, NULL,
     "Make a thing"                                                                                                },
    {METHOD_GET,    "/things/{id}", OURS, ED_ALL, handle, NULL,   NULL,      &THING_OUT, NULL,
     "Read a thing"                                                                                                },
    {METHOD_DELETE, "/things/{id}", OURS, ED_1,   handle, NULL,   NULL,      NULL,       NULL,     "Forget a thing"},
};
static const struct security_scheme SECURITY[] = {
    {"basic", OURS, "http",   "basic", "The key as user"},
    {"key",   OURS, "apiKey", "X-Key", NULL             },
};

static struct str document_of(struct ctx *cx, const struct mount *mount)
{
    struct buf out = buf_make(cx->arena, DOCUMENT_MAX);

    openapi_write(&out, mount, "2.0");
    assert_false(out.failed);
    return str_dup(cx->arena, buf_str(&out));
}

static struct str document(struct ctx *cx, unsigned edition)
{
    struct mount mount = {.prefix = "/v2",
                          .edition = edition,
                          .routes = ROUTES,
                          .count = ARRAY_LEN(ROUTES),
                          .title = "Things",
                          .security = SECURITY,
                          .security_count = ARRAY_LEN(SECURITY),
                          .envelope = &ENVELOPE,
                          .error = &ERROR,
                          .invalid = edition == ED_2 ? &INVALID : NULL};

    return document_of(cx, &mount);
}

/* The document without blanks and line ends outside of texts, so that what is looked for is easy to
 * write. */
static const char *squeeze(struct ctx *cx, struct str text)
{
    char *out = arena_alloc(cx->arena, text.len + 1);
    size_t used = 0;
    bool inside = false;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' && (i == 0 || text.ptr[i - 1] != '\\'))
            inside = !inside;
        if (inside || (text.ptr[i] != ' ' && text.ptr[i] != '\n'))
            out[used++] = text.ptr[i];
    }
    return out;
}

static const char *squeezed(struct ctx *cx, unsigned edition)
{
    return squeeze(cx, document(cx, edition));
}

#define assert_holds(text, part) assert_non_null(strstr(text, part))
#define assert_lacks(text, part) assert_null(strstr(text, part))

CASE(document_is_json_and_always_the_same)
{
    struct ctx *cx = unit_ctx();
    struct json_parser *parser = json_parser_new(DOCUMENT_MAX);
    struct str text = document(cx, ED_2);
    char *spare = arena_alloc(cx->arena, text.len + JSON_SPARE);
    const char *why = NULL;
    struct json root;

    memcpy(spare, text.ptr, text.len);
    assert_ok(json_parse(parser, (struct str){spare, text.len}, &root, &why));
    assert_int_equal(json_kind(root), JSON_OBJECT);
    assert_true(str_eq(text, document(cx, ED_2)));
    assert_true(
        str_starts(text, STR("{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\n    \"title\"")));
    assert_true(str_ends(text, STR("\n}\n")));
    json_parser_free(parser);
    unit_ctx_free(cx);
}

CASE(limits_and_kinds_are_described)
{
    struct ctx *cx = unit_ctx();
    const char *text = squeezed(cx, ED_2);

    assert_holds(text, "\"amount\":{\"type\":\"integer\",\"minimum\":50,\"maximum\":4294967295}");
    assert_holds(text, "\"email\":{\"type\":[\"string\",\"null\"],\"format\":\"email\","
                       "\"minLength\":5,\"maxLength\":64}");
    assert_holds(text, "\"code\":{\"type\":[\"string\",\"null\"],\"pattern\":\"^[0-9]{3,4}$\"}");
    assert_holds(text,
                 "\"state\":{\"type\":[\"string\",\"null\"],\"enum\":[\"open\",\"closed\",null]}");
    assert_holds(text, "\"id\":{\"type\":\"string\",\"pattern\":\"^thng_[0-9A-Za-z]{24}$\"}");
    assert_holds(text, "\"day\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"}");
    unit_ctx_free(cx);
}

CASE(rows_of_one_name_are_alternatives)
{
    struct ctx *cx = unit_ctx();

    assert_holds(
        squeezed(cx, ED_2),
        "\"child\":{\"anyOf\":[{\"type\":[\"string\",\"null\"],"
        "\"pattern\":\"^chld_[0-9A-Za-z]{24}$\"},{\"$ref\":\"#/components/schemas/Child\"}]}");
    unit_ctx_free(cx);
}

CASE(read_tables_require_what_is_required_and_written_ones_all)
{
    struct ctx *cx = unit_ctx();
    const char *text = squeezed(cx, ED_2);

    assert_holds(text, "\"required\":[\"amount\"]");
    assert_holds(text, "\"required\":[\"id\",\"created\",\"day\"]");
    unit_ctx_free(cx);
}

CASE(lists_have_their_envelope)
{
    struct ctx *cx = unit_ctx();
    const char *text = squeezed(cx, ED_2);

    assert_holds(text, "\"properties\":{\"range\":{\"$ref\":\"#/components/schemas/Range\"},"
                       "\"things\":{\"type\":\"array\",\"items\":{\"$ref\":"
                       "\"#/components/schemas/Thing\"}}}");
    assert_holds(text, "\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\","
                       "\"minimum\":1,\"maximum\":100}");
    unit_ctx_free(cx);
}

CASE(editions_show_their_own_rows_only)
{
    struct ctx *cx = unit_ctx();
    const char *first = squeezed(cx, ED_1);
    const char *second = squeezed(cx, ED_2);

    assert_holds(first, "\"old\"");
    assert_lacks(second, "\"old\"");
    assert_holds(first, "\"delete\":{\"operationId\":\"delete_things_by_id\"");
    assert_lacks(second, "\"delete\"");
    assert_holds(second, "\"state\"");
    assert_lacks(first, "\"state\"");
    unit_ctx_free(cx);
}

#define SCHEMA(table) "{\"$ref\":\"#/components/schemas/" table "\"}"
#define ANSWERS(table) "\"content\":{\"application/json\":{\"schema\":" SCHEMA(table) "}}}"

CASE(errors_have_their_schema_and_422_may_have_its_own)
{
    struct ctx *cx = unit_ctx();
    const char *first = squeezed(cx, ED_1);
    const char *second = squeezed(cx, ED_2);

    assert_holds(first, "\"default\":{\"description\":\"Refused or failed\"," ANSWERS("Error"));
    assert_lacks(first, "\"422\"");
    assert_lacks(first, "\"Invalid\"");
    assert_holds(second,
                 "\"422\":{\"description\":\"Does not fit the schema\"," ANSWERS("Invalid"));
    unit_ctx_free(cx);
}

CASE(deletion_without_an_object_answers_204)
{
    struct ctx *cx = unit_ctx();

    assert_holds(squeezed(cx, ED_1), "\"responses\":{\"204\":{\"description\":\"Done\"},");
    unit_ctx_free(cx);
}

CASE(security_schemes_are_alternatives)
{
    struct ctx *cx = unit_ctx();
    const char *text = squeezed(cx, ED_2);

    assert_holds(text, "\"security\":[{\"basic\":[]},{\"key\":[]}]");
    assert_holds(text, "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\","
                       "\"description\":\"The key as user\"}");
    assert_holds(text, "\"key\":{\"type\":\"apiKey\",\"name\":\"X-Key\",\"in\":\"header\"}");
    unit_ctx_free(cx);
}

static const struct route_note NOTES[] = {
    {"/things",      METHOD_GET,    0,   NULL, "X-For", true,  NULL,                  0},
    {"/things",      METHOD_POST,   201, NULL, NULL,    false, "multipart/form-data", 0},
    {"/things/{id}", METHOD_DELETE, 202, NULL, NULL,    false, NULL,                  0},
};
static const struct route BARE[] = {
    {METHOD_GET,    "/things",      OURS, ED_ALL, handle, NULL, NULL,      &THING_OUT, "",   "A"},
    {METHOD_POST,   "/things",      OURS, ED_ALL, handle, NULL, &THING_IN, &THING_OUT, NULL, "B"},
    {METHOD_DELETE, "/things/{id}", OURS, ED_ALL, handle, NULL, NULL,      NULL,       NULL, "C"},
};

CASE(notes_are_of_a_pattern_and_a_method)
{
    const struct mount mount = {
        .prefix = "/v2",
        .edition = ED_2,
        .routes = BARE,
        .count = ARRAY_LEN(BARE),
        .title = "things",
        .security = SECURITY,
        .security_count = ARRAY_LEN(SECURITY),
        .notes = NOTES,
        .note_count = ARRAY_LEN(NOTES),
    };
    struct ctx *cx = unit_ctx();
    const char *text = squeeze(cx, document_of(cx, &mount));

    assert_holds(text, "\"security\":[{\"basic\":[]},{\"key\":[]}]");
    assert_holds(text, "{\"name\":\"X-For\",\"in\":\"header\",\"required\":true,"
                       "\"schema\":{\"type\":\"string\"}}");
    assert_holds(text, "{\"anyOf\":[{\"type\":\"array\",\"items\":"
                       "{\"$ref\":\"#/components/schemas/Thing\"}},"
                       "{\"$ref\":\"#/components/schemas/Thing\"}]}");
    assert_holds(text, "\"requestBody\":{\"required\":true,\"content\":"
                       "{\"multipart/form-data\":");
    assert_holds(text, "\"responses\":{\"201\":");
    assert_holds(text, "\"responses\":{\"202\":");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(notes_are_of_a_pattern_and_a_method), T(document_is_json_and_always_the_same),
          T(limits_and_kinds_are_described), T(rows_of_one_name_are_alternatives),
          T(read_tables_require_what_is_required_and_written_ones_all),
          T(lists_have_their_envelope), T(editions_show_their_own_rows_only),
          T(errors_have_their_schema_and_422_may_have_its_own),
          T(deletion_without_an_object_answers_204), T(security_schemes_are_alternatives))
