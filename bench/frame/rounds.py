# SPDX-License-Identifier: PostgreSQL
"""Rounds: the measures of a topic in turn, again and again, until each row is decided or the topic's time is over."""
import statistics
import time

from . import steady
from .found import Found
from .stack import LeftOut


class Rounds:
    """The findings of the measures in each round, and why a measure found nothing."""

    def __init__(self):
        self.found = []  # for each round: the Found of each measure that ran
        self.broken = {}

    def of(self, measure, part=None):
        """The figures of a measure, or of a part of it, one per round."""
        return [figure(found[measure], part) for found in self.found if measure in found]

    def pairs(self, ours, peer, part=None):
        """The figures of two measures in the rounds in which both ran."""
        return [(figure(found[ours], part), figure(found[peer], part)) for found in self.found if ours in found and peer in found]

    def median(self, measure, part=None):
        """None if the measure found nothing."""
        figures = [value for value in self.of(measure, part) if value is not None]
        return statistics.median(figures) if figures else None


def figure(found, part):
    return found.parts.get(part) if part else float(found)


def measure(bench, topic, say):
    """Runs all measures in bench.rounds rounds, then those of undecided rows, up to bench.most_rounds and as long as
    the topic's share of the time allows. The order alternates between rounds, so that neither of two measures is always
    the later. A measure that fails is not tried again."""
    rounds = Rounds()
    first, most = min(bench.rounds, topic.rounds or bench.rounds), min(bench.most_rounds, topic.rounds or bench.most_rounds)
    deadline = time.monotonic() + bench.share_of_time()
    for turn in range(most):
        wanted = set(topic.measures) if turn < first else undecided(topic, rounds)
        names = [name for name in topic.measures if name in wanted and name not in rounds.broken]
        if not names or (turn >= first and time.monotonic() > deadline):
            break
        rounds.found.append({})
        for name in names if turn % 2 == 0 else reversed(names):
            run(bench, rounds, name, topic.measures[name], f"  {turn + 1:2}  {name:32}", say)
    return rounds


def undecided(topic, rounds):
    return {name for row in topic.rows if row.is_measured(rounds) and not row.is_decided(rounds) for name in row.measures}


def run(bench, rounds, name, function, beginning, say):
    steady.look()
    try:
        found = function(bench)
        rounds.found[-1][name] = found if isinstance(found, Found) else Found(found)
        say(f"{beginning} {found:12,.3f}  {rounds.found[-1][name].note}")
    except LeftOut as error:
        rounds.broken[name] = error
    except Exception as error:
        rounds.broken[name] = error
        say(f"{beginning} FAILED: {error}")
