// SPDX-License-Identifier: PostgreSQL
//
// Attachments as rows, numbered per event. A number is given once: the row of one that was removed stays, empty, so
// that an address which leads to it never leads to another. Needs an open pg::Session, and the event's locks for the
// caller.
#pragma once

#include "core/event/attachment.hpp"
#include "core/event/event.hpp"

namespace jb {

/// Stores one more attachment of an event; its number. Errors: 22023 under `field` when the event has 100.
int insert_attachment(EventId id, const Attachment& attachment, std::string_view field);

/// Empties the row of attachment `n`. Errors: P0002 when the event has none of this number.
void empty_attachment(EventId id, int n);

/// The list that jb_event_view shows, as JSON.
std::string attachments_json(EventId id);

/// "event 5 has no attachment 2", P0002.
Failure no_such_attachment(EventId id, std::optional<int> n);

}  // namespace jb
