# SPDX-License-Identifier: PostgreSQL
"""Rows of the table: what is compared with what, the figure to reach, and how that is written."""
import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """One line of the table. ours and peer name measures of the topic; the ratio is taken round by round.

    kind "rate": the ratio is ours / peer. kind "time": peer / ours, so that in both more is better. kind "growth": ours /
    peer, and less is better. kind "limit": no ratio, ours alone has to stay below the target.
    """
    name: str
    what: str
    against: str
    ours: str
    peer: str | None
    unit: str
    target: float | None = None
    kind: str = "rate"

    def ratio(self, values):
        if self.kind == "limit":
            return statistics.median(values[self.ours])
        pairs = zip(values[self.ours], values[self.peer])
        return statistics.median(peer / ours if self.kind == "time" else ours / peer for ours, peer in pairs)

    @property
    def is_comparable(self):
        """Another day on another machine: a ratio, or a size; not a time."""
        return self.kind != "limit" or self.unit != "ms"

    @property
    def less_is_better(self):
        return self.kind in ("growth", "limit")

    def reached(self, ratio):
        if self.target is None:
            return None
        return ratio <= self.target if self.less_is_better else ratio >= self.target


@dataclasses.dataclass
class Topic:
    """What shares a database: prepare() once, then each round runs all measures in turn, then finish()."""
    name: str
    prepare: object
    measures: dict
    rows: list
    finish: object = lambda bench: None
    rounds: int | None = None  # where the setting "rounds" would cost too much
    optional: bool = False  # runs only when it is named
    plot: object = None  # from the values to the points of the plot


def figure(value):
    """Three digits that count, thousands set apart."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    for limit, digits in ((100, 0), (10, 1), (1, 2), (0.1, 3)):
        if abs(value) >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:.3g}"


def spread(values):
    return f"{figure(min(values))}–{figure(max(values))}" if len(values) > 1 else ""


def markdown(results):
    lines = ["| what | against | ours | peer | unit | ratio | to reach | |",
             "| --- | --- | ---: | ---: | --- | ---: | ---: | --- |"]
    for result in results:
        row = result["row"]
        if result.get("failed"):
            lines.append(f"| {row.what} | {row.against} | | | | | | could not be measured: {str(result['failed']).splitlines()[0]} |")
            continue
        values, ratio = result["values"], result["ratio"]
        ours = figure(statistics.median(values[row.ours]))
        peer = figure(statistics.median(values[row.peer])) if row.peer else ""
        sign = "≤ " if row.less_is_better else "≥ "
        target = sign + f"{row.target:,g}" if row.target is not None else ""
        verdict = {True: "reached", False: "**not reached**", None: ""}[row.reached(ratio)]
        shown = "" if row.kind == "limit" else f"{figure(ratio)} ×"
        lines.append(f"| {row.what} | {row.against} | {ours} | {peer} | {row.unit} | {shown} | {target} | {verdict} |")
    return "\n".join(lines)
