"""Answers against the face's generated OpenAPI document, in the subset of JSON Schema it uses."""

import json
import pathlib
import re
from urllib.parse import urlsplit

DOCUMENTS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openapi"

_TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


class Schemas:
    """One document: finds the schema of an answer and says where a value does not fit it."""

    def __init__(self, document):
        self.document = document
        self.routes = []
        for template, operations in document.get("paths", {}).items():
            bare = template.rstrip("/")
            self.routes.append((bare, self._pattern(bare), operations))

    @staticmethod
    def _pattern(template):
        parts = re.split(r"\{[^}]*\}", template)
        return re.compile("^" + "[^/]+".join(map(re.escape, parts)) + "$")

    def resolve(self, schema):
        while "$ref" in schema:
            node = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                node = node[step]
            schema = node
        return schema

    def template(self, path):
        """How the document writes the path, or None."""
        for bare, pattern, _ in sorted(self.routes, key=lambda route: "{" in route[0]):
            if pattern.match(path):
                return bare
        return None

    def operation(self, method, path):
        """The operation that answers, and whether the path is known at all."""
        # A literal path is nearer than one with a parameter: /sepa/check before /sepa/{id}.
        for _, pattern, operations in sorted(self.routes, key=lambda route: "{" in route[0]):
            if pattern.match(path):
                return operations.get(method.lower()), True
        return None, False

    def response(self, operation, status):
        answers = operation.get("responses", {})
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in answers:
                return self.resolve(answers[name])
        return None

    def problems(self, value, schema, where="$"):
        schema = self.resolve(schema)
        if "oneOf" in schema or "anyOf" in schema:
            return self._choice(value, schema, where)
        found = []
        for inner in schema.get("allOf", []):
            found += self.problems(value, inner, where)
        kinds = schema.get("type")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(_TYPES[kind](value) for kind in kinds):
            return found + [f"{where}: {value!r} is not {' or '.join(kinds)}"]
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{where}: {value!r} is none of {schema['enum']}")
        if isinstance(value, dict):
            found += self._object(value, schema, where)
        elif isinstance(value, list):
            found += self._array(value, schema, where)
        elif isinstance(value, str):
            found += self._text(value, schema, where)
        elif isinstance(value, int) and not isinstance(value, bool):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                found.append(f"{where}: {value} is out of bounds")
        return found

    def _choice(self, value, schema, where):
        choices = schema.get("oneOf") or schema.get("anyOf")
        tries = [self.problems(value, choice, where) for choice in choices]
        fits = sum(not found for found in tries)
        if fits == 1 or (fits and "anyOf" in schema):
            return []
        if fits:
            return [f"{where}: {value!r} fits {fits} of oneOf"]
        return [f"{where}: fits no choice"] + [line for found in tries for line in found]

    def _object(self, value, schema, where):
        members = schema.get("properties", {})
        found = [f"{where}: {name} is missing" for name in schema.get("required", [])
                 if name not in value]
        for name, inner in value.items():
            if name in members:
                found += self.problems(inner, members[name], f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{where}: {name} is not documented")
            elif isinstance(schema.get("additionalProperties"), dict):
                found += self.problems(inner, schema["additionalProperties"], f"{where}.{name}")
        return found

    def _array(self, value, schema, where):
        found = []
        if len(value) < schema.get("minItems", 0):
            found.append(f"{where}: has {len(value)} items")
        if len(value) > schema.get("maxItems", len(value)):
            found.append(f"{where}: has {len(value)} items")
        for place, inner in enumerate(value):
            found += self.problems(inner, schema.get("items", {}), f"{where}[{place}]")
        return found

    @staticmethod
    def _text(value, schema, where):
        found = []
        if len(value) < schema.get("minLength", 0):
            found.append(f"{where}: {value!r} is too short")
        if len(value) > schema.get("maxLength", len(value)):
            found.append(f"{where}: {value!r} is too long")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where}: {value!r} does not match {schema['pattern']}")
        return found


_loaded = {}


