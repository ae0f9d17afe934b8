# SPDX-License-Identifier: PostgreSQL
"""Fixed bookings by one INSERT under the exclusion constraint. No history, no record of a rejection, and no event moves."""
from datetime import timedelta

import asyncpg
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import Field

import sessions
from booking import Booking

BOOK = """
INSERT INTO event (calendar, event_name, attendees, event_location, during, booked_by)
SELECT id, $2, $3, $4, tstzrange($5, $6), $7 FROM calendar WHERE name = $1
RETURNING id, created_at"""

router = APIRouter()


class BookingOfOne(Booking):
    calendar: str = Field(max_length=200)


@router.post("/events", status_code=201)
async def book(booking: BookingOfOne, request: Request, response: Response):
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
