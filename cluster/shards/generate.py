#!/usr/bin/env python3
"""Writes the install script of jb_scheduler_proxy to standard output, from the catalogue of the jb_scheduler database
named by libpq's environment. Most functions' arguments determine their routes; routes.tsv has the others:

  calendars   the shard of the calendars that its arguments name; the default if they name any
  calendar    the same, but refused if none is named
  request     the shard of the calendars that a JSON request names
  id          the shard that made the id; the default if the arguments have one
  token       the shard that the token names
  ids         the shard that made the ids of a list of changes
  all: KEYS   every shard; the rows are merged by these columns; the default for jb_*_problems, by rule
  some: KEYS  as calendars if one is named, otherwise as all
  again       its SQL again, with the proxy's functions; the default if it writes JSON for a principal
  by hand     by_hand.sql
  local       jb_scheduler's own function, which reads no calendar; the default if it writes JSON for no principal
  refused     55000, with a hint to call it on the shard; the default for jb_person_*
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
NAMED = ("calendar", "calendars", "provider_id", "coach_hash_id", "client_hash_id")
IDS = ("event_id", "poll_id", "rejection_id", "session_id", "appointment_id")
FAIL = """DECLARE
    _state text; _message text; _detail text; _hint text;
  BEGIN
    GET STACKED DIAGNOSTICS _state = RETURNED_SQLSTATE, _message = MESSAGE_TEXT, _detail = PG_EXCEPTION_DETAIL, _hint = PG_EXCEPTION_HINT;
    PERFORM jb_remote.fail(_state, _message, _detail, _hint);
  END;"""
# PL/Proxy announces by a NOTICE to clients that it drops a connection.
PINNED = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET client_min_messages = 'warning'"
TELL_REPLAYED = "PERFORM set_config('jb_proxy.replayed', _replayed, false);"
CATALOGUE = """
SET search_path = pg_catalog;
SELECT coalesce(json_agg(f ORDER BY f.name), '[]') FROM (
  SELECT p.proname AS name, pg_get_function_arguments(p.oid) AS declared, pg_get_function_identity_arguments(p.oid) AS identity,
         coalesce(p.proargnames[:p.pronargs], '{}') AS names, CASE WHEN p.proargmodes IS NOT NULL THEN p.proargnames[p.pronargs + 1:] ELSE '{}' END AS columns, ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n) ORDER BY n) AS types,
         ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proallargtypes) WITH ORDINALITY AS a (t, n) WHERE n > p.pronargs ORDER BY n) AS column_types,
         format_type(p.prorettype, NULL) AS result, p.proretset AS is_set, p.provolatile = 'v' AS is_volatile, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind,
         CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_functiondef(p.oid) END AS body, obj_description(p.oid, 'pg_proc') AS comment,
         ARRAY(SELECT a.grantee::regrole::text FROM aclexplode(p.proacl) AS a WHERE a.grantee <> p.proowner AND a.privilege_type = 'EXECUTE') AS callers
    FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
   WHERE e.extname = 'jb_scheduler' AND 'internal'::regtype <> ALL (p.proargtypes)) AS f
