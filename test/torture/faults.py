# SPDX-License-Identifier: PostgreSQL
"""The faults that the service suffers while the clients call. Each fault ends with everything running again."""

import glob
import os
import random
import shutil
import signal
import subprocess
import time

from stack import PATIENCE, SOURCE, Failed, end, send, wait_until

NOT_HERE = "could not be done"
# The calendars' zones. The clocks of Berlin, Auckland and Lord Howe change meanwhile, Lord Howe's by half an hour.
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Australia/Lord_Howe"]


class Faults:
    def __init__(self, stack, seed, base, zones):
        """`base`: the day on which most events begin; `zones`: calendar -> all zones that it may have had."""
        self.stack, self.base, self.zones = stack, base, zones
        self.random = random.Random(seed)
        self.standby = None

    def names(self):
        all_of_them = [name for name in dir(self) if name.startswith(("kill_", "stop_", "cut_", "restart_", "change_"))]
        # If the full disk ended a standby, it would keep every commit waiting.
        if self.stack.disk and not self.standby:
            all_of_them.append("fill_disk")
        return all_of_them

    # ---- kill -9 ----

    def kill_postmaster(self):
        end(self.stack.pid("postgres"))
        self.stack.up()

    def end_server_process(self, pattern):
        """Kills a process of PostgreSQL. The postmaster then ends all others and recovers by itself."""
        found = self.stack.server_processes(pattern)
        victim = self.random.choice(found) if found else None
        if not end(victim):
            return NOT_HERE
        # The server still answers until the postmaster has noticed.
        wait_until(lambda: not os.path.exists(f"/proc/{victim}"), "the postmaster has noticed")
        self.stack.wait_for_sql()
        return None

    def kill_backend(self):
        return self.end_server_process(r"postgres jb \[local\]")

    def kill_gateway_backend(self):
        return self.end_server_process(r"jb_gateway jb \[local\]")

    def kill_worker(self):
        return self.end_server_process(r"jb_scheduler")

    def kill_checkpointer(self):
        return self.end_server_process(r"checkpointer")

    def kill_walwriter(self):
        return self.end_server_process(r"walwriter")

    def kill_fcgi(self):
        end(self.stack.pid("fcgi"))
        self.stack.up()

    def kill_nginx(self):
        end(self.stack.pid("nginx"))
        self.stack.up()

    def kill_nginx_worker(self):
        return None if end(self.random.choice(self.stack.nginx_workers())) else NOT_HERE

    def kill_everything(self):
        for name in ("nginx", "fcgi", "postgres"):
            end(self.stack.pid(name))
        self.stack.up()

    # ---- processes that stop for a while and go on ----

    def stop(self, pids, seconds):
        stopped = [pid for pid in pids if send(pid, signal.SIGSTOP)]
        time.sleep(seconds)
        for pid in stopped:
            send(pid, signal.SIGCONT)
        return None if stopped else NOT_HERE

    def stop_backend(self):
        found = self.stack.server_processes(r"jb \[local\]")
        return self.stop([self.random.choice(found)] if found else [], 1.5)

    def stop_postmaster(self):
        return self.stop([self.stack.pid("postgres")], 1)

    def stop_walwriter(self):
        return self.stop(self.stack.server_processes(r"walwriter|checkpointer|background writer"), 1)

    def stop_fcgi(self):
        return self.stop([self.stack.pid("fcgi")], 1)

    def stop_nginx_worker(self):
        return self.stop(self.stack.nginx_workers()[:1], 1)

    # ---- connections ----

    def cut_sessions(self):
        done, _, _ = self.stack.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                     " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()", check=False)
        return None if done else NOT_HERE

    def cut_statements(self):
        done, _, _ = self.stack.psql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                                     " WHERE state = 'active' AND pid <> pg_backend_pid()", check=False)
        return None if done else NOT_HERE

    # ---- restarts, as an administrator makes them ----

    def restart_postgres(self):
        pid = self.stack.pid("postgres")
        send(pid, signal.SIGINT)
        wait_until(lambda: self.stack.pid("postgres") is None or not os.path.exists(f"/proc/{pid}"), "PostgreSQL ends")
        self.stack.up()

    def restart_fcgi(self):
        pid = self.stack.pid("fcgi")
        send(pid, signal.SIGTERM)
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "jb_fcgi ends")
        self.stack.up()

    def restart_nginx_workers(self):
        return None if send(self.stack.pid("nginx"), signal.SIGHUP) else NOT_HERE

    # ---- a new version ----

    def update_extension(self):
        """Installs the next version beside this one (Next.pm), and updates the database, as an administrator does while
        everybody works. Once: there is no way back."""
        if self.stack.source != SOURCE:
            return NOT_HERE
        tree = os.path.join(self.stack.directory, "next")
        if not os.path.exists(tree):
            os.mkdir(tree)
            self._next("new", tree)
        self._next("install", tree)
        self.stack.psql("SET lock_timeout = '10s'; ALTER EXTENSION jb_scheduler UPDATE")
        self.stack.source = tree
        return None

    def _next(self, what, tree):
        program = {"new": "Next->new($ARGV[0])", "install": "sub Place::dir { $_[0][0] } Next::install({tree => $ARGV[0]}, bless [$ARGV[1]], q(Place))"}[what]
        done = subprocess.run(["perl", "-Itest/tap", "-MNext", "-e", program, tree, self.stack.directory], cwd=SOURCE, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise Failed(f"the next version: {done.stdout[-3000:]}")

    # ---- the clock on the wall ----

    def change_zone(self):
        """Gives a calendar another zone, and moves the events wished on its wall clock."""
        calendar, zone = f"cal:{self.random.randrange(200)}", self.random.choice(ZONES)
        self.zones[calendar].add(zone)  # before the call: its answer may be lost
        done, _, said = self.stack.psql(f"SELECT jb_calendar_set('{calendar}', '{{\"time_zone\": \"{zone}\"}}');"
                                        f"SELECT count(*) FROM jb_rezone('{calendar}')", check=False)
        return None if done else NOT_HERE + ": " + said.strip()

    # ---- what a manager does meanwhile ----

    def manage(self, call):
        done, _, said = self.stack.psql(f"SELECT count(*) FROM {call}", check=False)
        return None if done else NOT_HERE + ": " + said.strip()

    def change_hours(self):
        day = f"to_timestamp({self.base + self.random.randrange(20) * 86400})::date"
        spans = self.random.choice(["'[]'", "'[{\"start\": \"08:00\", \"end\": \"12:00\"}]'", "NULL"])
        return self.manage(f"jb_availability_set('cal:{self.random.randrange(50)}', {day}, {spans})")

    def change_plan(self):
        return self.manage(f"jb_replan('cal:{self.random.randrange(200)}')")

    # ---- a full disk ----

    def fill_disk(self):
        if not self.stack.disk:
            return NOT_HERE + ": there is no disk of its own"
        ballast = os.path.join(self.stack.disk, "ballast")
        try:
            free = shutil.disk_usage(self.stack.disk).free
            subprocess.run(["fallocate", "-l", str(max(free - 64 * 1024, 4096)), ballast], check=False,
                           stderr=subprocess.DEVNULL)
            time.sleep(self.random.uniform(0.5, 3))
        finally:
            if os.path.exists(ballast):
                os.remove(ballast)
        self.stack.up()

    # ---- a standby in the place of its primary ----

    def make_standby(self):
        self.standby = Standby(self.stack)
        self.standby.make()

    def promote_standby(self):
        self.standby.take_over()
        self.standby = None

    def end_standby(self):
        if self.standby:
            self.standby.end()


class Standby:
    """A synchronous standby, whose disk also has all acknowledged changes. Made anew for each round, without data."""

    def __init__(self, stack):
        self.stack = stack
        self.data = os.path.join(stack.room, "standby")
        self.sockets = os.path.join(stack.room, "sockets/standby")
        self.process = None

    def as_postgres(self, *command):
        if os.geteuid() == 0:
            return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        return list(command)

    def tool(self, name):
        bindir = subprocess.run([os.environ.get("PG_CONFIG", "pg_config"), "--bindir"], capture_output=True, text=True,
                                check=True).stdout.strip()
        return os.path.join(bindir, name)

    def make(self):
        environment = self.stack.environment()
        shutil.rmtree(self.data, ignore_errors=True)
        for folder in (self.data, self.sockets):
            os.makedirs(folder, exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(folder, "postgres", "postgres")
        os.chmod(self.data, 0o700)
        copy = self.as_postgres(self.tool("pg_basebackup"), "-h", environment["PGHOST"], "-p", environment["PGPORT"], "-U",
                                "postgres", "-D", self.data, "-R", "-c", "fast")
        done = subprocess.run(copy, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise Failed(f"pg_basebackup: {done.stderr}")
        self.start(environment)
        wait_until(self.is_streaming, "the standby follows")
        self.stack.psql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.stack.psql("SELECT pg_reload_conf()")
        wait_until(lambda: self.stack.value("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1",
                   "the standby is synchronous")

    def start(self, environment):
        conninfo = f"host={environment['PGHOST']} port={environment['PGPORT']} user=postgres application_name=standby"
        log = open(os.path.join(self.stack.directory, "log/standby.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen(
            self.as_postgres(self.tool("postgres"), "-D", self.data, "-c", f"unix_socket_directories={self.sockets}",
                             "-c", f"primary_conninfo={conninfo}", "-c", "wal_retrieve_retry_interval=200ms"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True)

    def is_streaming(self):
        return self.stack.value("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1"

    def take_over(self):
        """The primary dies with all its processes, like a crashed machine; it never comes back."""
        postmaster = self.stack.pid("postgres")
        processes = [postmaster, *self.stack.server_processes("")]
        for pid in processes:
            end(pid)
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") and self.is_alive(pid) for pid in processes),
                   "the primary is dead")
        done = subprocess.run(self.as_postgres(self.tool("pg_ctl"), "promote", "-w", "-t", str(PATIENCE), "-D", self.data),
                              capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise Failed(f"pg_ctl promote: {done.stdout}{done.stderr}")
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        self.process = None
        place = os.path.join(self.stack.room, "data")
        shutil.rmtree(place)
        os.rename(self.data, place)
        self.forget_standby(place)
        self.stack.up()

    @staticmethod
    def is_alive(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                return file.read().rsplit(") ", 1)[1][0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    @staticmethod
    def forget_standby(place):
        """The new primary has no standby, so no commit may wait for one."""
        path = os.path.join(place, "postgresql.auto.conf")
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith(("synchronous_standby_names", "primary_conninfo"))]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)

    def end(self):
        if self.process:
            self.stack.psql("ALTER SYSTEM RESET synchronous_standby_names", check=False)
            self.stack.psql("SELECT pg_reload_conf()", check=False)
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)
            self.process = None
        shutil.rmtree(self.data, ignore_errors=True)


def size_of(directory, pattern):
    return sum(os.path.getsize(path) for path in glob.glob(os.path.join(directory, pattern)))
