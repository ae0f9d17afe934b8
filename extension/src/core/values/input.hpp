// SPDX-License-Identifier: PostgreSQL
//
// Input from outside: its faults, which are collected and thrown, and the names in it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jb {

// Faults in a caller's input: the exception that carries one, and the collection of all.

// The only exception that core throws. It carries everything that PostgreSQL's ereport takes, so that pg/guard can pass
// it on without loss; core itself does not depend on PostgreSQL.

/// The errors that the functions raise themselves, one per row of errors.def.
enum class Error {
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) name,
#include "../../../errors.def"
#undef JB_ERROR
};

/// The five-character SQLSTATE of `error`.
inline std::string_view sqlstate(Error error) {
  constexpr std::string_view all[] = {
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) sqlstate,
#include "../../../errors.def"
#undef JB_ERROR
  };
  return all[static_cast<std::size_t>(error)];
}

/// Bad input or a refused change: an error for the caller; nothing is changed.
///
/// message: lower case, one line, names the argument and the value. detail: facts; for invalid values the JSON list of
/// all of them. hint: what to do next, a full sentence.
class Failure : public std::exception {
 public:
  Failure(Error error, std::string message, std::string detail, std::string hint)
      : error(error), message(std::move(message)), detail(std::move(detail)), hint(std::move(hint)) {}
  const char* what() const noexcept override { return message.c_str(); }

  Error error;
  std::string message;
  std::string detail;
  std::string hint;
};

// Collects the invalid fields of a request, so that the caller sees all of them at once (rule 8.3).

/// Hints for a field that does not belong here, whatever it takes elsewhere.
inline constexpr std::string_view kNotTaken = "Leave it out, or correct its name: no field of this name is taken here.";
inline constexpr std::string_view kIsResult = "Leave it out: the scheduler decides it.";

/// The invalid fields of one call, in the order in which they were found.
class Validation {
 public:
  /// Records that `field` may not be `value`. `message` says what is wrong, as the end of a sentence, without a full
  /// stop. `hint`, which must outlive the object, says how to correct this fault; the default says what the field
  /// takes. Nothing is recorded after a thousand fields.
  void refuse(std::string_view field, std::string_view value, std::string_view message, std::string_view hint = {});

  /// Fields refused from here on belong to the batch item with this index.
  void at_index(std::size_t index) { index_ = index; }

  bool ok() const { return faults_.empty(); }

  /// Whether `field` of the current item was refused, so that checks of its value can be skipped.
  bool has_refused(std::string_view field) const;

  /// All refused fields as one error, 22023: message and hint concern the first field; detail holds all fields as a
  /// JSON list of {"field", "value", "message"}, with "index" in a batch. Call only if a field was refused.
  Failure failure() const;

  /// Throws failure() when a field was refused.
  void raise() const {
    if (!ok()) throw failure();
  }

  /// As problem+json shows it: {"field", "value", "message"}.
  struct Fault {
    std::optional<std::size_t> index;
    std::string field;      ///< as named in SQL and JSON, e.g. "duration"
    std::string value;      ///< as it was given, shortened to 200 bytes at a character boundary
    std::string message;    ///< what is wrong with it and what is allowed
    std::string_view hint;  ///< empty: what the field takes
  };
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::optional<std::size_t> index_;
  std::vector<Fault> faults_;
};

/// The error for a single field, of the batch item with this index if one is given. `hint`: as in Validation::refuse().
Failure invalid(std::string_view field, std::string_view value, std::string_view message,
                std::optional<std::size_t> item = {}, std::string_view hint = {});

/// The most bytes of a field's name or value that a refusal shows; the rest is cut off.
inline constexpr std::size_t kShownBytes = 200;

/// Whether the value is one of the list's.
template <class List>
bool contains(const List& list, const auto& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// `text` cut to at most `bytes` bytes at a UTF-8 character boundary, and "…" after it if anything was cut.
std::string shorten(std::string_view text, std::size_t bytes);

/// The number of characters of valid UTF-8 text.
std::size_t characters(std::string_view text);

/// The controls that a text of several lines may have.
inline constexpr std::string_view kOfLines = "\n\t";

/// Whether valid UTF-8 text has a character that moves a cursor, ends a line, or overrides the direction of writing,
/// other than those of `taken`: with one, a name could look like another name, or like two.
bool has_control(std::string_view text, std::string_view taken = "");
inline constexpr std::string_view kControl =
    "it must have no control characters, and none that turn the direction of writing";
inline constexpr std::string_view kControlInLines =
    "it must have no control characters but line breaks and tabs, and none that turn the direction of writing";

/// The text with a blank in place of each such character.
std::string without_controls(std::string_view text, std::string_view taken = "");

/// Whether has_control(text), or the text has an invisible character (Unicode's Default_Ignorable_Code_Point and format
/// characters). Joiners count as visible between two letters of scripts that join them, and between two emoji.
bool has_invisible(std::string_view text);
inline constexpr std::string_view kInvisible = "it must have no control characters and none that are invisible";

/// Whether valid UTF-8 text has a character that is visible by itself: a letter, digit or sign, not a blank or
/// combining mark.
bool has_visible(std::string_view text);

/// Whether the character is invisible wherever it stands. Format characters are, except marks before a number (U+0600).
bool is_unseen(char32_t c);
/// The fault of a text that has none.
constexpr std::string_view fault_of_unseen(std::string_view text) {
  return text.empty() ? "it must not be empty" : "it must have a character that is seen";
}

/// The first `most` characters of valid UTF-8 text.
std::string_view first_characters(std::string_view text, std::size_t most);

// Names, and when two of them are the same.

// Names that are compared without regard to the case of ASCII letters, whatever the locale: those of calendars (rule
// 1.6).

constexpr char folded(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// The text in lower case.
inline std::string folded(std::string_view text) {
  std::string small(text);
  for (auto& letter : small) letter = folded(letter);
  return small;
}

/// Both compare the bytes first: most callers spell a name as its owner does.
struct FoldedEqual {
  bool operator()(std::string_view a, std::string_view b) const {
    const auto is_same = [](char one, char other) { return folded(one) == folded(other); };
    return a == b || std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same);
  }
};
struct FoldedLess {
  bool operator()(std::string_view a, std::string_view b) const {
    const auto is_less = [](char one, char other) {
      return static_cast<unsigned char>(folded(one)) < static_cast<unsigned char>(folded(other));
    };
    return a != b && std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), is_less);
  }
};
struct FoldedHash {  // FNV-1a
  std::size_t operator()(std::string_view text) const {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(folded(letter))) * 1'099'511'628'211U;
    return hash;
  }
};

