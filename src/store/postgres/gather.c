#include <string.h>

#include "base/must.h"
#include "store/postgres/column.h"
#include "store/postgres/postgres.h"

/* Statements that wait for others of their kind ("gathered" in the .sql files), to go as one over
 * arrays of arguments: most of what a row costs is the way of its own statement through the server.
 * Whatever touches one of their tables lets all go first, in the order in which their kinds were
 * first used, so that every statement finds what it would have found without.
 *
 * An array costs the server what its element costs in each row, and most arguments of a group are
 * the same in all of its rows, or NULL: those go once. A statement is prepared with arrays for what
 * has ever varied on its connection, so a few times at first, and then no more. */

enum {
    KINDS_MAX = 32, /* tools/sqlgather.py sees to it */
    GIVEN_MAX = 64, /* and to that: the parameters of a kind, a bit each */
    ROWS_MAX = 32,  /* of one statement: the server has work while the next ones are made */
    TEXT_MAX = 16 * 1024,
    TEXTS_MAX = 64 * 1024 * 1024, /* more than all kinds can come to */
};

struct kind {
    const struct sql *one;
    struct sql *many; /* what goes; its number and text are others than those of `one` */
    uint64_t arrays;  /* which parameters of that are arrays */
    int first;        /* the number of the first one; each that follows has the next */
    int64_t rows;
    struct column columns[GIVEN_MAX];
};

struct gathering {
    struct arena *arena; /* what goes */
    struct kind *kinds[KINDS_MAX];
    size_t len;
    uint64_t touched; /* by those that wait */
    size_t waiting;
    struct kind *order[KINDS_MAX]; /* those that wait, by their first use */
};

/* --- one statement for many --- */

static const char *type_name(char type)
{
    if (type == 'i')
        return "BIGINT";
    return type == 't' ? "TEXT" : "BYTEA";
}

/* {given} of the text: each argument by its name. In the list of a SELECT arrays go side by side;
 * in FROM each is written to a table of its own first. */
static void given_put(struct buf *out, const struct sql *one, uint64_t arrays)
{
    for (int i = 0; i < one->params; i++) {
        const char *type = type_name(one->types[i]);
        const char *comma = i == 0 ? "" : ", ";
        if ((arrays >> i & 1) != 0)
            buf_format(out, "%sunnest(CAST($%d AS %s[])) AS p%d", comma, i + 1, type, i + 1);
        else
            buf_format(out, "%sCAST($%d AS %s) AS p%d", comma, i + 1, type, i + 1);
    }
}

/* {rows} of the text: how many there are. */
static void rows_put(struct buf *out, const struct sql *one, uint64_t arrays)
{
    if (arrays == 0) {
        buf_put_cstr(out, "1");
        return;
    }
    int first = __builtin_ctzll(arrays);
    buf_format(out, "CARDINALITY(CAST($%d AS %s[]))", first + 1, type_name(one->types[first]));
}

static const char *many_text(struct arena *arena, const struct sql *one, uint64_t arrays)
{
    struct buf out = buf_make(arena, TEXT_MAX);
    const char *at = one->gathered;

    for (const char *mark; (mark = strchr(at, '{')) != NULL; at = strchr(mark, '}') + 1) {
        buf_put(&out, (struct str){at, (size_t)(mark - at)});
        if (str_starts(str_of(mark), STR("{given}")))
            given_put(&out, one, arrays);
        else
            rows_put(&out, one, arrays);
    }
    buf_put_cstr(&out, at);
    buf_put_byte(&out, '\0');
    must(!out.failed);
    return out.ptr;
}

/* What is under way keeps the one that it was sent with. */
static void kind_widen(struct gathering *gathering, struct kind *kind, uint64_t arrays)
{
    struct sql *many = arena_make(gathering->arena, struct sql);

    kind->arrays |= arrays;
    *many = *kind->one;
    many->text = many_text(gathering->arena, kind->one, kind->arrays);
    many->number = kind->many == NULL ? kind->first : kind->many->number + 1;
    kind->many = many;
}

/* Which arguments have to be arrays. Of several rows that are all the same, one has to be, to tell
 * how many there are. */
