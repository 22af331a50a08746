#include "base/log.h"
#include "store/sqlite/sqlite.h"

/* SQLite's messages about our own statements and rules hold names of tables, columns and
 * constraints, never a value: they may be logged, and without them a violated CHECK could not be
 * found. */
static err_t our_mistake(const struct connection *connection, int rc, const char *what)
{
    log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("statement", what), LOG_INT("code", rc),
              LOG_WORD("message", sqlite3_errmsg(connection->db)));
    return ERR_INTERNAL;
}

err_t sqlite_err(const struct connection *connection, int rc, const char *what)
{
    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
        rc == SQLITE_CONSTRAINT_ROWID)
        return ERR_CONFLICT;
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_NOTADB:
        return ERR_STATE;
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_READONLY:
        return our_mistake(connection, rc, what);
    default:
        log_event(NULL, EV_STORE_FAILED, LOG_WORD("statement", what), LOG_INT("code", rc),
                  LOG_INT("errno", sqlite3_system_errno(connection->db)));
        /* A reader writes what it sorts and nothing else. */
        return (rc & 0xff) == SQLITE_FULL && connection->access == ACCESS_READ ? ERR_FULL : ERR_IO;
    }
}