inline bool is_same_name(std::string_view a, std::string_view b) { return FoldedEqual{}(a, b); }

// Names of callers (rule 4.3).

/// The name in history and rejections of a person who books by a booking page.
inline constexpr std::string_view kBookingPage = "booking page";

inline constexpr std::size_t kLongestPrincipal = 200;  ///< characters

/// Why a reserved name is refused.
inline constexpr const char* kIsReserved = "the scheduler gives this name to callers without a certificate";

/// Whether the name is reserved: the scheduler gives it to callers without a certificate.
bool is_reserved_principal(std::string_view name);

/// Refuses, under `principal`, a name that is not 1 to 200 characters long, or is reserved.
void check_principal(Validation& validation, const std::string& name);

// The limits of one call, in work and in memory (rules 14.1 and 14.2). A request of a few hundred bytes can ask for
// millions of times and events: each field is within its own limit, but the product of two or three fields has no
// limit. So all requested work is counted here: in advance if the amount is known, otherwise as the work is done. A
// call that exceeds a budget ends with 22023. extension/budgets.def lists the budgets.
//
// A loop whose length depends on the caller checks for interrupts at least every 10 ms of work, by spend() or step().
// So a call ends soon after it is cancelled, times out or is terminated, whatever its input.
//
// The account is reached by a process-wide pointer instead of an argument: like the memory allocator, a budget concerns
// every function below an entry point. Without an account (unit tests of single functions) nothing is counted.

enum class Budget {
#define JB_BUDGET(name, field, limit, unit, what) name,
#include "../../../budgets.def"
#undef JB_BUDGET
};

/// The limit of a budget, for one call.
std::size_t limit_of(Budget budget);

/// The account of one call. Accounts nest, since a trigger function may run inside another call of the extension, and
/// end in reverse order; the innermost account counts.
class Account {
 public:
  /// `interrupt` throws when the call must end.
  explicit Account(void (*interrupt)()) : interrupt_(interrupt), outer_(std::exchange(current_, this)) {}
  ~Account() { current_ = outer_; }
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  static Account* current() { return current_; }

  void step() const { interrupt_(); }
  void spend(Budget budget, std::size_t amount);
  std::size_t spent(Budget budget) const;

 private:
  friend class OfItem;
  static constexpr std::size_t kBudgets = 0
#define JB_BUDGET(name, field, limit, unit, what) +1
#include "../../../budgets.def"
#undef JB_BUDGET
      ;
  static Account* current_;

  void (*interrupt_)();
  Account* outer_;
  std::optional<std::size_t> item_{};
  std::array<std::size_t, kBudgets> spent_{};
};

/// Checks for interrupts.
inline void step() {
  if (const auto* account = Account::current()) account->step();
}

/// Takes `amount` from a budget of the call, and checks for interrupts. Errors: 22023, naming the field and the limit;
/// the budget is then exhausted.
inline void spend(Budget budget, std::size_t amount = 1) {
  if (auto* account = Account::current()) account->spend(budget, amount);
}

/// Whether at least `amount` is left of a budget.
bool has_left(Budget budget, std::size_t amount);

/// The amount of a budget that the call has spent so far; 0 without an account.
std::size_t spent(Budget budget);

/// While this object lives, an exceeded budget is reported for this item of a batch; without an item, for the call
/// itself.
class OfItem {
 public:
  explicit OfItem(std::optional<std::size_t> item) : account_(Account::current()) {
    if (account_ != nullptr) before_ = std::exchange(account_->item_, item);
  }
  ~OfItem() {
    if (account_ != nullptr) account_->item_ = before_;
  }
  OfItem(const OfItem&) = delete;
  OfItem& operator=(const OfItem&) = delete;

 private:
  Account* account_;
  std::optional<std::size_t> before_;
};

// Media types of headers.

/// A media type of a header, in lower case.
struct MediaType {
  std::string name;     ///< such as text/plain
  std::string charset;  ///< empty if not given
};

/// Reads type/subtype with its parameters, each a token or a quoted string; nullopt for anything else (RFC 9110, 8.3.1
/// and 5.6.6), such as `text/plain; charset="utf-8`, which lacks the closing quote. Of several charsets the first
/// counts.
std::optional<MediaType> parse_media_type(std::string_view text);

}  // namespace jb
