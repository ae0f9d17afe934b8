// SPDX-License-Identifier: PostgreSQL
//
// One function per route, one file a topic. Each asks the database one statement and makes the answer of its rows;
// errors leave as Problem or pg::Error. What is common to all routes (who calls, which parameters, what kind of body)
// is checked before, by the route's row in router.cpp.
#pragma once

#include "../database.hpp"
#include "../request.hpp"
#include "../response.hpp"

namespace jb::gateway {

Response list_events(const Request& request, Database& database);
Response create_event(const Request& request, Database& database);

Response get_event(const Request& request, Database& database);
Response replace_event(const Request& request, Database& database);
Response change_event(const Request& request, Database& database);
Response cancel_event(const Request& request, Database& database);
Response delete_event(const Request& request, Database& database);

Response get_status(const Request& request, Database& database);
Response get_history(const Request& request, Database& database);

Response list_slots(const Request& request, Database& database);

Response list_calendars(const Request& request, Database& database);
Response get_calendar(const Request& request, Database& database);
Response set_calendar(const Request& request, Database& database);
Response delete_calendar(const Request& request, Database& database);

Response list_rejections(const Request& request, Database& database);

Response live(const Request& request, Database& database);
Response health(const Request& request, Database& database);

}  // namespace jb::gateway
