#include "master/service/monitor.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

using testing::ElementsAre;

// A reader whose socket takes so many messages before somebody reads them.
class TestReader final : public WebSocket {
  public:
    explicit TestReader(std::size_t room = 1'000'000) : room_(room) {}
    using WebSocket::send;
    bool send(SharedText message) override {
        const std::scoped_lock lock(mutex_);
        if (waiting_.size() >= room_) return false;
        waiting_.push_back(std::move(message));
        return true;
    }
    void close(int code, std::string) override { closed_with = code; }
    void post(std::function<void()> work) override { work(); }

    // Takes what waits, and what comes because there is room again.
    std::vector<Json> read() {
        std::vector<Json> read;
        while (true) {
            std::vector<SharedText> taken;
            {
                const std::scoped_lock lock(mutex_);
                taken.swap(waiting_);
            }
            if (taken.empty()) return read;
            for (const SharedText& text : taken) read.push_back(*parse_json(*text, "a message"));
            if (on_drained) on_drained();
        }
    }
    // "kind topic id" of what waits.
    std::vector<std::string> words() {
        std::vector<std::string> words;
        for (const Json& message : read()) {
            words.push_back(message["kind"].get<std::string>() + " " + message["topic"].get<std::string>() + " " +
                            message["id"].get<std::string>());
            if (message["seq"].get<std::uint64_t>() > seq || message["kind"] == "gap") seq = message["seq"];
        }
        return words;
    }
    void say(const Json& message) { on_message(json_text(message)); }
    void subscribe(const std::vector<std::string>& topics) { say({{"topics", topics}}); }
    void subscribe(const std::vector<std::string>& topics, std::uint64_t after) {
        say({{"topics", topics}, {"after", after}});
    }

    std::atomic<int> closed_with{0};
    std::uint64_t seq = 0;  // of the newest one that was read

  private:
    std::size_t room_;
    std::mutex mutex_;
    std::vector<SharedText> waiting_;
};

const Caller kAdministrator{.id = "1", .name = "a", .role = "super_admin"};

std::shared_ptr<TestReader> reader_of(Monitor& monitor, const Caller& caller = kAdministrator,
                                      std::size_t room = 1'000'000) {
    auto reader = std::make_shared<TestReader>(room);
    monitor.open(reader, caller);
    return reader;
}

TEST(Stream, TellsWhatIsWantedAndNothingElse) {
    Monitor monitor;
    const auto reader = reader_of(monitor);
    reader->subscribe({"tasks", "task/7"});
    EXPECT_FALSE(monitor.wants("nodes"));
    monitor.publish("tasks", "upsert", "7", "{}", "1");
    monitor.publish("nodes", "upsert", "2", "{}", kEverybodys);
    monitor.publish("task/7", "delete", "7", "null", "1");
    EXPECT_THAT(reader->words(), ElementsAre("upsert tasks 7", "delete task/7 7"));
}

TEST(Stream, ResumesWhereAConnectionBrokeOffWithoutLossOrDouble) {
    Monitor monitor;
    const auto first = reader_of(monitor);
    first->subscribe({"tasks"});
    for (int i = 0; i < 10; ++i) monitor.publish("tasks", "upsert", std::to_string(i), "{}", "1");
    EXPECT_EQ(first->words().size(), 10U);
    first->on_closed();
    for (int i = 10; i < 500; ++i) {
        ASSERT_TRUE(monitor.wants("tasks")) << "the reader may come back";
        monitor.publish("tasks", "upsert", std::to_string(i), "{}", "1");
    }
    const auto again = reader_of(monitor, kAdministrator, 7);  // its socket takes little at a time
    again->subscribe({"tasks"}, first->seq);
    monitor.publish("tasks", "upsert", "500", "{}", "1");
    std::vector<std::string> expected;
    for (int i = 10; i <= 500; ++i) expected.push_back("upsert tasks " + std::to_string(i));
    EXPECT_EQ(again->words(), expected);
}

