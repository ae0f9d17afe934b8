# SPDX-License-Identifier: PostgreSQL
"""A poll's best times by Python's intervaltree, the structure that the Event Scheduler seed uses.

It is spared what the seed does at each request besides: the intervals lie in memory, with numbers for names and times in
seconds, each shortened to the starts at which the event fits, and those of one participant joined. It looks only at the
starts at which somebody's interval begins, where the most are free, and gives the ten best of them and who is free then;
not how long each lasts, nor who is free with a yes.
"""
import heapq

from intervaltree import Interval, IntervalTree


def best(runs, most=10):
    """runs: (first start, end, participant). The best starts with those who are free, the largest company first."""
    tree = IntervalTree(Interval(begin, end, participant) for begin, end, participant in runs)
    starts = {begin for begin, _, _ in runs}
    ranked = heapq.nsmallest(most, starts, key=lambda start: (-len(tree.at(start)), start))
    return [(start, sorted(run.data for run in tree.at(start))) for start in ranked]
