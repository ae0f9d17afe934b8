# SPDX-License-Identifier: PostgreSQL
"""Promise: /openapi.json equals docs/openapi.json, in the form of OpenAPI 3.1; its schemas are valid, and its examples
fit them. test_cases.py checks with each case that real answers fit.

Could break: a misplaced member is valid JSON, and most readers ignore it without an error."""

import json

import jsonschema
import pytest

import openapi

TEXT = {"type": "string"}
MAP = {"type": "object"}


def form(required, /, **members):
    return {"type": "object", "required": required, "properties": members, "additionalProperties": False}


def named(item):
    return {"type": "object", "additionalProperties": item}


def or_reference(item):
    return {"if": {"required": ["$ref"]}, "then": form(["$ref"], **{"$ref": TEXT}), "else": item}


# OpenAPI 3.1.0, section 4.8: the parts that the document uses.
MEDIA = named(form(["schema"], schema=MAP, example={}))
HEADER = form(["schema"], description=TEXT, schema=MAP)
PARAMETER = {
    **form(["name", "in", "schema"], **{"in": {"enum": ["query", "path", "header"]}}, name=TEXT, description=TEXT,
           required={"const": True}, schema=MAP, example={}, style={"const": "form"}, explode={"const": False}),
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"required": ["required"]},
}
RESPONSE = form(["description"], description=TEXT, headers=named(or_reference(HEADER)), content=MEDIA)
SERVERS = {"type": "array", "items": form(["url"], url=TEXT, description=TEXT)}
SECURITY = {"type": "array", "items": named({"type": "array", "maxItems": 0})}
OPERATION = form(
    ["operationId", "tags", "summary", "responses"], operationId=TEXT, tags={"type": "array", "items": TEXT},
    summary={"type": "string", "maxLength": 100}, security=SECURITY, servers=SERVERS,
    parameters={"type": "array", "items": or_reference(PARAMETER)},
    requestBody=form(["content", "required"], required={"type": "boolean"}, content=MEDIA),
    responses={"type": "object", "patternProperties": {"^[1-5][0-9][0-9]$": or_reference(RESPONSE)},
               "additionalProperties": False, "minProperties": 1})
DOCUMENT = form(
    ["openapi", "info", "servers", "security", "paths", "components"], openapi={"const": "3.1.0"},
    info=form(["title", "version"], title=TEXT, version=TEXT, summary=TEXT, description=TEXT,
              license=form(["name"], name=TEXT, identifier=TEXT)),
    servers=SERVERS, security=SECURITY, tags={"type": "array", "items": form(["name"], name=TEXT)},
    paths={"type": "object", "patternProperties": {"^/": named(OPERATION)}, "additionalProperties": False},
    components=form(["schemas"], schemas=named(MAP), responses=named(RESPONSE), parameters=named(PARAMETER),
                    headers=named(HEADER),
                    securitySchemes=named(form(["type"], type={"enum": ["mutualTLS", "http"]}, scheme=TEXT, description=TEXT))))


def with_schema(value):
    """Every object of the document that has a schema."""
    if isinstance(value, dict):
        if isinstance(value.get("schema"), dict):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from with_schema(item)


def parts(value):
    """Every schema in these schemas."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), (str, list)) or "enum" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from parts(item)


def test_what_is_served_is_what_is_kept(service):
    for certificate in ("manager", "viewer"):
        answer = service.call("GET", "/openapi.json", certificate=certificate)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        assert answer.body == (openapi.SOURCE / "docs/openapi.json").read_bytes()


def test_it_has_the_form_of_openapi():
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(DOCUMENT).iter_errors(openapi.DOCUMENT))
    assert error is None, f"{error.json_path}: {error.message[:300]}"


def test_its_schemas_are_schemas():
    for schema in [*openapi.DOCUMENT["components"]["schemas"].values(), *(one["schema"] for one in with_schema(openapi.DOCUMENT))]:
        jsonschema.Draft202012Validator.check_schema(schema)


def test_its_schemas_leave_nothing_to_guess():
    """Generators of clients take an object without members for an empty one, and take an enum without a type, or a list
    with several types, for anything."""
    for schema in parts([*openapi.DOCUMENT["components"]["schemas"].values(), *(one["schema"] for one in with_schema(openapi.DOCUMENT))]):
        assert "object" not in schema.get("type", ()) or schema.keys() & {"properties", "additionalProperties"}, schema
        assert isinstance(schema.get("type"), str) or not {"array", "object"} & {*schema.get("type", ())}, schema
        assert "enum" not in schema or "type" in schema, schema
        assert "const" not in schema, schema


def test_a_dry_run_is_told_from_an_event():
    """Each fits one of both alone, as a type."""
    schemas = openapi.DOCUMENT["components"]["schemas"]
    assert schemas["EventOrOutcome"]["oneOf"] == [{"$ref": "#/components/schemas/Event"}, {"$ref": "#/components/schemas/Outcome"}]
    event, outcome = schemas["Event"], schemas["Outcome"]
    assert "outcome" in outcome["required"] and "outcome" not in event["properties"]
    assert "id" in event["required"] and "id" not in outcome["properties"]


def test_its_examples_fit_their_schemas():
    examples = [one for one in with_schema(openapi.DOCUMENT) if "example" in one]
    assert len(examples) > 30
    for one in examples:
        assert not (found := openapi.fault(one["schema"], one["example"])), f"{json.dumps(one['example'])[:200]}: {found}"


@pytest.mark.parametrize("answer, wrong", [
    ({"id": 1}, "required"), ({"id": 1, "status": "done"}, "one of"), ({"id": 1, "status": "pending", "more": 1}, "dditional"),
])
def test_an_answer_that_does_not_fit_is_noticed(answer, wrong):
    described = openapi.operation("GET", "/events/status/1")
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    assert wrong in openapi.fault(schema, answer)
