# SPDX-License-Identifier: PostgreSQL
"""The faults of a leader. Each returns a function that repairs it, which returns the violations observed."""

import os
import signal


def switch_over(cluster, leader):
    cluster.run("ctl", "switchover", "--leader", leader, "--force")
    return lambda: []


def kill_postgres(cluster, leader):
    os.kill(cluster.postgres_of(leader), signal.SIGKILL)
    return lambda: []


def lose_machine(cluster, leader):
    cluster.lose(leader)

    def bring_back():
        cluster.run("start", leader)
        return []
    return bring_back


def freeze_patroni(cluster, leader):
    """PostgreSQL continues under a stopped Patroni, as on a machine that is out of memory."""
    patroni = cluster.patroni_of(leader)
    os.kill(patroni, signal.SIGSTOP)

    def thaw():
        name = f"told by {leader} beside another leader, process {patroni}"
        told = cluster.acknowledges(leader, name)
        os.kill(patroni, signal.SIGCONT)
        return [f"{leader} acknowledged \"{name}\" while another node led"] if told else []
    return thaw


def cut_from_etcd(cluster, leader):
    link = f"link{leader[-1]}"
    cluster.run("stop", link)

    def join():
        cluster.run("start", link)
        return []
    return join


def restart_etcd(cluster, _):
    os.kill(int(cluster.run("pid", "etcd")), signal.SIGKILL)
    cluster.run("start", "etcd")
    return lambda: []


# The fault, in words, and whether another node must lead afterwards: a crashed PostgreSQL may be restarted in place.
FAULTS = {
    "switchover": (switch_over, "`patronictl switchover`", True),
    "postgres": (kill_postgres, "`kill -9` of the leader's postmaster", False),
    "machine": (lose_machine, "the leader's machine lost: Patroni and every process of PostgreSQL killed", True),
    "frozen": (freeze_patroni, "the leader's Patroni frozen, its PostgreSQL at work", True),
    "cut": (cut_from_etcd, "the leader cut from etcd", True),
    "etcd": (restart_etcd, "etcd killed and started again", False),
}
