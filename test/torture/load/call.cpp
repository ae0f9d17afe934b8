// SPDX-License-Identifier: PostgreSQL
#include "call.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace torture {

const char* name_of(Op op) {
  constexpr std::array names{"book", "batch", "move", "loosen", "update",  "cancel",     "erase", "confirm",
                             "deny", "read",  "list", "slots",  "changes", "rejections", "busy",  "explain"};
  return names.at(static_cast<std::size_t>(op));
}

bool is_write(Op op) { return op < Op::read; }

const char* name_of(Verdict verdict) {
  constexpr std::array names{"answered", "refused", "doubt", "wrong"};
  return names.at(static_cast<std::size_t>(verdict));
}

std::string rfc3339(long instant) {
  const std::time_t time = instant;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

long instant_of(const std::string& text) {
  std::tm parts{};
  char sign = 'Z';
  int hours = 0, minutes = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d%c%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &sign, &hours, &minutes) < 6)
    return 0;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const long offset = hours * 3600L + minutes * 60L;
  return timegm(&parts) - (sign == '-' ? -offset : offset);
}

std::string rule_of(const Call& call) { return "RRULE:FREQ=DAILY;COUNT=" + std::to_string(call.repeats); }

namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "\"" : ",\"") + name + '"';
  return '[' + text + ']';
}

void add(std::string& body, const char* field, const std::string& json) {
  body += std::string(",\"") + field + "\":" + json;
}
void add_text(std::string& body, const char* field, const std::string& text) { add(body, field, '"' + text + '"'); }

}  // namespace

std::string lists_of(const Call& call) {
  if (call.candidates.empty()) return {};
  return "[{\"calendars\":" + list_of(call.candidates) + ",\"count\":" + std::to_string(call.count) + ",\"choose\":\"" +
         (call.takes_least_busy ? "least_busy" : "first") + "\"}]";
}

std::string body_of(const Call& call) {
  std::string body = "{\"event_name\":\"" + call.name + '"';
  add(body, "duration", std::to_string(call.duration));
  add(body, "calendars", list_of(call.calendars));
  if (!call.candidates.empty()) add(body, "one_of", lists_of(call));
  if (call.start) add_text(body, "start_timestamp", rfc3339(call.start));
  if (!call.date.empty()) add_text(body, "date", call.date);
  if (!call.start_time.empty()) add_text(body, "start_time", call.start_time);
  if (call.not_before) add_text(body, "not_before", rfc3339(call.not_before));
  if (call.not_after) add_text(body, "not_after", rfc3339(call.not_after));
  if (call.priority != 50) add(body, "priority", std::to_string(call.priority));
  if (call.preempts) add(body, "preempt", "true");
  if (call.waits) add_text(body, "on_no_slot", "wait");
  if (call.hold_for) add(body, "hold_for", std::to_string(call.hold_for));
  if (call.repeats) add_text(body, "recurrence", rule_of(call));
  if (call.is_trial) add(body, "dry_run", "true");
  return body + '}';
}

}  // namespace torture
