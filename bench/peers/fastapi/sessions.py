# SPDX-License-Identifier: PostgreSQL
"""The sessions with PostgreSQL, and the allowed callers."""
import asyncpg
from fastapi import HTTPException, Request


class Connection(asyncpg.Connection):
    """No code here changes a session's settings, so a reset after each use would be a useless round trip."""

    def get_reset_query(self):
        return ""


pool = None
roles = {}


async def connect():
    global pool
    # Generic plans, as in the scheduler's sessions; otherwise PostgreSQL would plan each call of jb_schedule anew.
    pool = await asyncpg.create_pool(min_size=8, max_size=8, connection_class=Connection,
                                     server_settings={"plan_cache_mode": "force_generic_plan"})
    roles.update(await pool.fetch("SELECT subject, role FROM principal"))


def admit(request: Request, *allowed):
    """The caller's name, if the caller has one of these roles."""
    subject = request.headers["x-client-subject"]
    if roles.get(subject) not in allowed:
        raise HTTPException(403, "not on the list")
    return subject
