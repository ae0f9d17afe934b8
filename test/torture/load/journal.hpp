// SPDX-License-Identifier: PostgreSQL
//
// The actions of one client, in lines of tab-separated fields. Each begins with a letter and the time in milliseconds
// since 1970. test/torture/history.py reads them.
//
// A call is in the file before it is sent. So the file contains every call that can have been done, even if this
// process is killed. An answer may wait in memory for the next call; if the answer is lost, the call is in doubt.
#pragma once

#include <string>

namespace torture {

class Journal {
 public:
  /// Throws std::system_error.
  explicit Journal(const std::string& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  template <class... Fields>
  void note(char letter, const Fields&... fields) {
    begin(letter);
    (add(fields), ...);
    text_ += '\n';
    if (text_.size() > 1U << 16) flush();
  }
  void flush();

 private:
  void begin(char letter);
  void add(const std::string& field) { (text_ += '\t') += field; }
  void add(const char* field) { (text_ += '\t') += field; }
  void add(long field) { (text_ += '\t') += std::to_string(field); }

  int file_;
  std::string text_{};
};

}  // namespace torture
