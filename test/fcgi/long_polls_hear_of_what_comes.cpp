// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 5.11): a waiting request is answered soon after its news arrives, at the end of its time with or
// without news, or at the end of the process. It is never answered twice. A request whose client hangs up is dropped.
//
// Why it could break: requests come and go while the one thread that keeps them queries the database or sleeps.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <condition_variable>
#include <thread>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/long_polls.hpp"

namespace jb::test {
namespace {

using gateway::Awaited;
using gateway::Clock;
using gateway::LongPolls;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// What happened, in order; a test can wait for an entry.
class Journal {
 public:
  void note(std::string what) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds{30}, [&] { return entries_.size() >= count; });
    return entries_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;
};

/// Answers the long polls' queries as the test specifies, and counts them.
class Sequences final : public gateway::Backend {
 public:
  pg::Result run(const gateway::Statement&, const pg::Parameters& values, gateway::Access access,
                 std::optional<gateway::Role> role) override {
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(access, gateway::Access::read);
    EXPECT_EQ(role, std::nullopt);
    asked_ = values;
    ++looks_;
    changed_.notify_all();
    if (away_) throw pg::Error("08006", "away");
    return rows(answer_);
  }
  /// Each row is a calendar or null, its number, and a poll or nothing.
  void set(std::vector<Row> answer) {
    const std::lock_guard lock(mutex_);
    for (Row& row : answer) row.resize(3);
    answer_ = std::move(answer);
    away_ = false;
  }
  void go_away() {
    const std::lock_guard lock(mutex_);
    away_ = true;
  }
  pg::Parameters wait_for_looks(int more) {
    std::unique_lock lock(mutex_);
    const int wanted = looks_ + more;
    changed_.wait_for(lock, seconds{30}, [&] { return looks_ >= wanted; });
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Row> answer_ = {{"rejections ", std::nullopt}};
  pg::Parameters asked_;
  bool away_ = false;
  int looks_ = 0;
};

/// A request that records what happens to it, as if its caller got a turn at once.
class FakePoll : public std::enable_shared_from_this<FakePoll> {
 public:
  /// It has no news the first `patience` times, and then waits for `then`.
  FakePoll(LongPolls& polls, Journal& journal, std::string name, int patience = 0, Awaited then = {})
      : polls_(polls), journal_(journal), name_(std::move(name)), patience_(patience), then_(std::move(then)) {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0);
  }
  ~FakePoll() {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }
  FakePoll(const FakePoll&) = delete;
  FakePoll& operator=(const FakePoll&) = delete;
  LongPolls::Parking park(const Awaited& awaited, milliseconds time) {
    return polls_.park({
        .connection = ends_[0],
        .caller = name_.substr(0, name_.find(' ')),
        .is_guest = name_.starts_with("guest"),
        .awaited = awaited,
        .until = Clock::now() + time,
        .wake = [self = shared_from_this()](const Awaited& heard, bool last) { return self->wake(heard, last); },
        .drop = [self = shared_from_this()] { self->journal_.note(self->name_ + " dropped"); },
    });
  }
  int take_client() { return std::exchange(ends_[1], -1); }

 private:
  /// A request whose name begins with "crowded" finds no place in line the first time.
  bool wake(const Awaited& heard, bool last) {
    if (!last && patience_-- > 0) {
      const bool is_crowded = name_.starts_with("crowded");
      journal_.note(name_ + (is_crowded ? " finds no place" : " waits on"));
      if (is_crowded) return false;
      park(gateway::awaited_after(heard, then_), seconds{60});
      return true;
    }
    journal_.note(name_ + (last ? " at last" : " has news"));
    return true;
  }

  LongPolls& polls_;
  Journal& journal_;
  std::string name_;
  int patience_;
  Awaited then_;
  int ends_[2] = {-1, -1};
};

class PollsThatWait : public testing::Test {
 protected:
  ~PollsThatWait() override { end(); }
  void end() {
    polls.stop();
    if (thread.joinable()) thread.join();
  }
  LongPolls::Parking park(const std::string& name, const Awaited& awaited, milliseconds time = seconds{60},
                          int patience = 0) {
    return park(name, awaited, awaited, time, patience);
  }
  LongPolls::Parking park(const std::string& name, const Awaited& awaited, const Awaited& then, milliseconds time,
                          int patience) {
    return std::make_shared<FakePoll>(polls, journal, name, patience, then)->park(awaited, time);
  }
  /// Parks as soon as there is a place.
  LongPolls::Parking park_at_last(const std::string& name) {
    const auto deadline = Clock::now() + seconds{30};
    auto parking = park(name, rejections(1));
    while (parking != LongPolls::Parking::taken && Clock::now() < deadline) parking = park(name, rejections(1));
    return parking;
  }
  static Awaited calendar(std::string name, std::int64_t seen) { return {std::move(name), seen, seconds{50}}; }
  static Awaited poll(std::int64_t id, std::int64_t version) {
    return {"poll " + std::to_string(id), version, seconds{50}};
  }
  static Awaited rejections(std::int64_t seen) { return {std::string(gateway::kAllRejections), seen, seconds{50}}; }

