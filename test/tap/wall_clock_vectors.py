"""What wall clocks show around every change of some zones from 1970 to 2037, and the instants of these times.

Prints two kinds of lines, tab-separated:
  read   ZONE  DATE  TIME  INSTANT   a wall clock time, and the instant it means (RFC 5545, 3.3.5)
  shown  ZONE  INSTANT  TEXT         an instant, and how RFC 3339 writes it there

The changes come from Python's reading of the zone data. The meaning of a wall clock time is computed from the offsets
before and after the change, and compared with PEP 495 with fold=0, which gives the same by other rules.
"""

import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)
FIRST, LAST = 0, int((datetime(2038, 1, 1) - EPOCH).total_seconds())
STEP = 6 * 3600


def offset_at(zone, instant):
    return int(datetime.fromtimestamp(instant, zone).utcoffset().total_seconds())


def changes(zone):
    """(instant, offset before, offset after)"""
    for start in range(FIRST, LAST, STEP):
        before, after = offset_at(zone, start), offset_at(zone, start + STEP)
        if before != after:
            low, high = start, start + STEP
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(zone, middle) == before else (low, middle)
            yield high, before, after


def meant(wall, change, before, after):
    """A skipped time is read with the offset before the change; a repeated time is the first."""
    comes_before = wall - before < change
    comes_after = wall - after >= change
    return wall - after if comes_after and not comes_before else wall - before


def wall_times(change, before, after):
    first, last = sorted((change + before, change + after))
    return sorted({first - 1, first, first + 1, (first + last) // 2, last - 1, last, last + 1, last + 3599})


def main():
    for name in sys.argv[1:]:
        zone = ZoneInfo(name)
        for change, before, after in changes(zone):
            for wall in wall_times(change, before, after):
                clock = EPOCH + timedelta(seconds=wall)
                instant = meant(wall, change, before, after)
                assert instant == clock.replace(tzinfo=zone, fold=0).timestamp(), (name, clock)
                print("read", name, clock.date(), clock.time(), instant, sep="\t")
            for instant in (change - 1, change, change + 1):
                print("shown", name, instant, datetime.fromtimestamp(instant, zone).isoformat(), sep="\t")


main()
