#include <string.h>

#include "base/log.h"
#include "store/postgres/postgres.h"

/* https://www.postgresql.org/docs/15/errcodes-appendix.html */
static bool is_class(const char *state, const char *class)
{
    return strncmp(state, class, 2) == 0;
}

static const char *field_of(const struct connection *connection, const PGresult *result, int field)
{
    const char *text = connection->database->pq.PQresultErrorField(result, field);

    return text == NULL ? "" : text;
}

/* Names of tables and constraints, and what the server says about the words of a statement: its
 * other messages may hold values. */
static err_t our_mistake(const struct connection *connection, const PGresult *result,
                         const char *what)
{
    const char *state = field_of(connection, result, PG_DIAG_SQLSTATE);
    bool words = is_class(state, "42");

    log_event(
        NULL, EV_INTERNAL_ERROR, LOG_WORD("statement", what), LOG_WORD("state", state),
        LOG_WORD("table", field_of(connection, result, PG_DIAG_TABLE_NAME)),
        LOG_WORD("constraint", field_of(connection, result, PG_DIAG_CONSTRAINT_NAME)),
        LOG_WORD("column", field_of(connection, result, PG_DIAG_COLUMN_NAME)),
        LOG_WORD("message", words ? field_of(connection, result, PG_DIAG_MESSAGE_PRIMARY) : ""));
    return ERR_INTERNAL;
}

/* An argument of another size than its type has. */
static const char MISFIT[] = "08P01";

/* The server goes away, or is none that may be written to any more. */
static bool state_is_end(const char *state)
{
    static const char *const ENDS[] = {"25006", "25P03", "57P01", "57P02", "57P03", "57P05"};

    if (strcmp(state, MISFIT) == 0)
        return false;
    if (state[0] == '\0' || is_class(state, "08"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(ENDS); i++) {
        if (strcmp(state, ENDS[i]) == 0)
            return true;
    }
    return false;
}

err_t postgres_err(const struct connection *connection, const PGresult *result, const char *what,
                   bool *lost)
{
    const char *state = field_of(connection, result, PG_DIAG_SQLSTATE);

    *lost = state_is_end(state);
    if (strcmp(state, "23505") == 0) /* unique_violation */
        return ERR_CONFLICT;
    if (strcmp(state, "22012") == 0) /* division_by_zero: what tools/sqlgen.py lets a count do */
        return ERR_STATE;
    /* A lock that another server holds for too long is as good as a lost race. */
    if (is_class(state, "40") || strcmp(state, "55P03") == 0)
        return ERR_BUSY;
    if (!*lost && (is_class(state, "22") || is_class(state, "23") || is_class(state, "42") ||
                   is_class(state, "P0") || strcmp(state, MISFIT) == 0))
        return our_mistake(connection, result, what);
    log_event(NULL, EV_STORE_FAILED, LOG_WORD("statement", what), LOG_WORD("state", state));
    return ERR_IO;
}
