# SPDX-License-Identifier: PostgreSQL
"""Rows of the table: what is compared with what, the target, and how the figures are written."""
import dataclasses

from .spread import Spread


@dataclasses.dataclass
class Row:
    """A row of the table. ours and peer name measures of the topic; part names the figure of their runs to compare, if
    it is not the run's own. The ratio is taken round by round.

    kind "rate": the ratio is ours / peer. kind "time": peer / ours, so that for both more is better. kind "growth":
    ours / peer, and less is better. kind "limit": no ratio; ours alone must stay below the target.
    """
    name: str
    what: str
    against: str
    ours: str
    peer: str | None
    unit: str
    target: float | None = None
    kind: str = "rate"
    part: str | None = None
    beside: tuple = ()  # what is shown if the row misses its target, from frame/beside.py

    @property
    def measures(self):
        return [name for name in (self.ours, self.peer) if name]

    def is_measured(self, rounds):
        return not any(name in rounds.broken for name in self.measures)

    def spread(self, rounds):
        """The spread of the ratio, or of our own figure if there is no ratio."""
        if self.kind == "limit":
            return Spread.of(rounds.of(self.ours, self.part))
        pairs = rounds.pairs(self.ours, self.peer, self.part)
        return Spread.of([peer / ours if self.kind == "time" else ours / peer for ours, peer in pairs])

    def is_decided(self, rounds):
        """Whether another round would add nothing. A row without a target is for reading only and decides nothing."""
        return self.is_reached(self.spread(rounds)) != UNDECIDED

    @property
    def is_comparable(self):
        """Whether the figure is comparable with that of another day or machine: a ratio or a size is, a time is not."""
        return self.kind != "limit" or self.unit not in ("ms", "µs")

    @property
    def less_is_better(self):
        return self.kind in ("growth", "limit")

    def is_reached(self, spread):
        """REACHED or MISSED if the whole interval is on one side of the target; None without a target."""
        if self.target is None:
            return None
        good = {end <= self.target if self.less_is_better else end >= self.target for end in (spread.low, spread.high)}
        return UNDECIDED if len(good) == 2 else REACHED if good.pop() else MISSED


REACHED, MISSED, UNDECIDED = "reached", "**not reached**", "not decided"


@dataclasses.dataclass
class Topic:
    """Rows whose measures share a database: prepare() once, all measures in turn in each round, then finish()."""
    name: str
    prepare: object
    measures: dict
    rows: list
    finish: object = lambda bench: None
    rounds: int | None = None  # for a topic that needs fewer than the setting "rounds"
    optional: bool = False  # runs only if named on the command line
    compares: bool = True  # has rows, which --check compares
    plot: object = None  # a function from the rounds to the name and the contents of a file of bench/
    appendix: object = None  # a function from the rounds to a section of RESULTS.md


def figure(value):
    """Three significant digits, with thousands separators."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    for limit, digits in ((100, 0), (10, 1), (1, 2), (0.1, 3)):
        if abs(value) >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:.3g}"


def processor(row, rounds):
    """Microseconds of processor time per call, ours and the peer's; empty unless both were measured."""
    times = [rounds.median(name, "processor") for name in row.measures]
    return " / ".join(map(figure, times)) if None not in times else ""


def to_reach(row):
    return ("≤ " if row.less_is_better else "≥ ") + f"{row.target:,g}" if row.target is not None else ""


def line(row, rounds):
    spread = row.spread(rounds)
    has_ratio = row.kind != "limit"
    peer = figure(rounds.median(row.peer, row.part)) if row.peer else ""
    between = f"{figure(spread.low)}–{figure(spread.high)}" if spread.rounds > 1 else ""
    return [row.what, row.against, figure(rounds.median(row.ours, row.part)), peer, row.unit, processor(row, rounds),
            f"{figure(spread.median)} ×" if has_ratio else "", between, spread.rounds, to_reach(row), row.is_reached(spread) or ""]


def markdown(results):
    lines = ["| what | against | ours | peer | unit | processor µs, ours / peer | ratio | between | rounds | to reach | |",
             "| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |"]
    for result in results:
        row = result["row"]
        if result.get("failed"):
            cells = [row.what, row.against, *[""] * 8, f"could not be measured: {str(result['failed']).splitlines()[0]}"]
        else:
            cells = line(row, result["rounds"])
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def growth_markdown(results):
    lines = ["| what | allowed | power | |", "| --- | --- | ---: | --- |"]
    for result in results:
        row = result["row"]
        if result.get("failed"):
            cells = [row.what, row.against, "", str(result["failed"]).splitlines()[0]]
        else:
            spread = row.spread(result["rounds"])
            cells = [row.what, row.against, figure(spread.median), row.is_reached(spread) or ""]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
