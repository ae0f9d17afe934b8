# SPDX-License-Identifier: PostgreSQL
"""Random expensive requests, made of the pieces of found.py."""

import random

from request import FACE, HUNDRED, MIB, START, THRICE, WEEK, batch, book, crowd, event, explain, import_file, series, standard, until_full, vevent, vtimezone


class Chance:
    """Random requests near the limits; the same seed makes the same requests."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, most):
        """A number up to the highest allowed one, mostly near it."""
        return max(1, int(most * self.random.random() ** 0.3))

    def numbers(self, name, least, most):
        picked = sorted(self.random.sample(range(least, most + 1), self.some(most - least + 1)))
        return f";{name}=" + ",".join(map(str, picked))

    def rule(self):
        choose = self.random.choice
        frequency = choose(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
        rule = f"RRULE:FREQ={frequency}"
        if choose([True, False]):
            rule += ";BYHOUR=" + ",".join(map(str, range(self.some(24)))) + ";BYMINUTE=" + ",".join(map(str, range(0, 60, 5)))
        if choose([True, False]) or frequency == "WEEKLY":
            rule += f";BYDAY={WEEK}"
        elif frequency == "YEARLY":
            rule += self.numbers("BYYEARDAY", 1, 366)
        if choose([True, False]):
            rule += self.numbers("BYMONTH", 1, 12)
        if "BY" in rule and choose([True, False]):
            rule += f";BYSETPOS={choose([1, -1, 366, -366, 300])}"
        if choose([True, False, False]):
            rule += f";INTERVAL={choose([2, 7, 9999])}"
        rule += choose([f";COUNT={self.some(1000)}", ";UNTIL=99991231"])
        if choose([True, False, False]):
            rule += "\nEXDATE:" + ",".join(["20270104"] * self.some(20_000))
        return rule

    def wish(self):
        choose = self.random.choice
        fields = {"calendars": HUNDRED[:self.some(100)], "attendees": crowd(self.some(choose([1, 20, 1000])), self.some(200)),
                  "event_name": FACE * self.some(500), "event_location": FACE * self.some(1000), "duration": choose([1, 3600, 86_400, 366 * 86_400])}
        if choose([True, True, False]):
            return series(choose([THRICE + str(self.some(1000)), self.rule()]), **fields,
                          date=choose([START, START, "1025-01-01", "0001-01-01"]), on_no_slot=choose(["reject", "skip"]))
        return event(**fields, preempt=choose([True, False]), priority=100)

    def file(self):
        zones = [vtimezone(f"Z{i}", *[standard(self.rule()[:500])] * self.some(50)) for i in range(self.some(20))]
        items = until_full(lambda i: vevent(i, f"DTSTART;TZID=Z{i % 30}:20270104T090000", self.rule()[:5000].replace("\n", "\r\n"),
                                            *[f"ATTENDEE:mailto:{FACE * 40}"] * self.some(20)), MIB // 2)
        return import_file("by chance", *zones, *items[:self.some(1000)])

    def request(self):
        kind = self.random.choice(["explain", "book", "batch", "file"])
        if kind == "file":
            return self.file()
        if kind == "batch":
            return batch("by chance", until_full(lambda _: self.wish(), self.some(MIB - 2000))[:1000])
        return {"explain": explain, "book": book}[kind]("by chance", self.wish())
