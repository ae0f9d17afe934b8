// SPDX-License-Identifier: PostgreSQL
//
// Other programs depart from RFC 5545. Where a text of theirs can mean one thing only, it is read here. Requests are
// read strictly; a file is read as far as its times are clear, and its reader is told what was odd.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content_line.hpp"

namespace jb {

/// Sentences about what was odd in a text. The first few are kept, and the others counted.
class Notes {
 public:
  /// A sentence that is kept already is not kept again.
  void add(std::string sentence);
  void add(const Notes& others);

  /// All in one line; empty where nothing was odd.
  std::string told() const;

 private:
  std::vector<std::string> sentences_;
  std::size_t more_ = 0;
};

/// `text` without the blanks and tabs around it.
std::string_view without_blanks(std::string_view text);

/// parse_moment, and besides: blanks around it, the dashes, colons, fractions and offsets of ISO 8601, a time without
/// seconds, and 24:00. The second 60 counts as 59 (RFC 5545, 3.3.12). 2027-08-16T09:00:00+02:00 is 20270816T070000Z.
std::optional<Moment> parse_lenient_moment(std::string_view text);

/// A moment for a note: 2027-08-16, 2027-08-16T09:00:00, 2027-08-16T07:00:00+00:00.
std::string shown_moment(const Moment& moment);

}  // namespace jb
