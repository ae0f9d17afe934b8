// SPDX-License-Identifier: PostgreSQL
#include "https.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace torture {

namespace {

using Json = nlohmann::json;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value) throw std::runtime_error(std::string(name) + " is not set: take them from a stack's env");
  return value;
}

std::size_t keep(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

/// curl itself resends a request if a kept connection ends before an answer, so the call would be done twice.
int send_once(void* sent, char*, char*, int, int) {
  return (*static_cast<int*>(sent))++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

struct Request {
  const char* method;
  std::string path;
  std::string body;
};

Request request_of(const Call& call) {
  const std::string event = "/events/" + std::to_string(call.event);
  const std::string calendar = call.calendars.empty() ? "" : call.calendars.front();
  switch (call.op) {
    case Op::book:
      return {"POST", "/events", body_of(call)};
    case Op::batch: {
      std::string bodies;
      for (const auto& item : call.items) bodies += (bodies.empty() ? "" : ",") + body_of(item);
      return {"POST", "/events/batch", '[' + bodies + ']'};
    }
    case Op::move:
      return {"PATCH", event,
              "{\"start_timestamp\":\"" + rfc3339(call.start) + '"' +
                  (call.calendars.empty() ? "" : ",\"calendars\":[\"" + calendar + "\"]") + '}'};
    case Op::loosen:
      return {"PATCH", event, R"({"start_timestamp":null})"};
    case Op::update:
      return {"PATCH", event, call.changes};
    case Op::cancel:
      return {"POST", event + "/cancel", ""};
    case Op::erase:
      return {"DELETE", event, ""};
    case Op::confirm:
      return {"POST", event + "/confirm", ""};
    case Op::deny:
      return {"POST", event + "/deny", ""};
    case Op::read:
      return {"GET", event, ""};
    case Op::list:
      return {"GET", "/events?limit=20&calendar=" + calendar, ""};
    case Op::slots:
      return {"GET", "/slots?duration=900&limit=5&calendars=" + calendar, ""};
    case Op::changes:
      return {"GET", "/calendars/" + calendar + "/changes?limit=20", ""};
    case Op::rejections:
      return {"GET", "/rejections?limit=20&after=" + std::to_string(call.version), ""};
    case Op::busy:
      return {"GET",
              "/calendars/" + calendar + "/busy?from=" + rfc3339(call.start) + "&to=" + rfc3339(call.start + 7 * 86400),
              ""};
    case Op::explain:
      return {"POST", "/events/explain?limit=5", body_of(call)};
  }
  return {};
}

long number_in(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() || !found->is_number() ? 0 : found->get<long>();
}

std::string text_in(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

/// The word for the outcome. An answer over HTTPS has only the event's status.
std::string word_of(const Call& call, long status, const std::string& event_status) {
  const bool is_held =
      event_status == "held" || event_status == "expired";  // a hold of a second may have expired already
  if (call.op == Op::book) return status == 202 ? "waiting" : is_held ? "held" : "placed";
  return "updated";
}

Answer event_answer(const Call& call, long status, const Json& event) {
  Answer answer;
  answer.verdict = Verdict::answered;
  answer.event = number_in(event, "id");
  answer.version = number_in(event, "version");
  answer.start = instant_of(text_in(event, "start_timestamp"));
  answer.end = instant_of(text_in(event, "end_timestamp"));
  answer.status = text_in(event, "status");
  answer.outcome = word_of(call, status, answer.status);
  if (const auto events = event.find("events"); events != event.end()) answer.count = static_cast<long>(events->size());
  return answer;
}

Answer outcome_answer(const Json& outcome) {
  Answer answer;
  answer.verdict = Verdict::answered;
  answer.outcome = text_in(outcome, "outcome");
  answer.event = number_in(outcome, "event_id");
  answer.version = number_in(outcome, "version");
  answer.start = instant_of(text_in(outcome, "start_timestamp"));
  answer.end = instant_of(text_in(outcome, "end_timestamp"));
  answer.rejection = number_in(outcome, "rejection_id");
  return answer;
}

Answer list_answer(const Call& call, const Json& list) {
  Answer answer;
  answer.verdict = Verdict::answered;
  answer.outcome = "list";
  answer.count = static_cast<long>(list.size());
  for (const auto& each : list)
    answer.items.push_back(call.op == Op::batch ? outcome_answer(each) : event_answer(call, 200, each));
  return answer;
}

Answer success(const Call& call, const Reply& reply) {
  if (reply.status == 204) {
    Answer answer;
    answer.verdict = Verdict::answered;
    answer.outcome = "deleted";
    return answer;
  }
  const Json json = Json::parse(reply.body);
  if (json.is_array()) return list_answer(call, json);
  return call.is_trial ? outcome_answer(json) : event_answer(call, reply.status, json);
}

Answer problem(const Reply& reply) {
  Answer answer;
  answer.outcome = std::to_string(reply.status);
  const Json json = Json::parse(reply.body, nullptr, false);
  const bool is_object = json.is_object();
  if (reply.status == 409 && is_object && json.contains("rejection_id")) {
    answer.verdict = Verdict::answered;
    answer.outcome = "rejected";
    answer.rejection = number_in(json, "rejection_id");
    return answer;
  }
  const bool is_overtaken = reply.status == 412 || (reply.status == 409 && is_object &&
                                                    text_in(json, "type") == "/problems/invalid-transition");
  answer.verdict = is_overtaken ? Verdict::refused : reply.status == 503 ? Verdict::doubt : Verdict::wrong;
  if (answer.verdict == Verdict::wrong) answer.text = reply.body;
  return answer;
}

}  // namespace

Client::Client() : url_(environment("JB_URL")), curl_(curl_easy_init(), &curl_easy_cleanup) {
  CURL* curl = curl_.get();
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CAINFO, environment("JB_CA").c_str());
  curl_easy_setopt(curl, CURLOPT_SSLCERT, environment("JB_CERT").c_str());
  curl_easy_setopt(curl, CURLOPT_SSLKEY, environment("JB_KEY").c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, send_once);
}

Reply Client::send(const char* method, const std::string& path, const std::string& body, const std::string& key,
                   long version, bool hangs_up) {
  CURL* curl = curl_.get();
  Reply reply;
  int sent = 0;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      [&] {
        curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
        if (body.empty()) list = curl_slist_append(list, "Content-Type:");
        if (!key.empty()) list = curl_slist_append(list, ("Idempotency-Key: " + key).c_str());
        if (version) list = curl_slist_append(list, ("If-Match: \"" + std::to_string(version) + '"').c_str());
        return list;
      }(),
      &curl_slist_free_all);
  const std::string url = url_ + path;
  const bool has_body = !body.empty() || std::string(method) == "POST";
  curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  if (has_body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, &sent);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, hangs_up ? 2L : 60'000L);
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  return reply;
}

Answer Https::ask(const Call& call) {
  const auto [method, path, body] = request_of(call);
  const Reply reply = client_.send(method, path, body, call.key, is_write(call.op) ? call.version : 0, call.hangs_up);
  if (reply.status == 0) return {};
  try {
    return reply.status < 300 ? success(call, reply) : problem(reply);
  } catch (const Json::exception& error) {
    Answer answer;
    answer.verdict = Verdict::wrong;
    answer.text = std::string(error.what()) + ": " + reply.body;
    return answer;
  }
}

}  // namespace torture
