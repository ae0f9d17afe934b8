# SPDX-License-Identifier: PostgreSQL
"""The text beside a row that misses its target: a floor measured in the same run, or counted instructions. A Row names
those that apply to it (frame/table.py)."""
import dataclasses
import json

from .stack import ROOT
from .table import MISSED, figure, to_reach

HOW_TO_READ = """\
## Beside the rows that miss their targets

A floor does the least that can be done, and decides nothing. Where it misses the target too, it forbids the target; elsewhere
the way from the floor to the row is what deciding takes. Instructions are counted in bare INSERTs, on {machine}."""


def record():
    """The first record of bench/instructions.json: the machine it was counted on, and the counts."""
    return next(iter(json.loads((ROOT / "bench/instructions.json").read_text()).items()))


@dataclasses.dataclass
class Measured:
    """Another row of the run: its figure if the row is a figure, otherwise its ratio."""
    name: str
    named: str = "the floor"

    def tell(self, row, run):
        result = run.get(self.name)
        if not result:
            return None
        other, rounds = result["row"], result["rounds"]
        if row.kind == "limit":
            return f"{self.named}: {figure(rounds.median(other.ours, other.part))} {other.unit}"
        return f"{self.named}: {figure(other.spread(rounds).median)} ×"


@dataclasses.dataclass
class Counted:
    """The instructions of the row's call, and of another call."""
    call: str
    other: str
    named: str

    def tell(self, row, run):
        counts = record()[1]
        call, other = (counts[name] / counts["booking_bare"] for name in (self.call, self.other))
        return f"instructions: {call:.2f}, {self.named} {other:.2f}"


@dataclasses.dataclass
class AsOnTheRoad:
    """The row, if nginx and front end took the processor time of the road's POST, all else unchanged."""
    road: str

    def tell(self, row, run):
        rounds = run[row.name]["rounds"]
        parts = [rounds.median(self.road, part) for part in ("nginx", "front end")]
        parts += [rounds.median(row.ours, part) for part in ("PostgreSQL", "client")]
        peer = [rounds.median(row.peer, part) for part in ("processor", "client")]
        if None in [*parts, *peer]:
            return None
        return f"with nginx and front end as on the road: {figure(sum(peer) / sum(parts))} ×"


@dataclasses.dataclass
class AddedOnTheRoad:
    """The row, if its call cost as much more through a front end as the road's INSERT does."""

    def tell(self, row, run):
        rounds = run[row.name]["rounds"]
        road, bare, peer = (rounds.median(name, "PostgreSQL") for name in ("road", "pgbench bare", row.peer))
        return None if None in (road, bare, peer) else f"as the road's INSERT: {figure((peer + road - bare) / peer)} ×"


def table(results):
    """Empty if every row reaches its target or is undecided."""
    run = {result["row"].name: result for result in results if not result.get("failed")}
    lines = []
    for result in run.values():
        row, spread = result["row"], result["row"].spread(result["rounds"])
        if row.is_reached(spread) != MISSED:
            continue
        told = [text for text in (other.tell(row, run) for other in row.beside) if text]
        found = f"{figure(spread.median)}{'' if row.kind == 'limit' else ' ×'}"
        lines.append(f"| {row.what} | {row.against} | {to_reach(row)} | {found} | {'; '.join(told)} |")
    return "\n".join([HOW_TO_READ.format(machine=record()[0].split(" (")[0]), "",
                      "| what | against | to reach | found | beside it |",
                      "| --- | --- | ---: | ---: | --- |", *lines]) if lines else ""
