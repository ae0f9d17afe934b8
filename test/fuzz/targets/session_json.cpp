// SPDX-License-Identifier: PostgreSQL
//
// Promise: a session is read whole or refused with every wrong field. An accepted session is written and read back as
// the same.
//
// Input: one JSON text.
#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "core/adapters/session.hpp"
#include "core/values/json.hpp"
#include "core/values/time.hpp"

namespace jb::fuzz::of_session_json {
namespace {

std::optional<SessionFields> read(const std::string& text) {
  return accepted([&](Validation& validation) {
    auto session = read_session(validation, text);
    if (validation.ok()) check_new_session(validation, session);
    return session;
  });
}

std::string written(const SessionFields& session) {
  return nlohmann::json{{"session",
                         {{"coach_hash_id", *session.coach.value},
                          {"client_hash_id", *session.client.value},
                          {"start", format_timestamp(*session.start.value, *test::zone("UTC"))},
                          {"duration", std::chrono::floor<std::chrono::minutes>(*session.duration.value).count()}}}}
      .dump();
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!is_text(text)) return -1;
  const auto session = read(text);
  if (!session) return 0;
  const Fields fields = new_session(*session);
  const Span time{*fields.start_timestamp.value, *fields.start_timestamp.value + *fields.duration.value};
  promise(kRepresentable.contains(time), "a session lies in years 0001 to 9999");
  const auto again = read(written(*session));
  promise(again && again->coach.value == session->coach.value && again->client.value == session->client.value &&
              again->start.value == session->start.value && again->duration.value == session->duration.value,
          "a session is read as it is written");
  Event event = apply(fields, {}, Seconds{60});
  event.time = time;
  promise(is_session(event), "a new session is a session");
  promise(!session_changes(*session, event).calendars.named, "a session that says the same changes nothing");
  return 0;
}

const Target target{"session_json", read_input};

}  // namespace
}  // namespace jb::fuzz::of_session_json
