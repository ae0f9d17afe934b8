// SPDX-License-Identifier: PostgreSQL
//
// Attachments of an event: added, taken off, and read.
#include "core/event/attachment.hpp"
#include "store/attachment_rows.hpp"

#include "call.hpp"
#include "idempotency.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement attachment_statement{
    "SELECT a.* FROM jb_attachment a WHERE a.event_id = $1 AND a.n = $2 AND a.name IS NOT NULL"};

// The row stays, empty: so its number is given once.
constinit pg::Statement empty_attachment_statement{
    "UPDATE jb_attachment SET name = NULL, media_type = NULL, data = NULL, url = NULL"
    " WHERE event_id = $1 AND n = $2 AND name IS NOT NULL RETURNING n"};

Failure no_such_attachment(EventId id, std::optional<int> n) {
  return {Error::not_found,
          "event " + std::to_string(id) + " has no attachment " + (n ? std::to_string(*n) : std::string("NULL")), "",
          "The event's attachments list the numbers that there are."};
}

Attachment wanted_attachment(const Arguments& arguments) {
  Validation validation;
  auto attachment = read_attachment(validation, "", arguments.json("attachment", "{}"), arguments.bytes("data"));
  validation.raise();
  return std::move(*attachment);
}

}  // namespace

JB_CALL(jb_attach, Datum) {
  const auto id = arguments.event_id();
  const auto attachment = wanted_attachment(arguments);
  return keyed_outcome(arguments, false, [&](Scheduler& scheduler) {
    return scheduler.amend(id, "attachments", arguments.bigint("expected_version"), [&] {
      auto before = attachments_object(id);
      insert_attachment(id, attachment, "attachment");
      return before;
    });
  });
}

JB_CALL(jb_detach, Datum) {
  const auto id = arguments.event_id();
  return keyed_outcome(arguments, false, [&](Scheduler& scheduler) {
    return scheduler.amend(id, "attachments", arguments.bigint("expected_version"), [&] {
      auto before = attachments_object(id);
      const auto n = arguments.integer("n");
      if (empty_attachment_statement.run({id, n}).empty()) throw no_such_attachment(id, n);
      return before;
    });
  });
}

JB_CONNECTED(jb_attachment_one, Datum) {
  const auto id = arguments.event_id();
  readable_event(id);
  const auto rows = attachment_statement.run({id, arguments.param("n")}, pg::Snapshot::callers);
  if (rows.empty()) throw no_such_attachment(id, arguments.integer("n"));
  return pg::returned_row(rows);
}

}  // namespace jb::functions
