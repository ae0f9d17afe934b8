# SPDX-License-Identifier: PostgreSQL
"""Promise: a public poll filled by strangers costs no more than another one: a stranger without room is refused at
once, the organiser can still invite, and schedules of any shape are ranked within a second.

Why it could break: each answer counts all participants; strangers take the places of invited participants; a ranking
reads members who are never free; the poll's row is locked before the token is checked."""

import pytest

from conftest import PROMPT
from measure import MIB, Session

FRAME = "'2027-01-01 00:00Z', '2027-12-31 00:00Z'"
ONE = """'[{"start": "2027-01-01T00:00:00Z", "end": "2027-01-01T01:00:00Z"}]'"""
REFUSALS = 200
STRANGERS = 10_000


@pytest.fixture(scope="module")
def owner(machine):
    with Session() as session:
        yield session


def make_poll(owner, public=True):
    """The id of a new poll, and its organiser's token."""
    row = owner.value(f"SELECT concat_ws(' ', p.poll_id, p.token) FROM jb_poll_create('When?', {FRAME}, '1 second', public => {public}) AS p")
    return row.split()


def schedule(count, seconds=30):
    """A list of this many intervals, in SQL; i is the participant's number."""
    return (f"(SELECT jsonb_agg(jsonb_build_object('start', at, 'end', at + interval '{seconds} seconds')) FROM (SELECT timestamptz "
            f"'2027-01-01 00:00Z' + make_interval(hours => k, mins => i) FROM generate_series(0, {count - 1}) AS k) AS s (at))")


def short_answers(poll, first, count):
    """A statement in which this many strangers each leave a schedule of one interval, until one is refused."""
    return (f"DO $$ BEGIN FOR i IN {first}..{first + count - 1} LOOP BEGIN PERFORM jb_poll_answer({poll}, 'stranger ' || i, {ONE});"
            " EXCEPTION WHEN invalid_parameter_value THEN EXIT; END; END LOOP;"
            f" PERFORM jb_poll_answer({poll}, 'one more ' || {first}, {ONE}); END $$")


def test_who_is_refused_costs_little(owner, machine):
    poll, _ = make_poll(owner)
    with Session("guest", 20) as guest:
        guest.value(f"SELECT count(jb_poll_answer({poll}, 'stranger ' || i, {schedule(100)})) FROM generate_series(1, 500) AS i")
        since = machine.now()
        cost = guest.measure(f"DO $$ DECLARE refused int := 0; BEGIN FOR i IN 1..{REFUSALS} LOOP BEGIN PERFORM jb_poll_answer({poll}, 'late ' || i,"
                             f" {schedule(1)}); EXCEPTION WHEN invalid_parameter_value THEN refused := refused + 1; END; END LOOP;"
                             f" ASSERT refused = {REFUSALS}; END $$")
        assert cost.state == "00000", str(cost)
        assert cost.seconds < PROMPT * machine.stretch(since), f"{REFUSALS} refusals: {cost}"


def test_strangers_leave_places_for_those_who_are_invited(owner):
    poll, token = make_poll(owner)
    with Session("guest") as guest, Session("viewer") as organiser:
        for first in range(0, STRANGERS, 99):  # a single transaction would leave 10,000 versions of the poll's row
            if guest.measure(short_answers(poll, first, 99)).state == "22023":
                break
        cost = organiser.measure(f"SELECT jb_poll_invite({poll}, 'Anna', '{token}')")
        assert cost.state == "00000", f"the organiser cannot invite any more: {cost}"


@pytest.mark.parametrize("absent", [0, 6400])
def test_any_shape_is_ranked_in_time(owner, machine, absent):
    """A sample of every hundredth member, if it meets only members who are never free, cannot tell cells apart."""
    poll, token = make_poll(owner, public=False)
    owner.value(f"SELECT count(jb_poll_invite({poll}, name, '{token}')) FROM (SELECT 'm' || to_char(i, 'FM00000') FROM generate_series(0, {absent}) AS i"
                f" UNION ALL SELECT 'n' || i FROM generate_series(1, 90) AS i) AS n (name)")
    owner.value(f"SELECT count(jb_poll_answer({poll}, 'n' || i, {schedule(1000, 3000)}, '{token}')) FROM generate_series(1, 90) AS i")
    with Session("secretary", 1) as session:
        since = machine.now()
        cost = session.measure(f"SELECT count(*) FROM jb_poll_ranking({poll}, 1000)")
        assert cost.state in ("00000", "57014"), str(cost)
        assert cost.seconds < 1 + PROMPT * machine.stretch(since), str(cost)
        assert cost.grown < 256 * MIB, str(cost)


def test_who_has_no_token_does_not_wait_for_the_poll(owner, machine):
    poll, _ = make_poll(owner, public=False)
    with Session() as other, Session("guest", 5) as guest:
        other.value("BEGIN")
        other.value(f"SELECT id FROM jb_poll WHERE id = {poll} FOR UPDATE")
        for name in ("Anna", "nobody"):
            since = machine.now()
            cost = guest.measure(f"SELECT jb_poll_answer({poll}, '{name}', '[]')")
            assert cost.state not in ("00000", "57014"), str(cost)
            assert cost.seconds < PROMPT * machine.stretch(since), str(cost)
        other.value("ROLLBACK")
