// SPDX-License-Identifier: PostgreSQL
#include "authentication.hpp"

#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr std::chrono::seconds kept{1};
constexpr std::size_t most_entries = 1000;

constexpr Statement principal_statement{"principal", "SELECT principal, role FROM jb_principal_of($1, $2)"};

std::optional<Principal> read_principal(const Certificate& certificate, Backend& backend) {
  const pg::Result result =
      backend.run(principal_statement, {certificate.issuer, certificate.subject}, Access::read, std::nullopt);
  if (result.empty()) return std::nullopt;
  const auto role = role_named(result.view(0, 1));
  if (!role) return std::nullopt;
  return Principal{result.text(0, 0), *role};
}

Principal require_principal(const std::optional<Principal>& principal) {
  if (!principal)
    throw Problem(403, "not-allowed", "Not allowed",
                  "This client certificate is valid, but it is not on the list of those who may call.");
  return *principal;
}

}  // namespace

std::optional<Role> role_named(std::string_view name) {
  if (name == "manager") return Role::manager;
  if (name == "secretary") return Role::secretary;
  if (name == "viewer") return Role::viewer;
  return std::nullopt;
}

std::string identity(const Certificate& certificate) { return certificate.issuer + '\0' + certificate.subject; }

void require_certificate(const Certificate& certificate) {
  if (certificate.verify != "SUCCESS" || certificate.subject.empty())
    throw Problem(401, "no-certificate", "Client certificate required",
                  "Call with a client certificate that this server's authority has signed.");
}

const Authentication::Entry* Authentication::fresh(const std::string& key, Clock::time_point now) const {
  const auto it = entries_.find(key);
  return it != entries_.end() && now - it->second.read_at < kept ? &it->second : nullptr;
}

Principal Authentication::principal_of(const Certificate& certificate, Backend& backend, Clock::time_point now) {
  const std::string key = identity(certificate);
  {
    const std::lock_guard lock(mutex_);
    if (const Entry* entry = fresh(key, now)) return require_principal(entry->principal);
  }
  // The database is asked without the lock: a slow database must not hold up callers whose entry is still fresh.
  const auto principal = read_principal(certificate, backend);
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= most_entries) entries_.clear();
  entries_[key] = Entry{principal, now};
  return require_principal(principal);
}

}  // namespace jb::gateway
