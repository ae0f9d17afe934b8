# SPDX-License-Identifier: PostgreSQL
"""What the clients wrote down, and what that shows about each call: done, not done, or in doubt.

The lines are those of load/journal.hpp. A call inside a transaction is done if its COMMIT was answered, not done if the
COMMIT was never sent, and in doubt if the answer to the COMMIT was lost.
"""

import collections
import glob
import os

DONE, NOT, MAYBE = "done", "not done", "in doubt"
WRITES = {"book", "batch", "move", "loosen", "update", "cancel", "erase", "confirm", "deny"}


class Call:
    __slots__ = ("client", "number", "op", "transaction", "how", "event", "start", "duration", "count", "calendars",
                 "verdict", "outcome", "answer", "effect", "items")

    def __init__(self, client, fields):
        _, _, number, self.op, transaction, self.how, event, start, duration, count, calendars = fields
        self.client, self.number, self.transaction = client, int(number), int(transaction)
        self.event, self.start, self.duration, self.count = int(event), int(start), int(duration), int(count)
        self.calendars = calendars
        self.verdict, self.outcome, self.answer, self.items = "doubt", "", None, ()

    def key(self):
        return f"k.{self.client}.{self.number}"

    def has_key(self):
        return "k" in self.how

    def is_trial(self):
        return "d" in self.how

    def __str__(self):
        return f"call {self.client}.{self.number} ({self.op}, {self.effect})"


class Answer:
    """An answer about one event: an outcome, or the event as it was read."""

    __slots__ = ("outcome", "event", "version", "start", "end", "rejection", "count", "status")

    def __init__(self, fields):
        self.outcome = fields[0]
        self.event, self.version, self.start, self.end, self.rejection = map(int, fields[1:6])
        self.count = int(fields[6]) if len(fields) > 6 else 0
        self.status = fields[7] if len(fields) > 7 else ""


class Client:
    def __init__(self, number):
        self.number = number
        self.way = "?"
        self.calls = {}
        self.committed, self.ended = set(), {}  # transactions whose COMMIT was sent; the answers to it, by transaction
        self.repeats = 0
        self.complaints = []

    def read(self, lines):
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            letter = fields[0]
            if letter == "C" and len(fields) == 11:
                call = Call(self.number, fields)
                self.calls[call.number] = call
            elif letter == "A" and len(fields) == 12:
                call = self.calls[int(fields[2])]
                call.verdict, call.outcome = fields[3], fields[4]
                call.answer = Answer(fields[4:])
            elif letter == "I" and len(fields) == 9:
                call = self.calls[int(fields[2])]
                call.items = (*call.items, Answer(fields[3:]))
            elif letter == "R":
                self.repeats += 1
            elif letter == "X" and len(fields) == 4 and fields[3] == "commit":
                self.committed.add(int(fields[2]))
            elif letter == "T" and len(fields) == 4:
                self.ended[int(fields[2])] = fields[3]
            elif letter == "V":
                self.complaints.append(fields[2])
            elif letter == "W":
                self.way = fields[2]

    def judge(self):
        for call in self.calls.values():
            call.effect = self.effect_of(call)

    def effect_of(self, call):
        if call.transaction:
            return self.effect_within(call)
        if call.verdict == "answered":
            return DONE
        return NOT if call.verdict == "refused" else MAYBE

    def effect_within(self, call):
        if call.verdict != "answered" or call.transaction not in self.committed:
            return NOT
        ended = self.ended.get(call.transaction, "doubt")
        return {"answered": DONE, "doubt": MAYBE}.get(ended, NOT)


class History:
    def __init__(self, directory, zones):
        """`zones`: calendar -> all zones that it may have had in this round."""
        self.directory, self.zones = directory, zones
        self.clients = {}
        for path in glob.glob(os.path.join(directory, "client.*")):
            client = Client(int(path.rsplit(".", 1)[1]))
            with open(path, encoding="utf-8") as lines:
                client.read(lines)
            client.judge()
            self.clients[client.number] = client

    def calls(self):
        for client in self.clients.values():
            yield from client.calls.values()

    def way_of(self, call):
        return self.clients[call.client].way

    def complaints(self):
        for client in self.clients.values():
            for text in client.complaints:
                yield f"client {client.number}: {text}"

    def call_named(self, name):
        """The call whose event has this name, and its item's number: "7.123", "7.123.2"; None if there is none."""
        parts = name.split(".")
        try:
            client, number = self.clients[int(parts[0])], int(parts[1])
            return client.calls[number], int(parts[2]) if len(parts) > 2 else None
        except (KeyError, ValueError, IndexError):
            return None, None

    def counts(self):
        """(way, op) -> Counter of verdicts."""
        counts = collections.defaultdict(collections.Counter)
        for client in self.clients.values():
            for call in client.calls.values():
                counts[client.way, call.op][call.verdict] += 1
        return counts

    def doubtful_commits(self):
        """The number of transactions whose COMMIT was not answered although it was sent, or may have been."""
        return sum(client.ended.get(number, "doubt") == "doubt" for client in self.clients.values()
                   for number in client.committed)

    def repeats(self):
        return sum(client.repeats for client in self.clients.values())

    def watched(self, pattern):
        """The lines of each watcher: path, list of fields."""
        for path in sorted(glob.glob(os.path.join(self.directory, pattern))):
            with open(path, encoding="utf-8") as lines:
                yield os.path.basename(path), [line.rstrip("\n").split("\t") for line in lines if line.endswith("\n")]