static uint64_t kind_varies(const struct kind *kind)
{
    uint64_t arrays = 0;

    for (int i = 0; i < kind->one->params; i++)
        arrays |= (uint64_t)kind->columns[i].varies << i;
    return arrays == 0 && kind->rows > 1 ? 1 : arrays;
}

static err_t kind_send(struct connection *connection, struct kind *kind)
{
    uint64_t arrays = kind_varies(kind);
    struct value args[GIVEN_MAX];

    if (kind->many == NULL || (arrays & ~kind->arrays) != 0)
        kind_widen(connection->gathering, kind, arrays);
    for (int i = 0; i < kind->one->params; i++) {
        struct column *column = &kind->columns[i];
        args[i] = (kind->arrays >> i & 1) != 0
                      ? column_array(column, kind->one->types[i], kind->rows)
                      : column_one(column);
    }
    return pipeline_statement(connection, kind->many, args, false);
}

static void kind_clear(struct kind *kind)
{
    kind->rows = 0;
    for (int i = 0; i < kind->one->params; i++)
        column_clear(&kind->columns[i]);
}

static void kind_free(struct kind *kind)
{
    for (int i = 0; i < kind->one->params; i++)
        column_free(&kind->columns[i]);
    process_free(kind);
}

static struct kind *kind_of(struct gathering *gathering, const struct sql *sql)
{
    for (size_t i = 0; i < gathering->len; i++) {
        if (gathering->kinds[i]->one == sql)
            return gathering->kinds[i];
    }
    must(gathering->len < KINDS_MAX && sql->params <= GIVEN_MAX);
    struct kind *kind = process_make(struct kind);
    kind->one = sql;
    /* With no array, then with one more each time at least. */
    kind->first = SQL_GATHERED + (int)gathering->len * (GIVEN_MAX + 1);
    gathering->kinds[gathering->len++] = kind;
    return kind;
}

/* --- what waits --- */

static struct gathering *gathering_new(void)
{
    struct gathering *gathering = process_make(struct gathering);

    gathering->arena = arena_new(TEXTS_MAX);
    return gathering;
}

bool gather_takes(const struct connection *connection, const struct sql *sql)
{
    return sql->gathered != NULL && connection->gathers;
}

err_t gather_add(struct connection *connection, const struct sql *sql, const struct value *args)
{
    struct gathering *gathering = connection->gathering;

    if (gathering == NULL)
        gathering = connection->gathering = gathering_new();
    struct kind *kind = kind_of(gathering, sql);
    /* Others of its kind may wait with it, unless there are too many; what touches its tables may
     * not. */
    if (kind->rows == ROWS_MAX || (kind->rows == 0 && (gathering->touched & ~sql->spared) != 0))
        TRY(gather_send(connection, UINT64_MAX));
    if (kind->rows == 0)
        gathering->order[gathering->waiting++] = kind;
    gathering->touched |= ~sql->spared;
    for (int i = 0; i < sql->params; i++)
        column_put(&kind->columns[i], &args[i], kind->rows);
    kind->rows++;
    return OK;
}

err_t gather_send(struct connection *connection, uint64_t touched)
{
    struct gathering *gathering = connection->gathering;
    err_t err = OK;

    if (gathering == NULL || (gathering->touched & touched) == 0)
        return OK;
    for (size_t i = 0; i < gathering->waiting && err == OK; i++)
        err = kind_send(connection, gathering->order[i]);
    gather_drop(connection);
    pipeline_push(connection);
    return err;
}

void gather_drop(struct connection *connection)
{
    struct gathering *gathering = connection->gathering;

    if (gathering == NULL)
        return;
    for (size_t i = 0; i < gathering->waiting; i++)
        kind_clear(gathering->order[i]);
    gathering->waiting = 0;
    gathering->touched = 0;
}

void gather_free(struct connection *connection)
{
    struct gathering *gathering = connection->gathering;

    if (gathering == NULL)
        return;
    for (size_t i = 0; i < gathering->len; i++)
        kind_free(gathering->kinds[i]);
    arena_free(gathering->arena);
    process_free(gathering);
    connection->gathering = NULL;
}
