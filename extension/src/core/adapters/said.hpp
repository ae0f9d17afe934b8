// SPDX-License-Identifier: PostgreSQL
//
// What a file says of an event, as it is kept beside the event: so a later import tells what the file has changed.
#pragma once

#include <optional>
#include <string>

#include "../event/fields.hpp"

namespace jb {

/// Which state of its event a VEVENT shows.
struct SourceState {
  int sequence = 0;                ///< SEQUENCE (RFC 5545, 3.8.7.4)
  std::optional<Instant> stamp{};  ///< LAST-MODIFIED, else DTSTAMP; none where neither is a time in UTC
};

/// Whether `a` is a later state than `b`. Of states that cannot be told apart neither is later.
bool is_later(const SourceState& a, const SourceState& b);

/// The parts of what a VEVENT says, each of which may change alone: when the event, or each of its occurrences, starts;
/// how long it lasts; its name, place and people; of a series, which occurrences have events of their own, and what is
/// said of its later occurrences.
enum class Part { start, length, event_name, event_location, attendees, changed, later };

/// A digest of each part, in the order of Part; empty for a VEVENT that takes no time. Where something is said of later
/// occurrences, the start of the first of them follows the digest of it; elsewhere both are missing. kept as it is.
using Said = std::string;

/// The parts as the file means them, and not as it writes them: a program may write the same time in other words each
/// time. `start`: DTSTART. `clock`: the calendar's zone where that start is read on the calendar's clock, else empty;
/// in another zone the same words mean other times.
Said said_of(const Fields& fields, Instant start, const Length& length, std::string_view clock);

/// Whether the part is another one; where only one of both has parts, each part is.
bool differs(const Said& a, const Said& b, Part part);

/// Where the first of the later occurrences starts of which something else is said; nullopt: all are said to be the
/// same.
std::optional<Instant> differs_from(const Said& a, const Said& b);

/// Hexadecimal digits that follow from the text alone: FNV-1a of 64 bits (RFC 9923). Two texts that nobody has sought
/// out hardly have the same digest. It proves nothing: whoever wants to can write a second text for a digest.
std::string digest_of(std::string_view text);

/// A time as text, the same for each way in which a file may write it.
std::string told_moment(const Moment& moment);

}  // namespace jb
