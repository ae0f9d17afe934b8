# SPDX-License-Identifier: PostgreSQL
"""The input of both kinds of booking."""
from datetime import datetime

from pydantic import BaseModel, Field


class Booking(BaseModel):
    event_name: str = Field(max_length=500)
    start_timestamp: datetime
    duration: int = Field(ge=1, le=366 * 86400)
    attendees: list[str] = []
    event_location: str = Field("", max_length=1000)
