// SPDX-License-Identifier: PostgreSQL
#include "../idempotency.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement import_statement{
    "import",
    "SELECT jb_import_json(r), r.outcome, coalesce(r.reason, '')" JB_REPLAYED
    "  FROM jb_import($1, $2, after => $3::int, max_rows => $4::int, sync => $5::bool, cancel_missing => $6::bool,"
    "                 on_no_slot => coalesce($7, 'reject'), dry_run => $8::bool, principal => $9,"
    "                 idempotency_key => $10) AS r"};

std::optional<std::string> given_number(const Request& request, std::string_view name, long long least,
                                        long long most) {
  if (!text_parameter(request, name)) return std::nullopt;
  return number_parameter(request, name, least, most, "");
}

/// Whether the metrics count the outcome as the result of a write: not for an item that was not tried, and not for an
/// item that had been imported before.
bool is_counted(std::string_view outcome) {
  return outcome != "unchanged" && outcome != "ignored" && outcome != "invalid" && outcome != "skipped";
}

}  // namespace

Response import_calendar(const Request& request, Database& database) {
  const std::string dry_run = flag_parameter(request, "dry_run");
  const pg::Result result =
      database.run(import_statement, {request.parameter, request.body, given_number(request, "after", 0, 2'147'483'647),
                                      given_number(request, "limit", 1, 1000), flag_parameter(request, "sync"),
                                      flag_parameter(request, "cancel_missing"), text_parameter(request, "on_no_slot"),
                                      dry_run, request.principal, idempotency_key(request)});
  Response response = list_response(result);
  for (int row = 0; row < result.rows() && dry_run == "false"; ++row)
    if (is_counted(result.view(row, 1))) response.told.push_back({result.text(row, 1), result.text(row, 2)});
  return response;
}

}  // namespace jb::gateway
