# SPDX-License-Identifier: PostgreSQL
"""The scheduler's reads from separate tables (bench/peers/reads.sql). PostgreSQL makes the JSON, as with PostgREST."""
from datetime import datetime, timedelta

from fastapi import APIRouter, HTTPException, Query, Request, Response

import sessions

EVENT = "SELECT to_json(e) FROM booked_now AS e WHERE id = $1"
STATUS = "SELECT json_build_object('id', id, 'status', status) FROM booked_now WHERE id = $1"
EVENTS = """
SELECT coalesce(json_agg(e), '[]')
  FROM (SELECT * FROM booked_now WHERE calendars[1] = $1 AND end_timestamp > $2 ORDER BY start_timestamp, id LIMIT $3) AS e"""
SLOTS = """
SELECT coalesce(json_agg(json_build_object('start_timestamp', start, 'end_timestamp', start + $2)), '[]')
  FROM (SELECT start FROM booked_start
         WHERE start >= $3
           AND NOT EXISTS (SELECT FROM booked_time
                            WHERE calendar = (SELECT id FROM booked_calendar WHERE name = $1)
                              AND during && tstzrange(start, start + $2))
         ORDER BY start LIMIT $4) AS free"""

router = APIRouter()


async def answer(request, statement, *arguments):
    sessions.admit(request, "manager", "secretary", "viewer")
    found = await sessions.pool.fetchval(statement, *arguments)
    if found is None:
        raise HTTPException(404, "there is no such event")
    return Response(found, media_type="application/json")


@router.get("/events/status/{number}")
async def status(number: int, request: Request):
    return await answer(request, STATUS, number)


@router.get("/events/{number}")
async def event(number: int, request: Request):
    return await answer(request, EVENT, number)


@router.get("/events")
async def events(request: Request, start: datetime = Query(alias="from"), calendar: str = "ceo",
                 limit: int = Query(100, ge=1, le=1000)):
    return await answer(request, EVENTS, calendar, start, limit)


@router.get("/slots")
async def slots(request: Request, duration: int, start: datetime = Query(alias="from"), calendars: str = "ceo",
                limit: int = Query(10, ge=1, le=1000)):
    return await answer(request, SLOTS, calendars, timedelta(seconds=duration), start, limit)
