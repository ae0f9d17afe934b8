# SPDX-License-Identifier: PostgreSQL
"""Fixed bookings by jb_schedule: the scheduler without its front end. The event's JSON is passed on unchanged."""
from datetime import timedelta

import asyncpg
from fastapi import APIRouter, HTTPException, Request, Response

import sessions
from booking import Booking

BOOK = """
SELECT outcome, event_id, event, detail
  FROM jb_schedule($1, $2, start_timestamp => $3, attendees => $4, event_location => $5, calendars => $6, principal => $7)"""

router = APIRouter()


class BookingOfMany(Booking):
    calendars: list[str]


@router.post("/scheduled")
async def book(booking: BookingOfMany, request: Request):
    subject = sessions.admit(request, "manager", "secretary")
    try:
        row = await sessions.pool.fetchrow(BOOK, booking.event_name, timedelta(seconds=booking.duration), booking.start_timestamp,
                                           booking.attendees, booking.event_location, booking.calendars, subject)
    except asyncpg.InvalidParameterValueError as error:
        raise HTTPException(422, str(error))
    if row["outcome"] == "rejected":
        raise HTTPException(409, row["detail"])
    return Response(row["event"], 201, {"Location": f"/events/{row['event_id']}"}, "application/json")
