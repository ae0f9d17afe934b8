# SPDX-License-Identifier: PostgreSQL
"""Promise: no call costs more than it may, whoever makes it. A call is answered, or refused with 22023. It ends within
a second of being told to (statement_timeout, pg_cancel_backend, pg_terminate_backend, at any moment). Its backend grows
by at most 256 MiB and returns what it took; a manager's booking beside it takes less than a second.

Why it could break: a loop over caller-chosen data does not check for interrupts; memory is a product of the caller's
values; a value is read before it is counted; a cache has no bound.

JB_SEED chooses the random calls, and when and how each is told to end; JB_EXPENSIVE is their number (12)."""

import json
import os
import random

import pytest

from chance import Chance
from conftest import PROMPT
from found import always_taken, found
from measure import LOST, MIB, Session, tell_to_end
from request import EVERYBODY, import_file, vevent, zone_rules

SEED = os.environ.get("JB_SEED", "1")
BY_CHANCE = int(os.environ.get("JB_EXPENSIVE", "12"))
MOST_GROWN = 256 * MIB
MOST_KEPT = 32 * MIB  # caches of PostgreSQL and of the extension
TIMEOUT = 1

TAKEN, REFUSED, FORBIDDEN, CANCELLED = "00000", "22023", "42501", "57014"

FOUND = list(found())
RANDOM = [pytest.param(Chance(f"{SEED} {i}").request(), id=f"seed {SEED} {i}") for i in range(BY_CHANCE)]
ENDS = [pytest.param(request_, id=request_.name) for request_ in FOUND]


@pytest.fixture(scope="module")
def sessions():
    """A session of each role, made anew if lost, and warm: its caches are already filled."""
    open_ones = {}

    def session(role):
        if role not in open_ones or open_ones[role].process.poll() is not None:
            open_ones[role] = Session(role, TIMEOUT)
            open_ones[role].measure("SELECT count(*) FROM jb_explain('warm', '1 minute', calendars => '{expensive:1}')")
        return open_ones[role]

    yield session
    for each in open_ones.values():
        each.close()


def role_of(request_, turn):
    """The role of this turn, among the roles that may make the request."""
    return request_.roles[turn % len(request_.roles)]


def hold(cost, limit, allowed):
    assert cost.state in allowed, str(cost)
    assert cost.seconds < limit, f"{cost} (limit {limit:.2f} s)"
    assert cost.grown <= MOST_GROWN, str(cost)
    assert cost.kept <= MOST_KEPT, str(cost)


@pytest.mark.parametrize("request_", ENDS + RANDOM)
def test_costs_no_more_than_it_may(sessions, machine, prompt_bookings, request_):
    since = machine.now()
    cost = sessions(role_of(request_, 0)).measure(request_.sql)
    hold(cost, TIMEOUT + PROMPT * machine.stretch(since), (TAKEN, REFUSED, CANCELLED))


@pytest.mark.parametrize("request_", [each for each in FOUND if each.name == "batch of nothing"], ids=str)
def test_gives_back_what_it_took_each_time(machine, request_):
    """A first call leaves caches above what it freed: what the next call frees below them must also be returned."""
    with Session(role_of(request_, 0), TIMEOUT) as session:
        for _ in range(4):
            since = machine.now()
            hold(session.measure(request_.sql), TIMEOUT + PROMPT * machine.stretch(since), (TAKEN, REFUSED, CANCELLED))


@pytest.mark.parametrize("request_", ENDS)
def test_ends_when_told(machine, prompt_bookings, request_):
    chance = random.Random(f"{SEED} {request_}")
    how, delay = chance.choice(["pg_cancel_backend", "pg_terminate_backend"]), chance.uniform(0, 0.5)
    with Session(role_of(request_, 1)) as session:
        reading = session.measure("EXPLAIN " + request_.sql).seconds  # PostgreSQL always reads an argument to its end
        since = machine.now()
        cost = session.measure(request_.sql, tell_to_end(how, delay))
        limit = reading + PROMPT * machine.stretch(since)
        assert cost.after_told < limit, f"{cost} (limit {limit:.2f} s; {how} after {delay:.3f} s)"
        assert cost.state in (TAKEN, REFUSED, CANCELLED, LOST), str(cost)


@pytest.mark.parametrize("request_", always_taken(), ids=str)
def test_is_always_taken(sessions, machine, prompt_bookings, request_):
    session = sessions(request_.roles[0])
    session.value("SET statement_timeout = 0")
    since = machine.now()
    cost = session.measure(request_.sql)
    session.value(f"SET statement_timeout = {TIMEOUT * 1000}")
    hold(cost, 5 * PROMPT * machine.stretch(since), (TAKEN,))


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_may_not_is_refused_first(machine, role):
    """Refused by the right, not by a timeout: on a busy machine PostgreSQL takes a second to read a large argument."""
    with Session(role, 10 * TIMEOUT) as session:
        for request_ in FOUND:
            if role in request_.roles:
                continue
            since = machine.now()
            hold(session.measure(request_.sql), TIMEOUT + PROMPT * machine.stretch(since), (FORBIDDEN,))


def test_refused_ten_times_nothing_is_kept(sessions):
    """Each call names other nonexistent zones: the memory for known names is bounded."""
    session = sessions("secretary")
    rules = zone_rules(20_000)
    costs = [session.measure(import_file("of rules as zones", *[vevent(i, f"DTSTART;TZID={zone}:20270104T090000")
                                                               for i, zone in enumerate(rules[1000 * n:1000 * n + 1000])]).sql) for n in range(10)]
    assert sum(cost.kept for cost in costs) <= MOST_KEPT, [str(cost) for cost in costs]


@pytest.mark.parametrize("name", ["AAA/3", "A/B/C", "Europe/Berlin\nX", "EST5EDT4,M3.2.0,M11.1.0", "<+07>-7", "", "../UTC", "posix/../UTC",
                                  "UTC/", "Europe/", "Europe/Berlin ", "x" * 100_000])
def test_only_zones_of_the_database_are_zones(sessions, name):
    settings = '{"time_zone": ' + json.dumps(name) + "}"
    cost = sessions("manager").measure(f"SELECT jb_calendar_set('expensive:zone', $json${settings}$json$)")
    hold(cost, TIMEOUT + PROMPT, (REFUSED,))
