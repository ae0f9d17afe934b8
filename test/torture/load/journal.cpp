// SPDX-License-Identifier: PostgreSQL
#include "journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace torture {

Journal::Journal(const std::string& path) : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) {
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), "could not make " + path);
}

Journal::~Journal() {
  flush();
  close(file_);
}

void Journal::begin(char letter) {
  using namespace std::chrono;
  text_ += letter;
  add(static_cast<long>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()));
}

void Journal::flush() {
  std::size_t done = 0;
  while (done < text_.size()) {
    const auto count = write(file_, text_.data() + done, text_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) std::abort();  // a call that the file does not contain must not be sent
    done += static_cast<std::size_t>(count);
  }
  text_.clear();
}

}  // namespace torture
