# SPDX-License-Identifier: PostgreSQL
"""The machine that the stack shares with others: how much of it they leave, and how much memory a server process may take.

A bound in seconds is meant for a machine of one's own. What processes that are none of the stack's, nor of the test's, use at the
same time is measured, and a bound is stretched by as much; what the stack itself spends stretches nothing."""

import contextlib
import os
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PROCESSORS = os.cpu_count()
LEAST_SHARE = 0.05
ROOM = 3 << 30  # bytes of addresses that a backend may have, so that an attack that works ends itself and not the machine


def stat(pid):
    """The parent of a process, and the seconds that it and its children that have ended have run."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / TICK


def descendants(roots):
    """The processes of these trees, with the seconds that each has run."""
    found = {int(name): known for name in os.listdir("/proc") if name.isdigit() and (known := stat(name))}
    members = set(roots)
    while more := {pid for pid, (parent, _) in found.items() if parent in members} - members:
        members |= more
    return {pid: found[pid][1] for pid in members if pid in found}


def busy():
    """The seconds that all processors have worked, or were taken away by another machine on the same ones."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK


def set_limit(pid, size):
    """As the user whose process it is: not even root may without a capability that a container lacks."""
    owner = os.stat(f"/proc/{pid}")
    become = ["setpriv", "--reuid", str(owner.st_uid), "--regid", str(owner.st_gid), "--clear-groups"]
    if owner.st_uid == os.getuid():
        become = []
    subprocess.run([*become, "prlimit", "--pid", str(pid), f"--as={size}:"], check=True, stderr=subprocess.DEVNULL)


class Machine:
    def __init__(self):
        stack = [os.environ["JB_STACK"], "pid", os.environ["JB_STACK_DIR"]]
        pids = {name: int(subprocess.run([*stack, name], capture_output=True, text=True, check=True).stdout)
                for name in ("postgres", "fcgi", "nginx")}
        self.postmaster, self.fcgi = pids["postgres"], pids["fcgi"]
        self.roots = [*pids.values(), os.getpid()]

    def now(self):
        return time.monotonic(), busy(), sum(descendants(self.roots).values())

    def stretch(self, since):
        """By how much what others did since then has stretched what the stack did: 1 where they did nothing."""
        seconds, used, own = (now - then for now, then in zip(self.now(), since))
        left = 1 - max(0, used - own) / (PROCESSORS * max(seconds, 0.1))
        return 1 / max(left, LEAST_SHARE)

    def limit_memory(self, size=ROOM):
        """Of the server's processes, those to come as well."""
        set_limit(self.postmaster, size)
        for pid in descendants([self.postmaster]):
            with contextlib.suppress(OSError, subprocess.CalledProcessError):  # it has ended
                set_limit(pid, size)

    def unlimit_memory(self):
        self.limit_memory("unlimited")
