"""Style sheets, scripts and pictures as C constants."""

import hashlib
import re

from tmpl.names import Refused
from tmpl.writing import c_pieces, c_string

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset:
    def __init__(self, path):
        self.file = path.name
        self.kind = MEDIA_TYPES[path.suffix]
        self.bytes = minify(path)
        digest = hashlib.sha256(self.bytes).hexdigest()[:16]
        self.path = f"/assets/{path.stem}-{digest}{path.suffix}"


def minify(path):
    """Leaves out comments and indentation, nothing else: what is served stays readable."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if path.suffix == ".js":
        if "`" in text:
            raise Refused(f"assets/{path.name}: no template literals; their lines would be joined")
        text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
        text = re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    if path.suffix == ".svg":
        text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines()]
    return ("\n".join(line for line in lines if line) + "\n").encode("utf-8")


def assets_read(folder):
    assets = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix not in MEDIA_TYPES:
            raise Refused(f"assets/{path.name}: only {', '.join(sorted(MEDIA_TYPES))}")
        assets[path.name] = Asset(path)
    return assets


def assets_header(assets):
    return "\n".join(
        [
            "/* Made by tools/tmplgen.py. Do not edit. */",
            "#ifndef GUICHET_PAGES_ASSETS_H",
            "#define GUICHET_PAGES_ASSETS_H",
            "",
            '#include "base/str.h"',
            "",
            "/* Style sheets, scripts and pictures. The path holds a hash of the content, so that they",
            " * may be kept for ever. */",
            "struct asset {",
            "    struct str path;",
            "    struct str media_type;",
            "    struct str content;",
            "};",
            f"enum {{ ASSETS_COUNT = {len(assets)} }};",
            f"extern const struct asset ASSETS[{max(len(assets), 1)}];",
            "",
            "#endif",
            "",
        ]
    )


def assets_source(assets):
    out = [
        "/* Made by tools/tmplgen.py. Do not edit. */",
        '#include "pages/assets.h"',
        "",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"',
        "",
        f"const struct asset ASSETS[{max(len(assets), 1)}] = {{",
    ]
    for asset in assets.values():
        lines = asset.bytes.decode("utf-8").splitlines(keepends=True)
        content = "\n        ".join(c_pieces(line) for line in lines)
        out += [
            "    {",
            f"        .path = STR_INIT({c_string(asset.path)}),",
            f"        .media_type = STR_INIT({c_string(asset.kind)}),",
            f"        .content = STR_INIT(\n        {content}),",
            "    },",
        ]
    if not assets:
        out.append("    {.path = {0}},")
    out += ["};", ""]
    return "\n".join(out)
