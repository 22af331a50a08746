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

static bool percent_is_whole(struct str text, size_t at)
{
    return text.len - at >= 3 && is_hex(text.ptr[at + 1]) && is_hex(text.ptr[at + 2]) &&
           !(text.ptr[at + 1] == '0' && text.ptr[at + 2] == '0');
}

static bool percents_are_whole(struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == '%' && !percent_is_whole(path, i))
            return false;
    }
    return true;
}

struct str target_beginning(struct str text)
{
    size_t whole = 0;

    if (text.len == 0 || text.ptr[0] != '/')
        return STR("/");
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        bool good = is_target_byte(byte) && (byte != '%' || percent_is_whole(text, i));
        if (!good)
            break;
        if (byte == '?')
            return str_sub(text, 0, i);
        if (byte == '/')
            whole = i + 1;
    }
    return str_sub(text, 0, whole);
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
