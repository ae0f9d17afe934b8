// SPDX-License-Identifier: PostgreSQL
//
// Conditions that find the events without claims of a calendar by jb_event_ended, beside "start_timestamp IS NOT NULL",
// or by jb_event_timeless, beside "start_timestamp IS NULL". The event is u.
#pragma once

/// The words of an event in both indexes: the calendars that it stands on, and its status.
#define JB_EVENT_WORDS "array_to_tsvector(u.calendars || u.attendee_calendars || ('=' || u.status))"

/// A tsquery finds the words of some calendars' events among others that are like them. So the arrays are compared,
/// too. `calendars` is an array of names.
#define JB_UNCLAIMED(query, calendars)                                                          \
  JB_EVENT_WORDS " @@ " query "::tsquery AND u.calendars || u.attendee_calendars && " calendars \
                 " AND u.status NOT IN ('scheduled', 'held')"

/// The same for one whole calendar. No character of a calendar's name needs to be escaped within quotes.
#define JB_UNCLAIMED_ON(calendar) JB_UNCLAIMED("('''' || " calendar " || '''')", "ARRAY[" calendar "]")
