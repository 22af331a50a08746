#include "wire/multipart.h"

#include <string.h>

#include "base/arena.h"

static const struct str LINE_END = STR_INIT("\r\n");

/* --- header fields -------------------------------------------------------------------------------
 */

/* Takes a token or a quoted text off the front. In names of forms browsers write a quote as %22 and
 * a line end as %0D%0A; anything else stays as it is. */
static bool value_take(struct arena *arena, struct str *rest, struct str *out)
{
    struct buf value = buf_make(arena, MULTIPART_HEAD_MAX);

    if (rest->len == 0 || rest->ptr[0] != '"') {
        size_t end = 0;
        while (end < rest->len && rest->ptr[end] != ';' && rest->ptr[end] != ' ' &&
               rest->ptr[end] != '\t' && rest->ptr[end] != '"')
            end++;
        *out = str_sub(*rest, 0, end);
        *rest = str_from(*rest, end);
        return end > 0;
    }
    for (size_t i = 1; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (c == '"') {
            *out = buf_str(&value);
            *rest = str_from(*rest, i + 1);
            return true;
        }
        if (c == '\\' && i + 1 < rest->len && (rest->ptr[i + 1] == '"' || rest->ptr[i + 1] == '\\'))
            c = rest->ptr[++i];
        else if (str_starts(str_from(*rest, i), STR("%22"))) {
            c = '"';
            i += 2;
        }
        buf_put_byte(&value, c);
    }
    return false;
}

/* The parameter of a field: form-data; name="x"; filename="y". *found is false without it. */
static bool parameter_read(struct arena *arena, struct str field, struct str wanted,
                           struct str *out, bool *found)
{
    struct str rest = str_from(field, str_find(field, ';'));

    *found = false;
    while (rest.len > 0) {
        struct str value;
        rest = str_trim(rest);
        if (rest.len == 0)
            break;
        if (rest.ptr[0] != ';')
            return false;
        rest = str_trim(str_from(rest, 1));
        size_t equals = str_find(rest, '=');
        if (equals == rest.len)
            return rest.len == 0;
        struct str name = str_trim(str_sub(rest, 0, equals));
        rest = str_from(rest, equals + 1);
        if (!value_take(arena, &rest, &value))
            return false;
        if (!*found && str_eq_nocase(name, wanted)) {
            *out = value;
            *found = true;
        }
    }
    return true;
}

static struct str kind_of(struct str field)
{
    return str_trim(str_sub(field, 0, str_find(field, ';')));
}

bool multipart_is(struct str content_type)
{
    return str_eq_nocase(kind_of(content_type), STR("multipart/form-data"));
}

/* Letters, digits and a few signs (RFC 2046 5.1.1), and no blank at its end. */
static bool boundary_fits(struct str boundary)
{
    static const char SIGNS[] = "'()+_,-./:=? ";

    if (boundary.len == 0 || boundary.len > MULTIPART_BOUNDARY_MAX ||
        boundary.ptr[boundary.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < boundary.len; i++) {
        char c = boundary.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!plain && (c == '\0' || strchr(SIGNS, c) == NULL))
            return false;
    }
    return true;
}

/* --- parts ---------------------------------------------------------------------------------------
 */

static bool text_take(struct str *rest, struct str text)
{
    if (!str_starts(*rest, text))
        return false;
    *rest = str_from(*rest, text.len);
    return true;
}

static bool is_utf8(struct str text)
{
    size_t count;

    return str_utf8_count(text, &count) && memchr(text.ptr, '\0', text.len) == NULL;
}

static err_t disposition_read(struct arena *arena, struct str value, struct multipart_part *part)
{
    bool has_name;

    if (!str_eq_nocase(kind_of(value), STR("form-data")) ||
        !parameter_read(arena, value, STR("name"), &part->name, &has_name) || !has_name ||
        !parameter_read(arena, value, STR("filename"), &part->file_name, &part->is_file))
        return ERR_MALFORMED;
    if (part->name.len > 0 && !is_utf8(part->name))
        return ERR_MALFORMED;
    return part->file_name.len == 0 || is_utf8(part->file_name) ? OK : ERR_MALFORMED;
}

/* The headers of a part and the empty line after them. */
static err_t head_take(struct arena *arena, struct str *rest, struct multipart_part *part)
{
    bool disposed = false;
    size_t used = 0;

    while (!text_take(rest, LINE_END)) {
        const char *end = memmem(rest->ptr, rest->len, LINE_END.ptr, LINE_END.len);
        struct str line = str_sub(*rest, 0, end == NULL ? rest->len : (size_t)(end - rest->ptr));
        used += line.len + LINE_END.len;
        if (used > MULTIPART_HEAD_MAX)
            return ERR_LIMIT;
        size_t colon = str_find(line, ':');
        if (end == NULL || colon == line.len)
            return ERR_MALFORMED;
        struct str name = str_sub(line, 0, colon);
        struct str value = str_trim(str_from(line, colon + 1));
        if (str_eq_nocase(name, STR("Content-Disposition"))) {
            if (disposed)
                return ERR_MALFORMED;
            TRY(disposition_read(arena, value, part));
            disposed = true;
        } else if (str_eq_nocase(name, STR("Content-Type"))) {
            part->type = value;
        }
        *rest = str_from(*rest, line.len + LINE_END.len);
    }
    return disposed ? OK : ERR_MALFORMED;
}

/* Up to the delimiter, which ends the part. */
static err_t bytes_take(struct str *rest, struct str delimiter, struct str *out)
{
    const char *end = memmem(rest->ptr, rest->len, delimiter.ptr, delimiter.len);

    if (end == NULL)
        return ERR_MALFORMED;
    *out = str_sub(*rest, 0, (size_t)(end - rest->ptr));
    *rest = str_from(*rest, out->len + delimiter.len);
    return OK;
}

err_t multipart_parse(struct arena *arena, struct str content_type, struct str body,
                      struct multipart *out)
{
    struct multipart_part *parts = arena_array(arena, struct multipart_part, MULTIPART_PARTS_MAX);
    struct str boundary;
    struct str rest = body;
    bool found;

    *out = (struct multipart){.parts = parts};
    if (!multipart_is(content_type) ||
        !parameter_read(arena, content_type, STR("boundary"), &boundary, &found) || !found ||
        !boundary_fits(boundary))
        return ERR_INVALID;
    struct str delimiter = str_format(arena, "\r\n--%.*s", (int)boundary.len, boundary.ptr);
    if (!text_take(&rest, str_from(delimiter, LINE_END.len)))
        return ERR_MALFORMED;
    while (!text_take(&rest, STR("--"))) {
        if (!text_take(&rest, LINE_END))
            return ERR_MALFORMED;
        if (out->count == MULTIPART_PARTS_MAX)
            return ERR_LIMIT;
        struct multipart_part *part = &parts[out->count++];
        TRY(head_take(arena, &rest, part));
        TRY(bytes_take(&rest, delimiter, &part->bytes));
    }
    return OK;
}

const struct multipart_part *multipart_find(const struct multipart *multipart, struct str name)
{
    for (size_t i = 0; i < multipart->count; i++) {
        if (str_eq(multipart->parts[i].name, name))
            return &multipart->parts[i];
    }
    return NULL;
}
