"""Reads journals by the description of their format alone, and checks their records against the contract."""

import json
import math
import re
import struct
from pathlib import Path

CONTRACT = json.loads((Path(__file__).resolve().parent.parent / "contract/journal.schema.json").read_text())
TYPES = {1: "attempt", 2: "state", 3: "point", 4: "epoch", 5: "checkpoint", 6: "image", 7: "note", 8: "name", 9: "evaluation"}
KINDS = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool, "null": type(None)}


def read_journal(path):
    """(type, body) of each record; points as in the contract."""
    data, at, names, records = Path(path).read_bytes(), 8, {}, []
    assert data[:8] == b"goetiaJ1"
    while at + 17 <= len(data):
        length, _, sequence, kind = struct.unpack_from("<IIQB", data, at)
        if at + 17 + length > len(data):
            break  # a torn tail is ignored
        payload = data[at + 17:at + 17 + length]
        assert sequence == len(records)
        if TYPES[kind] == "point":
            metric, step, epoch, time, value = struct.unpack("<Iqqdd", payload)
            body = {"name": names[metric], "step": step, "epoch": epoch, "time": time, "value": value}
        else:
            body = json.loads(payload)
        if TYPES[kind] == "name":
            names[body["id"]] = body["name"]
        records.append((TYPES[kind], body))
        at += 17 + length
    return records


def faults_of(value, schema, where=""):
    """How the value violates the schema: supports the keywords of draft 7 that the contract uses."""
    if "$ref" in schema:
        target = CONTRACT
        for word in schema["$ref"].removeprefix("#/").split("/"):
            target = target[word]
        return faults_of(value, {**target, **{key: one for key, one in schema.items() if key != "$ref"}}, where)
    known = {"type", "description", "properties", "required", "additionalProperties", "items", "enum", "const", "minimum", "minLength",
             "minItems", "maxItems", "pattern", "anyOf", "default"}
    assert set(schema) <= known, f"{where}: the contract uses {set(schema) - known}, which this check does not know"
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    if kinds and not any(isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    faults = []
    if "enum" in schema and value not in schema["enum"]:
        faults.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        faults.append(f"{where}: {value!r} is not {schema['const']!r}")
    if isinstance(value, (int, float)) and value < schema.get("minimum", -math.inf):
        faults.append(f"{where}: {value} is below {schema['minimum']}")
    if isinstance(value, (str, list)) and len(value) < schema.get("minLength", schema.get("minItems", 0)):
        faults.append(f"{where}: {value!r} is too short")
    if isinstance(value, list) and len(value) > schema.get("maxItems", len(value)):
        faults.append(f"{where}: {value!r} is too long")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        faults.append(f"{where}: {value!r} does not fit {schema['pattern']}")
    if isinstance(value, dict):
        faults += [f"{where}: '{key}' is missing" for key in schema.get("required", []) if key not in value]
        for key, one in value.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
            faults += faults_of(one, inner if isinstance(inner, dict) else {}, f"{where}.{key}")
    if isinstance(value, list) and "items" in schema:
        faults += [fault for i, one in enumerate(value) for fault in faults_of(one, schema["items"], f"{where}.{i}")]
    if "anyOf" in schema and all(faults_of(value, one, where) for one in schema["anyOf"]):
        faults.append(f"{where}: {value!r} fits none of what is allowed")
    return faults


def unknown_members(kind, body):
    """Members that are not in the contract; of a note, not in that of its kind."""
    schema = CONTRACT["properties"][kind]
    named = set(schema["properties"])
    for one in schema.get("anyOf", []):
        if one["properties"]["kind"]["const"] == body["kind"]:
            named |= set(one["properties"])
    return set(body) - named
