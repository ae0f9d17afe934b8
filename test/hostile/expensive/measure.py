# SPDX-License-Identifier: PostgreSQL
"""The cost of a statement: how long it takes, how soon it ends when told to, how much memory its backend takes for it,
and how much of this memory the backend keeps.

Memory is the backend's own: pages of the server's shared buffers, which seem to belong to each process that has touched
them, are not counted."""

import os
import re
import selectors
import subprocess
import time
from dataclasses import dataclass

MIB = 1024  # in the kibibytes of /proc
END = "end of the statement"
LOST = "the connection"
PATIENCE = 60


@dataclass
class Memory:
    """The memory of a process, in kB: its peak since forget_peak(), and the present amount."""

    peak: int
    held: int

    @staticmethod
    def of(pid):
        """Of an ending process: none. Its session may have been told to end just after it had answered."""
        try:
            with open(f"/proc/{pid}/status") as file:
                kilobytes = {name: int(number) for name, number in re.findall(r"^(\w+):\s+(\d+) kB$", file.read(), re.M)}
        except (FileNotFoundError, ProcessLookupError):
            return Memory(0, 0)
        shared = kilobytes.get("RssShmem", 0)
        return Memory(kilobytes.get("VmHWM", shared) - shared, kilobytes.get("VmRSS", shared) - shared)

    @staticmethod
    def forget_peak(pid):
        with open(f"/proc/{pid}/clear_refs", "w") as file:
            file.write("5")


@dataclass
class Cost:
    """The result of a statement: SQLSTATE (LOST if the session ended) and message, seconds, memory in kB."""

    state: str
    message: str
    seconds: float
    grown: int = 0
    kept: int = 0
    after_told: float = 0  # seconds from the request to end the statement; 0 if it had ended before

    def __str__(self):
        return (f"{self.state} {self.message[:200]!r} after {self.seconds:.2f} s, {self.after_told:.2f} s after it was told to "
                f"end; the backend grew by {self.grown // MIB} MiB and kept {self.kept // MIB} MiB")


class Session:
    """A psql in a role of the scheduler's. It runs one statement at a time, and discards the statements' results."""

    def __init__(self, role=None, timeout=0):
        self.process = subprocess.Popen(["psql", "-XqAt", "-v", "VERBOSITY=verbose"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, bufsize=0)
        self.output = selectors.DefaultSelector()
        self.output.register(self.process.stdout, selectors.EVENT_READ)
        self.received = b""
        self.pid = int(self.value("SELECT pg_backend_pid()"))
        self.value(f"SET statement_timeout = {int(timeout * 1000)}")
        if role:
            self.value(f"SET ROLE jb_{role}")

    def start(self, statement):
        self.received = b""
        self.began = time.monotonic()
        text = f"{statement}\n;\\echo {END} :SQLSTATE\n"
        try:
            self.process.stdin.write(text.encode())
        except BrokenPipeError:
            pass  # finish() returns the statement's result

    def wait(self, seconds):
        """Whether the statement ended within `seconds`."""
        deadline = time.monotonic() + seconds
        while END.encode() not in self.received[-len(END) - 20:]:
            if not self.output.select(max(0, deadline - time.monotonic())):
                return False
            part = os.read(self.process.stdout.fileno(), 1 << 20)
            if not part:
                self.process.wait()
                return True
            self.received = (self.received[:2000] if len(self.received) > 100_000 else self.received) + part
        return True

    def finish(self, patience=PATIENCE):
        """The SQLSTATE and everything that was printed."""
        if not self.wait(patience):
            self.process.kill()
            raise TimeoutError(f"the statement did not end within {patience} s")
        text = self.received.decode(errors="replace")
        body, mark, state = text.rpartition(END)
        return (state.strip(), body.rstrip("\n")) if mark else (LOST, text)

    def value(self, statement):
        self.start(statement)
        state, text = self.finish()
        assert state == "00000", f"{statement[:500]}: {text[:2000]}"
        return text

    def measure(self, statement, stop=None):
        """The Cost of a statement. `stop` is called while the statement runs; it tells it to end, and returns
        the time.monotonic() of that. What the server itself takes to parse the statement it frees after the call, so
        the extension returns it to the system with the next call (pg/call.cpp). A cheap one is made."""
        Memory.forget_peak(self.pid)
        before = Memory.of(self.pid)
        self.start(statement)
        told = stop(self) if stop else None
        state, text = self.finish()
        ended = time.monotonic()
        cost = Cost(state, text, ended - self.began, after_told=max(0, ended - told) if told else 0)
        if state != LOST:
            peak = Memory.of(self.pid).peak
            self.start("SELECT jb_now()")
            self.finish()
            cost.grown, cost.kept = peak - before.held, Memory.of(self.pid).held - before.held
        return cost

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def tell_to_end(how, delay):
    """What stops a Session's statement that has run for `delay` seconds: pg_cancel_backend or pg_terminate_backend."""

    def stop(session):
        if session.wait(delay):
            return None
        told = time.monotonic()
        subprocess.run(["psql", "-Xqc", f"SELECT {how}({session.pid})"], check=True, stdout=subprocess.DEVNULL)
        return told

    return stop
