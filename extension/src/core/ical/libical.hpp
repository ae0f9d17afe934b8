// SPDX-License-Identifier: PostgreSQL
//
// libical for C++: its objects are freed, and an error of libical does not end the process.
#pragma once

#include <libical/ical.h>

#include <memory>
#include <new>
#include <string>

#if ICAL_MAJOR_VERSION != 3
#error "libical 3 is needed: what is relied upon was verified against it"
#endif

namespace jb {

/// libical aborts the process on an error unless a switch of the library says otherwise. Another user of the library in
/// this process may rely on the switch, so it is put back.
class ErrorsAreNotFatal {
 public:
  ErrorsAreNotFatal() : before_(icalerror_get_errors_are_fatal()) { icalerror_set_errors_are_fatal(0); }
  ~ErrorsAreNotFatal() { icalerror_set_errors_are_fatal(before_); }
  ErrorsAreNotFatal(const ErrorsAreNotFatal&) = delete;
  ErrorsAreNotFatal& operator=(const ErrorsAreNotFatal&) = delete;

 private:
  int before_;
};

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

/// The component as text: folded, ended by CRLF. Errors: std::bad_alloc.
inline std::string text_of(icalcomponent* component) {
  const std::unique_ptr<char, void (*)(void*)> text{icalcomponent_as_ical_string_r(component), icalmemory_free_buffer};
  if (!text) throw std::bad_alloc();
  return text.get();
}

}  // namespace jb
