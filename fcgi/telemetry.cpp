// SPDX-License-Identifier: PostgreSQL
#include "telemetry.hpp"

#include <unistd.h>
#include <algorithm>
#include <charconv>

#include "route.hpp"

namespace jb::gateway {

std::string log_value(std::string_view text) {
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  });
  return is_plain ? std::string(text) : Json(text).dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string log_line(const Request& request, const Response& response, std::chrono::microseconds took) {
  std::string line = "time=" + log_value(request.time) + " request=" + log_value(request.request_id) +
                     " principal=" + log_value(request.principal.empty() ? "-" : request.principal) +
                     " method=" + log_value(request.method) + " path=" + log_value(request.logged_path) +
                     " status=" + std::to_string(response.status) + " us=" + std::to_string(took.count());
  if (!response.error.empty()) line += " error=" + log_value(response.error);
  return line + "\n";
}

void write_log(std::string_view lines) {
  // The result is ignored: a request does not fail because the log cannot be written.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, lines.data(), lines.size());
}

namespace {

std::string decimal(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace

std::string label(std::string_view name, std::string_view value) {
  return std::string(name).append("=\"").append(value).append("\"");
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
}

void Exposition::gauge(std::string_view name, double value, std::string_view help) {
  family(name, "gauge", help);
  sample(value);
}

void Exposition::sample(double value, const std::string& labels, std::string_view suffix) {
  text_.append(name_).append(suffix);
  if (!labels.empty()) text_ += "{" + labels + "}";
  text_ += " " + decimal(value) + "\n";
}

void Metrics::count(const Request& request, const Response& response, std::chrono::microseconds took) {
  // Requests without a route share one label. With the clients' paths as labels, their number would grow without end.
  const Route* route = request.route;
  const std::string labels =
      label("method", route ? route->method : "") + "," + label("route", route ? route->pattern : "");
  const double seconds = std::chrono::duration<double>(took).count();
  const std::lock_guard lock(mutex_);
  ++answers_[labels + "," + label("status", std::to_string(response.status))];
  if (!request.has_waited) {
    Histogram& histogram = durations_[labels];
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), seconds);
    ++histogram.counts[static_cast<std::size_t>(bound - bounds.begin())];
    histogram.sum += seconds;
  }
  for (const Told& told : response.told) {
    ++outcomes_[label("outcome", told.outcome)];
    if (!told.reason.empty()) ++rejections_[label("reason", told.reason)];
  }
}

void Metrics::write(Exposition& out) const {
  const auto counter = [&](std::string_view name, const Counts& counts, std::string_view help) {
    out.family(name, "counter", help);
    for (const auto& [labels, count] : counts) out.sample(static_cast<double>(count), labels);
  };
  const std::lock_guard lock(mutex_);
  counter("jb_http_requests_total", answers_, "Requests answered, by route; none where no route was found.");
  out.family("jb_http_request_duration_seconds", "histogram",
             "From the request's arrival to its answer, by route; those that waited for news are left out.");
  for (const auto& [labels, histogram] : durations_) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
      count += histogram.counts[i];
      const std::string bound = i < bounds.size() ? decimal(bounds[i]) : "+Inf";
      out.sample(static_cast<double>(count), labels + "," + label("le", bound), "_bucket");
    }
    out.sample(histogram.sum, labels, "_sum");
    out.sample(static_cast<double>(count), labels, "_count");
  }
  counter("jb_outcomes_total", outcomes_, "What writes led to, by outcome; dry runs are left out.");
  counter("jb_rejections_total", rejections_, "Requests that were rejected here, by reason.");
  out.gauge("jb_threads", threads,
            "Requests that are answered at once, at most: JB_THREADS, what is kept free, and one for probes.");
  out.gauge("jb_threads_busy", busy, "Requests that are answered now, this one among them.");
  out.gauge("jb_requests_in_line", std::max(0, in_line.load()),
            "Requests that wait for a turn: its caller's share is taken, or all are.");
  out.gauge("jb_long_polls", parked, "Requests that wait for news.");
  out.gauge("process_start_time_seconds", std::chrono::duration<double>(started_.time_since_epoch()).count(),
            "When the process was started, in seconds since the epoch.");
}

Metrics& metrics() {
  static Metrics instance;
  return instance;
}

}  // namespace jb::gateway
