#!/usr/bin/env python3
"""Prints a page with its made blocks in their places. A block is between two comments:

  <!-- made of docs/tested.tsv -->                     the last recorded run of the suites on each system and server
  <!-- made of bench/run.json: fixed_1 post_road -->   the named rows of the last recorded make bench, in this order
  <!-- made of bench/RESULTS.md: How long an answer takes; connections 16 -->   the section with this heading; only the
                                                       rows of its table with this in their second column
  <!-- made of bench/instructions.json -->             the counted instructions of a call, on each server
  <!-- made of docs/openapi.json: EventRequest -->     the fields of a schema
  <!-- made of cli/mcp.json: tools -->                 what jb mcp says of its tools, or (next) of refusals
  <!-- end -->
"""
import json
import pathlib
import re
import sys

sys.path.insert(0, "bench")
sys.dont_write_bytecode = True
from frame.table import UNDECIDED, figure  # noqa: E402

BLOCK = re.compile(r"<!-- made of ([^ :]+)(?:: ([^>]*?))? -->\n.*?<!-- end -->", re.S)


def tested():
    last = {}
    for line in pathlib.Path("docs/tested.tsv").read_text().splitlines():
        date, commit, system, server, seconds, suites = line.split("\t")
        last[system, server] = (f"| {system} | {server} | {len(suites.split())} suites | {int(seconds) // 60} min {int(seconds) % 60:02} s "
                                f"| {date} | {commit} |")
    return "\n".join(["| system | server | passed | in | date | commit |", "| --- | --- | --- | --- | --- | --- |",
                      *(last[key] for key in sorted(last))])


def run(names):
    recorded = json.loads(pathlib.Path("bench/run.json").read_text())
    lines = recorded["heading"].splitlines()
    when, machine, server = lines[1][2:], lines[2][2:].split(";")[0], re.search(r"PostgreSQL [\d.]+", lines[3])[0]
    doubt = "" if recorded["is_steady"] else " **The machine was not steady: another run may differ.**"
    said = [f"Measured {when}, on {machine}, {server}.{doubt}", "", "| what | compared with | jb_scheduler | the other | unit | median ratio | range |",
            "| --- | --- | ---: | ---: | --- | ---: | ---: |"]
    for name in names:
        row = recorded["rows"][name]
        if row["verdict"] == UNDECIDED:
            continue
        ratio = f"{figure(row['median'])} ×" if row["kind"] != "limit" else ""
        between = f"{figure(row['low'])}–{figure(row['high'])}" if row["low"] is not None else ""
        said.append(f"| {row['what']} | {row['against']} | {figure(row['ours'])} | {figure(row['peer'])} | {row['unit']} | {ratio} "
                    f"| {between} |")
    return "\n".join(said)


def section(names):
    heading, _, wanted = names.partition("; connections ")
    text = pathlib.Path("bench/RESULTS.md").read_text()
    said = re.search(rf"^## {re.escape(heading)}\n\n(.*?)(?=\n\n## |\n*\Z)", text, re.S | re.M)[1]
    return re.sub(rf"^\| [^|]* \| (?!{wanted} )\d+ \|.*\n?", "", said, flags=re.M).rstrip() if wanted else said


def counts():
    recorded = json.loads(pathlib.Path("bench/instructions.json").read_text())
    servers = {key: re.match(r"PostgreSQL [\d.]+", key)[0] for key in sorted(recorded)}
    said = [f"| a call | {' | '.join(f'{server} | bare INSERTs' for server in servers.values())} |",
            f"| --- |{' ---: | ---: |' * len(servers)}"]
    for name, what in COUNTED.items():
        cells = [f"{found[name]:,} | {found[name] / found['booking_bare']:.2f}" if name in found else " | " for found in map(recorded.get, servers)]
        said.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(said)


def fields(schema):
    properties = json.loads(pathlib.Path("docs/openapi.json").read_text())["components"]["schemas"][schema]["properties"]
    return "\n".join(["| field | meaning |", "| --- | --- |", *(f"| `{name}` | {field['description']} |" for name, field in properties.items())])


def granted():
    """The least role that may call each function, by extension/schema/90-grants.sql."""
    least = {}
    for roles, names in re.findall(r"\('(jb_[\w, ]+)', '([^']+)'\)", pathlib.Path("extension/schema/90-grants.sql").read_text()):
        for name in names.split():
            ranks = [ROLES.index(role) for role in roles.split(", ") if role in ROLES]
            least[name] = min([least.get(name, len(ROLES)), *ranks])
    return least


