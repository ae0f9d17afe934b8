// SPDX-License-Identifier: PostgreSQL
#include "attachment_rows.hpp"

#include <algorithm>

#include "pg/caller.hpp"
#include "pg/datum.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

constinit pg::Table attachment_table{"jb_attachment", "event_id"};
constinit pg::Statement numbers_statement{
    "SELECT count(a.name)::int, coalesce(max(a.n), 0) + 1 FROM jb_attachment a WHERE a.event_id = $1"};
constinit pg::Statement insert_attachment_statement{
    "INSERT INTO jb_attachment (event_id, n, name, media_type, data, url) VALUES ($1, $2, $3, $4, $5, $6)"};
constinit pg::Statement list_statement{"SELECT v.attachments FROM jb_event_view v WHERE v.id = $1"};

}  // namespace

int insert_attachment(EventId id, const Attachment& attachment, std::string_view field) {
  const auto numbers = numbers_statement.run({id});
  if (pg::to_int(*numbers.at(0, 1)) >= static_cast<int>(kAttachments))
    throw invalid(field, attachment.name, "the event has 100 already");
  const int n = pg::to_int(*numbers.at(0, 2));
  insert_attachment_statement.run({id, n, attachment.name, attachment.media_type,
                                   attachment.data ? pg::from_bytes(*attachment.data) : pg::Param::null(BYTEAOID),
                                   attachment.url});
  return n;
}

// Few events have attachments: a look into the index costs less than the statement.
std::string attachments_json(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  if (attachment_table.find("jb_attachment_pkey", {pg::equals_id(id)}, snapshot).empty()) return "[]";
  const pg::Unasked unasked;
  const auto rows = list_statement.run({id}, snapshot);
  return rows.empty() ? "[]" : pg::jsonb_text(*rows.at(0, 1));
}

std::string attachments_object(EventId id) { return R"({"attachments" : )" + attachments_json(id) + "}"; }

std::vector<EventId> with_attachments(std::vector<EventId> ids, pg::Snapshot snapshot) {
  std::sort(ids.begin(), ids.end());
  std::vector<EventId> found;
  for (auto at = ids.begin(); at != ids.end();) {
    const pg::Scratch scratch;
    const auto next = attachment_table.find("jb_attachment_pkey", {pg::at_least_id(*at)}, snapshot, 1);
    if (next.empty()) break;
    const auto id = pg::to_id(*next.at(0, 1));
    at = std::lower_bound(at, ids.end(), id);
    if (at != ids.end() && *at == id) found.push_back(*at++);
  }
  return found;
}

}  // namespace jb
