#!/usr/bin/env python3
"""Turns the lists of Debian's iso-codes into the table of src/base/country.c.

    countrygen.py --out DIR

writes DIR/base/country_table.h: for each country its two codes and its names in English and French,
as people write them (the common name before the official one); then, for each of the two languages,
the name that a reader chooses, in alphabetical order.
"""

import argparse
import gettext
import json
import pathlib
import unicodedata

CODES = pathlib.Path("/usr/share/iso-codes/json/iso_3166-1.json")
FRENCH = pathlib.Path("/usr/share/locale/fr/LC_MESSAGES/iso_3166-1.mo")

# What the lists call in a way that nobody looks for.
CHOSEN = {"VA": ("Vatican City", "Vatican"), "GB": ("United Kingdom", "Royaume-Uni"),
          "CZ": ("Czech Republic", "Tchéquie"), "MK": ("North Macedonia", "Macédoine du Nord"),
          "RU": ("Russia", "Russie"), "IR": ("Iran", "Iran"), "LA": ("Laos", "Laos"),
          "SY": ("Syria", "Syrie"), "PS": ("Palestine", "Palestine"), "RE": ("Réunion", "La Réunion"),
          "FM": ("Micronesia", "Micronésie"),
          "CD": ("Democratic Republic of the Congo", "République démocratique du Congo")}


def names_of(country, french):
    """Each way to write it, without doubles: English, French, short and official."""
    english = [country[key] for key in ("common_name", "name", "official_name") if key in country]
    names = []
    for name in english + [french.gettext(name) for name in english]:
        if name not in names:
            names.append(name)
    return names


def chosen_names(country, french):
    """What is offered: in English, in French."""
    if country["alpha_2"] in CHOSEN:
        return CHOSEN[country["alpha_2"]]
    english = country.get("common_name", country["name"])
    translated = french.gettext(english)
    if translated == english:
        translated = french.gettext(country["name"])
    return english, translated


def order(name):
    """Letters count, accents do not."""
    plain = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in plain if letter.isalnum()).casefold()


def offered(countries, french, language, title):
    """The list of one language."""
    rows = sorted(((chosen_names(country, french)[language], country["alpha_2"])
                   for country in countries), key=lambda row: order(row[0]))
    lines = [f"    {{STR_INIT({literal(two)}), STR_INIT({literal(name)})}}," for name, two in rows]
    return f"static const struct country {title}[] = {{\n" + "\n".join(lines) + "\n};\n"


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table():
    countries = json.loads(CODES.read_text(encoding="utf-8"))["3166-1"]
    with FRENCH.open("rb") as file:
        french = gettext.GNUTranslations(file)
    rows = [(name, country["alpha_2"], country["alpha_3"])
            for country in sorted(countries, key=lambda one: one["alpha_2"])
            for name in names_of(country, french)]
    lines = [f"    {{{literal(name)}, \"{two}\", \"{three}\"}}," for name, two, three in rows]
    return ("/* Made by tools/countrygen.py. */\n"
            "static const struct country_name COUNTRY_NAMES[] = {\n" + "\n".join(lines) + "\n};\n" +
            offered(countries, french, 0, "COUNTRIES_ENGLISH") +
            offered(countries, french, 1, "COUNTRIES_FRENCH"))


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