"""


def catalogue():
    done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1"], input=CATALOGUE, capture_output=True, text=True, check=True)
    return {f["name"]: f for f in json.loads(done.stdout)}


def rows_of_routes():
    return [line.split("\t") for line in (HERE / "routes.tsv").read_text().splitlines()]


def by_arguments(name, arguments):
    """The route of a function without a row, or None if its arguments determine none."""
    if any(one in IDS for one in arguments):
        return "id"
    if name.endswith("_json"):
        return "again" if "principal" in arguments else "local"
    if name.endswith("_problems"):
        return "all: rule"
    if name.startswith("jb_person_"):
        return "refused"
    return "calendars" if any(one in NAMED for one in arguments) else None


def routes(functions):
    """The route of each function, in order, those with a row first."""
    known = dict(rows_of_routes())
    known.update((name, by_arguments(name, one["names"])) for name, one in functions.items() if name not in known)
    for name in known:
        if name not in functions or known[name] is None:
            raise SystemExit(f"routes.tsv: {name} " + ("has no route" if name in functions else "is no function of jb_scheduler"))
    return known


def named(function):
    """The array of calendars that the arguments name, as an expression."""
    parts = [f"${n}" if kind == "text[]" else f"ARRAY[${n}]" for n, (name, kind) in enumerate(zip(function["names"], function["types"]), 1) if name in NAMED]
    if not parts:
        raise SystemExit(f"routes.tsv: no argument of {function['name']} names a calendar")
    return " || ".join(parts)


def target(function, route):
    """How the wrapper finds the shard; null means all shards."""
    number = {name: n for n, name in enumerate(function["names"], 1)}
    if route == "id":
        at = next(number[name] for name in IDS if name in number)
        found = f"_shard := jb_remote.shard_of_id(${at});"
        changed = f"${number['calendars']}" if "calendars" in number else f"jb_remote.names_in(${number['changes']})" if "changes" in number else None
        if changed is None:
            return found
        given = f"{changed} IS NOT NULL" if "calendars" in number else f"${number['changes']} ? 'calendars'"
        return found + f"\n  IF {given} THEN PERFORM jb_remote.stays(_shard, {changed}); END IF;"
    if route == "token":
        return f"_shard := jb_remote.shard_of_token(${number['token']});\n  ${number['token']} := regexp_replace(${number['token']}, '^[0-9]{{1,3}}\\.', '');"
    if route == "ids":
        return f"_shard := jb_remote.shard_of_changes(${number['changes']});"
    if route == "request":
        at = next(n for n, kind in enumerate(function["types"], 1) if kind == "jsonb")
        return f"_shard := jb_remote.shard_of(jb_remote.names_in(${at}));"
    if route == "calendar":
        return (f"IF array_remove({named(function)}, NULL) = '{{}}' THEN PERFORM jb_remote.refuse('{function['name']}() of all calendars'); END IF;\n"
                f"  _shard := jb_remote.shard_of({named(function)});")
    if route.startswith("some"):
        return f"_shard := CASE WHEN array_remove({named(function)}, NULL) <> '{{}}' THEN jb_remote.shard_of({named(function)}) END;"
    return f"_shard := jb_remote.shard_of({named(function)});"


def remote(function, where):
    """The function that PL/Proxy runs. Rows come as text, which every type has: PL/Proxy has no multiranges."""
    name = function["name"] + ("_all" if where == "ALL" else "")
    passed = [f"jb_{n}" for n in range(1, len(function["names"]) + 1)]
    declared = "".join(f", {p} {kind}" for p, kind in zip(passed, function["types"]))
    number = "jb_shard_number int, " if where != "ALL" else ""
    columns = {column: f"r.{column}::text" for column in function["columns"]} or {"answer": "r::text"}
    if has_key(function):
        columns["replayed"] = "current_setting('jb_scheduler.replayed', true)"
    out = "".join(f", OUT {column} text" for column in columns) if len(columns) > 1 else ""
    return f"""CREATE FUNCTION jb_remote.{name}({number}jb_role text{declared}{out}) RETURNS SETOF {'record' if out else 'text'} LANGUAGE plproxy AS $proxy$
  CLUSTER jb_remote.cluster(jb_role); RUN ON {where};
  SELECT {', '.join(f"{value} AS {column}" for column, value in columns.items())} FROM public.{function['name']}({', '.join(passed)}) AS r;
$proxy$;
"""


def has_key(function):
    """Whether the shard may answer from an idempotency key. The proxy's session says so in jb_proxy.replayed."""
    return "idempotency_key" in function["names"]


def passed_on(function):
    return "".join(f", jb_remote.principal(${n})" if name == "principal" else f", ${n}" for n, name in enumerate(function["names"], 1))


def rows(function, call, keys=None):
    """Statements that return what a call returns."""
    if keys is None:
        if function["columns"]:
            columns = ", ".join(f"f.{column}::{kind}" for column, kind in zip(function["columns"], function["column_types"]))
            return f"RETURN QUERY SELECT {columns} FROM {call} AS f;"
        into, told = ("_answer, _replayed", f" {TELL_REPLAYED}") if has_key(function) else ("_answer", "")
        return f"FOR {into} IN SELECT f.* FROM {call} AS f LOOP _value := _answer::{function['result']}; RETURN NEXT _value; END LOOP;{told}"
    most = next((f" LIMIT ${n}" for n, name in enumerate(function["names"], 1) if name == "max_rows"), "")
    order = ", ".join(f'(s.v).{key.strip()}{" COLLATE " + chr(34) + "C" + chr(34) if key.strip() in ("name", "coach_hash_id", "client_hash_id") else ""}' for key in keys)
    return f"FOR _answer IN SELECT s.v::text FROM (SELECT f::{function['result']} AS v FROM {call} AS f) AS s ORDER BY {order}{most} LOOP _value := _answer::{function['result']}; RETURN NEXT _value; END LOOP;"


def may_write(function):
    """A dry run writes nothing, so it may run in a READ ONLY transaction (rule 2.15.2)."""
    number = {name: n for n, name in enumerate(function["names"], 1)}
    dry = [f"coalesce(${number['dry_run']}, false)"] if "dry_run" in number else []
    dry += [f"coalesce(${number[name]} -> 'dry_run' = 'true', false)" for name in ("changes", "request", "requests") if dry and name in number]
    call = f"PERFORM jb_remote.may_write('{function['name']}');"
    return f"IF NOT ({' OR '.join(dry)}) THEN {call} END IF;\n  " if dry else call + "\n  "


