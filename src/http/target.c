#include "http/target.h"

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

/* RFC 9112 3.2.1 with RFC 3986 3.3: visible ASCII only; a fragment is never sent to a server. */
static bool is_target_byte(char byte)
{
    return byte > ' ' && byte < 0x7F && byte != '#';
}

static bool percents_are_whole(struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '%')
            continue;
        if (path.len - i < 3 || !is_hex(path.ptr[i + 1]) || !is_hex(path.ptr[i + 2]))
            return false;
        if (path.ptr[i + 1] == '0' && path.ptr[i + 2] == '0')
            return false;
        i += 2;
    }
    return true;
}

bool target_parse(struct str text, struct target *out)
{
    if (text.len == 0 || text.ptr[0] != '/')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_target_byte(text.ptr[i]))
            return false;
    }
    size_t mark = str_find(text, '?');
    struct str path = str_sub(text, 0, mark);
    if (!percents_are_whole(path))
        return false;
    out->path = path;
    out->query = mark == text.len ? STR_NONE : str_sub(text, mark + 1, text.len - mark - 1);
    return true;
}
