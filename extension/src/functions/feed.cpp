// SPDX-License-Identifier: PostgreSQL
//
// Public feeds: whoever has the token of a calendar's feed may read this calendar, and nothing else; what stands there
// as an attendee's, as far as the feed's maker may read it (rule 13.4). The functions run
// with their owner's rights, since a guest has no right to read a table.
#include "call.hpp"
#include "icalendar.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "pg/transaction.hpp"
#include "reading.hpp"
#include "store/calendar_lock.hpp"
#include "store/feed_rows.hpp"

namespace jb::functions {

namespace {

/// One error for a token that never existed, for a revoked token, and for the token of a deleted calendar: the answer
/// does not tell a guest which of these it is.
Failure no_such_feed() {
  return {Error::not_found, "no feed has this token", "",
          "Ask for the address once more: a new token ends an old one."};
}

PublicFeed require_feed(const std::string& token) {
  if (auto feed = find_feed(pg::digest(token)); feed && pg::is_token(token, feed->digest)) return std::move(*feed);
  throw no_such_feed();
}

Calendar calendar_of(const PublicFeed& feed) {
  if (auto calendar = find_calendar(feed.calendar)) return std::move(*calendar);
  throw no_such_feed();
}

}  // namespace

JB_CONNECTED(jb_feed_create, std::string) {
  const auto shows = arguments.text("shows").value_or("events");
  const auto detail = feed_detail_from(shows);
  if (!detail) throw invalid("shows", shows, "it must be events or busy");
  const auto name = arguments.word("calendar");
  if (name == kCeo) make_calendar(name);
  lock_managed(name);
  const auto token = pg::new_token("jbf_");
  store_feed({name, *detail, pg::digest(token), maker_now(arguments.principal())}, shows, pg::now());
  return token;
}

JB_CONNECTED(jb_feed_revoke, bool) {
  const auto name = arguments.word("calendar");
  lock_managed(name);
  if (!delete_feed(name))
    throw Failure(Error::not_found, "calendar \"" + name + "\" has no public feed", "",
                  "jb_feed_create() and POST /calendars/:name/feed make one; jb_feed_view lists them.");
  return true;
}

JB_CONNECTED(jb_feed_read, std::string) {
  const pg::Unasked unasked;
  const auto feed = require_feed(arguments.word("token"));
  const MakersRights maker(feed.maker);
  const auto reads = [&](const Event& event) { return maker.has(Right::read, event.calendars); };
  return icalendar_text(calendar_of(feed),
                        {.detail = feed.detail, .free_busy = arguments.flag("free_busy"), .reads = reads});
}

JB_CONNECTED(jb_feed_tag, std::string) {
  const pg::Unasked unasked;
  return icalendar_tag(calendar_of(require_feed(arguments.word("token"))));
}

}  // namespace jb::functions
