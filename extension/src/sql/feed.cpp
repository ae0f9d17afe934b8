// SPDX-License-Identifier: PostgreSQL
//
// Public feeds: whoever has the token of a calendar's feed may read this calendar, and nothing else; what stands there
// as an attendee's, as far as the feed's maker may read it (rule 13.4). The functions run
// with their owner's rights, since a guest has no right to read a table.
#include "arguments.hpp"
#include "icalendar.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "pg/transaction.hpp"
#include "reading.hpp"
#include "store/feed_rows.hpp"

namespace jb::sql {

namespace {

/// One error for a token that never existed, for a revoked token, and for the token of a deleted calendar: the answer
/// does not tell a guest which of these it is.
Failure no_such_feed() {
  return {Error::not_found, "no feed has this token", "",
          "Ask for the address once more: a new token ends an old one."};
}

PublicFeed require_feed(const std::optional<std::string>& token) {
  const auto given = token.value_or("");
  if (auto feed = find_feed(pg::digest(given)); feed && pg::is_token(given, feed->digest)) return std::move(*feed);
  throw no_such_feed();
}

Calendar calendar_of(const PublicFeed& feed) {
  if (auto calendar = find_calendar(feed.calendar)) return std::move(*calendar);
  throw no_such_feed();
}

Datum feed_create_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto shows = arguments.text(1).value_or("events");
  const auto detail = feed_detail_from(shows);
  if (!detail) {
    Validation validation;
    validation.refuse("shows", shows, "it must be events or busy");
    throw validation.failure();
  }
  pg::Session session;
  const auto name = arguments.text(0).value_or("");
  if (find_calendar(name)) require_right(name, Right::manage);
  if (name == kCeo) make_calendar(name);
  const auto token = pg::new_token("jbf_");
  if (!store_feed({name, *detail, pg::digest(token), maker_now(arguments.text(2))}, shows, pg::now()))
    throw no_such_calendar(name);
  session.finish();
  return pg::from_text(token);
}

Datum revoke_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto name = arguments.text(0).value_or("");
  pg::Session session;
  require_named_calendar(name, Right::manage);
  if (!delete_feed(name))
    throw Failure(Error::not_found, "calendar \"" + name + "\" has no public feed", "",
                  "jb_feed_create() and POST /calendars/:name/feed make one; jb_feed_view lists them.");
  session.finish();
  return pg::from_bool(true);
}

Datum read_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Unasked unasked;
  pg::Session session;
  const auto feed = require_feed(arguments.text(0));
  const MakersRights maker(feed.maker);
  const auto reads = [&](const Event& event) { return maker.has(Right::read, event.calendars); };
  const auto text =
      icalendar_text(calendar_of(feed), {.detail = feed.detail, .free_busy = arguments.flag(1), .reads = reads});
  session.finish();
  return pg::from_text(text);
}

Datum tag_body(FunctionCallInfo info) {
  const pg::Unasked unasked;
  pg::Session session;
  const auto tag = icalendar_tag(calendar_of(require_feed(Arguments(info).text(0))));
  session.finish();
  return pg::from_text(tag);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_feed_create, jb::sql::feed_create_body)
JB_FUNCTION(jb_feed_revoke, jb::sql::revoke_body)
JB_FUNCTION(jb_feed_read, jb::sql::read_body)
JB_FUNCTION(jb_feed_tag, jb::sql::tag_body)
