"""The texts of all languages."""

import json
import re

from tmpl.names import KEY, PLACEHOLDER, Refused

# Keys that describe a language itself; they become the members of struct page_language.
META = "meta."


def unique_object(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"'{key}' stands there twice")
        found[key] = value
    return found


class Catalogue:
    def __init__(self, folder, root):
        self.languages = {}
        for path in sorted(folder.glob("*.json")):
            shown = path.relative_to(root).as_posix()
            try:
                text = path.read_text(encoding="utf-8")
                texts = json.loads(text, object_pairs_hook=unique_object)
            except ValueError as error:
                raise Refused(f"{shown}: {error}") from error
            for key, text in texts.items():
                if not KEY.match(key) or not isinstance(text, str) or not text:
                    raise Refused(f"{shown}: '{key}' is not a key with a text")
            if not re.match(r"[a-z]{2}\Z", path.stem):
                raise Refused(f"{shown}: a catalogue is named after its language")
            self.languages[path.stem] = texts
        if not self.languages:
            raise Refused("i18n: no catalogue")
        self.used = set()
        self.compare()

    def compare(self):
        first, *others = self.languages
        for other in others:
            differ = sorted(set(self.languages[first]) ^ set(self.languages[other]))
            if differ:
                both = f"{first}.json and {other}.json"
                raise Refused(f"i18n: '{differ[0]}' is in only one of {both}")
            for key in self.languages[first]:
                if self.params(first, key) != self.params(other, key):
                    raise Refused(f"i18n: '{key}' has other parameters in {other}.json")

    def keys(self):
        return next(iter(self.languages.values()))

    def params(self, language, key):
        return set(PLACEHOLDER.findall(self.languages[language][key]))

    def use(self, place, key, given):
        if key not in self.keys() or key.startswith(META):
            raise Refused(f"{place}: no text '{key}'")
        wanted = self.params(next(iter(self.languages)), key)
        if wanted != set(given):
            listed = ", ".join(sorted(wanted)) or "none"
            raise Refused(f"{place}: '{key}' takes the parameters: {listed}")
        self.used.add(key)

    def members(self, group):
        """What the enum of a group holds, in the order of the catalogue."""
        start = group + "."
        inside = [key[len(start) :] for key in self.keys() if key.startswith(start)]
        return list(dict.fromkeys(rest.split(".")[0] for rest in inside))

    def choose(self, place, group, suffix, given):
        """The key for each member of a group; all count as used."""
        keys = {member: f"{group}.{member}{suffix}" for member in self.members(group)}
        if not keys:
            raise Refused(f"{place}: no text '{group}.*'")
        for key in keys.values():
            if key not in self.keys():
                raise Refused(f"{place}: no text '{key}'")
        first = next(iter(self.languages))
        wanted = set().union(*(self.params(first, key) for key in keys.values()))
        if wanted != set(given):
            listed = ", ".join(sorted(wanted)) or "none"
            raise Refused(f"{place}: '{group}' takes the parameters: {listed}")
        self.used.update(keys.values())
        return keys

    def check_used(self):
        for key in self.keys():
            if key not in self.used and not key.startswith(META):
                raise Refused(f"i18n: '{key}' is used nowhere")

    def meta(self):
        return sorted(key[len(META) :] for key in self.keys() if key.startswith(META))