def load(name):
    """A committed document, or None while there is none."""
    if name not in _loaded:
        path = DOCUMENTS / f"{name}.json"
        _loaded[name] = Schemas(json.loads(path.read_text())) if path.exists() else None
    return _loaded[name]


def schemas(version):
    """The committed document of a version of Stancer."""
    return load(f"stancer-{version}")


def _compare(what, answer, known, response, succeeded):
    content = response.get("content", {}).get("application/json")
    if content is None or answer.json is None:
        assert content is None or not succeeded, f"{what}: a body is missing"
        return
    found = known.problems(answer.json, content.get("schema", {}))
    assert not found, f"{what} {answer.status}: " + "; ".join(found[:8])


def _check_stancer(method, bare, answer):
    version = bare[1:3]
    known = schemas(version)
    if known is None:
        return
    operation, _ = known.operation(method, bare.rstrip("/"))
    if operation is None:  # Documents whose server part holds the version.
        operation, _ = known.operation(method, bare.rstrip("/")[3:])
    succeeded = 200 <= answer.status < 300
    if operation is None:
        assert not succeeded, f"{method} {bare} answers {answer.status} and is not documented"
        return
    response = known.response(operation, answer.status)
    if response is None:
        assert not succeeded, f"{method} {bare}: status {answer.status} is not documented"
        return
    _compare(f"{method} {bare}", answer, known, response, succeeded)


def _check_safedebit(method, bare, answer):
    """Success and failure are both 200: the boolean tells which form it has."""
    known = load("safedebit")
    operation, _ = known.operation(method, bare.rstrip("/").removeprefix("/ssp"))
    succeeded = isinstance(answer.json, dict) and answer.json.get("result") is True
    if operation is None:
        assert not succeeded, f"{method} {bare} succeeds and is not documented"
        return
    name = "200" if succeeded else "default"
    response = known.resolve(operation["responses"][name])
    _compare(f"{method} {bare}", answer, known, response, succeeded)


def _check_simplypaie(method, bare, answer):
    known = load("simplypaie")
    operation, _ = known.operation(method, bare.rstrip("/").removeprefix("/api"))
    succeeded = 200 <= answer.status < 300
    if operation is None:
        assert not succeeded, f"{method} {bare} succeeds and is not documented"
        return
    name = str(answer.status)
    assert not succeeded or name in operation["responses"], f"{method} {bare} answers {name}"
    response = known.resolve(operation["responses"][name if succeeded else "default"])
    _compare(f"{method} {bare}", answer, known, response, succeeded)


def seqino_path(path):
    """The path below Seqino's prefix when its face answers it, else None: it shares the root with
    the pages, and /api with another face."""
    bare = urlsplit(path).path.rstrip("/").removeprefix("/api")
    known = load("seqino")
    stems = {template.split("/")[1] for template, _, _ in known.routes} if known else set()
    return bare if bare.startswith("/") and bare.split("/")[1] in stems else None


def seqino_template(bare):
    return load("seqino").template(bare)


def _check_seqino(method, bare, answer):
    known = load("seqino")
    operation, _ = known.operation(method, bare)
    succeeded = 200 <= answer.status < 300
    if operation is None:
        assert not succeeded, f"{method} {bare} succeeds and is not documented"
        return
    name = str(answer.status)
    assert not succeeded or name in operation["responses"], f"{method} {bare} answers {name}"
    _compare(f"{method} {bare}", answer, known, known.response(operation, answer.status), succeeded)


def check(method, path, answer):
    """Fails when an answer is not what the document says. Errors may be left out of it."""
    bare = urlsplit(path).path
    if seqino_path(path) is not None:
        _check_seqino(method, seqino_path(path), answer)
    elif bare.startswith(("/v1/", "/v2/")):
        _check_stancer(method, bare, answer)
    elif bare.startswith("/ssp/"):
        _check_safedebit(method, bare, answer)
    elif bare.startswith("/api/"):
        _check_simplypaie(method, bare, answer)
