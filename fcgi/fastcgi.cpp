// SPDX-License-Identifier: PostgreSQL
#include "fastcgi.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <string_view>
#include <utility>

#include "router.hpp"

namespace jb::gateway {

void set_patience(int connection, std::chrono::seconds patience) {
  const timeval time{patience.count(), 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

Request receive(FCGX_Request& fastcgi) {
  // Not by FCGX_GetParam, which compares each name with all that nginx sends.
  Request request = read_request(fastcgi.envp);
  try {
    find_route(request);
  } catch (const std::exception&) {  // the answer to the request will say what is wrong with it
  }
  return request;
}

void receive_body(FCGX_Request& fastcgi, Request& request) {
  // nginx's limit fits the largest attachment: 10 MiB in base64, with line breaks and the JSON around it.
  constexpr std::size_t longest = std::size_t{15} << 20;
  const std::string wanted = std::exchange(request.content_length, "");
  if (wanted.empty()) return;
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), length);
  request.is_cut_short = true;
  if (error != std::errc{} || *end != '\0' || length > longest) return;
  constexpr std::size_t comes_at_once = std::size_t{8} << 10;
  constexpr std::chrono::seconds slow_disk{15};  // nginx reads a longer body from a file
  if (length > comes_at_once) set_patience(fastcgi.ipcFd, slow_disk);
  request.body.resize(length);
  // By its length, since the end of libfcgi's stream is not reliable.
  const int read = FCGX_GetStr(request.body.data(), static_cast<int>(length), fastcgi.in);
  request.is_cut_short = read != static_cast<int>(length);
  if (request.is_cut_short) request.body.clear();
}

// nginx takes an answer at once, unless it exceeds nginx's buffers and the client is slow to fetch it. Such a client
// holds this thread for at most the times below.
bool send(FCGX_Request& fastcgi, const Request& request, const Response& response) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t piece = std::size_t{1} << 20;
  const auto last = Clock::now() + std::chrono::minutes{1};
  const timeval stuck{15, 0};
  setsockopt(fastcgi.ipcFd, SOL_SOCKET, SO_SNDTIMEO, &stuck, sizeof stuck);
  const auto put = [&](std::string_view text) {
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      const auto size = static_cast<int>(std::min(piece, text.size()));
      if (Clock::now() > last || FCGX_PutStr(text.data(), size, fastcgi.out) != size) return false;
    }
    return true;
  };
  const bool is_sent = put(wire_head(response)) && (request.method == "HEAD" || put(response.body));
  // A truncated answer must not look whole: nginx takes a closed connection for an error.
  if (!is_sent) shutdown(fastcgi.ipcFd, SHUT_RDWR);
  return is_sent;
}

}  // namespace jb::gateway
