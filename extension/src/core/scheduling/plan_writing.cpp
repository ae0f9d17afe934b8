// SPDX-License-Identifier: PostgreSQL
//
// What a plan writes, once everything is decided.
#include <algorithm>
#include <iterator>
#include <numeric>

#include "plan.hpp"

namespace jb {

namespace {

bool is_watched(const std::optional<Event>& event) {
  return event && (event->status == Status::held || event->status == Status::waiting);
}

}  // namespace

/// Whether the store has to keep something else of the event than before.
bool Plan::is_watched_anew(const Entry& entry) {
  const auto version = [](const auto& event) { return event ? event->version : 0; };
  return entry.is_watched_anew || version(entry.before) != version(entry.now);
}

std::vector<Watched> Plan::watched_of(const Entry& entry) {
  auto all = jb::watched_of(*entry.now, calendar_of_name(), now_);
  if (entry.is_due_soon)
    for (auto& watched : all) watched.due_at = now_;
  return all;
}

std::optional<Instant> Plan::next_due() {
  std::optional<Instant> next;
  for (const auto& [id, entry] : entries_) {
    if (!is_watched(entry.now) || !is_watched_anew(entry)) continue;
    for (const auto& watched : watched_of(entry)) next = std::min(next.value_or(watched.due_at), watched.due_at);
  }
  return next;
}

// Adds to `writes` what the store keeps of a held or waiting event, and forgets what it kept before.
void Plan::watch(Writes& writes, EventId id, const Entry& entry) {
  if (!is_watched_anew(entry)) return;
  if (is_watched(entry.before)) {
    writes.unwatched.push_back(id);
    for (const auto& name : entry.before->booked_on()) --writes.watched_by[calendar(name).id];
  }
  if (!is_watched(entry.now)) return;
  for (const auto& watched : watched_of(entry)) {
    writes.watched.push_back(watched);
    ++writes.watched_by[watched.calendar];
  }
}

std::size_t Plan::changes() const {
  return std::accumulate(records_.begin(), records_.end(), std::size_t{0},
                         [](std::size_t sum, const Record& record) { return sum + record.changes.size(); });
}

void Plan::sort_by_turn(Record& record) const {
  const auto turn = [&](const auto& change) { return turn_of(*entries_.at(change.second.event_id).now); };
  std::stable_sort(record.changes.begin(), record.changes.end(),
                   [&](const auto& a, const auto& b) { return turn(a) < turn(b); });
  std::stable_sort(record.rejections.begin(), record.rejections.end(),
                   [](const auto& a, const auto& b) { return turn_of(a->request) < turn_of(b->request); });
}

bool Plan::write() {
  Writes writes;
  writes.at = now_;
  for (const auto& [id, entry] : entries_) {
    if (entry.before && entry.claims_changed && entry.before->is_claiming()) writes.unclaimed.push_back(id);
    if (!entry.now) {
      writes.erased.push_back(id);
    } else if (!entry.before) {
      writes.added.push_back(&*entry.now);
    } else if (entry.now->version != entry.before->version) {
      writes.changed.push_back(&*entry.now);
    }
    if (entry.now && entry.claims_changed)
      writes.claims.insert(writes.claims.end(), entry.claims->begin(), entry.claims->end());
    watch(writes, id, entry);
  }
  sort_by_turn(of(Part::ended_holds));
  sort_by_turn(of(Part::passed_over));
  for (auto& record : records_)
    std::move(record.changes.begin(), record.changes.end(), std::back_inserter(writes.changes));
  return store_.write(writes);
}

void Plan::announce() {
  for (const auto& record : records_) {
    for (const auto& rejection : record.rejections) rejection->id = store_.reject(*rejection);
  }
}

}  // namespace jb
