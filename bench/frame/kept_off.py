# SPDX-License-Identifier: PostgreSQL
"""What keeps a row off its target: a floor that the same run has measured, or instructions that were counted. A Row names what holds
for it (frame/table.py)."""
import dataclasses
import json

from .stack import ROOT
from .table import REACHED, figure, to_reach


@dataclasses.dataclass
class Floor:
    """Another row of the run, which does only what cannot be left out."""
    name: str

    def tell(self, row, run):
        result = run.get(self.name)
        if not result:
            return None
        floor, rounds = result["row"], result["rounds"]
        if row.kind == "limit":
            return f"the floor: {figure(rounds.median(floor.ours, floor.part))} {floor.unit}"
        return f"the floor: {figure(floor.spread(rounds).median)} ×"


@dataclasses.dataclass
class Counted:
    """Two calls of bench/instructions.json: the row's, and the part of it that cannot be left out."""
    call: str
    part: str
    named: str

    def tell(self, row, run):
        counts = next(iter(json.loads((ROOT / "bench/instructions.json").read_text()).values()))
        call, part = (counts[name] / counts["booking_bare"] for name in (self.call, self.part))
        return f"{call:.2f} bare INSERTs of instructions, {self.named} {part:.2f}"


@dataclasses.dataclass
class IdleFrontEnd:
    """The row, if nginx and front end took no more processor time than on the road, where the front end does nothing."""

    def tell(self, row, run):
        road = run.get("post_road_front_end")
        if not road:
            return None
        rounds = run[row.name]["rounds"]
        ours, peer = ({part: rounds.median(name, part) for part in ("client", "processor", "PostgreSQL")} for name in row.measures)
        least = ours["client"] + ours["PostgreSQL"] + sum(road["rounds"].median("road", part) for part in ("nginx", "front end"))
        return f"with an idle front end: {figure((peer['client'] + peer['processor']) / least)} ×"


def table(results):
    """Of the rows whose target is not reached, or not surely; empty where there is no such row."""
    run = {result["row"].name: result for result in results if not result.get("failed")}
    lines = []
    for result in run.values():
        row, spread = result["row"], result["row"].spread(result["rounds"])
        told = [text for text in (reason.tell(row, run) for reason in row.kept_off_by) if text]
        if row.is_reached(spread) in (None, REACHED) or not told:
            continue
        found = f"{figure(spread.median)}{'' if row.kind == 'limit' else ' ×'}"
        lines.append(f"| {row.what} | {row.against} | {to_reach(row)} | {found} | {'; '.join(told)} |")
    return "\n".join(["## What keeps rows off their targets", "",
                      "| what | against | to reach | found | what cannot be left out |",
                      "| --- | --- | ---: | ---: | --- |", *lines]) if lines else ""
