# SPDX-License-Identifier: PostgreSQL
"""The recommendations of a poll: ten thousand participants with five intervals each in two weeks."""
import time

from frame.pgbench import pgbench
from frame.stack import Failed, LeftOut
from frame.table import Row, Topic

PARTICIPANTS = 10_000
DURATION = 3600
# Intervals of half an hour to eight hours at random times; the third of each participant is one "if need be".
FILL = """SELECT setseed(0.5);
SELECT jb_poll_create('Meeting', '2030-01-07', '2030-01-21', interval '1 hour', time_zone => 'Europe/Berlin');
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT 1, to_char(p, '"participant "FM00000'), to_char(p, '"participant "FM00000'), true, sha256(p::text::bytea), range_agg(r) FILTER (WHERE i <> 3),
       range_agg(r) FILTER (WHERE i = 3) - range_agg(r) FILTER (WHERE i <> 3), now()
  FROM (SELECT p, i, tstzrange(start, start + make_interval(secs => 1800 + floor(random() * 27000))) AS r
          FROM generate_series(1, :participants) p, generate_series(1, 5) i,
               LATERAL (SELECT timestamptz '2030-01-07' + make_interval(secs => floor(random() * 86400 * 13) + 0 * p * i)) AS s (start)) x
 GROUP BY p;
UPDATE jb_poll SET (participant_count, answer_count, interval_count) =
       (SELECT count(*), count(yes), sum((SELECT count(*) FROM unnest(yes)) + (SELECT count(*) FROM unnest(if_need_be)))
          FROM jb_poll_participant);"""
# Each participant's free time, shortened to the starts at which an hour fits.
RUNS = f"""SELECT extract(epoch FROM lower(f))::bigint, extract(epoch FROM upper(f))::bigint - {DURATION} + 1, right(name, 5)::int
  FROM jb_poll_participant, unnest(yes + if_need_be) AS f WHERE upper(f) - lower(f) >= interval '{DURATION} seconds'"""

database = None
runs = []
size = 0


def prepare(bench):
    global database, size
    size = 500 if bench.quick else PARTICIPANTS
    database = bench.stack.database("poll")
    database.sql(FILL, variables={"participants": size})
    database.sql("VACUUM ANALYZE")
    runs[:] = [tuple(map(int, line.split("|"))) for line in database.sql(RUNS).splitlines()]


def ours(bench):
    run = pgbench(database, "poll_ranking", seconds=bench.seconds)
    return run.told_as(1000 / run)


def intervaltree(bench):
    try:
        from peers.intervals import best
    except ImportError as error:
        raise LeftOut() from error
    started = time.perf_counter()
    found = best(runs)
    spent = time.perf_counter() - started
    most = database.number("SELECT cardinality(participants) FROM jb_poll_ranking(1, 1)")
    if len(found[0][1]) != most:
        raise Failed(f"the peer finds {len(found[0][1])} free at once, jb_poll_ranking {most:.0f}")
    return spent * 1000


measures = {"ours": ours, "intervaltree": intervaltree}
WHAT = f"`jb_poll_ranking`, {PARTICIPANTS:,} participants with 5 intervals each"
rows = [
    Row("poll", WHAT, "–", "ours", None, "ms", 50, kind="limit"),
    Row("poll_intervaltree", WHAT, "Python's `intervaltree` in memory", "ours", "intervaltree", "ms", 20, kind="time"),
]

# The peer takes as long as hundreds of runs of the scheduler, so two rounds are enough.
TOPIC = Topic("poll", prepare, measures, rows, lambda bench: database.is_sound(), rounds=2)
