#!/usr/bin/python3
"""Renders docs/reference.md from the catalogue of a database with the extension: signatures, results, who may call,
and the text of COMMENT ON. Order and headings are those of extension/schema/.

    reference.py          prints the page; the database is that of the PG* environment
"""
import glob
import json
import os
import re
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
BANNER = re.compile(r"^-- (\w.*?) -{10,}$")
CREATE = re.compile(r"^CREATE (FUNCTION|PROCEDURE|TYPE|VIEW|TABLE) @extschema@\.(?!jb_gist_)(\w+)")

HEAD = """# SQL reference

<!-- Made by dev/docs from the database's own catalogue: change COMMENT ON in extension/schema/. -->

Every name is in the extension's schema (`public` unless another one was named at its creation). Arguments can be given
by name: `jb_schedule('Budget', duration => '1 hour')`. Arguments with a default are optional. An invalid value raises an
[error](errors.md); a request that finds no place is an outcome.

Each entry names the roles that may call. `jb_viewer` reads, `jb_secretary` also books, `jb_manager` also sets hours, makes calendars and
deletes. `jb_operator` looks after the whole database, `jb_gateway` is the login of the front end, and `jb_guest` its callers at the public
address. Nobody else may call or read anything here, unless the owner grants it. [Rights on calendars](how-to-rights.md) narrow the roles.
"""

QUERY = r"""
SELECT json_object_agg((info ->> 'kind') || ' ' || name, info) FROM (
  SELECT p.proname AS name, json_build_object(
    'kind', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
    'arguments', (SELECT coalesce(json_agg(json_build_object(
        'name', a.name, 'type', format_type(a.type, NULL), 'mode', coalesce(p.proargmodes[a.i], 'i'),
        'default', CASE WHEN a.i > p.pronargs - p.pronargdefaults THEN pg_get_function_arg_default(p.oid, a.i::int) END)
        ORDER BY a.i), '[]')
      FROM unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a (name, type, i)),
    'result', pg_get_function_result(p.oid),
    'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    'roles', (SELECT coalesce(json_agg(r.rolname ORDER BY r.oid), '[]') FROM aclexplode(p.proacl) x
                JOIN pg_roles r ON r.oid = x.grantee WHERE r.rolname LIKE 'jb\_%'),
    'comment', obj_description(p.oid, 'pg_proc')) AS info
    FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler'
   WHERE p.proname NOT LIKE 'jb\_gist\_%'
  UNION ALL
  SELECT c.relname, json_build_object(
    'kind', CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' ELSE 'TYPE' END,
    'columns', (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
                                ORDER BY a.attnum)
                  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'roles', (SELECT coalesce(json_agg(r.rolname ORDER BY r.oid), '[]') FROM aclexplode(c.relacl) x
                JOIN pg_roles r ON r.oid = x.grantee WHERE x.privilege_type = 'SELECT' AND r.rolname LIKE 'jb\_%'),
    'comment', coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')))
    FROM pg_class c
    JOIN pg_depend d ON d.deptype = 'e' AND ((d.classid = 'pg_class'::regclass AND d.objid = c.oid) OR
                                             (d.classid = 'pg_type'::regclass AND d.objid = c.reltype))
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler'
   WHERE c.relkind IN ('r', 'v', 'c')) found
"""


