// SPDX-License-Identifier: PostgreSQL
//
// One function per route, one file a topic. Each asks the database one statement and makes the answer of its rows;
// errors leave as Problem or pg::Error. What is common to all routes (who calls, which parameters, what kind of body)
// is checked before, by the route's row in router.cpp.
#pragma once

#include "../database.hpp"
#include "../request.hpp"
#include "../response.hpp"

namespace jb::gateway {

/// GET /events: one page of a calendar's events by start, from now on unless `from` says else; those that wait come
/// last.
Response list_events(const Request& request, Database& database);
/// POST /events: books one event: 201 with Location and ETag, 200 for a dry run. A list is 422: many bookings in one
/// transaction have many outcomes, and an answer has one status.
Response create_event(const Request& request, Database& database);
/// POST /events/batch: books a list of events in one transaction: 200 with their outcomes, in order, rejections among
/// them. One invalid item refuses all.
Response create_events(const Request& request, Database& database);

/// GET /events/:id: the event with its version as ETag; 304 where If-None-Match names that one.
Response get_event(const Request& request, Database& database);
/// PUT /events/:id: the body is the whole event (jb_update's replace): what it leaves out is cleared, but for calendars
/// and priority.
Response replace_event(const Request& request, Database& database);
/// PATCH /events/:id: what the body names is changed, and null clears (RFC 7396).
Response change_event(const Request& request, Database& database);
/// POST /events/:id/cancel: frees its time and keeps its row; once more is 200 as well. The body may ask for a dry run.
Response cancel_event(const Request& request, Database& database);
/// POST /events/:id/confirm: a held event becomes fixed; 409 past its deadline, unless the body says if_still_free and
/// it is.
Response confirm_event(const Request& request, Database& database);
/// POST /events/:id/deny: a held event gives its time back; once more is 200 as well.
Response deny_event(const Request& request, Database& database);
/// DELETE /events/:id: 204; its history stays to be read.
Response delete_event(const Request& request, Database& database);

/// GET /events/status/:id: id and status by the clock, and nothing else: for those who poll.
Response get_status(const Request& request, Database& database);
/// GET /events/:id/history: all changes in one list, oldest first, those of a deleted event too.
Response get_history(const Request& request, Database& database);

/// POST /events/:id/attachments: attaches a file or the address of one: 201 with Location and what was attached. The
/// body is JSON, or with another type or a `name` in the query the file itself.
Response attach(const Request& request, Database& database);
/// GET /events/:id/attachments: what the event has, without the bytes.
Response list_attachments(const Request& request, Database& database);
/// GET /events/:id/attachments/:n: the bytes, to be saved and never shown as a page of this server; of an address JSON,
/// never a redirect.
Response get_attachment(const Request& request, Database& database);
/// DELETE /events/:id/attachments/:n: 204; the number is not given again.
Response detach(const Request& request, Database& database);

/// POST /events/explain: what POST /events would answer to the same body, and what was passed over on the way. It
/// reads.
Response explain_event(const Request& request, Database& database);

/// GET /slots: where a request of this duration would be placed now. No pages: a later `from` goes on.
Response list_slots(const Request& request, Database& database);
/// GET /lead-time: for each duration the earliest slot, and how long it is until then.
Response list_lead_times(const Request& request, Database& database);
/// GET /calendars/:name/busy: its claimed time between two instants, as ranges. No pages: the range is bounded.
Response list_busy(const Request& request, Database& database);

/// GET /calendars: all of them in one list, by name.
Response list_calendars(const Request& request, Database& database);
/// GET /calendars/:name: its settings; `ceo` has those of a new one before its first booking.
Response get_calendar(const Request& request, Database& database);
/// PUT /calendars/:name: 201 where it makes the calendar, else 200. A setting left out stays, null restores its
/// default.
Response set_calendar(const Request& request, Database& database);
/// POST /calendars/:name/replan: places its automatic events again, as early as possible: 200 with the moves. The body
/// may ask for a dry run.
Response replan_calendar(const Request& request, Database& database);
/// DELETE /calendars/:name: 204, its history goes with it; 409 while an event stands on it.
Response delete_calendar(const Request& request, Database& database);

/// GET /calendars/:name.ics: its events as iCalendar, or with ?free_busy only when it is taken; the ETag is another one
/// once anything has changed on it.
Response get_icalendar(const Request& request, Database& database);
/// POST /calendars/:name/feed: makes its public feed: 201 with the token, which is told this once and ends an earlier
/// one, and where to read it.
Response create_feed(const Request& request, Database& database);
/// DELETE /calendars/:name/feed: 204; its token opens nothing any more.
Response revoke_feed(const Request& request, Database& database);
/// GET /feeds/:token.ics: the calendar whose token this is, as get_icalendar; 404 for any other token.
Response get_feed(const Request& request, Database& database);

/// POST /calendars/:name/import: places the events of an iCalendar file: 200 with what became of each, in the order of
/// the file; rejections are among them, and what could not be read.
Response import_calendar(const Request& request, Database& database);

/// GET /calendars/:name/availability: its hours on each date from `from` (today) to `to` (a week), both included.
Response list_availability(const Request& request, Database& database);
/// GET /calendars/:name/availability/:date: its hours on that date.
Response get_availability(const Request& request, Database& database);
/// PUT /calendars/:name/availability/:date: the body is the list of the date's own spans; an empty one closes it.
Response set_availability(const Request& request, Database& database);
/// DELETE /calendars/:name/availability/:date: 204; the date is as the weekly pattern says, also where it was before.
Response restore_availability(const Request& request, Database& database);

/// GET /calendars/:name/changes: one page of its history by seq; an empty one may wait.
Response list_changes(const Request& request, Database& database);

/// GET /rejections: one page by id; whoever goes on from the last id read misses none, however late it commits. An
/// empty one may wait.
Response list_rejections(const Request& request, Database& database);

/// GET /api/v1/sessions: one page of the sessions, past ones too, of a coach, a client or all, by start.
Response list_sessions(const Request& request, Database& database);
/// POST /api/v1/sessions: books one: 201 with Location and ETag. A 409 or 422 has its errors as the seed's framework
/// shows them.
Response create_session(const Request& request, Database& database);
/// GET /api/v1/sessions/:id: 404 for an event that is none.
Response get_session(const Request& request, Database& database);
/// PATCH /api/v1/sessions/:id: what the body names is changed.
Response change_session(const Request& request, Database& database);
/// DELETE /api/v1/sessions/:id: deletes the event: 204.
Response delete_session(const Request& request, Database& database);

/// GET /api/v1/coaches and /api/v1/clients: one page of them, by their ids.
Response list_coaches(const Request& request, Database& database);
Response list_clients(const Request& request, Database& database);
/// POST /api/v1/coaches and /api/v1/clients: makes one: 201; 422 when there is one of this id.
Response create_coach(const Request& request, Database& database);
Response create_client(const Request& request, Database& database);

/// GET /polls: one page by id, without who takes part.
Response list_polls(const Request& request, Database& database);
/// POST /polls: 201 with Location, the id and the organiser's token, which nobody is told again.
Response create_poll(const Request& request, Database& database);
/// GET /polls/:id: the poll with its participants by name, each with the schedule that was left.
Response get_poll(const Request& request, Database& database);
/// DELETE /polls/:id: 204, its schedules go with it; the event that it booked stays.
Response delete_poll(const Request& request, Database& database);
/// POST /polls/:id/participants: 201 with that participant's token, which nobody is told again.
Response invite_participant(const Request& request, Database& database);
/// PUT /polls/:id/schedules/:participant: the body is the whole schedule: 200 with it as it is kept; 201 with a token
/// for who comes to a public poll under a new name.
Response answer_poll(const Request& request, Database& database);
/// DELETE /polls/:id/schedules/:participant: 204; 404 where none was left.
Response withdraw(const Request& request, Database& database);
/// GET /polls/:id/recommendations: the best, ten of them unless `limit` says else. No pages: who wants more asks for
/// more.
Response list_recommendations(const Request& request, Database& database);
/// POST /polls/:id/book: books the best, or the start_timestamp that the body names, and closes the poll: 201 as POST
/// /events; 409 leaves it open.
Response book_poll(const Request& request, Database& database);

/// GET /providers/:id/availability: one date, or a page of those that are open, from today on.
Response list_provider_availability(const Request& request, Database& database);
/// POST /providers/:id/availability: opens a date, and makes the provider if new: 201 with what is open on it now.
Response add_provider_availability(const Request& request, Database& database);
/// DELETE /providers/:id/availability: closes a date: 204. What is reserved on it stays.
Response remove_provider_availability(const Request& request, Database& database);
/// GET /providers/:id/slots: what can be reserved on a date now.
Response list_provider_slots(const Request& request, Database& database);

/// GET /appointments: one page of them by start, from now on unless `from` says else.
Response list_appointments(const Request& request, Database& database);
/// POST /appointments: reserves one: 201 with Location, ETag and expires_at.
Response create_appointment(const Request& request, Database& database);
/// GET /appointments/:id: 404 for an event that is none. One that is PENDING may wait until it is that no more.
Response get_appointment(const Request& request, Database& database);
/// PUT /appointments/:id/status: CONFIRMED, DENIED or EXPIRED; 409 past the deadline, unless the body says
/// if_still_free and it is.
Response set_appointment_status(const Request& request, Database& database);

/// GET /whoami: the principal that the certificate stands for, and its role.
Response whoami(const Request& request, Database& database);

/// GET /health/live: whether this program runs. Asks no database: its absence is no reason to restart this.
Response live(const Request& request, Database& database);
/// GET /health: whether it can serve: the versions, the worker, and the scheduler's clock; 503 without a database.
Response health(const Request& request, Database& database);

/// GET /metrics: what this process has counted, and what the database knows, for Prometheus; 200 without a database
/// too.
Response get_metrics(const Request& request, Database& database);
/// GET /openapi.json: the routes as OpenAPI describes them.
Response get_description(const Request& request, Database& database);

}  // namespace jb::gateway
