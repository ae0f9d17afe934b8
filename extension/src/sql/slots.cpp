// SPDX-License-Identifier: PostgreSQL
//
// The open times of one or more calendars.
#include "arguments.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

struct Question {
  Seconds duration{0};
  std::vector<std::string> calendars;
  Span within;
  std::size_t most = 0;
};

Question read_question(const Arguments& arguments) {
  Validation validation;
  Question question;
  if (arguments.is_null(0)) validation.refuse("duration", "NULL", "it is required");
  question.duration = arguments.duration(validation, 0, "duration").value_or(kShortest);
  question.calendars = calendar_names(arguments, validation, 1);
  const auto from = arguments.instant(2).value_or(kRepresentable.start);
  const auto to = arguments.instant(3).value_or(kRepresentable.end);
  if (to < from) validation.refuse("to_time", format_utc(to), "it must not be before the begin of the range");
  validation.raise();
  question.within = {from, to};
  question.most = static_cast<std::size_t>(arguments.max_rows(4));
  return question;
}

Datum slots_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(5));
  const auto question = read_question(arguments);
  RowSet rows(info);
  pg::Session session;
  const auto now = pg::now();
  auto search = search_in(question.calendars, now);
  for (const auto start : search.open_starts(question.duration, question.within, question.most)) {
    rows.add(pg::from_span({start, start + question.duration}));
  }
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_slots, jb::sql::slots_body)
