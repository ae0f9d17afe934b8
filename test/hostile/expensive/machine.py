# SPDX-License-Identifier: PostgreSQL
"""The machine that the stack shares with other work: how much of the machine this work leaves, and how much memory a
server process may take.

A bound in seconds is meant for a machine without other work. The processor time of all processes but the stack's and
the test's is measured, and a bound is stretched in proportion; the stack's own time stretches nothing."""

import contextlib
import os
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PROCESSORS = os.cpu_count()
LEAST_SHARE = 0.05
ROOM = 3 << 30  # bytes of addresses for a backend, so that a successful attack ends its backend and not the machine


def stat(pid):
    """The parent of a process, and the seconds for which the process and its ended children have run."""
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
    """The seconds that all processors have worked, or that another virtual machine has taken."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK


def set_limit(pid, size):
    """Sets the limit as the user of the process: in a container even root lacks the capability to set it for others."""
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
        """The factor by which other work since then has stretched the stack's work: 1 without other work."""
        seconds, used, own = (now - then for now, then in zip(self.now(), since))
        left = 1 - max(0, used - own) / (PROCESSORS * max(seconds, 0.1))
        return 1 / max(left, LEAST_SHARE)

    def limit_memory(self, size=ROOM):
        """Limits the server's processes, later ones included."""
        set_limit(self.postmaster, size)
        for pid in descendants([self.postmaster]):
            with contextlib.suppress(OSError, subprocess.CalledProcessError):  # the process has ended
                set_limit(pid, size)

    def unlimit_memory(self):
        self.limit_memory("unlimited")
