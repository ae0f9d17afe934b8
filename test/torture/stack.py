# SPDX-License-Identifier: PostgreSQL
"""Torture's own stack (dev/stack): its processes, its SQL, and its data, on a small disk if one can be made."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(SOURCE, "test/model"))  # wall_clock
PATIENCE = 120
SETTINGS = {"JB_PORT": "auto", "JB_ADMIN_PORT": "auto", "JB_TIMEZONE": "Europe/Berlin", "JB_THREADS": "16",
            "JB_RATE": "100000", "JB_BURST": "100000"}


class Failed(Exception):
    """The torture itself could not continue."""


def wait_until(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > end:
            raise Failed(f"waited {patience} s in vain: {what}")
        time.sleep(0.05)
    return answer


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def title_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Stack:
    def __init__(self, directory):
        self.directory = directory
        self.disk = None  # where the small disk is mounted
        self.source = SOURCE  # the tree of the version that the database has
        os.makedirs(directory, exist_ok=True)

    # ---- the stack ----

    def run(self, command, *arguments):
        environment = {**os.environ, **SETTINGS}
        for name in ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "JB_PUBLIC_PORT"):
            environment.pop(name, None)
        done = subprocess.run([os.path.join(self.source, "dev/stack"), command, self.directory, *arguments], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return done

    def up(self):
        done = self.run("up")
        if done.returncode:
            raise Failed(f"dev/stack up: {done.stdout}")

    def destroy(self):
        self.run("down")
        if self.disk:
            subprocess.run(["umount", self.disk], check=False)
            shutil.rmtree(self.disk, ignore_errors=True)
        self.run("destroy")

    def environment(self):
        with open(os.path.join(self.directory, "env"), encoding="utf-8") as file:
            return {**os.environ, **dict(re.findall(r"(\w+)=(\S+)", file.read()))}

    @property
    def room(self):
        return os.path.realpath(os.path.join(self.directory, "room"))

    # ---- the small disk ----

    def put_on_small_disk(self, image, size):
        """Puts the room on a small file system, before the first up. Returns why not, for instance without root."""
        if os.geteuid() != 0:
            return "only root may mount a file system"
        room = f"/var/lib/jb_scheduler/torture.{os.getpid()}"
        os.makedirs(room)
        with open(image, "wb") as file:
            file.truncate(size)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], check=True, stdin=subprocess.DEVNULL)
        done = subprocess.run(["mount", "-o", "loop", image, room], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        if done.returncode:
            os.rmdir(room)
            return "no file system can be mounted here: " + done.stderr.strip()
        self.disk = room
        os.symlink(room, os.path.join(self.directory, "room"))
        return None

    # ---- SQL ----

    def psql(self, script, check=True):
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"], input=script, env=self.environment(), text=True,
                              capture_output=True, check=False)
        if check and done.returncode:
            raise Failed(f"psql: {done.stderr}\n{script[:2000]}")
        return done.stdout if check else (done.returncode == 0, done.stdout.strip(), done.stderr)

    def value(self, sql):
        return self.psql(sql).strip()

    def answers(self):
        return self.psql("SELECT 1 WHERE NOT pg_is_in_recovery()", check=False)[1] == "1"

    def wait_for_sql(self):
        wait_until(self.answers, "PostgreSQL answers")

    def is_idle(self):
        busy = self.psql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                         " AND state <> 'idle' AND pid <> pg_backend_pid()", check=False)
        return busy[1] == "0"

    # ---- processes ----

    def pid(self, name):
        """The main process of postgres, fcgi or nginx."""
        try:
            with open(os.path.join(self.room, name + ".pid"), encoding="ascii") as file:
                pid = int(file.read().split()[0])
        except (FileNotFoundError, IndexError):
            return None
        return pid if os.path.exists(f"/proc/{pid}") else None

    def server_processes(self, pattern):
        """The processes of PostgreSQL whose title matches: "checkpointer", "jb_scheduler launcher", "jb \\[local\\]"."""
        return [pid for pid in children_of(self.pid("postgres")) if re.search(pattern, title_of(pid))]

    def nginx_workers(self):
        return [pid for pid in children_of(self.pid("nginx")) if "worker process" in title_of(pid)]


def send(pid, number):
    """Whether the process existed to get the signal."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, TypeError):
        return False
    return True


def end(pid):
    return send(pid, signal.SIGKILL)
