// SPDX-License-Identifier: PostgreSQL
//
// Public feeds: whoever has the token of a calendar's feed may read this calendar, and nothing else; what stands there
// as an attendee's, as far as the feed's maker may read it (rule 13.4). Each maker has a feed of their own, so that
// nobody's address ends by another's, and it opens nothing once its maker may read the calendar no more. The functions
// run with their owner's rights, since a guest has no right to read a table.
#include "call.hpp"
#include "core/values/folding.hpp"
#include "icalendar.hpp"
#include "pg/caller.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "pg/transaction.hpp"
#include "reading.hpp"
#include "store/calendar_lock.hpp"
#include "store/maker.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement find_feed_statement{
    "SELECT c.name, f.shows, f.token, f.created_by, f.made_as FROM jb_feed f JOIN jb_calendar c ON c.id = f.calendar "
    "WHERE f.token = $1"};
constinit pg::Statement store_feed_statement{
    "INSERT INTO jb_feed (calendar, shows, token, created_by, created_at, made_as) "
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (calendar, created_by) DO UPDATE SET shows = excluded.shows, token = excluded.token,"
    " created_at = excluded.created_at, made_as = excluded.made_as"};
constinit pg::Statement delete_feed_statement{
    "DELETE FROM jb_feed f WHERE f.calendar = $1 AND ($2 OR f.created_by = $3) RETURNING 1"};

/// One error for a token that never existed, for a revoked token, for that of somebody who may not read the calendar
/// any more, and for that of a deleted calendar: the answer does not tell a guest which of these it is.
Failure no_such_feed() {
  return {Error::not_found, "no feed has this token", "",
          "Ask for the address once more: a new token ends an old one."};
}

/// A public feed: whoever has its token may read it.
struct PublicFeed {
  Calendar calendar;
  FeedDetail detail;
  MakersRights maker;
};

/// The feed whose token this is.
PublicFeed require_feed(const std::string& token) {
  const auto rows = find_feed_statement.run({pg::from_bytes(pg::digest(token))}, pg::Snapshot::callers);
  if (rows.empty() || !pg::is_token(token, pg::to_bytes(*rows.at(0, 3)))) throw no_such_feed();
  auto calendar = find_calendar(pg::to_text(*rows.at(0, 1)));
  if (!calendar) throw no_such_feed();
  MakersRights maker({pg::to_text(*rows.at(0, 4)), rows.read(0, 5, pg::to_text)});
  if (!maker.may_call("jb_secretary") || !maker.has(Right::read, {calendar->name})) throw no_such_feed();
  return {std::move(*calendar), feed_detail_from(pg::to_text(*rows.at(0, 2))).value_or(FeedDetail::busy),
          std::move(maker)};
}

}  // namespace

JB_LENT(jb_feed_create, std::string) {
  const auto shows = arguments.text("shows").value_or("events");
  if (!feed_detail_from(shows)) throw invalid("shows", shows, "it must be events or busy");
  const auto name = arguments.word("calendar");
  if (is_same_name(name, kCeo)) make_calendar(name);
  const int calendar = lock_permitted(name, Right::read);
  const auto token = pg::new_token("jbf_");
  const auto maker = maker_now(arguments.principal());
  store_feed_statement.run(
      {calendar, shows, pg::from_bytes(pg::digest(token)), maker.principal, pg::now(), maker.role});
  return token;
}

JB_CONNECTED(jb_feed_revoke, bool) {
  const auto name = arguments.word("calendar");
  const int calendar = lock_permitted(name, Right::read);
  // Whoever manages the calendar ends the feeds of all, others their own.
  const bool all = pg::caller_has_privileges_of("jb_manager") && may_any(Right::manage, {name});
  if (delete_feed_statement.run({calendar, all, pg::principal(arguments.principal())}).empty())
    throw Failure(Error::not_found, "calendar \"" + name + "\" has no public feed" + (all ? "" : " of yours"), "",
                  "jb_feed_create() makes one.");
  return true;
}

JB_CONNECTED(jb_feed_read, std::string) {
  const pg::Unasked unasked;
  const auto feed = require_feed(arguments.word("token"));
  const auto reads = [&](const Event& event) { return feed.maker.has(Right::read, event.calendars); };
  return icalendar_text(feed.calendar,
                        {.detail = feed.detail, .free_busy = arguments.flag("free_busy"), .reads = reads});
}

JB_CONNECTED(jb_feed_tag, std::string) {
  const pg::Unasked unasked;
  return icalendar_tag(require_feed(arguments.word("token")).calendar);
}

}  // namespace jb::functions
