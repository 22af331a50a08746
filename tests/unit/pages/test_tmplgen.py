"""Tests of the template step: python3 -m unittest tests/unit/pages/test_tmplgen.py"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
TOOL = ROOT / "tools" / "tmplgen.py"
META = '"meta.name": "X"'

PROGRAM = """
#include <stdio.h>
#include "base/arena.h"
#include "pages/templates.h"
int main(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_make(arena, 1 << 16);
    %s
    fwrite(out.ptr, 1, out.len, stdout);
    return 0;
}
"""


class Site:
    """A folder of templates for one test."""

    def __init__(self, case):
        folder = tempfile.TemporaryDirectory()
        case.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.out = self.root / "out" / "pages"
        for name in ("pages", "parts", "layouts", "i18n", "assets"):
            (self.root / "site" / name).mkdir(parents=True)
        self.texts("fr", "")
        self.texts("en", "")

    def put(self, path, text):
        (self.root / "site" / path).write_text(text, encoding="utf-8")

    def page(self, text):
        self.put("pages/a.html", text)

    def texts(self, language, body):
        self.put(f"i18n/{language}.json", "{" + META + (", " + body if body else "") + "}")

    def both(self, body):
        self.texts("fr", body)
        self.texts("en", body)

    def make(self):
        return subprocess.run(
            [sys.executable, TOOL, "--templates", self.root / "site", "--out", self.out],
            capture_output=True,
            text=True,
            check=False,
        )

    def compile(self, statements):
        program = self.root / "program.c"
        program.write_text(PROGRAM % statements, encoding="utf-8")
        base = [ROOT / "src" / "base" / f"{name}.c" for name in ("arena", "str", "must", "shown")]
        return subprocess.run(
            ["cc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'src'}",
             f"-I{self.root / 'out'}", "-o", self.root / "program", program, self.out / "templates.c",
             ROOT / "src" / "wire" / "form.c", *base],
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, statements):
        made = self.compile(statements)
        assert made.returncode == 0, made.stderr
        return subprocess.run([self.root / "program"], capture_output=True, text=True, check=True).stdout


class Refusals(unittest.TestCase):
    def refused(self, text, why, both=""):
        site = Site(self)
        site.both(both)
        site.page(text)
        made = site.make()
        self.assertEqual(made.returncode, 1, text)
        self.assertIn(why, made.stderr)

    def test_values_are_refused_where_no_escaping_is_safe(self):
        for text in (
            "<script>{{x}}</script>",
            "<style>{{x}}</style>",
            "<p onclick=\"{{x}}\">",
            "<p style=\"{{x}}\">",
            "<p id={{x}}>",
            "<p {{x}}=\"1\">",
            "<!-- {{x}} -->",
            "<iframe srcdoc=\"{{x}}\"></iframe>",
            "<meta http-equiv=\"refresh\" content=\"{{x}}\">",
        ):
            self.refused(text, "no value may stand")

    def test_a_value_is_no_name_of_a_tag(self):
        self.refused("<{{x}}>", "a lone '<'")

    def test_an_address_begins_with_a_value_or_has_it_in_the_query(self):
        self.refused('<a href="/a{{x}}">', "in an address")
        self.refused('<a href="javascript:{{x}}">', "in an address")

    def test_a_branch_must_end_where_the_other_ends(self):
        self.refused('{{#if x}}<p class="{{/if}}', "different places")
        self.refused("{{#each x}}<p {{y}}{{/each}}", "no value may stand")
        self.refused('{{#each x}}<p title="{{y}}{{/each}}', "must end where it began")

    def test_a_page_must_end_outside_tags(self):
        self.refused("<p", "ends inside a tag")

    def test_blocks_must_be_closed(self):
        self.refused("{{#if x}}", "never closed")
        self.refused("{{/if}}", "closes nothing")
        self.refused("{{else}}", "'else' without 'if'")
        self.refused("{{nonsense here}}", "not understood")

    def test_a_name_has_one_type(self):
        self.refused("{{x}}{{#each x}}{{y}}{{/each}}", "elsewhere")

    def test_an_unknown_text_is_refused(self):
        self.refused("{{t:nothing}}", "no text 'nothing'")
        self.refused("{{t:group[x]}}", "no text 'group.*'")

    def test_an_unused_text_is_refused(self):
        self.refused("x", "'lonely' is used nowhere", '"lonely": "y"')

    def test_parameters_must_be_those_of_the_text(self):
        self.refused("{{t:k}}", "takes the parameters: a", '"k": "x {a}"')
        self.refused("{{t:k a=x b=x}}", "takes the parameters: a", '"k": "x {a}"')

    def test_an_unknown_part_asset_or_layout_is_refused(self):
        self.refused("{{>nothing}}", "no part")
        self.refused('<a href="{{asset:x.css}}">', "no asset")
        self.refused("{{layout:nothing}}{{#block a}}{{/block}}", "no layout")

    def test_each_language_has_the_same_texts(self):
        site = Site(self)
        site.page("{{t:a}}")
        site.texts("fr", '"a": "x"')
        made = site.make()
        self.assertEqual(made.returncode, 1)
        self.assertIn("in only one of", made.stderr)

    def test_a_text_has_the_same_parameters_in_each_language(self):
        site = Site(self)
        site.page("{{t:a p=x}}")
        site.texts("fr", '"a": "{p}"')
        site.texts("en", '"a": "{q}"')
        self.assertIn("other parameters", site.make().stderr)

    def test_a_key_stands_once(self):
        site = Site(self)
        site.both('"a": "x", "a": "y"')
        self.assertIn("stands there twice", site.make().stderr)

    def test_a_part_may_not_hold_itself(self):
        site = Site(self)
        site.put("parts/p.html", "{{>p}}")
        self.assertIn("holds itself", site.make().stderr)

    def test_each_member_of_a_group_needs_the_suffix(self):
        self.refused("{{t:g[x].a}}", "no text 'g.two.a'", '"g.one.a": "x", "g.two.b": "y"')


class Output(unittest.TestCase):
    def site(self, text, both=""):
        site = Site(self)
        site.both(both)
        site.page(text)
        made = site.make()
        self.assertEqual(made.returncode, 0, made.stderr)
        return site

    def test_a_missing_or_misspelt_member_does_not_compile(self):
        site = self.site("<p>{{name}}</p>")
        made = site.compile('page_a(&out, &(struct page_a){.nmae = STR("x")}, PAGE_LANG_FR);')
        self.assertNotEqual(made.returncode, 0)
        self.assertIn("nmae", made.stderr)

    def test_values_are_escaped_in_their_place(self):
        site = self.site('<p title="{{x}}">{{x}}</p><a href="{{u}}"></a><a href="/?q={{x}}"></a>')
        said = site.run(
            'page_a(&out, &(struct page_a){.x = STR("<&\\"\'>"), .u = STR("javascript:x")}, PAGE_LANG_FR);'
        )
        escaped = "&lt;&amp;&quot;&#39;&gt;"
        self.assertEqual(
            said,
            f'<p title="{escaped}">{escaped}</p><a href="about:invalid"></a><a href="/?q=%3C%26%22%27%3E"></a>',
        )

    def test_what_is_not_seen_is_shown_and_directions_stay_inside(self):
        site = self.site('<p title="{{x}}">{{x}}</p>')
        said = site.run('page_a(&out, &(struct page_a){.x = STR("a\\xE2\\x80\\xAE" "b\\x1B")}, PAGE_LANG_FR);')
        self.assertEqual(said, '<p title="a\uFFFDb\uFFFD">a\uFFFDb\uFFFD</p>')
        said = site.run('page_a(&out, &(struct page_a){.x = STR("\\xD7\\x93")}, PAGE_LANG_FR);')
        self.assertEqual(said, '<p title="\u05D3">\u2068\u05D3\u2069</p>')

    def test_if_else_and_each(self):
        site = self.site("{{#each rows}}{{#if good}}{{name}}{{else}}-{{../other}}{{/if}};{{/each}}{{#if rows}}!{{/if}}")
        said = site.run(
            "const struct page_a_rows rows[] = {{true, STR_INIT(\"a\")}, {false, STR_INIT(\"b\")}};"
            'page_a(&out, &(struct page_a){.rows = rows, .rows_count = 2, .other = STR("o")}, PAGE_LANG_FR);'
        )
        self.assertEqual(said, "a;-o;!")

    def test_texts_with_parameters_and_groups(self):
        site = Site(self)
        site.texts("fr", '"k": "Payer {a} à <X>", "g.one": "un", "g.two": "deux {n}"')
        site.texts("en", '"k": "{a} to <X>", "g.one": "one", "g.two": "two {n}"')
        site.page("{{t:k a=amount}}|{{t:g[which] n=amount}}")
        self.assertEqual(site.make().returncode, 0)
        said = site.run(
            'page_a(&out, &(struct page_a){.amount = STR("<1>"), .which = TEXT_G_TWO}, PAGE_LANG_FR);'
        )
        self.assertEqual(said, "Payer &lt;1&gt; à &lt;X&gt;|deux &lt;1&gt;")

    def test_layouts_and_parts(self):
        site = Site(self)
        site.put("layouts/l.html", "<html>{{lang}}{{block b}}</html>")
        site.put("parts/p.html", "<i>{{x}}</i>")
        site.page("{{layout:l}}\n{{#block b}}{{>p first}}{{>p}}{{/block}}\n")
        made = site.make()
        self.assertEqual(made.returncode, 0, made.stderr)
        said = site.run(
            'page_a(&out, &(struct page_a){.first = {.x = STR("1")}, .p = {.x = STR("2")}}, PAGE_LANG_EN);'
        )
        self.assertEqual(said, "<html>en<i>1</i><i>2</i></html>")

    def test_an_asset_has_its_hash_in_its_path(self):
        site = Site(self)
        site.put("assets/s.css", "/* why */\na { b: c }\n")
        site.page('<link href="{{asset:s.css}}">')
        self.assertEqual(site.make().returncode, 0)
        source = (site.out / "assets.c").read_text(encoding="utf-8")
        self.assertRegex(source, r'"/assets/s-[0-9a-f]{16}\.css"')
        self.assertNotIn("why", source)

    def test_an_unchanged_file_keeps_its_time(self):
        site = self.site("x")
        before = (site.out / "templates.c").stat().st_mtime_ns
        site.make()
        self.assertEqual((site.out / "templates.c").stat().st_mtime_ns, before)


if __name__ == "__main__":
    unittest.main()
