// SPDX-License-Identifier: PostgreSQL
#include "random_world.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "cctz_zone.hpp"
#include "core/ical/recurrence.hpp"
#include "table_zone.hpp"

namespace jb::test {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kMadeUp = "Made/Up";
const std::vector<std::string> kNames{"ceo", "anna", "ben", "room"};

Instant some_beginning(Dice& dice) {
  // The evening before a change in Berlin, New York or Lord Howe, and days without a clock change.
  return at(dice.one_of({"2026-10-23T12:00:00Z", "2026-03-27T07:00:00Z", "2026-10-31T13:00:00Z", "2026-10-02T20:00:00Z",
                         "2026-06-01T05:00:00Z", "2026-06-05T09:30:00Z"}));
}

}  // namespace

RandomWorld::RandomWorld(Dice& dice, Requests requests)
    : dice_(dice),
      requests_(requests),
      now_(some_beginning(dice)),
      store_(zones_in(zones_), some_calendar(std::string(kCeo))) {
  for (const auto& name : kNames) {
    if (name != kCeo || !dice_.once_in(3)) store_.set_calendar(some_calendar(name));
  }
  store_.is_outrun = [&dice] { return dice.once_in(10); };
}

MemoryStore::Zones RandomWorld::zones_in(std::shared_ptr<ZoneTable> table) {
  return [table](const std::string& name) { return name == kMadeUp ? table->at(name) : zone(name); };
}

MemoryStore::Zones RandomWorld::zones() const {
  auto table = std::make_shared<ZoneTable>(*zones_);
  table->try_emplace(kMadeUp, std::make_shared<TableZone>(Seconds{0}));  // another session's calendar may have it soon
  return zones_in(table);
}

// A zone whose clock changes twice within the bookable days, by up to four hours.
std::shared_ptr<const Zone> RandomWorld::made_up_zone() {
  const auto offset = [&] { return Seconds{900 * dice_.from(-4, 12)}; };
  std::vector<TableZone::Change> changes;
  auto change = now_ + hours{dice_.from(1, 30)};
  for (int i = 0; i < 2; ++i) {
    changes.push_back({change, offset()});
    change += hours{dice_.from(10, 50)};
  }
  return std::make_shared<TableZone>(offset(), changes);
}

std::string RandomWorld::some_zone() {
  if (dice_.once_in(5)) {
    if (!zones_->contains(kMadeUp)) (*zones_)[kMadeUp] = made_up_zone();
    return kMadeUp;
  }
  if (!dice_.once_in(4)) return "Europe/Berlin";
  return dice_.one_of({"Europe/London", "UTC", "America/New_York", "Australia/Lord_Howe"});
}

Hours RandomWorld::some_hours() {
  Hours some;
  const bool is_always_open = dice_.once_in(8);
  for (auto& day : some.week) {
    const auto start = hours{dice_.from(7, 10)};
    if (is_always_open)
      day = {{Seconds{0}, kDay}};
    else if (dice_.once_in(8))
      day = {};
    else if (dice_.once_in(5))
      day = {{start, start + hours{1}}, {start + minutes{90}, start + hours{6}}};
    else if (dice_.once_in(12))
      day = {{Seconds{0}, hours{9}}, {hours{18}, kDay}};
    else
      day = {{start, start + hours{dice_.from(4, 9)}}};
  }
  if (dice_.once_in(4)) {
    const auto date = std::chrono::floor<std::chrono::days>(now_) + std::chrono::days{dice_.from(0, 3)};
    some.overrides[Date{date.time_since_epoch()}] = dice_.once_in(2) ? DaySpans{} : DaySpans{{hours{10}, hours{15}}};
  }
  return some;
}

