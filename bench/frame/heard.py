#!/usr/bin/python3 -B
# SPDX-License-Identifier: PostgreSQL
"""Measures how long after the COMMIT of a rejection is sent a listener in another process hears of it.

heard.py COUNT MONDAY: rejects COUNT requests, each in its own transaction, and prints the milliseconds, one per line.
The time that COMMIT waits for the disk is included. heard.py listen: only listens, until it is ended.
"""
import asyncio
import json
import os
import random
import sys
import time

import asyncpg

QUERY = """SELECT outcome, rejection_id FROM jb_schedule('Visit', '30 minutes', start_timestamp => to_timestamp($1::float8),
                                                         calendars => ARRAY['full' || $2::text])"""


async def listen(hear):
    connection = await asyncpg.connect(host=os.environ["PGHOST"])
    await connection.add_listener("jb_rejected", hear)
    return connection


async def listener(pipe):
    """Writes id and time of each rejection that it hears of, after a first line once it listens."""
    parent = os.getppid()
    connection = await listen(lambda _, pid, channel, payload: os.write(
        pipe, f"{json.loads(payload)['rejection_id']} {time.monotonic_ns()}\n".encode()))
    os.write(pipe, b"ready\n")
    while os.getppid() == parent:
        await asyncio.sleep(1)
    await connection.close()


async def reject(count, monday):
    """The time at which each rejection's COMMIT was sent."""
    sent = {}
    connection = await asyncpg.connect(host=os.environ["PGHOST"])
    for _ in range(count):
        transaction = connection.transaction()
        await transaction.start()
        row = await connection.fetchrow(QUERY, monday + random.randrange(672) * 1800, str(random.randrange(50)))
        assert row["outcome"] == "rejected", row
        sent[row["rejection_id"]] = time.monotonic_ns()
        await transaction.commit()
    return sent


def main(count, monday):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        asyncio.run(listener(writing))
    try:
        os.close(writing)
        lines = os.fdopen(reading)
        assert lines.readline() == "ready\n"
        sent = asyncio.run(reject(count, monday))
        while sent:  # each rejection must be heard: a lost one hangs the run, and so is noticed
            rejection, at = map(int, lines.readline().split())
            if rejection in sent:
                print((at - sent.pop(rejection)) / 1e6)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        async def forever():
            connection = await listen(lambda *_: None)
            await asyncio.Event().wait()
            await connection.close()
        asyncio.run(forever())
    else:
        main(int(sys.argv[1]), int(sys.argv[2]))