TEST(Stream, TellsOfAGapWhereTheRingIsOver) {
    Monitor monitor({.kept = 5});
    const auto first = reader_of(monitor);
    first->subscribe({"tasks", "metrics/e"});
    monitor.publish("tasks", "upsert", "0", "{}", "1");
    first->words();
    first->on_closed();
    monitor.publish("tasks", "upsert", "1", "{}", "1");
    for (int i = 0; i < 10; ++i) monitor.publish("metrics/e", "upsert", "e", "{}", "1");
    const auto again = reader_of(monitor);
    again->subscribe({"tasks", "metrics/e"}, first->seq);
    const std::vector<std::string> words = again->words();
    ASSERT_EQ(words.size(), 7U) << "points do not push out a change";
    EXPECT_EQ(words[0], "gap metrics/e ");
    EXPECT_EQ(words[1], "upsert tasks 1");
    for (int i = 0; i < 10; ++i) monitor.publish("tasks", "upsert", "1", "{}", "1");
    const auto late = reader_of(monitor);
    late->subscribe({"tasks"}, first->seq);
    EXPECT_THAT(late->words(), ElementsAre("gap  "));
    EXPECT_GT(late->seq, again->seq);
}

TEST(Stream, TellsOfAGapAfterARestartOfTheMaster) {
    std::uint64_t seen = 0;
    {
        Monitor monitor;
        monitor.begin(3, [](std::string_view) { return std::optional<std::string>("1"); });
        const auto reader = reader_of(monitor);
        reader->subscribe({"tasks"});
        monitor.publish("tasks", "upsert", "1", "{}", "1");
        reader->words();
        seen = reader->seq;
        EXPECT_GT(seen, std::uint64_t{3} << 32);
    }
    Monitor monitor;
    monitor.begin(4, [](std::string_view) { return std::optional<std::string>("1"); });
    const auto reader = reader_of(monitor);
    reader->subscribe({"tasks"}, seen);
    EXPECT_THAT(reader->words(), ElementsAre("gap  "));
    EXPECT_GT(reader->seq, seen);
    const auto wrong = reader_of(monitor);
    wrong->subscribe({"tasks"}, std::uint64_t{99} << 32);
    EXPECT_THAT(wrong->words(), ElementsAre("gap  "));
}

