// SPDX-License-Identifier: PostgreSQL
#include "authentication.hpp"

#include "response.hpp"

namespace jb::gateway {

namespace {

constexpr std::chrono::seconds kKept{1};
constexpr std::size_t kMostEntries = 1000;

constexpr Statement kPrincipalStatement{
    "principal", sql::kBound<"SELECT principal, role FROM jb_principal_of(:issuer, :subject)">.value};

std::optional<Principal> read_principal(const Request& request, Backend& backend) {
  const pg::Result result =
      backend.run(kPrincipalStatement, {request.issuer, request.subject}, Access::read, std::nullopt);
  for (const auto& [name, role] :
       {std::pair{"manager", Role::manager}, {"secretary", Role::secretary}, {"viewer", Role::viewer}})
    if (!result.empty() && result.view(0, 1) == name) return Principal{result.text(0, 0), role};
  return std::nullopt;
}

}  // namespace

Principal Authentication::principal_of(const Request& request, Backend& backend, Clock::time_point now) {
  if (request.verify != "SUCCESS" || request.subject.empty())
    throw Problem(401, "no-certificate", "Client certificate required",
                  "Call with a client certificate that this server's authority has signed.");
  const std::pair key{request.issuer, request.subject};
  std::unique_lock lock(mutex_);
  const auto known = entries_.find(key);
  Entry entry = known == entries_.end() ? Entry{std::nullopt, now - kKept} : known->second;
  if (now - entry.read_at >= kKept) {
    lock.unlock();  // a slow database must not hold up callers whose entry is still fresh
    entry = {read_principal(request, backend), now};
    lock.lock();
    if (entries_.size() >= kMostEntries) entries_.clear();
    entries_[key] = entry;
  }
  if (!entry.principal) {
    Problem problem(403, "not-allowed", "Not allowed",
                    "This client certificate is valid, but it is not on the list of those who may call.");
    problem.members["hint"] = "Ask a manager to enter its issuer and subject with a role.";
    throw problem;
  }
  return *std::move(entry.principal);
}

}  // namespace jb::gateway
