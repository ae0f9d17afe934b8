# SPDX-License-Identifier: PostgreSQL
"""The peers of the front end: what a careful team would write with FastAPI and asyncpg.

nginx checks certificates, as for the scheduler; the callers who may book or read are in a table that is kept in memory.
Either one INSERT books under the exclusion constraint (bare.py), or jb_schedule books (scheduled.py). reads.py answers
the scheduler's reads from its own tables.
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
