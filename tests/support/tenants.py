"""Walks every route of the OpenAPI documents with ids of other tenants: what belongs to somebody else
must be told from what nobody has by nothing at all.

Routes are read from the documents, so a new one is walked as soon as it is there. What cannot be found
out is said here: an object of each kind (`Tenant.objects`, by the path that leads to it), and bodies
that a route takes (SAMPLES, by their schema)."""

import re
from urllib.parse import urlencode

from support import cards, debits, ibans, openapi, stancer

NOBODY = stancer.UNKNOWN
# What may stand in a path and belongs to nobody: a number of the public register.
PUBLIC = ("{siren}",)
METHODS = ("get", "post", "put", "patch", "delete")
_ID_PATTERN = re.compile(r"\^([a-z]+_)\[0-9A-Za-z\]\{24\}\$")

# By schema, where required members alone make no body that is taken.
SAMPLES = {
    "CustomerIn": lambda: {"email": "a@shop.example"},
    "CardIn": cards.card,
    "SepaIn": debits.account,
    "SepaCheckIn": lambda: {"iban": ibans.unique(), "name": "Jean Dupont"},
    "MandateIn": lambda: {"signed_at": "2021-06-14T08:00:00Z"},
    "PaymentIn": lambda: {"amount": 1000, "currency": "eur"},
    "PaymentIntentIn": lambda: {"amount": 1000, "currency": "eur"},
}


