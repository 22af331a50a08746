#include "http/fact_record.h"

#include "support/unit.h"
#include "wire/json.h"

struct thing {
    struct given given;
    struct str name;
    int64_t amount;
    int word;
    struct str any;
};
static const char *const WORD_TEXTS[] = {NULL, "asc", "desc"};
static const struct words WORDS = {WORD_TEXTS, ARRAY_LEN(WORD_TEXTS), false};
#define AT(member) FIELD_AT(struct thing, member)
#define AT_WORD FIELD_AT_MORE(struct thing, word, &WORDS)
static const struct field THING_FIELDS[] = {
    {"name",   F_TEXT, 0, 64, OPTIONAL, SEED, ED_ALL, AT(name)  },
    {"amount", F_INT,  0, 99, OPTIONAL, SEED, ED_ALL, AT(amount)},
    {"word",   F_WORD, 0, 0,  OPTIONAL, SEED, ED_ALL, AT_WORD   },
    {"any",    F_JSON, 0, 0,  OPTIONAL, SEED, ED_ALL, AT(any)   },
};
static const struct table THING = TABLE_OF("Thing", struct thing, THING_FIELDS);

static void handle(struct request *request)
{
    (void)request;
}

static const struct route ROUTES[] = {
    {METHOD_GET,  "/things",      SEED, ED_ALL, handle, &THING, NULL,   &THING, "things", ""},
    {METHOD_POST, "/things",      SEED, ED_ALL, handle, NULL,   &THING, &THING, NULL,     ""},
    {METHOD_POST, "/alias",       SEED, ED_ALL, handle, NULL,   &THING, &THING, NULL,     ""},
    {METHOD_GET,  "/things/bare", SEED, ED_ALL, handle, NULL,   NULL,   &THING, "",       ""},
};
static const struct security_scheme SECURITY[] = {
    {"basic", SEED, "http", "basic", NULL}
};
static const struct mount MOUNT = {
    .prefix = "/v1",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
    .error = &THING,
};

static struct str spared(struct arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *copy = arena_alloc(arena, len + JSON_SPARE);

    memcpy(copy, text, len);
    return (struct str){copy, len};
}

static struct fact_record record_of(struct ctx *cx, const char *rows)
{
    struct fact_record record = {.count = 0};
    struct str text = str_format(cx->arena, "{\"rows\": [%s]}", rows);

    assert_ok(fact_record_read(cx, spared(cx->arena, text.ptr), &record));
    return record;
}

/* Whether the record touches the one fact that is printed like this. */
static bool touched(struct ctx *cx, const struct fact_record *record, const char *line)
{
    struct fact *facts;
    size_t count = facts_of(cx->arena, &MOUNT, &facts);

    for (size_t i = 0; i < count; i++) {
        if (str_eq(fact_text(cx->arena, &facts[i]), str_of(line)))
            return fact_is_touched(record, &facts[i]);
    }
    fail_msg("there is no fact %s", line);
    return false;
}

#define TAKEN(method, route)                                                                       \
    "{\"method\": \"" method "\", \"route\": \"" route "\", \"side\": \"scheme\","                 \
    " \"fields\": {\"basic\": [\"null\"]}, \"words\": {}}"
#define SIDE(method, route, side, fields, words)                                                   \
    "{\"method\": \"" method "\", \"route\": \"" route "\", \"side\": \"" side "\","               \
    " \"fields\": {" fields "}, \"words\": {" words "}}"

CASE(a_route_is_touched_when_a_request_was_taken)
{
    struct ctx *cx = unit_ctx();
    struct fact_record record =
        record_of(cx, TAKEN("POST", "/v1/things") "," SIDE("POST", "/v1/alias", "error", "", ""));

    assert_true(touched(cx, &record, "POST /v1/things"));
    assert_true(touched(cx, &record, "/v1 scheme basic"));
    assert_false(touched(cx, &record, "POST /v1/alias"));
    assert_false(touched(cx, &record, "GET /v1/things"));
    unit_ctx_free(cx);
}

CASE(a_list_must_have_shown_an_element)
{
    struct ctx *cx = unit_ctx();
    struct fact_record empty =
        record_of(cx, TAKEN("GET", "/v1/things") "," SIDE("GET", "/v1/things", "answer",
                                                          "\"things\": [\"array\"]", ""));
    struct fact_record full = record_of(
        cx, TAKEN("GET", "/v1/things") "," SIDE(
                "GET", "/v1/things", "answer", "\"things.name\": [\"null\"]",
                "") "," TAKEN("GET", "/v1/things/bare") "," SIDE("GET", "/v1/things/bare", "answer",
                                                                 "\"name\": [\"text\"]", ""));

    assert_false(touched(cx, &empty, "GET /v1/things"));
    assert_true(touched(cx, &full, "GET /v1/things"));
    assert_true(touched(cx, &full, "GET /v1/things/bare"));
    unit_ctx_free(cx);
}

