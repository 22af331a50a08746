#include <endian.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "store/postgres/postgres.h"

/* Arguments and results travel in PostgreSQL's binary form: whole numbers as 8 bytes, texts and
 * bytes as they are. */

/* Of pg_type, fixed for ever; the header that has them belongs to the server. */
enum type {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_UNKNOWN = 705, /* a literal */
    TYPE_NUMERIC = 1700,
};

void params_fill(struct params *params, const struct value *args, size_t count)
{
    must(count <= PARAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        params->formats[i] = 1;
        params->values[i] = NULL;
        params->lengths[i] = 0;
        switch (args[i].kind) {
        case VALUE_NULL:
            break;
        case VALUE_INT:
            params->numbers[i] = htobe64((uint64_t)args[i].number);
            params->values[i] = (const char *)&params->numbers[i];
            params->lengths[i] = sizeof params->numbers[i];
            break;
        case VALUE_TEXT:
        case VALUE_BLOB:
            must(args[i].text.len <= INT32_MAX);
            params->values[i] = args[i].text.ptr;
            params->lengths[i] = (int)args[i].text.len;
            break;
        }
    }
}

uint32_t type_oid(char type)
{
    if (type == 'i')
        return TYPE_INT8;
    return type == 't' ? TYPE_TEXT : TYPE_BYTEA;
}

static int16_t int16_at(const char *bytes)
{
    uint16_t raw;

    memcpy(&raw, bytes, sizeof raw);
    return (int16_t)be16toh(raw);
}

static int64_t int_at(const char *bytes, int len)
{
    uint64_t value = (signed char)bytes[0] < 0 ? UINT64_MAX : 0;

    for (int i = 0; i < len; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return (int64_t)value;
}

/* A sum of whole numbers: count, weight, sign and scale, each 2 bytes, then digits to the base of
 * 10 000, the first of which counts 10 000 ^ weight. False: not whole, or no 64-bit number. */
static bool numeric_read(const char *bytes, int len, int64_t *out)
{
    enum { HEAD = 8, BASE = 10000, SIGN_MINUS = 0x4000 };
    int64_t value = 0;

    if (len < HEAD)
        return false;
    int count = int16_at(bytes);
    int weight = int16_at(bytes + 2);
    int sign = int16_at(bytes + 4);
    if ((sign != 0 && sign != SIGN_MINUS) || count > weight + 1 || len < HEAD + 2 * count)
        return false;
    for (int i = 0; i <= weight && count > 0; i++) {
        int64_t digit = i < count ? int16_at(bytes + HEAD + 2 * (size_t)i) : 0;
        if (mul_overflows(value, (int64_t)BASE, &value) || sub_overflows(value, digit, &value))
            return false;
    }
    if (sign == SIGN_MINUS) {
        *out = value;
        return true;
    }
    return !sub_overflows(INT64_C(0), value, out);
}

err_t column_decode(const struct pq_library *pq, const PGresult *result, int row, int column,
                    struct arena *arena, struct value *out)
{
    const char *bytes = pq->PQgetvalue(result, row, column);
    int len = pq->PQgetlength(result, row, column);

    *out = (struct value){.kind = VALUE_NULL};
    if (pq->PQgetisnull(result, row, column))
        return OK;
    switch (pq->PQftype(result, column)) {
    case TYPE_BOOL:
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        *out = V_INT(int_at(bytes, len));
        return OK;
    case TYPE_NUMERIC:
        out->kind = VALUE_INT;
        if (numeric_read(bytes, len, &out->number))
            return OK;
        break;
    case TYPE_TEXT:
    case TYPE_UNKNOWN:
    case TYPE_BYTEA:
        out->kind = pq->PQftype(result, column) == TYPE_BYTEA ? VALUE_BLOB : VALUE_TEXT;
        out->text = len == 0 ? STR("") : str_dup(arena, (struct str){bytes, (size_t)len});
        return OK;
    default:
        break;
    }
    log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("step", "column_decode"),
              LOG_INT("type", pq->PQftype(result, column)));
    return ERR_INTERNAL;
}
