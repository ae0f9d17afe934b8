#!/usr/bin/python3
"""Each function of the reference has a row in the table of what may grow, which bench/run --only growth measures. Each
route names the functions called by its row, whose growth it shares.
"""
import os
import re
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "bench"))
sys.dont_write_bytecode = True
from growth.routes import OWN, ROUTES  # noqa: E402
from growth.table import GROWTH, LINEAR  # noqa: E402
from links import ROUTE, read, route_files  # noqa: E402

WHAT = "what may grow, and how much may it cost then?"


def functions_of_reference():
    return set(re.findall(r"^### (\w+)$", read("docs/reference.md"), re.MULTILINE))


def called_by_routes(functions):
    """By route, the functions of the reference that are named in the file of its row."""
    called = {}
    for path in route_files():
        text = read(path)
        for route in ROUTE.findall(text):
            called[" ".join(route)] = functions & set(re.findall(r"\bjb_\w+", text))
    return called


def problems_of_functions(functions):
    table = {row.function for row in GROWTH}
    for name in sorted(functions - table):
        yield f"bench/growth/table.py: {name} has no row: {WHAT}"
    for name in sorted(table - functions):
        yield f"bench/growth/table.py: there is no function {name}"


def problems_of_routes(functions):
    called = called_by_routes(functions)
    for route in sorted(called.keys() - ROUTES.keys()):
        yield f"bench/growth/routes.py: {route} has no row: {WHAT}"
    for route in sorted((ROUTES.keys() | {row.function for row in OWN}) - called.keys()):
        yield f"bench/growth/routes.py: there is no route {route}"
    for route, names in called.items():
        for name in sorted(set(ROUTES.get(route, "").split()) - names):
            yield f"bench/growth/routes.py: {route} does not call {name}"
    named = {name for names in ROUTES.values() for name in names.split()}
    for name in sorted(set().union(*called.values()) - named):
        yield f"bench/growth/routes.py: no route has the growth of {name}, which a row calls"


def problems_of_rows():
    names = [row.name for row in GROWTH + OWN]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"bench/growth: {name} has two rows"
    for row in GROWTH + OWN:
        if (row.allowed == LINEAR or not row.call) and not row.reason:
            yield f"bench/growth: {row.name} needs a reason"


def main():
    functions = functions_of_reference()
    found = [*problems_of_functions(functions), *problems_of_routes(functions), *problems_of_rows()]
    print("\n".join(found) or "each function and each route has a row of growth")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
