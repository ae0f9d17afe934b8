// SPDX-License-Identifier: PostgreSQL
//
// One function per route, one file per topic. Each function runs one statement and makes the answer from its rows; it
// throws Problem or pg::Error. Checks that all routes share (caller, parameters, kind of body) are done before, by the
// route's row in router.cpp.
#pragma once

#include "../database.hpp"
#include "../request.hpp"
#include "../response.hpp"

namespace jb::gateway {

/// GET /events: one page of a calendar's events by start, from now on without `from`; waiting events come last.
Response list_events(const Request& request, Database& database);
/// POST /events: books one event: 201 with Location and ETag, 200 for a dry run. A list is 422: many bookings in one
/// transaction have many outcomes, and an answer has one status.
Response create_event(const Request& request, Database& database);
/// POST /events/batch: books a list of events in one transaction: 200 with their outcomes, in order, rejections among
/// them. One invalid item refuses all. With all_or_none one rejection undoes all: 409 with the outcomes.
Response create_events(const Request& request, Database& database);
/// PATCH /events/batch: changes and cancels the events of a list together, all or none: 200 with their outcomes, in
/// order; 409 with the outcomes where one is rejected.
Response change_events(const Request& request, Database& database);

/// GET /events/:id: the event with its version as ETag; 304 when If-None-Match names this version.
Response get_event(const Request& request, Database& database);
/// PUT /events/:id: the body replaces the event (jb_update with replace). Rule 5.6 says which fields are cleared when
/// the body leaves them out, and which fields stay.
Response replace_event(const Request& request, Database& database);
/// PATCH /events/:id: changes the fields that the body names; null clears a field (RFC 7396).
Response change_event(const Request& request, Database& database);
/// POST /events/:id/cancel: frees the event's time and keeps its row; a repeated cancel is 200, too. The body may ask
/// for a dry run.
Response cancel_event(const Request& request, Database& database);
/// POST /events/:id/confirm: a held event becomes scheduled and fixed. Past the deadline 409, unless the body says
/// if_still_free and the event's time is still free (rule 3.11).
Response confirm_event(const Request& request, Database& database);
/// POST /events/:id/deny: a held event gives its time back; a repeated denial is 200, too.
Response deny_event(const Request& request, Database& database);
/// DELETE /events/:id: 204; the event's history can still be read.
Response delete_event(const Request& request, Database& database);

/// GET /events/status/:id: the event's id and its status by the clock, and nothing else: cheap for clients that poll.
Response get_status(const Request& request, Database& database);
/// GET /events/:id/history: all changes of the event in one list, oldest first; of a deleted event, too.
Response get_history(const Request& request, Database& database);

/// POST /events/:id/attachments: attaches a file or the address of one: 201 with Location and what was attached. The
/// body is JSON, or with another type or a `name` in the query the file itself.
Response attach(const Request& request, Database& database);
/// GET /events/:id/attachments: the event's attachments without their bytes.
Response list_attachments(const Request& request, Database& database);
/// GET /events/:id/attachments/:n: the bytes of a file, to be saved and never shown as a page of this server; for an
/// address JSON, never a redirect.
Response get_attachment(const Request& request, Database& database);
/// DELETE /events/:id/attachments/:n: 204; the number is not given again.
Response detach(const Request& request, Database& database);

/// POST /events/explain: what POST /events would answer to the same body, and the starts that were passed over. Writes
/// nothing.
Response explain_request(const Request& request, Database& database);
/// GET /events/:id/explain: the same of the event's own wish, as if the event were not there.
Response explain_event(const Request& request, Database& database);

/// GET /slots: the slots where a request of this duration would be placed now. No pages: ask again with a later `from`.
Response list_slots(const Request& request, Database& database);
/// GET /lead-time: for each duration the earliest slot, and the time until this slot.
Response list_lead_times(const Request& request, Database& database);
/// GET /calendars/:name/busy: the calendar's claimed time between two instants, as ranges. No pages: the range is
/// bounded.
Response list_busy(const Request& request, Database& database);

/// GET /calendars: all calendars in one list, by name.
Response list_calendars(const Request& request, Database& database);
/// GET /calendars/:name: the calendar's settings; before its first booking `ceo` has the settings of a new calendar.
Response get_calendar(const Request& request, Database& database);
/// PUT /calendars/:name: 201 when the call makes the calendar, else 200. A setting that the body leaves out stays; null
/// restores a setting's default.
Response set_calendar(const Request& request, Database& database);
/// GET /calendars/:name/grants: whom the calendar names, with the rights that were granted; for who manages it.
Response list_grants(const Request& request, Database& database);
/// PUT /calendars/:name/grants: the body is the whole list; the answer is the list as it is stored.
Response set_grants(const Request& request, Database& database);
/// POST /calendars/:name/replan: places the calendar's automatic events again, as early as possible: 200 with the
/// moves. The body may ask for a dry run.
Response replan_calendar(const Request& request, Database& database);
/// DELETE /calendars/:name: 204; the calendar's history is deleted, too; 409 while an event names the calendar.
Response delete_calendar(const Request& request, Database& database);

/// GET /calendars/:name.ics: the calendar's events as iCalendar, or with ?free_busy only its claimed time. The ETag
/// differs after each change on the calendar.
Response get_icalendar(const Request& request, Database& database);
/// POST /calendars/:name/feed: makes the calendar's public feed: 201 with the feed's token and address. The token is
/// told only this once; an earlier token opens nothing from now on.
Response create_feed(const Request& request, Database& database);
/// DELETE /calendars/:name/feed: 204; the feed's token opens nothing from now on.
Response revoke_feed(const Request& request, Database& database);
/// GET /feeds/:token.ics: the calendar whose feed has this token, as get_icalendar; 404 for an unknown token.
Response get_feed(const Request& request, Database& database);

/// POST /calendars/:name/import: places the events of an iCalendar file: 200 with the outcome of each event, in the
/// order of the file, rejected and unreadable events among them.
Response import_calendar(const Request& request, Database& database);

/// GET /calendars/:name/availability: the calendar's hours on each date from `from` (default: today) to `to` (default:
/// a week in all), both included.
Response list_availability(const Request& request, Database& database);
/// GET /calendars/:name/availability/:date: the calendar's hours on the date.
Response get_availability(const Request& request, Database& database);
/// PUT /calendars/:name/availability/:date: the body is the list of the date's own spans; an empty list closes the
/// date.
Response set_availability(const Request& request, Database& database);
/// DELETE /calendars/:name/availability/:date: 204; the date has the hours of the weekly pattern, whether it had spans
/// of its own before or not.
Response restore_availability(const Request& request, Database& database);

/// GET /calendars/:name/changes: one page of the calendar's history by seq; a request for an empty page may wait.
Response list_changes(const Request& request, Database& database);

/// GET /changes: one page of the changes of all calendars, with a Link to the next page; a request for an empty page
/// may wait.
Response list_all_changes(const Request& request, Database& database);

/// GET /rejections: one page of rejections by id. A reader that goes on from the last id read misses no rejection,
/// however late it commits (rule 4.6). A request for an empty page may wait.
Response list_rejections(const Request& request, Database& database);

/// GET /api/v1/sessions: one page of the sessions of a coach, of a client or of all, by start; past sessions, too.
Response list_sessions(const Request& request, Database& database);
/// POST /api/v1/sessions: books a session: 201 with Location and ETag. A 409 or 422 has its errors in the form of the
/// seed's framework.
Response create_session(const Request& request, Database& database);
/// GET /api/v1/sessions/:id: 404 for an event that is no session.
Response get_session(const Request& request, Database& database);
/// PATCH /api/v1/sessions/:id: changes the fields that the body names.
Response change_session(const Request& request, Database& database);
/// DELETE /api/v1/sessions/:id: deletes the event: 204.
Response delete_session(const Request& request, Database& database);

/// GET /api/v1/coaches and /api/v1/clients: one page of coaches or clients, by id.
Response list_coaches(const Request& request, Database& database);
Response list_clients(const Request& request, Database& database);
/// POST /api/v1/coaches and /api/v1/clients: makes a coach or client: 201; 422 when the id is taken.
Response create_coach(const Request& request, Database& database);
Response create_client(const Request& request, Database& database);

/// GET /polls: one page of polls by id, without their participants.
Response list_polls(const Request& request, Database& database);
/// POST /polls: 201 with Location, the id and the organiser's token. The token is told only this once.
Response create_poll(const Request& request, Database& database);
/// GET /polls/:id: the poll with its participants by name, each with the participant's schedule; 304 for the ETag of
/// If-None-Match, with `wait` only when the time is over.
Response get_poll(const Request& request, Database& database);
Response get_invitation(const Request& request, Database& database);
/// DELETE /polls/:id: 204; the poll's schedules are deleted, too; the event that the poll booked stays.
Response delete_poll(const Request& request, Database& database);
/// POST /polls/:id/participants: 201 with the participant's token. The token is told only this once.
Response invite_participant(const Request& request, Database& database);
/// DELETE /polls/:id/participants/:participant: 204; 404 when the poll has no participant of this name.
Response revoke_invitation(const Request& request, Database& database);
/// PUT /polls/:id/schedules/:participant: the body is the whole schedule: 200 with the schedule as it is stored; 201
/// with a token for a newcomer to a public poll.
Response answer_poll(const Request& request, Database& database);
/// DELETE /polls/:id/schedules/:participant: 204; 404 when the participant has left no schedule.
Response withdraw(const Request& request, Database& database);
/// GET /polls/:id/recommendations: the best recommendations, ten without `limit`. No pages: ask with a greater `limit`.
Response list_recommendations(const Request& request, Database& database);
/// POST /polls/:id/book: books the start_timestamp that the body names, or the best start, and closes the poll: 201 as
/// POST /events; 409 leaves the poll open.
Response book_poll(const Request& request, Database& database);

/// GET /providers/:id/availability: one date, or a page of open dates from today on.
Response list_provider_availability(const Request& request, Database& database);
/// POST /providers/:id/availability: opens a date, and makes a new provider: 201 with the date's open spans.
Response add_provider_availability(const Request& request, Database& database);
/// DELETE /providers/:id/availability: closes a date: 204. Appointments on the date stay.
Response remove_provider_availability(const Request& request, Database& database);
/// GET /providers/:id/slots: the slots of a date that can be reserved now.
Response list_provider_slots(const Request& request, Database& database);

/// GET /appointments: one page of appointments by start, from now on without `from`.
Response list_appointments(const Request& request, Database& database);
/// POST /appointments: reserves an appointment: 201 with Location, ETag and expires_at.
Response create_appointment(const Request& request, Database& database);
/// GET /appointments/:id: 404 for an event that is no appointment. While the appointment is PENDING the request may
/// wait for another status.
Response get_appointment(const Request& request, Database& database);
/// PUT /appointments/:id/status: CONFIRMED, DENIED or EXPIRED. CONFIRMED past the deadline is 409, unless the body says
/// if_still_free and the time is still free (rule 3.11).
Response set_appointment_status(const Request& request, Database& database);

/// GET /book/:id: what the provider's page tells a visitor; 404 where the provider has none.
Response get_booking_page(const Request& request, Database& database);
/// GET /book/:id/slots: the next slots from `from` on; with the token of a booking those it could move to.
Response list_booking_slots(const Request& request, Database& database);
/// POST /book/:id: books a slot for a visitor: 201, with a token unless the visitor brought one; 200 when the
/// call is repeated under its token.
Response make_booking(const Request& request, Database& database);
/// GET /book/:id/booking: the booking that the token opens; a request that knows it already may wait.
Response get_booking(const Request& request, Database& database);
/// PUT /book/:id/booking: moves it to another slot; 409 leaves it where it was.
Response move_booking(const Request& request, Database& database);
/// DELETE /book/:id/booking: cancels it: 200 with the booking; once more is 200, too.
Response cancel_booking(const Request& request, Database& database);

/// GET /whoami: the principal that the certificate stands for, and its role.
Response whoami(const Request& request, Database& database);

/// GET /health/live: whether this program runs. Does not ask the database: a restart of this program does not bring an
/// absent database back.
Response live(const Request& request, Database& database);
/// GET /health: whether this program can serve: the versions, the worker, and the scheduler's clock; 503 without a
/// database.
Response health(const Request& request, Database& database);

/// GET /metrics: the counters of this process and the numbers of the database, for Prometheus; 200 even without a
/// database.
Response get_metrics(const Request& request, Database& database);
/// GET /openapi.json: the routes as OpenAPI describes them.
Response get_description(const Request& request, Database& database);

}  // namespace jb::gateway