def by_hand(known):
    """The text of by_hand.sql before, between and after bodies, and each body in a wrapper."""
    parts = re.split(r"-- by hand: (\w+)\n(.*?)-- end\n", (HERE / "by_hand.sql").read_text(), flags=re.S)
    return "".join(part if at % 3 == 0 else wrapper(known[part], "by hand", parts[at + 1]) if at % 3 == 1 else "" for at, part in enumerate(parts))


def wrapper(function, route, body=None):
    kind, _, keys = route.partition(": ")
    name, result = function["name"], function["result"]
    one = f"jb_remote.{name}(_shard, jb_remote.role(){passed_on(function)})"
    everywhere = f"jb_remote.{name}_all(jb_remote.role(){passed_on(function)})"
    writes = may_write(function) if function["is_volatile"] else ""
    if kind == "by hand":
        body = "\n  ".join(body.splitlines())
    elif kind == "all":
        body = rows(function, everywhere, keys.split(","))
    elif kind == "some":
        body = f"{target(function, kind)}\n  IF _shard IS NOT NULL THEN {rows(function, one)} ELSE {rows(function, everywhere, keys.split(','))} END IF;"
    elif function["is_set"]:
        body = f"{target(function, kind)}\n  {rows(function, one)}"
    elif result == "void":
        body = f"{target(function, kind)}\n  PERFORM f FROM {one} AS f;"
    else:
        into, told = ("_answer, _replayed", f"\n  {TELL_REPLAYED}") if has_key(function) else ("_answer", "")
        body = f"{target(function, kind)}\n  SELECT f.* INTO {into} FROM {one} AS f;{told}\n  RETURN _answer::{result};"
    value = (f"  _value {result};\n" if function["is_set"] and not function["columns"] else "") + ("  _replayed text;\n" if has_key(function) else "")
    return f"""CREATE FUNCTION jb_proxy.{name}({function['declared']}) RETURNS {'SETOF ' if function['is_set'] else ''}{result}
LANGUAGE plpgsql {'VOLATILE' if function['is_volatile'] else 'STABLE'} {PINNED} AS $wrapper$
#variable_conflict use_column
DECLARE
  _shard int;
  _answer text;
{value}BEGIN
  {writes}{body}
EXCEPTION WHEN OTHERS THEN
  {FAIL}
END
$wrapper$;
"""


def refused(function):
    result = "" if function["kind"] == "PROCEDURE" else f" RETURNS {'SETOF ' if function['is_set'] else ''}{function['result']}"
    return f"""CREATE {function['kind']} jb_proxy.{function['name']}({function['declared']}){result}
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $refused$BEGIN PERFORM jb_remote.refuse('{function['name']}()'); END$refused$;
"""


def again(function, known):
    """The body calls the proxy's functions if the proxy has them."""
    def ours(match):
        return ("jb_proxy." if known.get(match[1], "local") != "local" else "public.") + match[1] + "("
    return re.sub(r"\bpublic\.(jb_\w+)\(", ours, function["body"].replace("PARALLEL SAFE", "", 1)) + ";\n"


def rights(function):
    name = f"{function['kind']} jb_proxy.{function['name']}({function['identity']})"
    text = f"REVOKE ALL ON {name} FROM PUBLIC;\n"
    if function["callers"]:
        text += f"GRANT EXECUTE ON {name} TO {', '.join(function['callers'])};\n"
    comment = function["comment"].replace("'", "''")
    return text + f"COMMENT ON {name} IS '{comment}';\n"


def withdrawn(function):
    """Revokes the right to jb_scheduler's own function, which would book in the proxy's own database."""
    callers = [c for c in function["callers"] if c.startswith("jb_")]
    return f"REVOKE EXECUTE ON {function['kind']} public.{function['name']}({function['identity']}) FROM {', '.join(callers)};\n" if callers else ""


def main():
    functions = catalogue()
    known = routes(functions)
    out = ["\\echo Use \"CREATE EXTENSION jb_scheduler_proxy\" to load this file. \\quit\n", (HERE / "shard.sql").read_text(), (HERE / "frame.sql").read_text()]
    later = []
    for name, route in known.items():
        function, kind = functions[name], route.partition(": ")[0]
        if kind == "local":
            continue
        if kind == "refused":
            out.append(refused(function))
        elif kind == "again":
            later.append(again(function, known))
        else:
            if kind != "all":
                out.append(remote(function, "jb_shard_number"))
            if kind in ("all", "some"):
                out.append(remote(function, "ALL"))
            if kind != "by hand":
                out.append(wrapper(function, route))
    out.append(by_hand(functions))
    out += later
    out += [rights(functions[name]) for name, route in known.items() if route != "local"]
    out.append("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jb_remote FROM PUBLIC;\n")
    out += [withdrawn(functions[name]) for name, route in known.items() if route != "local"]
    sys.stdout.write("\n".join(out))


if __name__ == "__main__":
    main()
