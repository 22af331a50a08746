#include "base/html.h"

void html_put(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&':
            buf_put_cstr(out, "&amp;");
            break;
        case '<':
            buf_put_cstr(out, "&lt;");
            break;
        case '>':
            buf_put_cstr(out, "&gt;");
            break;
        case '"':
            buf_put_cstr(out, "&quot;");
            break;
        case '\'':
            buf_put_cstr(out, "&#39;");
            break;
        default:
            buf_put_byte(out, text.ptr[i]);
        }
    }
}
