# SPDX-License-Identifier: PostgreSQL
"""The peers of the front end: what a careful team would write with FastAPI and asyncpg.

nginx checks certificates, as for the scheduler; the callers who may book or read stand in a table and are kept in memory. One
INSERT books where the exclusion constraint decides (bare.py), or jb_schedule does (scheduled.py). reads.py answers the scheduler's
reads from tables of its own.
"""
from fastapi import FastAPI

import bare
import reads
import scheduled
import sessions

app = FastAPI()
app.on_event("startup")(sessions.connect)
for room in (bare, scheduled, reads):
    app.include_router(room.router)
