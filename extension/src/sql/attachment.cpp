// SPDX-License-Identifier: PostgreSQL
//
// Attachments of an event: added, taken off, and read.
#include "core/event/attachment_json.hpp"
#include "store/attachment_rows.hpp"

#include "arguments.hpp"
#include "idempotency.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement attachment_statement{
    "SELECT a.* FROM jb_attachment a WHERE a.event_id = $1 AND a.n = $2 AND a.name IS NOT NULL", {INT8OID, INT4OID}};

Attachment wanted_attachment(const Arguments& arguments) {
  Validation validation;
  const auto object = arguments.is_null(1) ? std::string("{}") : pg::jsonb_text(arguments.datum(1));
  auto bytes = arguments.is_null(2) ? std::nullopt : std::optional{pg::to_bytes(arguments.datum(2))};
  auto attachment = read_attachment(validation, "", object, std::move(bytes));
  validation.raise();
  return std::move(*attachment);
}

Datum attach_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto attachment = wanted_attachment(arguments);
  return keyed_outcome(info, false, 3, [&](Scheduler& scheduler) {
    return scheduler.amend(id, "attachments", arguments.bigint(3), [&] {
      auto before = attachments_object(id);
      insert_attachment(id, attachment, "attachment");
      return before;
    });
  });
}

Datum detach_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  return keyed_outcome(info, false, 2, [&](Scheduler& scheduler) {
    return scheduler.amend(id, "attachments", arguments.bigint(2), [&] {
      if (arguments.is_null(1)) throw no_such_attachment(id, std::nullopt);
      auto before = attachments_object(id);
      empty_attachment(id, *arguments.integer(1));
      return before;
    });
  });
}

Datum attachment_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto id = arguments.event_id(0);
  if (arguments.is_null(1)) throw no_such_attachment(id, std::nullopt);
  pg::Session session;
  require_event(id);
  const auto rows = attachment_statement.run({pg::from_id(id), arguments.datum(1)}, pg::Snapshot::callers);
  if (rows.empty()) throw no_such_attachment(id, arguments.integer(1));
  const Datum attachment = pg::returned_row(rows);
  session.finish();
  return attachment;
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_attach, jb::sql::attach_body)
JB_FUNCTION(jb_detach, jb::sql::detach_body)
JB_FUNCTION(jb_attachment_one, jb::sql::attachment_body)
