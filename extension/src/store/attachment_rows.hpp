// SPDX-License-Identifier: PostgreSQL
//
// Attachments as rows, numbered per event. Each number is given once (rule 4.19): the row of a removed attachment
// stays, empty, so that the address of a removed attachment never leads to another attachment. The functions need an
// open pg::SpiConnection; the caller holds the event's locks.
#pragma once

#include "core/event/attachment.hpp"
#include "core/event/event.hpp"
#include "pg/spi.hpp"

namespace jb {

/// Stores one more attachment of an event and returns the attachment's number. Errors: 22023 under `field` when the
/// event has 100 attachments already.
int insert_attachment(EventId id, const Attachment& attachment, std::string_view field);

/// The event's attachments as JSON, as jb_event_view lists them.
std::string attachments_json(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The same as the object of an event's JSON that has nothing else: {"attachments" : […]}.
std::string attachments_object(EventId id);

/// Those of the events that have attachments, in the order of their ids. Cost: a look into the index for each of them
/// and one more, however many events there are.
std::vector<EventId> with_attachments(std::vector<EventId> ids, pg::Snapshot snapshot);

}  // namespace jb
