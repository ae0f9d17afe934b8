# SPDX-License-Identifier: PostgreSQL
"""The stack that a benchmark runs on: its own by dev/stack, with the settings of a server that takes many writes."""
import os
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"

# Settings an administrator would use on a server that takes many writes; all others are defaults, fsync included.
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_compression": "off",
}


class Failed(Exception):
    """A program of the benchmark failed; the message is the end of the program's output."""


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Failed(f"{pathlib.Path(str(command[0])).name}: " + " | ".join(said[-4:]))
    return done.stdout


class LeftOut(Exception):
    """Raised if a quick run is too small for a measure."""


def spent(pid):
    """The processor time of a process, of its children, and of their ended children, in seconds."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = [_ticks(pid, slice(11, 15)), *(_ticks(child, slice(11, 13)) for child in children)]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _ticks(pid, fields):
    try:
        return sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[fields]))
    except (FileNotFoundError, ProcessLookupError):  # a child that has just ended, before its file was opened or read
        return 0


class Stack:
    """A stack of this tree, or of another checkout."""

    def __init__(self, place, tree=ROOT):
        self.place = pathlib.Path(place).absolute()
        self.program = pathlib.Path(tree).absolute() / "dev" / "stack"
        self.environment = dict(os.environ)

    def up(self, *parts, settings={}):
        """Creates a new stack, or the named parts of one."""
        self._stack("destroy", missing_is_fine=True)
        self._stack("up", "database")
        self._read_environment()
        for name, value in (SETTINGS | settings).items():
            self.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.restart(*parts)

    def restart(self, *parts, under=""):
        """Restarts the stack, or the named parts; runs PostgreSQL under another program if given."""
        self._stack("down")
        self._stack("up", *parts, wrapper=under)

    def destroy(self):
        self._stack("destroy", missing_is_fine=True)

    def database(self, name):
        """An empty database with the extension."""
        self._stack("database", name)
        self.psql("CREATE EXTENSION btree_gist; CREATE EXTENSION jb_scheduler", database=name)
        return Database(self, name)

    def existing(self, name):
        """A database of the stack. Peers need btree_gist."""
        self.psql("CREATE EXTENSION IF NOT EXISTS btree_gist", database=name)
        return Database(self, name)

    def psql(self, text, database="jb", variables={}, options="", program=("psql", "-X", "-q", "-At")):
        """Runs SQL as superuser, and returns what it prints."""
        command = [*program, "-v", "ON_ERROR_STOP=1", "-d", database]
        for key, value in variables.items():
            command += ["-v", f"{key}={value}"]
        return run(command, input=text, env={**self.environment, "PGOPTIONS": options}).strip()

    def pid(self, name):
        return int(run([self.program, "pid", self.place, name]))

    def processor_time(self, name):
        """The seconds that postgres, fcgi or nginx have spent so far, with all their processes."""
        return spent(self.pid(name))

    def _stack(self, command, *more, missing_is_fine=False, wrapper=""):
        if missing_is_fine and not self.place.exists():
            return
        settings = {"JB_PORT": "auto", "JB_ADMIN_PORT": "auto", "JB_PUBLIC_PORT": "off", "JB_TIMEZONE": "Europe/Berlin",
                    "JB_RATE": "1000000", "JB_BURST": "1000000", "JB_THREADS": "16", "JB_WRAPPER": wrapper}
        run([self.program, command, self.place, *more], env={**os.environ, **settings})

    def _read_environment(self):
        for line in (self.place / "env").read_text().splitlines():
            name, value = line.removeprefix("export ").split("=", 1)
            self.environment[name] = shlex.split(value)[0]


class Database:
    """A database of the stack: each topic keeps its data apart from other topics."""

    def __init__(self, stack, name):
        self.stack = stack
        self.name = name

    def sql(self, text, **options):
        return self.stack.psql(text, database=self.name, **options)

    def number(self, text, **options):
        return float(self.sql(text, **options).splitlines()[-1])

    def script(self, path, **variables):
        """Runs a file of bench/, and returns what it prints."""
        return self.sql((ROOT / "bench" / path).read_text(), variables=variables)

    def calendars(self, count, prefix="c"):
        """Creates calendars c0, c1, …"""
        self.sql("SELECT count(jb_calendar_set(:'prefix' || i, '{}')) FROM generate_series(0, :count - 1) i;",
                 variables={"prefix": prefix, "count": count})

    def is_sound(self):
        """Fails unless the database is sound: a benchmark that damaged it would have worthless figures."""
        found = self.sql("SELECT * FROM jb_check() LIMIT 3")
        if found:
            raise Failed("jb_check: " + found)
