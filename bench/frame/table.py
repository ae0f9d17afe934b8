# SPDX-License-Identifier: PostgreSQL
"""Rows of the table: what is compared with what, the figure to reach, and how the figures are written."""
import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """A row of the table. ours and peer name measures of the topic; the ratio is taken round by round.

    kind "rate": the ratio is ours / peer. kind "time": peer / ours, so that for both more is better. kind "growth": ours /
    peer, and less is better. kind "limit": no ratio; ours alone has to stay below the target.
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
        """Whether the figure can be compared with another day's or another machine's: a ratio or a size can, a time cannot."""
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
    """Rows whose measures share a database: prepare() once, then each round runs all measures in turn, then finish()."""
    name: str
    prepare: object
    measures: dict
    rows: list
    finish: object = lambda bench: None
    rounds: int | None = None  # for a topic to which the setting "rounds" would give too many
    optional: bool = False  # runs only when the command line names it
    plot: object = None  # a function from the values to the points of the plot


def figure(value):
    """Three significant digits, thousands set apart."""
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
