#include "base/html.h"
#include "support/unit.h"

static void becomes(const char *text, const char *expected)
{
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 256);

    html_put(&out, str_of(text));
    assert_str(buf_str(&out), expected);
    unit_ctx_free(cx);
}

CASE(markup_is_text)
{
    becomes("<a href=\"x\" title='y'>R&D</a>",
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;R&amp;D&lt;/a&gt;");
    becomes("&amp;", "&amp;amp;");
}

CASE(the_rest_stays_as_it_is)
{
    becomes("", "");
    becomes("Hélène d’Artagnan, 12 € / \\ `", "Hélène d’Artagnan, 12 € / \\ `");
}

UNIT_MAIN(T(markup_is_text), T(the_rest_stays_as_it_is))