TEST(Stream, TellsOfAGapWhenNobodyReadForLongAndSomethingCame) {
    Monitor monitor({.warm_seconds = 0, .cool_seconds = 0.01});
    const auto first = reader_of(monitor);
    first->subscribe({"tasks"});
    monitor.publish("tasks", "upsert", "1", "{}", "1");
    first->words();
    first->on_closed();
    const double until = steady_seconds() + 20;
    while (monitor.wants("tasks") && steady_seconds() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto again = reader_of(monitor);
    again->subscribe({"tasks"}, first->seq);
    EXPECT_THAT(again->words(), ElementsAre("gap tasks "));
}

TEST(Stream, KeepsAStuckReaderFromHarmingTheOthers) {
    Monitor monitor({.kept = 100});
    std::vector<std::shared_ptr<TestReader>> readers;
    for (int i = 0; i < 200; ++i) {
        readers.push_back(reader_of(monitor, kAdministrator, i == 0 ? 10 : 1'000'000));
        readers.back()->subscribe({"tasks"});
    }
    for (int i = 0; i < 500; ++i) monitor.publish("tasks", "upsert", std::to_string(i), "{}", "1");
    for (std::size_t i = 1; i < readers.size(); ++i) {
        std::uint64_t before = 0;
        const std::vector<Json> read = readers[i]->read();
        ASSERT_EQ(read.size(), 500U);
        for (const Json& message : read) {
            ASSERT_GT(message["seq"].get<std::uint64_t>(), before) << "numbers rise";
            before = message["seq"];
        }
    }
    const std::vector<std::string> stuck = readers[0]->words();
    ASSERT_EQ(stuck.size(), 11U) << "what its socket had, and where to go on from";
    EXPECT_EQ(stuck[9], "upsert tasks 9");
    EXPECT_EQ(stuck[10], "gap  ");
    monitor.publish("tasks", "upsert", "after", "{}", "1");
    EXPECT_THAT(readers[0]->words(), ElementsAre("upsert tasks after"));
}

TEST(Stream, ShowsEachReaderOnlyWhatItMaySee) {
    Monitor monitor;
    monitor.begin(1, [](std::string_view topic) {
        return topic == "task/none" ? std::nullopt : std::optional<std::string>(topic.ends_with("/7") ? "u7" : "u8");
    });
    const auto own = reader_of(monitor, {.id = "u7", .name = "seven", .role = "trainer"});
    const auto administrator = reader_of(monitor);
    for (const auto& reader : {own, administrator})
        reader->subscribe({"tasks", "nodes", "task/7", "task/8", "task/none", "metrics/8", "log/7", "passwords", "*"});
    EXPECT_THAT(own->words(), ElementsAre("delete * ", "delete metrics/8 8", "delete passwords ", "delete task/8 8",
                                          "delete task/none none"));
    EXPECT_THAT(administrator->words(), ElementsAre("delete * ", "delete passwords ", "delete task/none none"));
    monitor.publish("tasks", "upsert", "7", "{}", "u7");
    monitor.publish("tasks", "upsert", "8", "{}", "u8");
    monitor.publish("tasks", "upsert", "9", "{}", "");
    monitor.publish("task/8", "upsert", "8", "{}", "u8");
    monitor.publish("nodes", "upsert", "1", "{}", kEverybodys);
    EXPECT_THAT(own->words(), ElementsAre("upsert tasks 7", "upsert nodes 1"));
    EXPECT_EQ(administrator->words().size(), 5U);
    const auto resumed = reader_of(monitor, {.id = "u7", .name = "seven", .role = "trainer"});
    resumed->subscribe({"tasks", "nodes"}, std::uint64_t{1} << 32);
    EXPECT_THAT(resumed->words(), ElementsAre("upsert tasks 7", "upsert nodes 1")) << "from the ring, too";
}

TEST(Stream, ConflatesPointsAndNothingElse) {
    Monitor monitor({.redraw_seconds = 0.05});
    const auto reader = reader_of(monitor);
    reader->subscribe({"metrics/e", "log/1"});
    const double begun = steady_seconds();
    int told = 0;
    for (int i = 0; i < 20'000; ++i) {
        monitor.publish_points("e", {{.name = "loss", .step = i, .value = i == 7777 ? -5.0 : 1.0}}, "1");
        if (i % 100 == 0) monitor.publish("log/1", "upsert", "1", "{}", "1"), ++told;
    }
    std::vector<Json> points;
    int logs = 0, messages = 0;
    const auto take = [&] {
        for (const Json& message : reader->read()) {
            if (message["topic"] == "log/1") {
                ++logs;
                continue;
            }
            ++messages;
            for (const Json& point : message["value"]["points"]) points.push_back(point);
        }
        return !points.empty() && points.back()["step"] == 19'999;
    };
    while (!take() && steady_seconds() - begun < 20) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(logs, told);
    EXPECT_LE(messages, (steady_seconds() - begun) / 0.05 + 2);
    EXPECT_LE(points.size(), static_cast<std::size_t>(messages) * LivePoints::kMostPoints);
    EXPECT_EQ(points.front()["step"], 0);
    EXPECT_TRUE(std::ranges::any_of(points, [](const Json& point) { return point["value"] == -5.0; }))
        << "the least is shown";
}

TEST(Stream, EndsSocketsThatSayWhatItDoesNotKnow) {
    Monitor monitor({.most_of_one = 20});
    std::vector<std::string> topics(201, "tasks");
    for (const std::string& said :
         {std::string("{"), std::string("[]"), std::string(R"({"topics": "tasks"})"), std::string(R"({"topics": [1]})"),
          std::string(R"({"topics": [], "after": -1})"), std::string(R"({"topics": [], "after": "x"})"),
          std::string(R"({"topics": [], "since": 1})"), json_text({{"topics", topics}}),
          json_text({{"topics", {std::string(300, 'x')}}})}) {
        const auto reader = reader_of(monitor);
        reader->on_message(said);
        EXPECT_EQ(reader->closed_with, 1008) << said;
        reader->on_closed();
    }
    std::vector<std::shared_ptr<TestReader>> readers;
    for (int i = 0; i < 21; ++i) readers.push_back(reader_of(monitor));
    EXPECT_EQ(readers[19]->closed_with, 0);
    EXPECT_EQ(readers[20]->closed_with, 1013);
}

}  // namespace
}  // namespace goetia