def catalogue():
    output = subprocess.check_output(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", QUERY], text=True)
    return json.loads(output)


def sections():
    """(heading, ["FUNCTION jb_now", ...]) of each banner of the schema files, in order."""
    result = []
    for path in [*sorted(glob.glob(SOURCE + "/extension/schema/*.sql")), *sorted(glob.glob(SOURCE + "/extension/annex/*/*.sql"))]:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if banner := BANNER.match(line):
                    result.append((banner.group(1), []))
                elif created := CREATE.match(line):
                    result[-1][1].append(" ".join(created.groups()))
    return result


def default_text(text):
    """'{ceo}'::text[] is '{ceo}', as in the declaration."""
    return re.sub(r"^('(?:[^']|'')*'|NULL)::[\w \[\]]+$", r"\1", text)


def signature(name, info):
    arguments = []
    for argument in info["arguments"]:
        if argument["mode"] != "i":
            continue
        text = f"{argument['name']} {argument['type']}".replace("timestamp with time zone", "timestamptz")
        text = text.replace("time without time zone", "time").replace("character varying", "varchar")
        if argument["default"] is not None:
            text += " = " + default_text(argument["default"])
        arguments.append(text)
    return fill(f"{name}(", arguments, ")")


def fill(opening, items, closing, width=100):
    lines, line = [], opening
    for i, item in enumerate(items):
        item += "," if i + 1 < len(items) else closing
        if line != opening and len(line) + 1 + len(item) > width:
            lines.append(line)
            line = " " * len(opening) + item
        else:
            line += item if line == opening else " " + item
    return "\n".join(lines + [line if items else opening + closing])


ROLES = {"jb_viewer": "`jb_viewer` and up", "jb_secretary": "`jb_secretary` and up", "jb_manager": "`jb_manager`",
         "jb_operator": "`jb_operator`", "jb_gateway": "`jb_gateway`", "jb_guest": "`jb_guest`"}

# What people call, by purpose. The rest serves the front end, the pages, and checks.
COMMON = (
    ("book", "jb_schedule jb_schedule_all jb_slots jb_lead_time jb_explain jb_proof jb_lock"),
    ("read", "jb_event jb_event_if jb_events jb_status jb_busy jb_history jb_attachment"),
    ("change", "jb_update jb_update_all jb_reschedule jb_cancel jb_delete jb_confirm jb_deny jb_attach jb_detach jb_attend jb_leave jb_replan"),
    ("keep rows of your own", "jb_place_row jb_follow_rows"),
    ("follow", "jb_changes jb_changes_all jb_changes_cursor jb_rejections jb_events_at"),
    ("set up calendars", "jb_calendar jb_calendars jb_calendar_set jb_calendar_delete jb_availability jb_availability_set jb_grants_set jb_feed_create"),
    ("look after the database", "jb_check jb_health jb_purge_in_pieces jb_principal_set"),
)


def common(known):
    """The most common calls of people, each with the least role that may call it."""
    page = "\n## What people call\n\n| to | call |\n| --- | --- |\n"
    for purpose, names in COMMON:
        found = {name: known.get("FUNCTION " + name) or known["PROCEDURE " + name] for name in names.split()}
        calls = ", ".join(f"[`{name}`](#{name}) ({least(info).removeprefix('jb_')})" for name, info in found.items())
        page += f"| {purpose} | {calls} |\n"
    return page


def least(info):
    if "jb_operator" in info["roles"] and "jb_viewer" not in info["roles"]:
        return "jb_operator"
    return next(role for role in ROLES if role in info["roles"])


def callers(info):
    if {"jb_manager", "jb_operator"} <= set(info["roles"]) and "jb_viewer" not in info["roles"]:
        return "`jb_operator`; `jb_manager` too, unless [calendars give nothing](how-to-rights.md#who-looks-after-the-whole)"
    return ", ".join(text for role, text in ROLES.items() if role in info["roles"]) or "the owner only"


def function(name, info):
    results = [a for a in info["arguments"] if a["mode"] in "ob"]
    result = (info["result"] or "").replace("timestamp with time zone", "timestamptz")
    if results:
        many = "rows of " if result.startswith("SETOF") else ""
        result = many + ", ".join(f"{a['name']} {a['type']}" for a in results)
        result = result.replace("timestamp with time zone", "timestamptz")
    return (f"### {name}\n\n```\n{signature(name, info)}\n  → {result}\n```\n\n{info['comment']}\n\n"
            f"May call: {callers(info)}. {info['volatility'].capitalize()}.\n")


def relation(name, info):
    rows = "".join(f"| `{c['name']}` | {short_type(c['type'])} |\n" for c in info["columns"])
    who = "" if info["kind"] == "TYPE" else f"\n\nMay read: {callers(info)}."
    return f"### {name} ({info['kind'].lower()})\n\n{info['comment']}{who}\n\n| column | type |\n| --- | --- |\n{rows}"


def short_type(text):
    return text.replace("timestamp with time zone", "timestamptz").replace("time without time zone", "time")


def main():
    known = catalogue()
    page, shown = HEAD + common(known), set()
    for heading, names in sections():
        if names:
            page += f"\n## {heading}\n"
        for key in names:
            info = known.get(key) or sys.exit(f"reference.py: {key} is in extension/schema but not in the database")
            if not info["comment"]:
                sys.exit(f"reference.py: {key} has no COMMENT ON")
            name = key.split()[1]
            page += "\n" + (function if "arguments" in info else relation)(name, info)
            shown.add(key)
    if missing := set(known) - shown:
        sys.exit(f"reference.py: in the database but not in extension/schema: {', '.join(sorted(missing))}")
    print(page, end="")


if __name__ == "__main__":
    main()
