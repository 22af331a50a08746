#include "api/stancer/error.h"
#include "api/stancer/face.h"
#include "api/stancer/list.h"
#include "api/stancer/routes.h"
#include "support/unit.h"

/* The tables of the face, found through its routes: what the program serves is what is looked at.
 */

static const struct mount *const MOUNTS[] = {&STANCER_V1, &STANCER_V2, &STANCER_SANDBOX};

typedef void table_visit(const struct table *table, unsigned edition);

static void each_table(table_visit *visit)
{
    for (size_t i = 0; i < ARRAY_LEN(MOUNTS); i++) {
        const struct mount *mount = MOUNTS[i];
        for (size_t j = 0; j < mount->count; j++) {
            const struct route *route = &mount->routes[j];
            const struct table *tables[] = {route->query, route->in, route->out};
            for (size_t k = 0; k < ARRAY_LEN(tables); k++) {
                if (tables[k] != NULL && (route->editions & mount->edition) != 0)
                    visit(tables[k], mount->edition);
            }
        }
        if (mount->envelope != NULL)
            visit(mount->envelope, mount->edition);
    }
    visit(&STANCER_ERROR, ED_1);
    visit(&STANCER_ERROR, ED_2);
    visit(&STANCER_INVALID, ED_2);
}

static void check(const struct table *table, unsigned edition)
{
    (void)edition;
    table_check(table);
}

CASE(tables_keep_the_rules_of_the_field_tables)
{
    each_table(check);
}

static bool has_row(const struct table *table, unsigned edition, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if ((table->fields[i].editions & edition) != 0 && strcmp(table->fields[i].name, name) == 0)
            return true;
    }
    return false;
}

static void check_something_is_there(const struct table *table, unsigned edition)
{
    for (size_t i = 0; i < table->count; i++) {
        if ((table->fields[i].editions & edition) != 0)
            return;
    }
    fail_msg("%s has no row in edition %u", table->name, edition);
}

CASE(tables_of_a_route_have_rows_in_its_editions)
{
    each_table(check_something_is_there);
}

static bool secret(const char *name)
{
    static const char *const NAMES[] = {"number", "cvc", "tokenize", "iban"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (strcmp(name, NAMES[i]) == 0)
            return true;
    }
    return false;
}

static void check_no_secret(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *row = &table->fields[i];
        if (secret(row->name))
            fail_msg("%s answers %s", table->name, row->name);
        if (row->kind == F_OBJECT || row->kind == F_OBJECTS)
            check_no_secret(row->at.more);
    }
}

CASE(no_answer_has_a_card_number_or_its_code)
{
    for (size_t i = 0; i < STANCER_V2.count; i++) {
        if (STANCER_V2.routes[i].out != NULL)
            check_no_secret(STANCER_V2.routes[i].out);
    }
}

/* The mode stands in every object of v1 and in none of v2 (api/stancer.md 1). */
CASE(live_mode_is_in_every_object_of_v1_and_in_none_of_v2)
{
    for (size_t i = 0; i < STANCER_V1.count; i++) {
        const struct route *route = &STANCER_V1.routes[i];
        if (route->out == NULL)
            continue;
        if ((route->editions & ED_1) != 0)
            assert_true(has_row(route->out, ED_1, "live_mode"));
        assert_false(has_row(route->out, ED_2, "live_mode"));
    }
    assert_true(has_row(&STANCER_LIST, ED_1, "live_mode"));
    assert_false(has_row(&STANCER_LIST, ED_2, "live_mode"));
}

CASE(every_list_takes_the_common_parameters)
{
    static const char *const NAMES[] = {"start", "limit", "created", "created_until"};

    for (size_t i = 0; i < STANCER_V1.count; i++) {
        const struct route *route = &STANCER_V1.routes[i];
        if (route->list == NULL || route->list[0] == '\0')
            continue;
        assert_non_null(route->query);
        for (size_t j = 0; j < ARRAY_LEN(NAMES); j++)
            assert_true(has_row(route->query, route->editions, NAMES[j]));
    }
}

static const struct route *route_of(const struct mount *mount, enum method method,
                                    const char *pattern)
{
    for (size_t i = 0; i < mount->count; i++) {
        const struct route *route = &mount->routes[i];
        if ((route->editions & mount->edition) != 0 && route->method == method &&
            strcmp(route->pattern, pattern) == 0)
            return route;
    }
    return NULL;
}

/* /v2/checkout is /v2/payments under its old name (api/stancer.md 4). */
CASE(checkout_is_an_alias_of_payments_in_v2)
{
    static const char PAYMENTS[] = "/payments";
    size_t seen = 0;

    for (size_t i = 0; i < STANCER_V2.count; i++) {
        const struct route *route = &STANCER_V2.routes[i];
        char pattern[64];
        if (strncmp(route->pattern, PAYMENTS, strlen(PAYMENTS)) != 0)
            continue;
        snprintf(pattern, sizeof pattern, "/checkout%s", route->pattern + strlen(PAYMENTS));
        const struct route *alias = route_of(&STANCER_V2, route->method, pattern);
        assert_non_null(alias);
        assert_ptr_equal(alias->handle, route->handle);
        assert_ptr_equal(alias->query, route->query);
        assert_ptr_equal(alias->in, route->in);
        assert_ptr_equal(alias->out, route->out);
        seen++;
    }
    assert_int_equal(seen, 7);
}

CASE(deletion_says_nothing_in_v1_and_shows_the_object_in_v2)
{
    static const char *const PATTERNS[] = {"/customers/{id}", "/cards/{id}", "/addresses/{id}"};

    for (size_t i = 0; i < ARRAY_LEN(PATTERNS); i++) {
        assert_null(route_of(&STANCER_V1, METHOD_DELETE, PATTERNS[i])->out);
        assert_ptr_equal(route_of(&STANCER_V2, METHOD_DELETE, PATTERNS[i])->out,
                         route_of(&STANCER_V2, METHOD_GET, PATTERNS[i])->out);
    }
    assert_null(route_of(&STANCER_V2, METHOD_DELETE, "/payments/{id}"));
}

UNIT_MAIN(T(tables_keep_the_rules_of_the_field_tables),
          T(tables_of_a_route_have_rows_in_its_editions),
          T(no_answer_has_a_card_number_or_its_code),
          T(live_mode_is_in_every_object_of_v1_and_in_none_of_v2),
          T(every_list_takes_the_common_parameters), T(checkout_is_an_alias_of_payments_in_v2),
          T(deletion_says_nothing_in_v1_and_shows_the_object_in_v2))
