#!/usr/bin/python3
"""META.json is accepted by PGXN. It is checked against version 1.0.0 of PGXN's specification (https://pgxn.org/spec/),
and against the tree: the files that it names exist, and its version is that of the control file. README and
debian/pgversions name the major versions of PostgreSQL on which a run was recorded (docs/tested.tsv), and no other;
META.json the first."""
import json
import os
import re
import sys

import jsonschema

from tree import SOURCE, read


TERM = {"type": "string", "pattern": r"^[^\s/\\\x00-\x1f]{2,}$"}
TEXT = {"type": "string", "minLength": 1}
VERSION = {"type": "string", "pattern": r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"}
# A version alone means that version or a later one, and 0 any version; a range is a list of comparisons with commas.
RANGE = {"type": "string", "pattern": r"^(0|((<=?|>=?|[!=]=)?\s*\d+\.\d+\.\d+\S*)(\s*,\s*((<=?|>=?|[!=]=)?\s*\d+\.\d+\.\d+\S*))*)$"}
LICENSES = ["agpl_3", "apache_1_1", "apache_2_0", "artistic_1", "artistic_2", "bsd", "freebsd", "gfdl_1_2", "gfdl_1_3", "gpl_1",
            "gpl_2", "gpl_3", "lgpl_2_1", "lgpl_3_0", "mit", "mozilla_1_0", "mozilla_1_1", "openssl", "perl_5", "postgresql",
            "qpl_1_0", "ssleay", "sun", "zlib", "open_source", "restricted", "unrestricted", "unknown"]
RELATION = {"type": "object", "additionalProperties": RANGE, "propertyNames": TERM}
PHASE = {"type": "object", "propertyNames": {"pattern": "^(requires|recommends|suggests|conflicts|[xX]_.+)$"}, "additionalProperties": RELATION}
ITEM = {"type": "object", "required": ["file", "version"], "additionalProperties": False, "patternProperties": {"^[xX]_": {}},
        "properties": {"file": TEXT, "version": VERSION, "abstract": TEXT, "docfile": TEXT}}
SCHEMA = {
    "type": "object",
    "required": ["name", "version", "abstract", "maintainer", "license", "provides", "meta-spec"],
    "additionalProperties": False,
    "patternProperties": {"^[xX]_": {}},
    "properties": {
        "name": TERM, "version": VERSION, "abstract": TEXT, "description": TEXT, "generated_by": TEXT,
        "maintainer": {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]},
        "license": {"anyOf": [{"enum": LICENSES}, {"type": "array", "items": {"enum": LICENSES}, "minItems": 1},
                              {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}]},
        "provides": {"type": "object", "minProperties": 1, "propertyNames": TERM, "additionalProperties": ITEM},
        "meta-spec": {"type": "object", "required": ["version"], "properties": {"version": {"const": "1.0.0"}, "url": TEXT}},
        "prereqs": {"type": "object", "propertyNames": {"pattern": "^(configure|build|test|runtime|develop|[xX]_.+)$"}, "additionalProperties": PHASE},
        "release_status": {"enum": ["stable", "testing", "unstable"]},
        "no_index": {"type": "object"}, "resources": {"type": "object"},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 255}, "uniqueItems": True},
    },
}


def problems(meta):
    for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(meta):
        yield f"{'/'.join(map(str, error.path)) or 'the whole'}: {error.message}"
    control = re.search(r"^default_version = '(.*)'", read("extension/jb_scheduler.control"), re.MULTILINE).group(1)
    version = ".".join((control.split(".") + ["0", "0"])[:3])
    for name, item in meta.get("provides", {}).items():
        for key in ("file", "docfile"):
            if key in item and not os.path.exists(os.path.join(SOURCE, item[key])):
                yield f"provides/{name}/{key}: there is no {item[key]}"
        if item.get("version") != version:
            yield f"provides/{name}/version: it is {item.get('version')}, the control file's is {version}"
    if meta.get("version") != version:
        yield f"version: it is {meta.get('version')}, the control file's is {version}"


def servers(meta):
    """Where pages claim another server than was tested."""
    tested = set(re.findall(r"\tPostgreSQL (\d+)", read("docs/tested.tsv")))
    claimed = set(re.findall(r"\d+", re.search(r"with\s+PostgreSQL([^.]*)\.", read("README.md"))[1]))
    packaged = set(read("debian/pgversions").split())
    for where, named in (("README.md", claimed), ("debian/pgversions", packaged)):
        if named != tested:
            yield f"{where} names PostgreSQL {', '.join(sorted(named))}, and {', '.join(sorted(tested))} were tested"
    first = meta["prereqs"]["runtime"]["requires"]["PostgreSQL"]
    if first != f"{min(tested, key=int)}.0.0":
        yield f"META.json: it requires PostgreSQL {first}, and the first tested is {min(tested, key=int)}"


def main():
    with open(os.path.join(SOURCE, "META.json"), encoding="utf-8") as file:
        meta = json.load(file)
    found = [*(f"META.json: {problem}" for problem in problems(meta)), *servers(meta)]
    print("\n".join(found) or "META.json is as PGXN wants it, and claims what was tested")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
