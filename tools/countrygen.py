#!/usr/bin/env python3
"""Turns the lists of Debian's iso-codes into the table of src/base/country.c.

    countrygen.py --out DIR

writes DIR/base/country_table.h: for each country its two codes and its names in English and French,
as people write them (the common name before the official one), and the name in French that it is
printed with.
"""

import argparse
import gettext
import json
import pathlib

CODES = pathlib.Path("/usr/share/iso-codes/json/iso_3166-1.json")
FRENCH = pathlib.Path("/usr/share/locale/fr/LC_MESSAGES/iso_3166-1.mo")


def names_of(country, french):
    """Each way to write it, without doubles: English, French, short and official."""
    english = [country[key] for key in ("common_name", "name", "official_name") if key in country]
    names = []
    for name in english + [french.gettext(name) for name in english]:
        if name not in names:
            names.append(name)
    return names


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def printed(country, french):
    """The French name that goes on paper: the common one where there is one."""
    return french.gettext(country.get("common_name", country["name"]))


def table():
    countries = json.loads(CODES.read_text(encoding="utf-8"))["3166-1"]
    with FRENCH.open("rb") as file:
        french = gettext.GNUTranslations(file)
    rows = [(name, country["alpha_2"], country["alpha_3"])
            for country in sorted(countries, key=lambda one: one["alpha_2"])
            for name in names_of(country, french)]
    lines = [f"    {{{literal(name)}, \"{two}\", \"{three}\"}}," for name, two, three in rows]
    papers = [f"    {{{literal(printed(country, french))}, \"{country['alpha_2']}\","
              f" \"{country['alpha_3']}\"}}," for country in countries]
    return ("/* Made by tools/countrygen.py. */\n"
            "static const struct country_name COUNTRY_NAMES[] = {\n" + "\n".join(lines) + "\n};\n"
            "static const struct country_name COUNTRY_FRENCH[] = {\n" + "\n".join(papers)
            + "\n};\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    path = parser.parse_args().out / "base" / "country_table.h"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = table()
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
