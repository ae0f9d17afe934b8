"""The layout of docs/openapi.json."""
import json

WIDTH = 120


def layout(value, indent=0, name=""):
    """JSON as laid out in the file: a value on one line if it fits, otherwise one member per line."""
    text = json.dumps(value, ensure_ascii=False)
    if indent + len(name) + len(text) < WIDTH or not isinstance(value, (dict, list)) or not value:
        return name + text
    margin = " " * (indent + 2)
    if isinstance(value, dict):
        items = [layout(item, indent + 2, json.dumps(key) + ": ") for key, item in value.items()]
    else:
        items = [layout(item, indent + 2) for item in value]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return name + opening + "\n" + ",\n".join(margin + item for item in items) + "\n" + " " * indent + closing
