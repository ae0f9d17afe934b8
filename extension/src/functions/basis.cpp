// SPDX-License-Identifier: PostgreSQL
#include "basis.hpp"

#include "core/values/json.hpp"
#include "pg/secret.hpp"

namespace jb::functions {

namespace {

constexpr std::string_view kPrefix = "b1";     // a later form of digest gets another prefix
constexpr std::size_t kDigestDigits = 32;      // 128 bits each: nobody meets the same digest by chance
constexpr std::size_t kLongestFacts = 65'536;  // an error is logged, so its size has a limit

std::string short_digest(const std::string& bytes) { return pg::hex(pg::digest(bytes)).substr(0, kDigestDigits); }

/// Requests as bytes, without their member dry_run: the dry run has it, and the call that applies it does not. It stays
/// where only some items of a list have it, since then those are never booked. An expected_version is a condition, not
/// a part of the request.
std::string requests_bytes(const std::string& json) {
  const auto items = json.starts_with('[') ? json_parts(json) : std::vector<std::string_view>{json};
  std::string bytes;
  std::size_t tried = 0;
  for (const auto item : items) {
    step();
    const auto parts = json_parts(item);
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      if (parts[i] == R"("dry_run")")
        tried += parts[i + 1] == "true" ? 1 : 0;
      else if (parts[i] != R"("expected_version")")
        bytes.append(parts[i]).append(":").append(parts[i + 1]).append(",");
    }
    bytes += '\n';
  }
  return tried == 0 || tried == items.size() ? bytes : json;
}

/// A digest of the request: the database, the principal, the function and its arguments. Arguments in which a call may
/// differ from its dry run are left out.
std::string request_digest(const Arguments& arguments) {
  const auto database = connected([] { return pg::identity_of("jb_event"); });
  auto bytes = std::to_string(database) + ' ' + pg::principal(arguments.principal()) + '\n' +
               arguments.as_bytes(
                   {"basis", "dry_run", "expected_version", "idempotency_key", "principal", "requests", "changes"});
  for (const auto* name : {"requests", "changes"}) {
    if (arguments.has(name) && !arguments.is_null(name)) bytes += '\n' + requests_bytes(arguments.json(name));
  }
  return short_digest(bytes);
}

bool is_basis(std::string_view text) {
  return text.size() == kPrefix.size() + 2 * kDigestDigits && text.starts_with(kPrefix) &&
         text.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

}  // namespace

Basis::Basis(const Arguments& arguments, bool dry_run) : arguments_(arguments), dry_run_(dry_run) {
  if (!arguments.has("basis")) return;
  given_ = arguments.text("basis");
  if (!dry_run && !given_) return;
  if (given_ && !is_basis(*given_)) throw invalid("basis", *given_, "it must be a basis as a dry run returned it");
  request_ = request_digest(arguments);
  if (given_ && given_->substr(kPrefix.size(), kDigestDigits) != request_)
    throw invalid("basis", *given_, "it is of another request, principal or database");
}

bool Basis::is_shown(const std::string& plan) {
  of_plan_ = std::string(kPrefix) + request_ + short_digest(plan);
  if (dry_run_) made_ = of_plan_;
  return !given_ || *given_ == of_plan_;
}

std::string Basis::facts(std::vector<Outcome> outcomes, const std::vector<Move>& moves) const {
  std::string shown;
  for (auto& outcome : outcomes) {
    step();
    outcome.event.reset();  // of which a dry run shows no more than what is stored
    outcome.basis = of_plan_;
    shown.append(shown.empty() ? "[" : ", ").append(outcome_json(outcome));
    if (shown.size() > kLongestFacts) break;
  }
  for (const auto& move : moves) shown.append(shown.empty() ? "[" : ", ").append(move_json(move, *require_zone("UTC")));
  JsonObject facts;
  facts.add("outcome", "stale");
  if (shown.size() > kLongestFacts) return std::move(facts).finished();
  facts.add("basis", of_plan_);
  facts.add(outcomes.empty() ? "moves" : "outcomes", RawJson{shown.empty() ? "[]" : shown += ']'});
  return std::move(facts).finished();
}

}  // namespace jb::functions
