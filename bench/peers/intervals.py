# SPDX-License-Identifier: PostgreSQL
"""A poll's best times by Python's intervaltree, the structure that the Event Scheduler seed uses.

The peer is spared what the seed does at each request besides: the intervals lie in memory, with numbers for names and times in
seconds. Each interval is shortened to the starts at which the event fits, and the intervals of one participant are joined. The
peer looks only at the starts at which an interval begins, since there the most participants are free, and gives the ten best of
them and who is free then. It does not tell how long each lasts, nor who is free with a yes.
"""
import heapq

from intervaltree import Interval, IntervalTree


def best(runs, most=10):
    """runs: (first start, end, participant). The best starts with the participants who are free, the largest group first."""
    tree = IntervalTree(Interval(begin, end, participant) for begin, end, participant in runs)
    starts = {begin for begin, _, _ in runs}
    ranked = heapq.nsmallest(most, starts, key=lambda start: (-len(tree.at(start)), start))
    return [(start, sorted(run.data for run in tree.at(start))) for start in ranked]
