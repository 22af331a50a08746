"""The committed OpenAPI documents are what the program prints; and the checker itself checks."""

import json

import pytest

from support import openapi, server
from support.stancer import VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_the_committed_document_is_the_one_printed(version):
    path = openapi.DOCUMENTS / f"stancer-{version}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not there yet")
    assert json.loads(server.command("openapi", f"stancer-{version}")) == \
        json.loads(path.read_text())


SCHEMA = {"components": {"schemas": {"colour": {"type": "string", "enum": ["red", "blue"]}}}}
CASES = [
    ({"type": ["integer", "null"]}, [1, None], [True, "1"]),
    ({"type": "string", "pattern": "^a+$", "maxLength": 3}, ["aaa"], ["aaaa", "b", None]),
    ({"type": "integer", "minimum": 1, "maximum": 3}, [1, 3], [0, 4, True]),
    ({"type": "array", "items": {"$ref": "#/components/schemas/colour"}}, [[], ["red"]],
     [["green"], "red"]),
    ({"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}},
      "additionalProperties": False}, [{"a": True}], [{}, {"a": 1}, {"a": True, "b": 1}]),
    ({"oneOf": [{"type": "string"}, {"type": "null"}]}, ["x", None], [1]),
]


@pytest.mark.parametrize("schema,good,bad", CASES)
def test_the_checker_tells_good_from_bad(schema, good, bad):
    schemas = openapi.Schemas(SCHEMA)
    for value in good:
        assert schemas.problems(value, schema) == []
    for value in bad:
        assert schemas.problems(value, schema) != []