CASE(a_field_that_is_read_counts_for_its_route_with_its_kind)
{
    struct ctx *cx = unit_ctx();
    struct fact_record record = record_of(
        cx, SIDE("POST", "/v1/things", "body",
                 "\"name\": [\"null\"], \"amount\": [\"integer\"], \"any\": [\"object\"]", ""));

    assert_false(touched(cx, &record, "POST /v1/things body name (text)"));
    assert_true(touched(cx, &record, "POST /v1/things body amount (integer)"));
    assert_true(touched(cx, &record, "POST /v1/things body any (value)"));
    assert_false(touched(cx, &record, "POST /v1/alias body amount (integer)"));
    unit_ctx_free(cx);
}

CASE(a_text_of_a_query_may_look_like_a_number)
{
    struct ctx *cx = unit_ctx();
    struct fact_record record =
        record_of(cx, SIDE("GET", "/v1/things", "query",
                           "\"name\": [\"integer\"], \"amount\": [\"text\"]", ""));

    assert_true(touched(cx, &record, "GET /v1/things query name (text)"));
    assert_false(touched(cx, &record, "GET /v1/things query amount (integer)"));
    unit_ctx_free(cx);
}

CASE(a_word_and_an_answer_count_for_any_route_of_their_table)
{
    struct ctx *cx = unit_ctx();
    struct fact_record record =
        record_of(cx, SIDE("POST", "/v1/alias", "body", "\"word\": [\"text\"]",
                           "\"word\": [\"desc\"]") "," SIDE("GET", "/v1/things", "answer",
                                                            "\"things.amount\": [\"integer\"],"
                                                            "\"name\": [\"text\"]",
                                                            ""));

    assert_true(touched(cx, &record, "/v1 Thing body word = desc"));
    assert_false(touched(cx, &record, "/v1 Thing body word = asc"));
    assert_true(touched(cx, &record, "/v1 Thing answer amount (integer)"));
    assert_false(touched(cx, &record, "/v1 Thing answer name (text)"));
    assert_false(touched(cx, &record, "/v1 Thing error amount (integer)"));
    unit_ctx_free(cx);
}

CASE(a_value_that_was_only_null_is_none)
{
    struct ctx *cx = unit_ctx();
    struct fact_record record =
        record_of(cx, SIDE("POST", "/v1/things", "body", "\"any\": [\"null\"]", ""));

    assert_false(touched(cx, &record, "POST /v1/things body any (value)"));
    unit_ctx_free(cx);
}

CASE(several_records_count_as_one)
{
    struct ctx *cx = unit_ctx();
    struct fact_record record =
        record_of(cx, SIDE("POST", "/v1/things", "body", "\"name\": [\"text\"]", ""));
    const char *more =
        "{\"rows\": [" SIDE("POST", "/v1/things", "body", "\"amount\": [\"integer\"]", "") "]}";

    assert_ok(fact_record_read(cx, spared(cx->arena, more), &record));
    assert_true(touched(cx, &record, "POST /v1/things body name (text)"));
    assert_true(touched(cx, &record, "POST /v1/things body amount (integer)"));
    unit_ctx_free(cx);
}

CASE(what_is_no_record_is_refused)
{
    static const char *const BAD[] = {
        "",
        "[]",
        "{}",
        "{\"rows\": {}}",
        "{\"rows\": [5]}",
        "{\"rows\": [{\"side\": \"elsewhere\"}]}",
        "{\"rows\": [{\"fields\": []}]}",
        "{\"rows\": [{\"fields\": {\"name\": \"text\"}}]}",
        "{\"rows\": [{\"words\": {\"name\": [5]}}]}",
    };

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct ctx *cx = unit_ctx();
        struct fact_record record = {.count = 0};

        assert_int_equal(fact_record_read(cx, spared(cx->arena, BAD[i]), &record), ERR_INVALID);
        assert_string_equal(cx->faults[0].field, "record");
        unit_ctx_free(cx);
    }
}

UNIT_MAIN(T(a_route_is_touched_when_a_request_was_taken), T(a_list_must_have_shown_an_element),
          T(a_field_that_is_read_counts_for_its_route_with_its_kind),
          T(a_text_of_a_query_may_look_like_a_number),
          T(a_word_and_an_answer_count_for_any_route_of_their_table),
          T(a_value_that_was_only_null_is_none), T(several_records_count_as_one),
          T(what_is_no_record_is_refused))
