#!/usr/bin/python3
"""Each function of the reference has a route in the proxy: by its arguments, or a row of cluster/shards/routes.tsv."""
import re
import sys

sys.dont_write_bytecode = True
from links import SOURCE, read  # noqa: E402
sys.path.append(SOURCE + "/cluster/shards")
from generate import by_arguments, rows_of_routes  # noqa: E402


def main():
    # What precedes an argument's name in its list: not found in any default.
    told = {name: re.findall(r"(?:\(|, +)(?:OUT )?(\w+) ", re.sub(r"'[^']*'", "", " ".join(arguments.split())))
            for name, arguments in re.findall(r"^### (\w+)$\n\n```\n(.*?)\n```", read("docs/reference.md"), re.MULTILINE | re.DOTALL)}
    routes = [name for name, _ in rows_of_routes()]
    faults = [f"{name} has no row: which shard answers it?" for name in sorted(told.keys() - set(routes)) if by_arguments(name, told[name]) is None]
    faults += [f"there is no function {name}" for name in sorted(set(routes) - told.keys())]
    faults += [f"{name} has two rows" for name in sorted(set(routes)) if routes.count(name) > 1]
    for fault in faults:
        print(f"cluster/shards/routes.tsv: {fault}", file=sys.stderr)
    if not faults:
        print("each function has a route")
    return 1 if faults else 0


sys.exit(main())
