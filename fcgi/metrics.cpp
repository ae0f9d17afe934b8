// SPDX-License-Identifier: PostgreSQL
#include "metrics.hpp"

#include <algorithm>
#include <charconv>

#include "router.hpp"

namespace jb::gateway {

namespace {

std::string number(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_escaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
}

void Exposition::sample(double value, Labels labels, std::string_view suffix) {
  text_ += name_;
  text_ += suffix;
  std::string_view before = "{";
  for (const auto& [name, label] : labels) {
    text_ += before;
    text_ += name;
    text_ += "=\"";
    append_escaped(text_, label);
    text_ += '"';
    before = ",";
  }
  if (labels.size() > 0) text_ += '}';
  text_ += " " + number(value) + "\n";
}

void Metrics::Histogram::add(double seconds) {
  const auto bound = std::lower_bound(bounds.begin(), bounds.end(), seconds);
  ++counts[static_cast<std::size_t>(bound - bounds.begin())];
  sum += seconds;
}

void Metrics::count(const Request& request, const Response& response, std::chrono::microseconds took) {
  // Requests without a route share one label. With the client's paths as labels the number of labels would grow without
  // end.
  const Key key = request.route ? Key{request.route->method, request.route->pattern} : Key{"", ""};
  const std::lock_guard lock(mutex_);
  ++answers_[{key, response.status}];
  if (!request.has_waited) durations_[key].add(std::chrono::duration<double>(took).count());
  for (const Told& told : response.told) {
    ++outcomes_[told.outcome];
    if (!told.reason.empty()) ++rejections_[told.reason];
  }
}

void Metrics::write(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  out.family("jb_http_requests_total", "counter", "Requests answered, by route; none where no route was found.");
  for (const auto& [key, count] : answers_)
    out.sample(static_cast<double>(count),
               {{"method", key.first.first}, {"route", key.first.second}, {"status", std::to_string(key.second)}});
  out.family("jb_http_request_duration_seconds", "histogram",
             "From the request's arrival to its answer, by route; those that waited for news are left out.");
  for (const auto& [key, histogram] : durations_) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
      count += histogram.counts[i];
      const std::string bound = i < bounds.size() ? number(bounds[i]) : "+Inf";
      out.sample(static_cast<double>(count), {{"method", key.first}, {"route", key.second}, {"le", bound}}, "_bucket");
    }
    out.sample(histogram.sum, {{"method", key.first}, {"route", key.second}}, "_sum");
    out.sample(static_cast<double>(count), {{"method", key.first}, {"route", key.second}}, "_count");
  }
  out.family("jb_outcomes_total", "counter", "What writes led to, by outcome; dry runs are left out.");
  for (const auto& [outcome, count] : outcomes_) out.sample(static_cast<double>(count), {{"outcome", outcome}});
  out.family("jb_rejections_total", "counter", "Requests that were rejected here, by reason.");
  for (const auto& [reason, count] : rejections_) out.sample(static_cast<double>(count), {{"reason", reason}});
  out.family("jb_threads", "gauge",
             "Requests that are answered at once, at most: JB_THREADS, what is kept free, and one for probes.");
  out.sample(threads_);
  out.family("jb_threads_busy", "gauge", "Requests that are answered now, this one among them.");
  out.sample(busy_);
  out.family("jb_requests_in_line", "gauge",
             "Requests that wait for a thread: its caller's share is taken, or all are.");
  out.sample(std::max(0, in_line_.load()));
  out.family("jb_long_polls", "gauge", "Requests that wait for news.");
  out.sample(static_cast<double>(parked_));
  out.family("process_start_time_seconds", "gauge", "When the process was started, in seconds since the epoch.");
  out.sample(std::chrono::duration<double>(started_.time_since_epoch()).count());
}

Metrics& metrics() {
  static Metrics instance;
  return instance;
}

}  // namespace jb::gateway
