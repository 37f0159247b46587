"""Tells whether Atlassian's own description of Jira Cloud allows a request that was sent."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

DESCRIPTION = Path(__file__).parents[2] / "shared" / "jira-cloud-openapi.json"

_WHOLE = {"int32": 2**31, "int64": 2**63}
_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class Description:
    """The operations of a description, and what they ask of a request."""

    def __init__(self, path: Path = DESCRIPTION) -> None:
        self.root = json.loads(path.read_text("utf-8"))
        self.paths = {
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)): operations
            for template, operations in self.root["paths"].items()
        }

    def complaints(
        self, method: str, path: str, query: dict[str, list[str]], body: Any
    ) -> list[str]:
        """Return what the description forbids about a request; nothing if it is allowed.

        Version 2 has the same operations as the described version 3.
        """
        described = re.sub(r"^/rest/api/(2|latest)/", "/rest/api/3/", unquote(path))
        operation = self._operation(method, described)
        if operation is None:
            return [f"{method} {path} is not described"]
        told = list(self._query(operation, query)) + list(self._body(operation, body))
        if operation.get("deprecated"):
            told.append("deprecated")
        return [f"{method} {path}: {complaint}" for complaint in told]

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation of a path; one without parameters goes before one with."""
        found = [
            (len(pattern.pattern.split("[^/]+")), operations[method.lower()])
            for pattern, operations in self.paths.items()
            if pattern.fullmatch(path) and method.lower() in operations
        ]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _query(self, operation: dict[str, Any], query: dict[str, list[str]]) -> Iterator[str]:
        known = {p["name"]: p for p in operation.get("parameters", ()) if p["in"] == "query"}
        for name in known:
            if known[name].get("required") and name not in query:
                yield f"query {name} is missing"
        for name, texts in query.items():
            if name not in known:
                yield f"query {name} is not described"
                continue
            schema = self._resolved(known[name]["schema"])
            if schema.get("type") == "array":
                values = [each for text in texts for each in text.split(",")]
                yield from self._array(schema, [_read(schema["items"], v) for v in values], name)
            elif len(texts) > 1:
                yield f"query {name} is given {len(texts)} times"
            else:
                yield from self.faults(schema, _read(schema, texts[0]), name)

    def _body(self, operation: dict[str, Any], body: Any) -> Iterator[str]:
        described = operation.get("requestBody")
        if described is None:
            if body is not None:
                yield "a body is not described"
        elif body is None:
            yield "the body is missing"
        else:
            yield from self.faults(described["content"]["application/json"]["schema"], body, "body")

    # ---- schemas -----------------------------------------------------------------------------

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            found = self.root
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            return self._resolved(found)
        merged = dict(schema)
        for part in merged.pop("allOf", ()):
            merged = {**self._resolved(part), **merged}
        return merged

    def faults(self, schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
        """Yield what a schema forbids about a value."""
        schema = self._resolved(schema)
        kind = schema.get("type")
        whole = isinstance(value, bool) and kind in ("integer", "number")
        if kind and (not isinstance(value, _KINDS[kind]) or whole):
            yield f"{where} is {value!r}, not {kind}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where} is {value!r}, not one of {schema['enum']}"
        if kind in ("integer", "number"):
            yield from _range(schema, value, where)
        elif kind == "array":
            yield from self._array(schema, value, where)
        elif kind == "object":
            yield from self._object(schema, value, where)

    def _array(self, schema: dict[str, Any], values: list[Any], where: str) -> Iterator[str]:
        if not schema.get("minItems", 0) <= len(values) <= schema.get("maxItems", len(values)):
            yield f"{where} has {len(values)} items"
        if schema.get("uniqueItems") and len({json.dumps(v) for v in values}) < len(values):
            yield f"{where} repeats an item"
        for number, value in enumerate(values):
            yield from self.faults(schema.get("items", {}), value, f"{where}[{number}]")

    def _object(self, schema: dict[str, Any], value: dict[str, Any], where: str) -> Iterator[str]:
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{where}.{name} is missing"
        for name, each in value.items():
            if name in known:
                yield from self.faults(known[name], each, f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{where}.{name} is not described"


def _range(schema: dict[str, Any], value: float, where: str) -> Iterator[str]:
    bound = _WHOLE.get(schema.get("format", ""), 2**63)
    low, high = schema.get("minimum", -bound), schema.get("maximum", bound - 1)
    if not low <= value <= high:
        yield f"{where} is {value}, not between {low} and {high}"


def _read(schema: dict[str, Any], text: str) -> Any:
    """Return a query parameter's text as its schema's kind, or as it stands if it is none."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
