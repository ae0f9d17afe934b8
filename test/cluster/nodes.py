# SPDX-License-Identifier: PostgreSQL
"""The three nodes of cluster/ha/stack: the leader, by etcd, by Patroni and by PostgreSQL, and actions on the nodes."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import psycopg2

from laws import SOURCE, Failed, settings

NODES = ("node1", "node2", "node3")
PROBE_PATIENCE = 4  # less than jb_fcgi waits at COMMIT before it gives up and cancels


class Cluster:
    def __init__(self, directory):
        self.directory = directory
        self.run("up")
        self.env = settings(os.path.join(directory, "env"))
        self.ports = settings(os.path.join(directory, "ports"))

    def run(self, command, *arguments):
        done = subprocess.run([os.path.join(SOURCE, "cluster/ha/stack"), command, self.directory, *arguments], text=True, capture_output=True,
                              env={"JB_TIMEZONE": "Europe/Berlin", **os.environ}, check=False)
        if done.returncode != 0:
            raise Failed(f"{command} {arguments}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def port(self, node):
        return self.ports[f"JB_{node.upper()}"]

    def query(self, text, node=None):
        """On the node that accepts writes, or on a given node."""
        port, kind = (self.port(node), "any") if node else (self.env["PGPORT"], "read-write")
        host = "127.0.0.1" if node else self.env["PGHOST"]
        connection = psycopg2.connect(host=host, port=port, dbname=self.env["PGDATABASE"], user=self.env["PGUSER"],
                                      password=self.env["PGPASSWORD"], connect_timeout=3, target_session_attrs=kind)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(text)
                return cursor.fetchall()
        finally:
            connection.close()

    # ---- who leads ----

    def in_etcd(self, key):
        done = subprocess.run(["etcdctl", "--endpoints", f"http://127.0.0.1:{self.ports['JB_ETCD']}", "--timeout", "3s", "get", f"/service/jb/{key}"],
                              text=True, capture_output=True, env={**os.environ, "ETCDCTL_API": "2"}, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    def leader(self):
        """The node that holds the leader's key in etcd, or "" if none does."""
        return self.in_etcd("leader")

    def order(self):
        """(leader, synchronous standby) if etcd, Patroni and PostgreSQL agree and all three nodes run, else None.

        Only in such an order may the leader be lost: a node that etcd does not name as this leader's synchronous
        standby does not take over, because nobody knows that it has everything.
        """
        leader = self.leader()
        if leader not in NODES:
            return None
        named = json.loads(self.in_etcd("sync") or "{}")
        standby = named.get("sync_standby")
        if named.get("leader") != leader or standby not in NODES:
            return None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[f'JB_REST{leader[-1]}']}/cluster", timeout=3) as answer:
                members = {m["name"]: (m["role"], m["state"] in ("running", "streaming")) for m in json.load(answer)["members"]}
            followers = dict(self.query("SELECT application_name, sync_state FROM pg_stat_replication WHERE state = 'streaming'", leader))
        except (OSError, ValueError, psycopg2.Error):
            return None
        roles = {node: "leader" if node == leader else "sync_standby" if node == standby else "replica" for node in NODES}
        states = {node: "sync" if node == standby else "async" for node in NODES if node != leader}
        if members == {node: (role, True) for node, role in roles.items()} and followers == states:
            return leader, standby
        return None

    def settled(self, seconds=7, patience=240):
        """Waits until the same order() has lasted longer than a round of Patroni's (loop_wait)."""
        end, since, seen = time.monotonic() + patience, None, None
        while time.monotonic() < end:
            now = self.order()
            if now is None or now != seen:
                since, seen = time.monotonic(), now
            elif time.monotonic() - since > seconds:
                return now
            time.sleep(0.5)
        raise Failed(f"the nodes do not settle: {self.run('show')}")

    # ---- processes ----

    def postgres_of(self, node):
        with open(os.path.join(self.directory, "room/data", node, "postmaster.pid"), encoding="ascii") as file:
            return int(file.readline())

    def patroni_of(self, node):
        return int(self.run("pid", node))

    def at_work_in(self, node):
        """Every process of a node's PostgreSQL."""
        data = os.path.realpath(os.path.join(self.directory, "room/data", node))
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/cwd") == data:
                    found.append(int(pid))
            except OSError:  # it has ended
                pass
        return found

    def lose(self, node):
        """Nothing of a node continues, as if its machine were gone."""
        os.kill(self.patroni_of(node), signal.SIGKILL)
        while processes := self.at_work_in(node):
            for pid in processes:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def acknowledges(self, node, name):
        """Whether a former leader still acknowledges a booking. Nobody cancels the wait for the standby."""
        words = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", f"SELECT outcome FROM jb_schedule('{name}', '5 minutes', calendars => '{{room:1}}')"]
        env = {**os.environ, **self.env, "PGHOST": "127.0.0.1", "PGPORT": self.port(node), "PGTARGETSESSIONATTRS": "any"}
        try:
            done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=PROBE_PATIENCE, check=False)
        except subprocess.TimeoutExpired:  # killed, which cancels nothing
            return False
        return done.returncode == 0 and "canceling wait" not in done.stderr
