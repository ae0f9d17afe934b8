// SPDX-License-Identifier: PostgreSQL
//
// The grants of calendars as rows, and what calendars give to those that they do not name. The functions need an open
// pg::SpiConnection. A trigger of the tables tells every backend of each change.
#pragma once

#include <string>
#include <vector>

#include "core/event/right.hpp"

namespace jb {

/// Whom the calendar of this id names, by grantee.
std::vector<Grant> grants_on(int calendar);

/// Adds a right. Result: what the grantee has now.
Grant add_right(int calendar, const std::string& grantee, Right right);

/// Removes a grantee. Result: whether the calendar named it.
bool remove_grantee(int calendar, const std::string& grantee);

/// Makes the list all that the calendar grants.
void set_grants(int calendar, const std::vector<Grant>& grants);

/// Whether calendars give nothing to those that they do not name.
void set_gives_nothing(bool nothing);

}  // namespace jb
