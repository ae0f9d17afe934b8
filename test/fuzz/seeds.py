"""The seeds of a fuzz target, kept in one file: a JSON object of texts, or of lists of one hexadecimal text if bytes
are not UTF-8.
    seeds.py unpack SEEDS FOLDER     writes each seed as a file with its name
    seeds.py add SEEDS INPUT…        adds files, under their names"""
import json
import pathlib
import sys


def to_json(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return [data.hex()]


def to_bytes(value):
    return value.encode() if isinstance(value, str) else bytes.fromhex(value[0])


def unpack(seeds, folder):
    for name, value in json.loads(seeds.read_bytes()).items():
        (folder / name).write_bytes(to_bytes(value))


def add(seeds, *inputs):
    kept = json.loads(seeds.read_bytes()) if seeds.exists() else {}
    kept |= {path.name: to_json(path.read_bytes()) for path in inputs}
    seeds.write_text(json.dumps(dict(sorted(kept.items())), indent=0, ensure_ascii=False) + "\n")


verb, *paths = sys.argv[1:]
{"unpack": unpack, "add": add}[verb](*map(pathlib.Path, paths))