def routes():
    """The routes by role: the most demanding function in a route's statement decides who may call the route."""
    least, rows, guests = granted(), {role: [] for role in ROLES}, []
    for path in sorted(pathlib.Path("fcgi/routes").glob("*.cpp")):
        text = path.read_text()
        pieces = dict(re.findall(r"^constexpr (?:auto|sql::Text) (\w+)(.*?);$", text, re.M | re.S))
        for method, pattern, row in ROW.findall(text):
            row += "".join(pieces.get(name, "") for name in re.findall(r"\w+", row))
            called = [least[name] for name in re.findall(r"\b(jb_\w+)\(", row) if least.get(name, len(ROLES)) < len(ROLES)]
            (guests if "Face::guest" in row else rows[ROLES[max(called, default=0)]]).append(f"`{method} {pattern}`")
    rows["jb_viewer"] = [name for name in rows["jb_viewer"] if not name.startswith("`GET ")] + ["each `GET` that no other row has"]
    said = [f"| {role.removeprefix('jb_')} | {', '.join(names)} |" for role, names in rows.items()]
    return "\n".join(["| least role | routes |", "| --- | --- |", *said, f"| none, but mostly a token | {', '.join(guests)} |"])


def example(path):
    language = {".py": "python", ".ts": "ts"}[path.suffix]
    return f"\n```{language}\n{path.read_text()}```\n"


def agents(names):
    """What the server of jb mcp says of its tools, or of refusals."""
    texts = json.loads(pathlib.Path("cli/mcp.json").read_text())
    if names == "tools":
        rows = [("tool", "when"), ("---", "---"), *((f"`{name}`", tool["description"]) for name, tool in texts["tools"].items())]
    else:
        rows = [("reason or problem type", "what to do next"), ("---", "---")]
        rows += [(f"`{name}`" if name != "otherwise" else "any other", next) for name, next in texts["next"].items()]
    return "".join(f"| {left} | {right} |\n" for left, right in rows)


COUNTED = {
    "booking_bare": "bare INSERT under the exclusion constraint", "booking_floor": "the floor: the rows of a fixed booking",
    "call_fixed_inside": "`jb_schedule`, fixed, within the hours", "booking_fixed": "the same at any hour",
    "booking_automatic": "`jb_schedule`, automatic", "call_three_calendars": "the same on three calendars",
    "call_one_of_ten": "the same on any of ten calendars", "call_one_of_a_hundred": "the same on any of a hundred",
    "call_row": "`INSERT` of a row with `jb_place_row`", "call_move": "`jb_reschedule`",
    "call_place_and_cancel": "`jb_schedule` and `jb_cancel`", "call_rejection": "a rejection", "call_slots": "`jb_slots`, ten",
    "call_status": "`jb_status`", "peer_status": "FastAPI's statement for it", "call_event": "one event as JSON",
    "peer_event": "FastAPI's statement for it", "list_page": "a hundred events as JSON", "peer_list": "FastAPI's statement for them"}
ROLES = ("jb_viewer", "jb_secretary", "jb_manager")
ROW = re.compile(r'\{"(GET|POST|PUT|PATCH|DELETE)", "([^"]+)",(.*?)(?=\n    \{"(?:GET|POST|PUT|PATCH|DELETE)"|\n\};)', re.S)
MADE = {"fcgi/routes": lambda names: routes(),
        **{f"examples/{name}": lambda names, name=name: example(pathlib.Path("examples") / name) for name in ("event_manager.py", "event_manager.ts", "agent_https.py", "agent_mcp.py")},
        "cli/mcp.json": agents,
        "docs/tested.tsv": lambda names: tested(), "bench/run.json": lambda names: run(names.split()), "bench/RESULTS.md": section,
        "bench/instructions.json": lambda names: counts(), "docs/openapi.json": fields}


def main():
    page = sys.argv[1]
    text = pathlib.Path(page).read_text()
    assert BLOCK.search(text), f"{page} has no made block"

    def made(found):
        source, names = found.groups()
        return f"{found[0].splitlines()[0]}\n{MADE[source](names)}\n<!-- end -->"
    print(BLOCK.sub(made, text), end="")


main()
