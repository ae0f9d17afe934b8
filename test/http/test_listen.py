# SPDX-License-Identifier: PostgreSQL
"""jb listen prints each rejection once and misses none: no earlier ones after a restart, no late commits, no lost
NOTIFY. jb reads the table; a program that trusts notifications or ids would miss each of these."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import threading
import time

import pytest

from client import Psql

JB = pathlib.Path(__file__).resolve().parents[2] / "build" / "jb"
PATIENCE = 30  # seconds after which a line counts as missing


class Listen:
    """A running `jb listen`; its lines arrive in a queue."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([JB, "listen", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True)
        self.reader.start()

    def line(self):
        return self.lines.get(timeout=PATIENCE)

    def end(self, number=signal.SIGTERM):
        """Ends jb listen. Result: its exit status, and the lines that line() has not taken."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return status, list(self.lines.queue)


@pytest.fixture
def listen():
    started = []

    def start(*arguments):
        started.append(Listen(*arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def once(*arguments):
    result = subprocess.run([JB, "listen", "--once", *arguments], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def reject(psql, calendar, name):
    """Makes a rejection on a calendar; its id."""
    return int(psql.value(
        f"SELECT (jb_schedule($${name}$$, event_date => current_date - 7, start_time => '09:00', calendars => '{{{calendar}}}'))"
        ".rejection_id"))


def time_of(psql, rejection):
    return psql.value(f"SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM jb_rejection WHERE id = {rejection}")


def wait_until_listening(state):
    """Waits until jb listen has found its starting point: jb listens before it reads."""
    deadline = time.monotonic() + PATIENCE
    while not pathlib.Path(state).exists():
        assert time.monotonic() < deadline, "jb listen wrote no state"
        time.sleep(0.01)


@pytest.fixture
def state(tmp_path):
    return str(tmp_path / "folder" / "state")


def test_prints_what_is_new_once(psql, calendar, state):
    reject(psql, calendar, "before")
    assert once("--state", state) == []  # without state jb begins with the next rejection
    first = reject(psql, calendar, "Board meeting")
    (line,) = once("--state", state)
    detail = psql.value(f"SELECT detail FROM jb_rejection WHERE id = {first}")
    assert line.endswith(f" rejection {first}: in_the_past, \"Board meeting\" on {calendar}: {detail}")
    assert once("--state", state) == []
    assert pathlib.Path(state).read_text() == f"{first} {time_of(psql, first)}\n"


def test_prints_json(psql, calendar, state):
    once("--state", state)
    first = reject(psql, calendar, "Board meeting")
    (line,) = once("--state", state, "--json")
    row = json.loads(line)
    assert row["id"] == first
    assert row["request"]["event_name"] == "Board meeting"
    assert row["calendars"] == [calendar]


def test_a_name_cannot_forge_a_line(psql, calendar, state):
    once("--state", state)
    # The scheduler refuses such a name; a database of an older version may contain one.
    rejection = reject(psql, calendar, "old")
    name = "two\nlines\x1b[31m\x9b31m\x85\x7f\u2028\u202eTrüb\u200b?"
    psql.value(f"UPDATE jb_rejection SET request = jsonb_set(request::jsonb, '{{event_name}}', to_jsonb($${name}$$::text)) WHERE id = {rejection} RETURNING 1")
    (line,) = once("--state", state)
    assert '"two\\nlines\\u001b[31m 31m  Trüb?"' in line


def test_after_overrides_the_state(psql, calendar, state):
    first = reject(psql, calendar, "first")
    second = reject(psql, calendar, "second")
    once("--state", state)
    assert len(once("--state", state, "--after", str(first))) == 1
    assert once("--state", state) == []
    assert once("--state", state, "--after", str(second)) == []


def once_and_says(state):
    result = subprocess.run([JB, "listen", "--once", "--state", state], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines(), result.stderr


def test_the_state_of_another_database_is_told_from_its_own(psql, calendar, state):
    """Another database's ids may stay higher than this one's for years: all rejections until then would be missed."""
    once("--state", state)
    first = reject(psql, calendar, "first")
    now = time_of(psql, first)
    for foreign in (f"{first + 100000} {now}", f"{first + 100000} 2020-01-01T00:00:00Z", f"{first} 2020-01-01T00:00:00Z"):
        pathlib.Path(state).write_text(foreign + "\n")
        lines, said = once_and_says(state)
        assert f"rejection {foreign.replace(' ', ' of ')}, the last one printed, is not in this database" in said
        assert f" rejection {first}: " in lines[-1]
        assert now in foreign or len(lines) == int(psql.value("SELECT count(*) FROM jb_rejection"))
        assert once_and_says(state) == ([], "")


def test_a_state_that_holds_the_id_alone_is_believed_as_far_as_it_goes(psql, calendar, state):
    """Version 1.0 wrote such a state."""
    once("--state", state)
    first, second = (reject(psql, calendar, name) for name in ("first", "second"))
    pathlib.Path(state).write_text(f"{first}\n")
    lines, said = once_and_says(state)
    assert len(lines) == 1 and f" rejection {second}: " in lines[0] and said == ""
    pathlib.Path(state).write_text(f"{second + 100000}\n")
    lines, said = once_and_says(state)
    assert lines == [] and "is not in this database" in said
    third = reject(psql, calendar, "third")
    assert f" rejection {third}: " in once("--state", state)[0]


def test_each_database_has_a_state_of_its_own(psql, calendar, tmp_path):
    def listen():
        return subprocess.run([JB, "listen", "--once"], capture_output=True, text=True, timeout=PATIENCE, env={**os.environ, "XDG_STATE_HOME": str(tmp_path)})

    begun = listen()
    (file,) = (tmp_path / "jb_scheduler").iterdir()
    assert file.name.endswith("-" + psql.value("SELECT oid FROM pg_database WHERE datname = current_database()"))
    assert begun.returncode == 0 and f"there is no {file} yet" in begun.stderr
    first = reject(psql, calendar, "first")
    again = listen()
    assert f" rejection {first}: " in again.stdout and again.stderr == ""


def test_what_was_forgotten_by_age_is_no_other_database(psql, calendar, state):
    first, second = (reject(psql, calendar, name) for name in ("first", "second"))
    psql.value(f"WITH gone AS (DELETE FROM jb_rejection WHERE id <= {first} RETURNING 1) SELECT count(*) FROM gone")
    pathlib.Path(state).parent.mkdir()
    pathlib.Path(state).write_text(f"{first} 2020-01-01T00:00:00Z\n")
    lines, said = once_and_says(state)
    assert len(lines) == 1 and f" rejection {second}: " in lines[0] and said == ""


def test_prints_what_comes(psql, calendar, state, listen):
    listener = listen("--state", state)
    wait_until_listening(state)
    ids = [reject(psql, calendar, f"event {i}") for i in range(3)]
    for i in ids:
        assert f" rejection {i}: " in listener.line()
    assert listener.end() == (0, [])
    later = reject(psql, calendar, "while away")
    again = listen("--state", state)
    assert f" rejection {later}: " in again.line()
    assert again.end(signal.SIGINT) == (0, [])


def test_what_somebody_else_announces_is_not_believed(psql, calendar, state, listen):
    listener = listen("--state", state)
    wait_until_listening(state)
    psql.value("""SELECT pg_notify('jb_rejected', '{"rejection_id": 999999999, "event_id": 1, "calendars": ["ceo"], "reason": "conflict", "at": "2026-11-20T10:00:00Z"}')""")
    psql.value("SELECT pg_notify('jb_rejected', E'rubbish\n{')")
    true = reject(psql, calendar, "true")
    assert f" rejection {true}: " in listener.line()
    assert listener.end() == (0, [])


def test_hears_all_of_a_burst(psql, calendar, state, listen):
    """A NOTIFY that comes with the answer to a query does not wake the socket; the heartbeat must not be needed."""
    listener = listen("--state", state, "--heartbeat", "3600")
    wait_until_listening(state)
    for i in range(300):
        rejection = reject(psql, calendar, f"event {i}")
        if i % 3 == 0:
            while f" rejection {rejection}: " not in listener.line():
                pass
    while f" rejection {rejection}: " not in listener.line():
        pass
    assert listener.end() == (0, [])


def test_waits_out_an_older_transaction_that_rejects_nothing(psql, calendar, state, listen):
    """No notification announces the end of such a transaction."""
    listener = listen("--state", state, "--heartbeat", "3600")
    wait_until_listening(state)
    slow = Psql()
    slow.value("SELECT 1; BEGIN")
    reject(slow, calendar, "given up")
    other = calendar + "-x"
    psql.value(f"SELECT name FROM jb_calendar_set('{other}', '{{}}')")
    kept = reject(psql, other, "kept")
    slow.value("SELECT 1; ROLLBACK")
    assert f" rejection {kept}: " in listener.line()
    assert listener.end() == (0, [])
    slow.close()


def test_a_broken_state_file_is_an_error(state):
    pathlib.Path(state).parent.mkdir()
    pathlib.Path(state).write_text("12 monkeys\n")
    result = subprocess.run([JB, "listen", "--once", "--state", state], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 1
    assert state in result.stderr


def test_a_database_that_is_away_ends_once_with_an_error(state):
    result = subprocess.run([JB, "listen", "--once", "--state", state, "host=/nonexistent"], capture_output=True, text=True,
                            timeout=PATIENCE)
    assert result.returncode == 1
    assert not pathlib.Path(state).exists()


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--after", "x"], ["--heartbeat", "0"], ["a", "b"]])
def test_wrong_usage_is_told(arguments):
    result = subprocess.run([JB, "listen", *arguments], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 2
    assert "usage: jb listen" in result.stderr


def test_output_that_cannot_be_written_is_not_passed_over(psql, calendar, state):
    once("--state", state)
    before = pathlib.Path(state).read_text()
    reject(psql, calendar, "unheard")
    with open("/dev/full", "w") as full:
        result = subprocess.run([JB, "listen", "--once", "--state", state], stdout=full, stderr=subprocess.PIPE, text=True,
                                timeout=PATIENCE, env={**os.environ})
    assert result.returncode == 1
    assert pathlib.Path(state).read_text() == before
    assert len(once("--state", state)) == 1
