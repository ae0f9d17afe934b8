// SPDX-License-Identifier: PostgreSQL
//
// The rows of the route table, one file per topic; docs/http.md says what each route is for. Rows are tried in order:
// for one method, a literal must come before a placeholder.
#pragma once

#include <span>

#include "../answers.hpp"
#include "../arguments.hpp"
#include "../route.hpp"

namespace jb::gateway {

using enum Access;

std::span<const Row> event_routes();
std::span<const Row> attachment_routes();
std::span<const Row> free_time_routes();
std::span<const Row> calendar_routes();
std::span<const Row> icalendar_routes();
std::span<const Row> news_routes();
std::span<const Row> session_routes();
std::span<const Row> poll_routes();
std::span<const Row> provider_routes();
std::span<const Row> booking_page_routes();
std::span<const Row> operation_routes();

}  // namespace jb::gateway