  Journal journal;
  Sequences database;
  LongPolls polls{4, 2};
  std::thread thread{[&] { polls.run(database); }};
};

using Entries = std::vector<std::string>;

TEST_F(PollsThatWait, AreAnsweredWhenTheirSequenceHasMoved) {
  database.set({{"a", "7"}, {"b", "3"}, {"rejections ", std::nullopt}});
  park("a", calendar("a", 7));
  park("b", calendar("b", 3));
  park("r", rejections(5));
  database.wait_for_looks(2);
  database.set({{"a", "8"}, {"b", "3"}, {"rejections ", std::nullopt}});
  EXPECT_EQ(journal.wait_for(1), Entries{"a has news"});
  database.set({{"b", "3"}, {"rejections ", "6"}});
  EXPECT_EQ(journal.wait_for(2).back(), "r has news");
  end();
  EXPECT_EQ(journal.wait_for(3), (Entries{"a has news", "r has news", "b at last"}));
}

TEST_F(PollsThatWait, AreLookedUpInOneStatement) {
  database.set({{"room:a", "7"}, {"rejections ", std::nullopt}});
  park("a", calendar("room:a", 7));
  park("too", calendar("room:a", 7));
  park("r", rejections(5));
  park("s", rejections(3));
  database.wait_for_looks(2);
  EXPECT_EQ(database.wait_for_looks(1), (pg::Parameters{R"({"rejections ","room:a"})", "3"}));
}

TEST_F(PollsThatWait, AreAnsweredWhenTheirPollIsAnotherOrGone) {
  database.set({{"poll 7", "3"}, {"poll 8", "5"}});
  park("seven", poll(7, 3));
  park("eight", poll(8, 5));
  database.wait_for_looks(2);
  EXPECT_EQ(database.wait_for_looks(1), (pg::Parameters{R"({"poll 7","poll 8"})", std::nullopt}));
  database.set({{"poll 7", "4"}, {"poll 8", "5"}});
  EXPECT_EQ(journal.wait_for(1), Entries{"seven has news"});
  database.set({{"poll 8", std::nullopt}});
  EXPECT_EQ(journal.wait_for(2).back(), "eight has news");
}

TEST_F(PollsThatWait, HearOfWhatCameBeforeTheyWereParked) {
  database.set({{"a", "8"}, {"rejections ", std::nullopt}});
  park("a", calendar("a", 7));
  EXPECT_EQ(journal.wait_for(1), Entries{"a has news"});
}

TEST_F(PollsThatWait, AreAnsweredAtTheEndOfTheirTime) {
  park("r", rejections(5), milliseconds{1});
  EXPECT_EQ(journal.wait_for(1), Entries{"r at last"});
}

TEST_F(PollsThatWait, AreNotAskedAgainForTheSameNews) {
  database.set({{"a", "8"}, {"rejections ", std::nullopt}});
  park("a", calendar("a", 7), seconds{60}, 1);
  EXPECT_EQ(journal.wait_for(1), Entries{"a waits on"});
  database.wait_for_looks(3);
  database.set({{"a", "9"}, {"rejections ", std::nullopt}});
  EXPECT_EQ(journal.wait_for(2), (Entries{"a waits on", "a has news"}));
}

TEST_F(PollsThatWait, AreAskedWhenTheClockAloneMakesNews) {
  database.set({{"a", "7"}, {"rejections ", std::nullopt}});
  auto awaited = calendar("a", 7);
  park("patient", awaited);
  awaited.due = milliseconds{300};
  park("due", awaited);
  EXPECT_EQ(journal.wait_for(1), Entries{"due has news"});
  auto then = awaited;
  awaited.due = milliseconds{0};
  park("early", awaited, then, seconds{60}, 1);
  EXPECT_EQ(journal.wait_for(3), (Entries{"due has news", "early waits on", "early has news"}));
}

TEST_F(PollsThatWait, WaitOnWhereTheLineIsFull) {
  database.set({{"a", "8"}, {"rejections ", std::nullopt}});
  park("crowded", calendar("a", 7), seconds{60}, 1);
  EXPECT_EQ(journal.wait_for(2), (Entries{"crowded finds no place", "crowded has news"}));
}

TEST_F(PollsThatWait, GoOnBehindWhatTheirCallerMayNotSee) {
  database.set({{"rejections ", "5000"}});
  auto got_on = rejections(1007);
  got_on.cursor = "1007";
  park("r", rejections(7), got_on, seconds{60}, 2);
  EXPECT_EQ(journal.wait_for(3), (Entries{"r waits on", "r waits on", "r has news"})) << "there is more before 5000";
}

TEST_F(PollsThatWait, GoOnWithWhatTheyWaitForNow) {
  database.set({{"a", "8"}, {"b", "3"}, {"rejections ", std::nullopt}});
  park("moved", calendar("a", 7), calendar("b", 3), seconds{60}, 1);
  EXPECT_EQ(journal.wait_for(1), Entries{"moved waits on"});
  database.set({{"a", "9"}, {"b", "3"}, {"rejections ", std::nullopt}});
  database.wait_for_looks(3);
  database.set({{"a", "9"}, {"b", "4"}, {"rejections ", std::nullopt}});
  EXPECT_EQ(journal.wait_for(2).back(), "moved has news");
}

TEST_F(PollsThatWait, AreAskedWhenTheirCalendarIsGone) {
  database.set({{"a", std::nullopt}, {"rejections ", std::nullopt}});
  park("a", calendar("a", 7));
  EXPECT_EQ(journal.wait_for(1), Entries{"a has news"});
}

TEST_F(PollsThatWait, AreAskedWhenTheirCalendarIsAnotherOne) {
  database.set({{"a", "7"}, {"rejections ", std::nullopt}});
  park("a", calendar("a", 7));
  database.wait_for_looks(2);
  database.set({{"a", "2"}, {"rejections ", std::nullopt}});
  EXPECT_EQ(journal.wait_for(1), Entries{"a has news"});
}

TEST_F(PollsThatWait, OutliveTheDatabase) {
  database.go_away();
  park("a", calendar("a", 7));
  database.wait_for_looks(3);
  database.set({{"a", "8"}, {"rejections ", std::nullopt}});
  EXPECT_EQ(journal.wait_for(1), Entries{"a has news"});
}

TEST_F(PollsThatWait, AreDroppedWhenTheirClientHangsUp) {
  const auto poll = std::make_shared<FakePoll>(polls, journal, "a");
  const int client = poll->take_client();
  ASSERT_EQ(poll->park(rejections(1), seconds{60}), LongPolls::Parking::taken);
  database.wait_for_looks(1);
  close(client);
  EXPECT_EQ(journal.wait_for(1), Entries{"a dropped"});
}

TEST_F(PollsThatWait, AreRefusedBeyondTheirNumberUntilOneLeaves) {
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(park(name, rejections(1)), LongPolls::Parking::taken);
  EXPECT_EQ(park("d", rejections(1), milliseconds{500}), LongPolls::Parking::taken);
  EXPECT_EQ(park("e", rejections(1)), LongPolls::Parking::full);
  EXPECT_EQ(journal.wait_for(1), Entries{"d at last"});
  EXPECT_EQ(park_at_last("f"), LongPolls::Parking::taken);
}

TEST_F(PollsThatWait, OfOneCallerHaveTheirOwnNumber) {
  EXPECT_EQ(park("a first", rejections(1), milliseconds{500}), LongPolls::Parking::taken);
  EXPECT_EQ(park("a second", rejections(1)), LongPolls::Parking::taken);
  EXPECT_EQ(park("a third", rejections(1)), LongPolls::Parking::too_many);
  EXPECT_EQ(park("b", rejections(1)), LongPolls::Parking::taken);
  EXPECT_EQ(journal.wait_for(1), Entries{"a first at last"});
  EXPECT_EQ(park_at_last("a fourth"), LongPolls::Parking::taken);
}

TEST_F(PollsThatWait, OfGuestsHaveAQuarterOfThePlaces) {
  EXPECT_EQ(park("guest", rejections(1), milliseconds{500}), LongPolls::Parking::taken);
  EXPECT_EQ(park("guest beyond", rejections(1)), LongPolls::Parking::full_of_guests);
  EXPECT_EQ(park("a", rejections(1)), LongPolls::Parking::taken);
  EXPECT_EQ(journal.wait_for(1), Entries{"guest at last"});
  EXPECT_EQ(park_at_last("guest again"), LongPolls::Parking::taken);
}

TEST_F(PollsThatWait, AreAllAnsweredAtTheEnd) {
  for (const char* name : {"a", "b", "c"}) park(name, rejections(1));
  end();
  EXPECT_EQ(journal.wait_for(3), (Entries{"a at last", "b at last", "c at last"}));
  EXPECT_EQ(park("d", rejections(1)), LongPolls::Parking::ending);
}

// ---- the lists that wait ----

TEST(GrowingLists, WaitOnlyWhenEmptyAndAsked) {
  FakeDatabase empty, full(std::vector<Row>{{R"({"id":8})", "8"}}), hidden(std::vector<Row>{{std::nullopt, "1007"}});
  const auto ask = [](const char* target, FakeDatabase& database, bool may_wait = true) {
    auto asked = request("GET", target);
    asked.may_wait = may_wait;
    return served(asked, database);
  };
  EXPECT_EQ(ask("/rejections?after=7", empty).awaited, std::nullopt);
  EXPECT_EQ(ask("/rejections?after=7&wait=0", empty).awaited, std::nullopt);
  EXPECT_EQ(ask("/rejections?after=7&wait=9", full).awaited, std::nullopt);
  EXPECT_EQ(ask("/rejections?after=7&wait=9", empty, false).awaited, std::nullopt);
  EXPECT_EQ(ask("/rejections?after=7&wait=9", empty).awaited, (Awaited{"rejections ", 7, seconds{9}}));
  EXPECT_EQ(ask("/rejections?after=7&wait=9", hidden).awaited,
            (Awaited{"rejections ", 1007, seconds{9}, std::nullopt, "1007"}));
  EXPECT_EQ(header(ask("/rejections?after=7&limit=5", hidden), "Link"),
            "</rejections?limit=5&after=1007>; rel=\"next\"");
  EXPECT_EQ(ask("/changes?after=1-2&wait=50", hidden).awaited,
            (Awaited{"", gateway::kUnknown, seconds{50}, std::nullopt, "1007"}));
  EXPECT_EQ(ask("/calendars/room:a/changes?wait=50", empty).awaited, (Awaited{"room:a", 0, seconds{50}}));
  EXPECT_EQ(ask("/changes?after=1-2&wait=50", empty).awaited, (Awaited{"", gateway::kUnknown, seconds{50}}));
  for (const char* bad : {"51", "-1", "1.5", "", "x"}) {
    const auto target = std::string("/rejections?wait=") + bad;
    EXPECT_EQ(problem_thrown_by([&] { ask(target.c_str(), empty); }).status, 400) << bad;
  }
}

TEST(Appointments, WaitOnlyWhilePendingAndAsked) {
  FakeDatabase pending(std::vector<Row>{{"1", R"({"appointment_id":5})", "f", "provider:p", "7", "90000", "t"}});
  FakeDatabase confirmed(std::vector<Row>{{"2", R"({"appointment_id":5})", "f", std::nullopt, "8", std::nullopt, "t"}});
  const auto ask = [](const char* target, FakeDatabase& database, bool may_wait = true) {
    auto asked = request("GET", target);
    asked.may_wait = may_wait;
    return served(asked, database);
  };
  EXPECT_EQ(ask("/appointments/5", pending).awaited, std::nullopt);
  EXPECT_EQ(ask("/appointments/5?wait=0", pending).awaited, std::nullopt);
  EXPECT_EQ(ask("/appointments/5?wait=9", pending, false).awaited, std::nullopt);
  EXPECT_EQ(ask("/appointments/5?wait=9", confirmed).awaited, std::nullopt);
  EXPECT_EQ(ask("/appointments/5?wait=9", pending).awaited,
            (Awaited{"provider:p", 7, seconds{9}, milliseconds{60'000}}));
  EXPECT_EQ(problem_thrown_by([&] { ask("/appointments/5?wait=51", pending); }).status, 400);
}

TEST(Appointments, AreNotModifiedUnlessTheClockEndedThem) {
  const auto ask = [](const char* version, std::string_view status, const char* target = "/appointments/5") {
    const std::optional<std::string> awaited =
        status == "PENDING" ? std::optional<std::string>("provider:p") : std::nullopt;
    FakeDatabase database(std::vector<Row>{
        {version, R"({"appointment_id":5})", status == "EXPIRED" ? "t" : "f", awaited, "7", "90000", "t"}});
    auto asked = request("GET", target);
    asked.if_none_match = R"("1")";
    return served(asked, database);
  };
  EXPECT_EQ(ask("1", "PENDING").status, 304);
  EXPECT_EQ(ask("1", "CONFIRMED").status, 304);
  EXPECT_EQ(ask("2", "CONFIRMED").status, 200);
  EXPECT_EQ(ask("1", "EXPIRED").status, 200);
  EXPECT_TRUE(ask("1", "PENDING", "/appointments/5?wait=9").awaited);
}

TEST(GrowingLists, AreAnsweredAtLast) {
  FakeBackend backend;
  gateway::Gateway front;
  auto poll = request("GET", "/rejections?after=7&wait=9");
  const auto now = gateway::Clock::now();
  EXPECT_TRUE(front.answer(poll, backend, now).awaited);
  poll.may_wait = false;
  const auto last = front.answer(poll, backend, now);
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.body, "[]");
  EXPECT_EQ(header(gateway::Gateway::refuse(poll, 503, "Too many wait."), "Retry-After"), "5");
}

}  // namespace
}  // namespace jb::test
