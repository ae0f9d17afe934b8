# SPDX-License-Identifier: PostgreSQL
"""Fixed bookings by one INSERT under the exclusion constraint. No history, no record of a rejection, and no event moves."""
from datetime import datetime, timedelta

import asyncpg
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

import sessions

BOOK = """
INSERT INTO event (calendar, event_name, attendees, event_location, during, booked_by)
SELECT id, $2, $3, $4, tstzrange($5, $6), $7 FROM calendar WHERE name = $1
RETURNING id, created_at"""

router = APIRouter()


class Booking(BaseModel):
    event_name: str = Field(max_length=500)
    calendar: str = Field(max_length=200)
    start_timestamp: datetime
    duration: int = Field(ge=1, le=366 * 86400)
    attendees: list[str] = []
    event_location: str = Field("", max_length=1000)


@router.post("/events", status_code=201)
async def book(booking: Booking, request: Request, response: Response):
    subject = sessions.admit(request, "manager", "secretary")
    end = booking.start_timestamp + timedelta(seconds=booking.duration)
    try:
        row = await sessions.pool.fetchrow(BOOK, booking.calendar, booking.event_name, booking.attendees,
                                           booking.event_location, booking.start_timestamp, end, subject)
    except asyncpg.ExclusionViolationError:
        raise HTTPException(409, "taken")
    if row is None:
        raise HTTPException(422, "no such calendar")
    response.headers["Location"] = f"/events/{row['id']}"
    return {"id": row["id"], **booking.dict(), "end_timestamp": end, "created_at": row["created_at"]}
