#include "http/fact.h"

#include "support/unit.h"

struct inner {
    struct given given;
    struct str number;
    struct str ours;
};
#define AT(member) FIELD_AT(struct inner, member)
static const struct field INNER_FIELDS[] = {
    {"number", F_DIGITS, 1, 19, REQUIRED, SEED, ED_ALL, AT(number)},
    {"ours",   F_TEXT,   0, 19, OPTIONAL, OURS, ED_ALL, AT(ours)  },
};
#undef AT
static const struct table INNER = TABLE_OF("Inner", struct inner, INNER_FIELDS);

static const char *const WORD_TEXTS[] = {NULL, "asc", "desc"};
static const struct words WORDS = {WORD_TEXTS, ARRAY_LEN(WORD_TEXTS), false};

struct outer {
    struct given given;
    struct inner inner;
    struct inner documented;
    int word;
    int64_t second;
};
#define AT_INNER FIELD_AT_MORE(struct outer, inner, &INNER)
#define AT_DOCUMENTED FIELD_AT_MORE(struct outer, documented, &INNER)
#define AT_WORD FIELD_AT_MORE(struct outer, word, &WORDS)
#define AT_SECOND FIELD_AT(struct outer, second)
static const struct field OUTER_FIELDS[] = {
    {"inner",      F_OBJECT, 0, 0, OPTIONAL, SEED, ED_ALL, AT_INNER     },
    {"documented", F_OBJECT, 0, 0, OPTIONAL, DOC,  ED_ALL, AT_DOCUMENTED},
    {"word",       F_WORD,   0, 0, OPTIONAL, SEED, ED_ALL, AT_WORD      },
    {"second",     F_INT,    0, 9, OPTIONAL, SEED, ED_2,   AT_SECOND    },
};
static const struct table OUTER = TABLE_OF("Outer", struct outer, OUTER_FIELDS);

static void handle(struct request *request)
{
    (void)request;
}

static const struct route ROUTES[] = {
    {METHOD_POST, "/a",       SEED, ED_ALL, handle, NULL,   &OUTER, NULL,   NULL, "Make" },
    {METHOD_POST, "/b",       SEED, ED_2,   handle, NULL,   &OUTER, NULL,   NULL, "Alias"},
    {METHOD_POST, "/theirs",  DOC,  ED_ALL, handle, NULL,   &OUTER, &OUTER, NULL, "Doc"  },
    {METHOD_GET,  "/a",       SEED, ED_ALL, handle, &OUTER, NULL,   &INNER, "as", "List" },
    {METHOD_GET,  "/a/again", SEED, ED_ALL, handle, NULL,   NULL,   &INNER, "as", "Again"},
};
static const struct security_scheme SECURITY[] = {
    {"basic", SEED, "http",   "basic", "The key as user"},
    {"key",   OURS, "apiKey", "X-Key", NULL             },
};

static const struct mount FIRST = {
    .prefix = "/v1",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
};
static const struct mount SECOND = {
    .prefix = "/v2",
    .edition = ED_2,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .envelope = &INNER,
    .error = &INNER,
};

static void check(const struct mount *mount, const char *const *lines, size_t count)
{
    struct ctx *cx = unit_ctx();
    struct fact *facts;

    size_t found = facts_of(cx->arena, mount, &facts);
    for (size_t i = 0; i < found && i < count; i++)
        assert_str(fact_text(cx->arena, &facts[i]), lines[i]);
    assert_int_equal(found, count);
    unit_ctx_free(cx);
}

CASE(rows_of_a_table_and_what_is_inside_count_in_their_edition)
{
    static const char *const LINES[] = {
        "/v1 scheme basic",
        "POST /v1/a",
        "POST /v1/a body inner (object)",
        "/v1 Outer body inner.number (text)",
        "POST /v1/a body word (text)",
        "/v1 Outer body word = asc",
        "/v1 Outer body word = desc",
        "GET /v1/a",
        "GET /v1/a query inner (object)",
        "/v1 Outer query inner.number (text)",
        "GET /v1/a query word (text)",
        "/v1 Outer query word = asc",
        "/v1 Outer query word = desc",
        "/v1 Inner answer number (text)",
        "GET /v1/a/again",
    };

    check(&FIRST, LINES, ARRAY_LEN(LINES));
}

CASE(a_table_that_stands_twice_has_its_inner_rows_once)
{
    static const char *const LINES[] = {
        "POST /v2/a",
        "POST /v2/a body inner (object)",
        "/v2 Outer body inner.number (text)",
        "POST /v2/a body word (text)",
        "/v2 Outer body word = asc",
        "/v2 Outer body word = desc",
        "POST /v2/a body second (integer)",
        "/v2 Inner error number (text)",
        "POST /v2/b",
        "POST /v2/b body inner (object)",
        "POST /v2/b body word (text)",
        "POST /v2/b body second (integer)",
        "GET /v2/a",
        "GET /v2/a query inner (object)",
        "/v2 Outer query inner.number (text)",
        "GET /v2/a query word (text)",
        "/v2 Outer query word = asc",
        "/v2 Outer query word = desc",
        "GET /v2/a query second (integer)",
        "/v2 Inner answer number (text)",
        "/v2 Inner list number (text)",
        "GET /v2/a/again",
    };

    check(&SECOND, LINES, ARRAY_LEN(LINES));
}

UNIT_MAIN(T(rows_of_a_table_and_what_is_inside_count_in_their_edition),
          T(a_table_that_stands_twice_has_its_inner_rows_once))
