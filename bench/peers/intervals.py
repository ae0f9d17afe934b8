# SPDX-License-Identifier: PostgreSQL
"""A poll's best times by Python's intervaltree, the structure that the Event Scheduler seed uses.

The peer is spared what the seed also does in each request: the intervals are in memory, with numbers for names and
times in seconds. Each interval is shortened to the starts at which the event fits, and each participant's intervals are
joined. The peer considers only starts at which an interval begins, since most participants are free there. It returns
the ten best of them and who is free then, but not how long each lasts, nor who is free with a yes.
"""
import heapq

from intervaltree import Interval, IntervalTree


def best(runs, most=10):
    """runs: (first start, end, participant). The best starts with their free participants, the largest group first."""
    tree = IntervalTree(Interval(begin, end, participant) for begin, end, participant in runs)
    starts = {begin for begin, _, _ in runs}
    ranked = heapq.nsmallest(most, starts, key=lambda start: (-len(tree.at(start)), start))
    return [(start, sorted(run.data for run in tree.at(start))) for start in ranked]