class Face:
    """One document."""

    def __init__(self, name):
        self.name = name
        self.known = openapi.load(name)

    def routes(self):
        """(method, path, operation), reading first and deleting last."""
        found = [(method, path, operations[method])
                 for path, operations in self.known.document["paths"].items()
                 for method in METHODS if method in operations]
        return sorted(found, key=lambda route: METHODS.index(route[0]))

    def resolve(self, schema):
        return self.known.resolve(schema)

    def body_schema(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")


def sample(face, schema):
    """A value that fits: no more than what is required."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    if name in SAMPLES:
        return SAMPLES[name]()
    schema = face.resolve(schema)
    if "anyOf" in schema:
        return sample(face, schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        inner = schema.get("properties", {})
        return {name: sample(face, inner[name]) for name in schema.get("required", [])}
    if kind == "array":
        return [sample(face, schema["items"])] * schema.get("minItems", 0)
    if kind == "integer":
        return max(schema.get("minimum", 0), min(1, schema.get("maximum", 1)))
    if kind == "boolean":
        return True
    return _text(schema)


def _text(schema):
    id_like = _ID_PATTERN.fullmatch(schema.get("pattern", ""))
    if id_like:
        return id_like[1] + NOBODY
    shapes = {"email": "a@shop.example", "uri": "https://shop.example.com/", "date": "2026-01-02",
              "date-time": "2026-01-02T03:04:05Z"}
    return shapes.get(schema.get("format"), "x" * max(1, schema.get("minLength", 1)))


def references(face, schema, path=()):
    """Members that hold an id: (path, prefix); a list is entered by 0."""
    if "$ref" in schema and len(path) > 4:
        return
    schema = face.resolve(schema)
    for choice in schema.get("anyOf", []):
        yield from references(face, choice, path)
    id_like = _ID_PATTERN.fullmatch(schema.get("pattern", ""))
    if id_like:
        yield path, id_like[1]
    if "items" in schema:
        yield from references(face, schema["items"], (*path, 0))
    for name, inner in schema.get("properties", {}).items():
        yield from references(face, inner, (*path, name))


def schema_at(face, schema, path):
    """The schema of the object at a path."""
    for step in path:
        schema = face.resolve(schema)
        choices = [face.resolve(choice) for choice in schema.get("anyOf", [])] or [schema]
        (schema,) = [choice["items"] if step == 0 else choice["properties"][step]
                     for choice in choices if ("items" if step == 0 else "properties") in choice]
    return schema


def with_reference(face, schema, path, value):
    """A sample body that holds the value at the path."""
    body = sample(face, schema)
    place, whole = body, schema
    for at, step in enumerate(path[:-1]):
        whole = schema_at(face, whole, (step,))
        following = path[at + 1]
        if step == 0:
            raise AssertionError("lists of objects are not walked")
        choices = [choice for choice in face.resolve(whole).get("anyOf", [whole])
                   if following == 0 or "properties" in face.resolve(choice)]
        place[step] = [] if following == 0 else sample(face, choices[0])
        place = place[step]
    if path[-1] == 0:
        place.append(value)
    else:
        place[path[-1]] = value
    return body


def plain(answer, *ids):
    """What was told, without the ids that were asked for and what differs from call to call."""
    told = answer.raw.decode("utf-8", "replace")
    for name in ids:
        told = told.replace(name, "ID").replace(name.split("_", 1)[-1], "ID")
    return answer.status, re.sub(r'"trace_id":"[0-9a-f]{32}"', "", told)


# Parameters that say what a header says, for those who cannot send one: the contract tests ask with
# them.
BESIDE_A_HEADER = {("post", "/clients/onboarding-link", "client_id")}


class Tenant:
    """Somebody who calls a face: with what, and what is theirs."""

    def __init__(self, call, objects=None, texts=None, fresh=None):
        self.call = call  # (method, path, body) -> answer
        self.objects = objects or {}  # a path with an id, or what stands before it -> an id
        self.texts = texts or {}  # name of a query parameter -> a value that only this tenant has
        self.fresh = fresh or {}  # as objects: makes one that a body may still change

    def of_prefix(self, prefix):
        return next((name for name in self.objects.values() if name.startswith(prefix)), None)

    def own(self, path):
        """Something of their own to stand in a path; "" where none stands, None when they have none."""
        if "{" not in path:
            return ""
        place = place_of(path)
        return self.fresh[place]() if place in self.fresh else self.objects.get(place)

    def secrets(self):
        """What no answer to somebody else may hold."""
        return {name.split("_", 1)[-1] for name in self.objects.values()}


def place_of(path):
    """/clients/{client_id}/x -> /clients"""
    return path[:path.index("/{")]


def nobody_like(name):
    """An id or text of the same shape that nobody has."""
    if name.isdigit():
        return "987654321"
    if re.fullmatch(r"[a-z]+_[0-9A-Za-z]{24}", name):
        return name[:-len(NOBODY)] + NOBODY
    return name[:-4] + "none"


class Walk:
    """One face, the owner of what is asked for, and a stranger who asks."""

    def __init__(self, face, owner, stranger):
        self.face, self.owner, self.stranger = face, owner, stranger
        self.found = []  # calls that the owner makes in the end: (what, call, refusal)

    def _compare(self, what, call, theirs, nobodys):
        """`call` makes the call with an id; gives what the stranger was told."""
        told = call(self.stranger, theirs)
        same = call(self.stranger, nobodys)
        assert plain(told, theirs) == plain(same, nobodys), f"{what}: {told}\nof nobody: {same}"
        self.check_leak(what, told, theirs)
        if told.status == 501:  # nobody has anything there
            return told
        self.found.append((what, lambda: call(self.owner, theirs), plain(told, theirs), theirs))
        return told

    def check_leak(self, what, told, *asked):
        raw = told.raw.decode("utf-8", "replace")
        for name in asked:
            raw = raw.replace(name, "")
        for secret in self.owner.secrets():
            assert secret not in raw, f"{what} shows {secret}"

    def paths(self):
        for method, path, operation in self.face.routes():
            if "{" not in path or path.endswith(PUBLIC):
                continue
            theirs = self.owner.objects.get(path, self.owner.objects.get(place_of(path)))
            assert theirs, f"{self.face.name}: say whose object stands in {path}"
            schema = self.face.body_schema(operation)
            body = None if schema is None else sample(self.face, schema)

            def call(tenant, name, method=method, path=path, body=body):
                return tenant.call(method.upper(), re.sub(r"\{[^}]*\}", name, path), body)

            told = self._compare(f"{method} {path}", call, theirs, nobody_like(theirs))
            assert told.status in (404, 501), f"{method} {path}: {told}"

    def bodies(self):
        for method, path, operation in self.face.routes():
            schema = self.face.body_schema(operation)
            if schema is None or self.stranger.own(path) is None:
                continue
            for at, prefix in references(self.face, schema):
                theirs = self.owner.of_prefix(prefix)
                assert theirs, f"{self.face.name}: say whose {prefix} stands in {method} {path}"

                def call(tenant, name, method=method, path=path, schema=schema, at=at):
                    body = with_reference(self.face, schema, at, name)
                    return tenant.call(method.upper(), re.sub(r"\{[^}]*\}", tenant.own(path), path),
                                       body)

                self._compare(f"{method} {path} {at}", call, theirs, nobody_like(theirs))

    def queries(self):
        for method, path, operation in self.face.routes():
            own = self.stranger.own(path)
            for parameter in operation.get("parameters", []):
                id_like = _ID_PATTERN.fullmatch(parameter["schema"].get("pattern", ""))
                theirs = (self.owner.of_prefix(id_like[1]) if id_like
                          else self.owner.texts.get(parameter["name"]))
                if (method, path, parameter["name"]) in BESIDE_A_HEADER:
                    continue
                if parameter["in"] != "query" or own is None or theirs is None:
                    names = id_like or parameter["name"].endswith("_id")
                    assert theirs or not names or parameter["in"] != "query", \
                        f"{self.face.name}: say whose {parameter['name']} stands in {path}"
                    continue

                others = {other["name"]: sample(self.face, other["schema"])
                          for other in operation["parameters"]
                          if other["in"] == "query" and other.get("required")}

                def call(tenant, name, method=method, path=path, parameter=parameter,
                         others=others):
                    query = urlencode(others | {parameter["name"]: name})
                    bare = re.sub(r"\{[^}]*\}", tenant.own(path), path)
                    return tenant.call(method.upper(), bare + "?" + query, None)

                self._compare(f"{method} {path}?{parameter['name']}", call, theirs,
                              nobody_like(theirs))

    def lists(self):
        """Everything that is read without an id."""
        for method, path, operation in self.face.routes():
            if method == "get" and "{" not in path:
                self.check_leak(path, self.stranger.call("GET", path, None))

    def owners(self):
        """The same calls by whom the objects are of: else nothing was proved."""
        # Reading first; what is deleted is found no more.
        for what, call, refusal, theirs in sorted(
                self.found, key=lambda row: METHODS.index(row[0].split(" ")[0])):
            told = call()
            assert plain(told, theirs) != refusal, f"{what}: the owner is told the same: {told}"

    def all(self):
        self.paths()
        self.bodies()
        self.queries()
        self.lists()
        self.owners()
