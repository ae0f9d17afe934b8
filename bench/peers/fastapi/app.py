# SPDX-License-Identifier: PostgreSQL
"""The peer: what a careful team would write for fixed bookings with FastAPI and asyncpg.

nginx checks certificates, as for the scheduler; the callers who may book stand in a table and are kept in memory; one INSERT
books, and the exclusion constraint decides. The peer keeps no history, records no rejection and moves no event.
"""
from datetime import datetime, timedelta

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field

BOOK = """
INSERT INTO event (calendar, event_name, attendees, event_location, during, booked_by)
SELECT id, $2, $3, $4, tstzrange($5, $6), $7 FROM calendar WHERE name = $1
RETURNING id, created_at"""


class Connection(asyncpg.Connection):
    """No code here changes a session's settings, so a reset after each use would cost a round trip and change nothing."""

    def get_reset_query(self):
        return ""


class Booking(BaseModel):
    event_name: str = Field(max_length=500)
    calendar: str = Field(max_length=200)
    start_timestamp: datetime
    duration: int = Field(ge=1, le=366 * 86400)
    attendees: list[str] = []
    event_location: str = Field("", max_length=1000)


app = FastAPI()


@app.on_event("startup")
async def connect():
    app.pool = await asyncpg.create_pool(min_size=8, max_size=8, connection_class=Connection)
    rows = await app.pool.fetch("SELECT subject, role FROM principal")
    app.roles = {row["subject"]: row["role"] for row in rows}


@app.post("/events", status_code=201)
async def book(booking: Booking, request: Request, response: Response):
    subject = request.headers["x-client-subject"]
    if app.roles.get(subject) not in ("manager", "secretary"):
        raise HTTPException(403, "not on the list")
    end = booking.start_timestamp + timedelta(seconds=booking.duration)
    try:
        row = await app.pool.fetchrow(BOOK, booking.calendar, booking.event_name, booking.attendees,
                                      booking.event_location, booking.start_timestamp, end, subject)
    except asyncpg.ExclusionViolationError:
        raise HTTPException(409, "taken")
    if row is None:
        raise HTTPException(422, "no such calendar")
    response.headers["Location"] = f"/events/{row['id']}"
    return {"id": row["id"], **booking.dict(), "end_timestamp": end, "created_at": row["created_at"]}
