# SPDX-License-Identifier: PostgreSQL
"""The table at the end: operations, answers, faults, violations."""

import collections
import os
import re
import subprocess

from history import WRITES
from stack import SOURCE

TEN_MINUTES = 600
LEAST_CALLS, LEAST_FAULTS = 100_000, 50  # in ten minutes of load
PAGE = os.path.join(SOURCE, "test/torture/RESULTS.md")
BEGIN, END = "<!-- the table of make torture begins -->", "<!-- the table of make torture ends -->"
WORDS = {"book": "book", "batch": "book a batch", "move": "move", "loosen": "give back to the scheduler", "update": "update",
         "cancel": "cancel", "erase": "delete", "confirm": "confirm", "deny": "deny", "read": "read an event",
         "list": "list events", "slots": "slots", "changes": "changes", "rejections": "rejections", "busy": "busy time",
         "explain": "explain"}
FAULTS = {"kill_postmaster": "kill -9 of the postmaster", "kill_backend": "kill -9 of a SQL client's backend",
          "kill_gateway_backend": "kill -9 of one of the front end's backends", "kill_worker": "kill -9 of the background worker",
          "kill_checkpointer": "kill -9 of the checkpointer", "kill_walwriter": "kill -9 of the WAL writer",
          "kill_fcgi": "kill -9 of jb_fcgi", "kill_nginx": "kill -9 of nginx's master",
          "kill_nginx_worker": "kill -9 of a worker of nginx", "kill_everything": "kill -9 of nginx, jb_fcgi and the postmaster",
          "stop_backend": "a backend stopped for a while (SIGSTOP)", "stop_postmaster": "the postmaster stopped for a while",
          "stop_walwriter": "checkpointer and WAL writer stopped for a while", "stop_fcgi": "jb_fcgi stopped for a while",
          "stop_nginx_worker": "a worker of nginx stopped for a while", "cut_sessions": "all sessions terminated",
          "cut_statements": "all statements cancelled", "restart_postgres": "PostgreSQL restarted",
          "restart_fcgi": "jb_fcgi restarted", "restart_nginx_workers": "nginx reloaded",
          "change_zone": "a calendar given another zone, and jb_rezone", "change_hours": "a date given other hours",
          "change_plan": "a calendar planned anew (jb_replan)", "fill_disk": "a full disk",
          "promote_standby": "a standby promoted in the place of its primary",
          "update_extension": "the extension updated to its next version"}


class Sums:
    """The sums over all rounds."""

    def __init__(self):
        self.commit = commit()  # the tested commit, even if others follow during the run
        self.calls = collections.defaultdict(collections.Counter)
        self.faults = collections.Counter()
        self.repeats = self.rounds = self.seconds = self.doubtful_commits = 0
        self.broken = collections.Counter()
        self.found = collections.Counter()

    def add(self, history, tables, faults, broken, seconds):
        for key, verdicts in history.counts().items():
            self.calls[key].update(verdicts)
        self.faults.update(faults)
        self.repeats += history.repeats()
        self.doubtful_commits += history.doubtful_commits()
        self.rounds += 1
        self.seconds += seconds
        self.broken.update({law: len(found) for law, found in broken.items()})
        self.found.update(changes=len(tables.changes), rejections=len(tables.rejections), events=len(tables.events))

    def total(self):
        return sum(sum(verdicts.values()) for verdicts in self.calls.values())

    def kills(self):
        return sum(count for name, count in self.faults.items() if name.startswith(("kill_", "promote_")))

    def in_ten_minutes(self):
        """Calls and faults while the clients are running, without preparing and checking."""
        share = TEN_MINUTES / max(self.seconds, 1)
        return round(self.total() * share), round(sum(self.faults.values()) * share)

    def too_little(self):
        calls, faults = self.in_ten_minutes()
        if calls >= LEAST_CALLS and faults >= LEAST_FAULTS:
            return ""
        return f"Too little to prove anything: {calls:,} calls and {faults} faults in ten minutes, not {LEAST_CALLS:,} and {LEAST_FAULTS}."

    def text(self, laws):
        ways = ("sql", "https")
        lines = [f"{self.total():,} calls in {self.seconds:,.0f} s of load and {self.rounds} rounds; {sum(self.faults.values())} "
                 f"faults, {self.kills()} of them kill -9; {self.found['changes']:,} changes and {self.found['rejections']:,} "
                 f"rejections were looked at; {sum(self.broken.values())} violations.", "",
                 "Of commit {}; in ten minutes of load {:,} calls and {} faults.".format(self.commit, *self.in_ten_minutes()), "",
                 "| operation | over SQL | over HTTPS | answered | refused | no answer |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
        for op, word in WORDS.items():
            verdicts = collections.Counter()
            for way in ways:
                verdicts.update(self.calls[way, op])
            lines.append(f"| {word} | " + " | ".join(f"{sum(self.calls[way, op].values()):,}" for way in ways) +
                         " | " + " | ".join(f"{verdicts[v]:,}" for v in ("answered", "refused", "doubt")) + " |")
        lines += ["", f"Calls that were sent again under their idempotency key: {self.repeats:,}. "
                  f"Of the calls {self.writes():,} were to change something. Transactions whose COMMIT had no answer: "
                  f"{self.doubtful_commits:,}.", "", "| fault | times |", "| --- | ---: |"]
        lines += [f"| {FAULTS[name]} | {count:,} |" for name, count in sorted(self.faults.items(), key=lambda f: list(FAULTS).index(f[0]))]
        lines += ["", "| what must be true | violations |", "| --- | ---: |"]
        lines += [f"| {law.replace('_', ' ')} | {self.broken[law]} |" for law in laws]
        return "\n".join(lines)

    def writes(self):
        return sum(sum(verdicts.values()) for (_, op), verdicts in self.calls.items() if op in WRITES)


def commit():
    """The commit under test; with "and changes" if the tree differs from it."""
    def git(*arguments):
        return subprocess.run(["git", "-C", SOURCE, *arguments], capture_output=True, text=True, check=False).stdout.strip()
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" and changes" if git("status", "--porcelain", "-uno") else "")


def record(text):
    """Puts the table into its page."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL))