Calendar RandomWorld::some_calendar(const std::string& name) {
  Calendar calendar;
  calendar.name = name;
  calendar.time_zone = some_zone();
  const auto buffer = [&] { return dice_.once_in(4) ? minutes{dice_.one_of({5, 10, 15, 45})} : minutes{0}; };
  const auto increment = minutes{dice_.one_of({15, 30, 30, 60, 20, 45})};
  calendar.pattern = std::make_shared<Pattern>(
      Grid{zones_in(zones_)(calendar.time_zone), some_hours(), increment, buffer(), buffer()});
  if (dice_.once_in(4)) {
    auto grid = calendar.grid();
    grid.from_opening = true;
    calendar.pattern = std::make_shared<Pattern>(grid);
  }
  calendar.horizon = hours{dice_.one_of({30, 48, 72, 100})};
  calendar.min_notice = dice_.once_in(4) ? minutes{dice_.one_of({20, 120, 600})} : minutes{0};
  calendar.settled_within = dice_.once_in(4) ? hours{dice_.one_of({1, 6, 24})} : hours{0};
  if (dice_.once_in(3)) calendar.max_events_per_day = static_cast<int>(dice_.from(1, 5));
  if (dice_.once_in(8)) calendar.confirm_within = minutes{dice_.one_of({30, 300, 1'440})};
  calendar.check_attendees = dice_.once_in(4);
  calendar.default_duration = minutes{dice_.one_of({30, 60})};
  calendar.strict = dice_.once_in(6);
  if (dice_.once_in(12)) {
    calendar.max_source_age = hours{dice_.one_of({1, 30})};
    if (!dice_.once_in(4)) calendar.source_as_of = now_ - minutes{dice_.one_of({0, 50, 1'700})};
  }
  return calendar;
}

std::vector<std::string> RandomWorld::some_names() {
  auto names = kNames;
  auto count = dice_.once_in(4) ? dice_.from(2, 3) : 1;
  std::vector<std::string> chosen;
  for (; count > 0; --count) {
    const auto name = names.begin() + dice_.from(0, static_cast<std::int64_t>(names.size()) - 1);
    chosen.push_back(*name);
    names.erase(name);
  }
  if (dice_.once_in(200)) chosen.emplace_back("nobody");
  return chosen;
}

Seconds RandomWorld::some_duration() {
  if (dice_.once_in(40)) return hours{dice_.from(8, 30)};
  return minutes{dice_.one_of({15, 30, 45, 60, 60, 90, 120, 120, 20, 180, 240})};
}

Instant RandomWorld::some_start() {
  const auto other = store_.events().find(some_event());
  if (other != store_.events().end() && other->second.time && !dice_.once_in(3))
    return other->second.time->start + minutes{15 * dice_.from(-3, 3)};
  const auto quarter = std::chrono::floor<hours>(now_) + minutes{15 * dice_.from(-1, 4 * dice_.one_of({8, 30, 60}))};
  return dice_.once_in(12) ? quarter + minutes{dice_.from(-7, 7)} : Instant{quarter};
}

EventId RandomWorld::some_event() {
  const auto& events = store_.events();
  if (events.empty() || dice_.once_in(40)) return 1'000;
  auto found = events.begin();
  for (int tries = 0; tries < 4; ++tries) {
    found = std::next(events.begin(), dice_.from(0, static_cast<std::int64_t>(events.size()) - 1));
    const auto& event = found->second;
    if (event.status == Status::waiting || (event.is_claiming() && !event.has_ended(now_))) break;
  }
  return found->first;
}

void RandomWorld::add_window(Fields& fields) {
  const auto start = some_start();
  if (dice_.once_in(2)) fields.not_before.set(start);
  if (!fields.not_before.named || dice_.once_in(2)) fields.not_after.set(start + minutes{15 * dice_.from(1, 40)});
  if (dice_.once_in(4)) fields.within.set(some_within());
}

/// Always longer than most events, and often across midnight.
Within RandomWorld::some_within() {
  Within within;
  if (dice_.once_in(2)) within.days = static_cast<std::uint8_t>(dice_.from(1, Within::kEveryDay));
  if (dice_.once_in(8)) return within;
  within.from = minutes{15 * dice_.from(0, 95)};
  within.to = (within.from + minutes{15 * dice_.from(8, 60)}) % kDay;
  return within;
}

void RandomWorld::add_time(Fields& fields) {
  const auto start = some_start();
  const auto wall = zone("Europe/Berlin")->to_wall(start);
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  switch (dice_.from(0, 9)) {
    case 0:
    case 1:
    case 2:
      fields.start_timestamp.set(start);
      break;
    case 3:
      fields.date.set(day);
      fields.start_time.set(wall - day);
      break;
    case 4:
      fields.date.set(day);
      break;
    case 5:
      add_window(fields);
      break;
    case 6:
      fields.within.set(some_within());
      break;
    default:
      break;
  }
}

void RandomWorld::add_series(Fields& fields) {
  Validation validation;
  const auto* rule = dice_.one_of({"RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=DAILY",
                                   "RRULE:FREQ=DAILY;BYHOUR=9,11;BYMINUTE=0;BYSECOND=0;COUNT=3"});
  fields.recurrence = parse_recurrence(rule, validation);
  fields.on_no_slot = dice_.once_in(2) ? OnNoSlot::skip : OnNoSlot::reject;
  if (fields.start_time.named || fields.start_timestamp.named) return;
  fields.not_before.drop();
  fields.not_after.drop();
  fields.within.drop();
  fields.date.set(std::chrono::floor<std::chrono::days>(zone("UTC")->to_wall(now_)) +
                  std::chrono::days{dice_.from(0, 1)});
  fields.start_time.set(hours{dice_.from(8, 16)});
}

/// Lists of calendars that the request does not name. Some of them are in different zones, which is refused where none
/// is named.
void RandomWorld::add_lists(Fields& fields) {
  std::vector<std::string> rest;
  for (const auto& name : kNames)
    if (!fields.calendars.has_value() || !contains(*fields.calendars.value, name)) rest.emplace_back(name);
  if (rest.empty()) return;
  Lists lists(dice_.once_in(4) ? std::min<std::size_t>(rest.size(), 2) : 1);
  for (std::size_t i = 0; i < rest.size(); ++i) lists[i % lists.size()].calendars.push_back(rest[i]);
  for (auto& list : lists) {
    if (dice_.once_in(2)) std::ranges::reverse(list.calendars);
    if (dice_.once_in(3))
      list.count = static_cast<int>(dice_.from(1, static_cast<std::int64_t>(list.calendars.size())));
    if (dice_.once_in(2)) list.choose = Choose::least_busy;
    list.per = dice_.one_of({Per::day, Per::week, Per::month});
    list.same = dice_.once_in(4);
  }
  fields.one_of.set(lists);
  fields.preempt = false;
}

Fields RandomWorld::some_request() {
  Fields fields;
  add_time(fields);
  if (dice_.once_in(3)) fields.on_no_slot = OnNoSlot::wait;
  if (dice_.once_in(12)) add_series(fields);
  fields.event_name.set("an event");
  if (!dice_.once_in(6)) fields.calendars.set(some_names());
  if (!dice_.once_in(4)) fields.duration.set(some_duration());
  if ((fields.start_time.named || fields.start_timestamp.named) && dice_.once_in(8)) {
    fields.duration.drop();
    fields.days.set(static_cast<int>(dice_.from(1, 2)));
  }
  if (dice_.once_in(2)) fields.priority.set(static_cast<int>(dice_.one_of({10, 50, 90})));
  if (dice_.once_in(4)) fields.attendees.set(Shared(std::vector<std::string>{"eve", dice_.one_of(kNames)}));
  if (dice_.once_in(5)) fields.check_attendees.set(dice_.once_in(2));
  if (dice_.once_in(8)) fields.hold_for.set(minutes{dice_.one_of({10, 60, 600})});
  fields.preempt = dice_.once_in(4);
  fields.allow_past = dice_.once_in(10);
  if (requests_ == Requests::with_lists && dice_.once_in(2)) add_lists(fields);
  return fields;
}

Fields RandomWorld::some_change() {
  Fields fields;
  if (dice_.once_in(2)) add_time(fields);
  const bool has_start = fields.start_time.named || fields.start_timestamp.named;
  if (!has_start && dice_.once_in(4)) {
    fields.start_time.set(std::nullopt);  // leaves the start to the scheduler again
    fields.start_timestamp.set(std::nullopt);
  }
  if (dice_.once_in(4))
    fields.duration.set(some_duration());
  else if (dice_.once_in(20))
    fields.days.set(1);
  if (dice_.once_in(6)) fields.calendars.set(some_names());
  if (dice_.once_in(6)) fields.priority.set(static_cast<int>(dice_.one_of({10, 50, 90})));
  if (dice_.once_in(8)) fields.attendees.set(Shared(std::vector<std::string>{dice_.one_of(kNames)}));
  if (dice_.once_in(8)) fields.check_attendees.set(dice_.once_in(2));
  if (dice_.once_in(8)) fields.hold_for.set(minutes{dice_.one_of({10, 60, 600})});
  if (dice_.once_in(6)) fields.event_location.set("somewhere else");
  fields.preempt = dice_.once_in(4);
  if (requests_ == Requests::with_lists && dice_.once_in(5)) {
    if (dice_.once_in(2)) fields.calendars.set(some_names());  // else lists of all are refused beside the event's own
    dice_.once_in(4) ? fields.one_of.set(std::nullopt) : add_lists(fields);
  }
  fields.scope = dice_.one_of({jb::Scope::one, jb::Scope::one, jb::Scope::following, jb::Scope::all});
  return fields;
}

Call RandomWorld::some_update() {
  Call call{.kind = Call::Kind::update, .requests = {some_change()}, .event = some_event()};
  call.place_waiting = dice_.once_in(2);
  if (dice_.once_in(30)) call.expected_version = 1;
  return call;
}

// Mostly changes that are common in lists: neighbouring events move by the same time, or swap places.
Call RandomWorld::some_list() {
  Call call{.kind = Call::Kind::update_all, .at = now_};
  const auto by = minutes{15 * dice_.from(-8, 8)};
  std::set<EventId> ids;
  for (auto count = dice_.from(1, 5); count > 0; --count) ids.insert(some_event());
  const auto other = store_.events().find(*ids.begin());
  for (const auto id : ids) {
    const auto found = store_.events().find(id);
    Fields fields;
    if (found == store_.events().end() || !found->second.time || dice_.once_in(4)) {
      fields = some_change();
    } else if (dice_.once_in(6)) {
      fields.status.set(dice_.one_of(
          {Status::cancelled, Status::cancelled, Status::in_progress, Status::completed, Status::scheduled}));
    } else if (dice_.once_in(4) && other != store_.events().end() && other->second.time) {
      fields.start_timestamp.set(other->second.time->start);
    } else {
      fields.start_timestamp.set(found->second.time->start + by);
    }
    fields.item = call.changing.size();
    call.changing.push_back({id, dice_.once_in(60) ? std::optional<std::int64_t>(1) : std::nullopt});
    call.requests.push_back(std::move(fields));
  }
  return call;
}

Call RandomWorld::some_batch() {
  Call call{.kind = Call::Kind::schedule_all, .at = now_};
  for (auto count = dice_.from(2, 4); count > 0; --count) {
    call.requests.push_back(some_request());
    call.requests.back().item = call.requests.size() - 1;
    call.requests.back().dry_run = dice_.once_in(4);
  }
  return call;
}

Call RandomWorld::some_becoming() {
  Call call{.kind = Call::Kind::become, .event = some_event()};
  const auto found = store_.events().find(call.event);
  const auto status = found == store_.events().end() ? Status::waiting : status_at(found->second, now_);
  auto& wanted = call.becoming.status;
  wanted = dice_.one_of({Status::cancelled, Status::scheduled, Status::denied, Status::in_progress, Status::completed,
                         Status::expired, Status::pending});
  if (status == Status::pending && !dice_.once_in(4))
    wanted = dice_.once_in(4) ? Status::in_progress : Status::cancelled;
  if (status == Status::in_progress && !dice_.once_in(4)) wanted = Status::completed;
  if (status == Status::held && dice_.once_in(2)) wanted = Status::scheduled;
  call.becoming.scope = dice_.one_of({jb::Scope::one, jb::Scope::one, jb::Scope::following, jb::Scope::all});
  call.becoming.if_still_free = dice_.once_in(2);
  return call;
}

Call RandomWorld::some_retuning() {
  const auto name = dice_.one_of(kNames);
  auto settings = some_calendar(name);
  const auto found = store_.calendars().find(name);
  if (found != store_.calendars().end() && dice_.once_in(2)) {
    const auto other = settings;
    settings = found->second;
    auto grid = settings.grid();
    grid.hours = some_hours();
    settings.pattern = std::make_shared<Pattern>(grid);
    settings.max_events_per_day = other.max_events_per_day;
  }
  return {.kind = Call::Kind::retune, .calendars = {name}, .settings = settings};
}

Call RandomWorld::some_rezoning() {
  Call call{.kind = Call::Kind::rezone, .calendars = {dice_.one_of(kNames)}};
  if (!zones_->contains(kMadeUp) || dice_.once_in(3)) return call;
  auto rules = made_up_zone();
  (*zones_)[kMadeUp] = rules;
  call.note = static_cast<const TableZone&>(*rules).written();
  for (const auto& [name, calendar] : store_.calendars()) {
    if (calendar.time_zone == kMadeUp) call.calendars = {name};
  }
  return call;
}

Call RandomWorld::next_call() {
  using Kind = Call::Kind;
  if (dice_.once_in(2)) now_ += minutes{dice_.one_of({1, 5, 15, 30})};
  if (dice_.once_in(50)) now_ += hours{dice_.from(2, 30)};
  if (dice_.once_in(10)) now_ += Seconds{dice_.from(1, 59)};
  Call call;
  const auto which = dice_.from(0, 99);
  if (which < 50) {
    call = {.kind = Kind::schedule, .requests = {some_request()}};
  } else if (which < 55) {
    call = some_batch();
  } else if (which < 70) {
    call = dice_.once_in(3) ? some_list() : some_update();
  } else if (which < 85) {
    call = some_becoming();
  } else if (which < 88) {
    call = {.kind = Kind::remove, .event = some_event()};
  } else if (which < 91) {
    call = {.kind = Kind::tend, .calendars = some_names()};
  } else if (which < 95) {
    call = {.kind = Kind::replan, .calendars = {dice_.one_of(kNames)}};
  } else if (which < 97) {
    call = some_rezoning();
  } else {
    call = some_retuning();
  }
  call.at = now_;
  return call;
}

Call RandomWorld::other_call() {
  Call call{.kind = Call::Kind::amend, .at = now_};
  if (dice_.once_in(3)) {
    call.event = some_event();
    return call;
  }
  call.kind = Call::Kind::follow;
  call.calendars = {dice_.one_of(kNames)};
  for (auto count = dice_.from(1, 4); count > 0; --count) {
    auto& time = call.source.emplace_back();
    if (dice_.once_in(4)) continue;
    const auto start = some_start();
    time = Span{start, start + minutes{15 * dice_.from(1, 8)}};
  }
  return call;
}

std::string written_settings(const Calendar& calendar) {
  const auto& grid = calendar.grid();
  std::ostringstream text;
  const auto spans = [&](const DaySpans& day) {
    for (const auto& span : day) text << format_time_of_day(span.start) << '-' << format_time_of_day(span.end) << ' ';
  };
  text << calendar.name << " in " << calendar.time_zone << ", every " << grid.slot_increment.count()
       << (grid.from_opening ? " s from opening, buffers " : " s, buffers ") << grid.buffer_before.count() << ' '
       << grid.buffer_after.count() << ", horizon " << calendar.horizon.count() << ", notice "
       << calendar.min_notice.count() << ", settled " << calendar.settled_within.count() << ", a day "
       << calendar.max_events_per_day.value_or(0) << ", confirm "
       << calendar.confirm_within.value_or(Seconds{0}).count() << ", default " << calendar.default_duration.count()
       << ", source until "
       << (calendar.source_as_of ? utc(*calendar.source_as_of + calendar.max_source_age.value_or(kLongest)) : "never")
       << (calendar.strict ? ", strict" : "") << (calendar.check_attendees ? ", attendees" : "") << ", hours ";
  for (const auto& day : grid.hours.week) spans(day), text << "; ";
  for (const auto& [date, day] : grid.hours.overrides) text << format_date(date) << ": ", spans(day);
  if (const auto* made_up = dynamic_cast<const TableZone*>(&calendar.zone())) text << made_up->written();
  return text.str();
}

std::string RandomWorld::written() const {
  std::string text;
  for (const auto& [name, calendar] : store_.calendars()) text += written_settings(calendar) + "\n";
  return text;
}

}  // namespace jb::test
