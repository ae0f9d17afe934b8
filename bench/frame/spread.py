# SPDX-License-Identifier: PostgreSQL
"""How certain the median of some rounds is."""
import dataclasses
import math
import statistics

# How often the interval of one look should hold the median of all possible rounds. A row is looked at after each round
# until its target lies outside. With 41 rounds at most, that leaves nine times in ten for the last look (simulated).
CONFIDENCE = 0.98


def left_out(count):
    """How many of `count` sorted figures may be left out at either end, so that the rest still spans the true median
    with CONFIDENCE. Each figure is as likely below the true median as above it, whatever its distribution. So the true
    median is outside when all but a few of the figures lie on one side of it. Of four figures or fewer none may be left
    out, and even the lowest and the highest span it less often.
    """
    outside, out = 2 / 2**count, 0
    while True:
        outside += 2 * math.comb(count, out + 1) / 2**count
        if 1 - outside < CONFIDENCE:
            return out
        out += 1


@dataclasses.dataclass(frozen=True)
class Spread:
    """The median of the rounds' figures, and the interval in which the true median lies."""
    median: float
    low: float
    high: float
    rounds: int

    @staticmethod
    def of(figures):
        ordered, out = sorted(figures), left_out(len(figures))
        return Spread(statistics.median(ordered), ordered[out], ordered[-1 - out], len(ordered))
