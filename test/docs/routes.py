#!/usr/bin/python3
"""Each function of the reference has a row in cluster/shards/routes.tsv, which says where a proxy takes it."""
import re
import sys

sys.dont_write_bytecode = True
from links import read  # noqa: E402


def main():
    functions = set(re.findall(r"^### (\w+)$", read("docs/reference.md"), re.MULTILINE))
    routes = [line.split("\t")[0] for line in read("cluster/shards/routes.tsv").splitlines()]
    faults = [f"{name} has no row: which shard answers it?" for name in sorted(functions - set(routes))]
    faults += [f"there is no function {name}" for name in sorted(set(routes) - functions)]
    faults += [f"{name} has two rows" for name in sorted(set(routes)) if routes.count(name) > 1]
    for fault in faults:
        print(f"cluster/shards/routes.tsv: {fault}", file=sys.stderr)
    if not faults:
        print("each function has a route")
    return 1 if faults else 0


sys.exit(main())
