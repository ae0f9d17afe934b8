# SPDX-License-Identifier: PostgreSQL
"""Promise: for any arguments of their types, under any settings of the session, the functions answer or raise a
documented error. No session ends, no internal error is reported, no object in a caller's schema is called, and the
database is sound afterwards.

Why it could break: a function computes with a value at the far end of its type, expects no null or no second array
dimension, takes text to be of one form, or looks a name up on the caller's path.

JB_HOSTILE_CALLS is the number of calls of each role (1000), JB_SEED chooses the calls."""

import collections
import os
import pathlib
import re
import subprocess

import pytest

from raw import log_directory

HERE = pathlib.Path(__file__).parent
CALLS = int(os.environ.get("JB_HOSTILE_CALLS", "1000"))
SEED = os.environ.get("JB_SEED", "1")
DATABASE = "hostile_calls"

# The errors that functions may raise: their own (docs/errors.md), and PostgreSQL's errors of values, rights and limits.
# 3B001 and 25P02 follow an error in the same transaction.
EXPECTED = re.compile("22...|3B001|42501|55000|P0002|JB...|25006|54000|54001|40001|53200|57014|25P02|0A000")


def psql(script, *options):
    command = ["psql", "-XqAt", "-d", DATABASE, "-v", "VERBOSITY=sqlstate", *options, "-f", "-"]
    return subprocess.run(command, input=script, capture_output=True, text=True, errors="replace")


@pytest.fixture(scope="module")
def functions(service):
    stack = [os.environ["JB_STACK"], "database", os.environ["JB_STACK_DIR"], DATABASE]
    subprocess.run(stack, check=True)
    made = psql((HERE / "calls_setup.sql").read_text(), "-v", "ON_ERROR_STOP=1")
    assert made.returncode == 0, made.stderr
    yield psql((HERE / "calls.sql").read_text()).stdout
    subprocess.run(["psql", "-Xq", "-d", "postgres", "-c", f"DROP DATABASE {DATABASE}", "-c",
                    "DROP ROLE hostile_manager, hostile_secretary, hostile_viewer, hostile_guest"], check=True)


def errors(result, script):
    """How often each SQLSTATE came, and the first statement that raised it."""
    lines = script.splitlines()
    counts, first = collections.Counter(), {}
    for line, state in re.findall(r"^psql:<stdin>:(\d+): (?:ERROR|FATAL|PANIC): +(\w{5})", result.stderr, re.M):
        counts[state] += 1
        first.setdefault(state, lines[int(line) - 1])
    return counts, first


@pytest.mark.parametrize("role", ["manager", "secretary", "viewer", "guest"])
def test_of_a_member_of(functions, role):
    script = subprocess.run(["/usr/bin/python3", "-B", HERE / "calls.py", SEED, str(CALLS), role], input=functions,
                            capture_output=True, text=True, check=True).stdout
    result = psql(script)
    counts, first = errors(result, script)
    print(role, dict(counts))
    assert len(counts) > 3, "no errors at all: was anything called?"
    assert result.returncode == 0, result.stderr[-2000:]
    odd = {state: first[state] for state in counts if not EXPECTED.fullmatch(state)}
    assert not odd, "\n".join(f"{state}: {statement[:2000]}" for state, statement in odd.items())
    assert "connection" not in result.stderr, result.stderr[-2000:]
    sound = psql("SET search_path = hostile, public; SELECT count(*) FROM public.jb_check()")
    assert sound.stdout.strip() == "0", sound.stdout + sound.stderr


def test_nothing_crashed(functions):
    log = (log_directory() / "postgres.log").read_text(errors="replace")
    assert not re.search("terminated by signal|PANIC|TRAP|server process .* exited with", log)
