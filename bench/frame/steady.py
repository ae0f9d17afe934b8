# SPDX-License-Identifier: PostgreSQL
"""Whether the processors kept their speed: the same piece of work, timed before each measure. If a host shares its
processors among machines, nothing else inside a machine shows that the others are busy."""
import time

# How many times longer the slow tenth may take than the fast tenth on a machine that is called steady.
STEADY = 1.5

_times = []


def look():
    began = time.perf_counter()
    sum(range(300_000))
    _times.append(time.perf_counter() - began)


def _tenths():
    """The fast tenth and the slow tenth of all looks so far, in milliseconds."""
    if not _times:
        look()  # no topic got to its measures
    ordered = sorted(_times)
    return tuple(ordered[round(share * (len(ordered) - 1))] * 1e3 for share in (0.1, 0.9))


def is_steady():
    fast, slow = _tenths()
    return len(_times) > 1 and slow <= STEADY * fast


def how_steady():
    """A sentence about all looks so far."""
    fast, slow = _tenths()
    said = f"the same piece of work took {fast:.1f} ms in the fast tenth of {len(_times)} looks and {slow:.1f} in the slow tenth"
    return f"it was steady: {said}" if is_steady() else f"**it was not steady, take this for a trial**: {said}"
