// SPDX-License-Identifier: PostgreSQL
//
// The condition that finds the calendar of a name in whatever case, by jb_calendar_folded (rule 1.6).
#pragma once

#define JB_NAMED(column, name) "lower(" column " COLLATE \"C\") = lower(" name " COLLATE \"C\")"
