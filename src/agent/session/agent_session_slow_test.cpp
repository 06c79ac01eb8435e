#include "agent/session/agent_session.h"

#include <deque>

#include <gmock/gmock.h>

#include "base/files.h"
#include "testkit/memory_master.h"
#include "testkit/node_kit.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::kCopyJournal;

// A master in memory: what it wants, and every status that it got.
struct TestMaster {
    std::mutex mutex;
    testkit::MemoryMaster bytes;
    std::vector<WantedAttempt> wanted;
    WantedObject update;
    std::uint64_t session = 0, generation = 0, sent_generation = 0;
    bool away = false;
    std::string signing_key;
    std::vector<NodeStatus> statuses;

    [[nodiscard]] std::optional<AttemptStatus> status_of(Fence fence) const {
        if (statuses.empty()) return std::nullopt;
        for (const AttemptStatus& one : statuses.back().attempts) {
            if (one.fence == fence) return one;
        }
        return std::nullopt;
    }
    [[nodiscard]] AttemptPhase phase_of(Fence fence) const {
        const auto status = status_of(fence);
        return status ? status->phase : AttemptPhase::kAssigned;
    }
};

// Its bytes, for the threads of the node one at a time.
class TestLink final : public MasterLink {
  public:
    explicit TestLink(TestMaster& master) : master_(master) {}
    Result<AppendAnswer> append(const AppendRequest& request, std::string_view bytes) override {
        const std::scoped_lock lock(master_.mutex);
        if (master_.away) return make_error(Code::kUnavailable, "away");
        return master_.bytes.append(request, bytes);
    }
    Result<ObjectAnswer> put(const ObjectChunk& chunk, std::string_view bytes) override {
        const std::scoped_lock lock(master_.mutex);
        if (master_.away) return make_error(Code::kUnavailable, "away");
        return master_.bytes.put(chunk, bytes);
    }
    Result<std::string> get(const std::string& sha256, std::int64_t begin, std::int64_t end) override {
        const std::scoped_lock lock(master_.mutex);
        if (master_.away) return make_error(Code::kUnavailable, "away");
        return master_.bytes.get(sha256, begin, end);
    }

  private:
    TestMaster& master_;
};

class TestChannel final : public MasterChannel {
  public:
    explicit TestChannel(TestMaster& master) : master_(master) {}

    Result<std::uint64_t> connect() override {
        const std::scoped_lock lock(master_.mutex);
        if (master_.away) return make_error(Code::kUnavailable, "cannot connect to the master");
        master_.sent_generation = master_.generation = 0;
        ++master_.generation;
        return ++master_.session;
    }
    Status send(const NodeStatus& status) override {
        const std::scoped_lock lock(master_.mutex);
        if (master_.away) return make_error(Code::kUnavailable, "the connection broke");
        EXPECT_EQ(node_status_from(to_json(status)).ok(), true);
        EXPECT_TRUE(master_.statuses.empty() || master_.statuses.back().session < status.session ||
                    master_.statuses.back().number < status.number);
        master_.statuses.push_back(status);
        return {};
    }
    Result<std::optional<NodeDesired>> receive(double) override {
        const std::scoped_lock lock(master_.mutex);
        if (master_.away) return make_error(Code::kUnavailable, "the connection broke");
        if (master_.sent_generation == master_.generation) return std::optional<NodeDesired>();
        master_.sent_generation = master_.generation;
        return std::optional(NodeDesired{.session = master_.session,
                                         .generation = master_.generation,
                                         .attempts = master_.wanted,
                                         .update = master_.update});
    }
    bool heard() override { return true; }
    void close() override {}
    std::string signing_key() override { return master_.signing_key; }
    std::unique_ptr<MasterLink> open_link() override { return std::make_unique<TestLink>(master_); }

  private:
    TestMaster& master_;
};

class AgentSessionTest : public testing::Test {
  protected:
    AgentSessionTest() {
        const std::string package = kit_.package();
        master_.bytes.objects[sha256_hex(package)] = package;
        start();
    }
    void start() {
        session_.reset();
        node_.reset();
        AgentNodeOptions options{.data = kit_.folder().path(), .setup = kit_.setup(), .leave = {.notice = 5}};
        options.own_sha256 = std::string(64, '1');
        options.telemetry_every = 0.2;
        auto node =
            AgentNode::open(std::move(options), fake_gpus("2x24GB").value(), [this] { return channel_.open_link(); });
        ASSERT_TRUE(node.ok()) << node.error().message;
        node_ = *std::move(node);
        session_ = std::make_unique<AgentSession>(
            *node_, channel_, SessionOptions{.look_every = 0.005, .first_wait = 0.01, .longest_wait = 0.05});
    }
    void want(std::vector<WantedAttempt> wanted) {
        const std::scoped_lock lock(master_.mutex);
        master_.wanted = std::move(wanted);
        ++master_.generation;
    }
    std::optional<SessionEnd> step() {
        const auto end = session_->step([this] { return leave_; });
        EXPECT_TRUE(end.ok()) << end.error().message;
        return end ? *end : std::nullopt;
    }
    void drive_until(const std::function<bool()>& done) {
        testkit::drive(done, [&] { ASSERT_FALSE(step()); });
    }
    void drive_to(Fence fence, AttemptPhase phase) {
        drive_until([&] { return master_.phase_of(fence) == phase; });
        EXPECT_EQ(master_.phase_of(fence), phase) << name_of(master_.phase_of(fence));
    }
    [[nodiscard]] std::filesystem::path experiment(Fence fence) const {
        return kit_.folder() / "attempts" / std::to_string(fence) / testkit::kExperiment;
    }

    testkit::NodeKit kit_;
    TestMaster master_;
    TestChannel channel_{master_};
    std::unique_ptr<AgentNode> node_;
    std::unique_ptr<AgentSession> session_;
    bool leave_ = false;
};

constexpr const char* kUntilGo = "touch logs/ready; until test -e logs/go; do sleep 0.02; done\n";
constexpr const char* kUntilControl = "until grep -q stop journal/control.json; do sleep 0.02; done; exit 130\n";

TEST_F(AgentSessionTest, an_attempt_is_fetched_run_carried_over_and_purged) {
    kit_.runtime(kCopyJournal + kUntilGo);
    want({kit_.wanted(7)});
    drive_to(7, AttemptPhase::kRunning);
    EXPECT_EQ(master_.statuses.at(0).facts->gpus.size(), 2U) << "the first status says what the node is";
    ASSERT_TRUE(write_file_atomic(experiment(7) / "logs/go", "").ok());
    drive_to(7, AttemptPhase::kClosed);
    EXPECT_EQ(master_.status_of(7)->exit->kind, ExitKind::kOk);
    EXPECT_EQ(master_.bytes.newest(7, "journal/attempt_1.journal"), kit_.journal());
    EXPECT_TRUE(master_.bytes.objects.contains(sha256_hex("weights")));
    want({});
    drive_until([&] { return master_.statuses.back().attempts.empty(); });
    EXPECT_FALSE(std::filesystem::exists(experiment(7)));
}

TEST_F(AgentSessionTest, training_goes_on_while_the_master_is_away_and_after_the_agents_restart) {
    kit_.runtime(kCopyJournal + "echo once >> logs/starts\n" + kUntilGo);
    want({kit_.wanted(7)});
    drive_to(7, AttemptPhase::kRunning);
    {
        const std::scoped_lock lock(master_.mutex);
        master_.away = true;
    }
    for (int i = 0; i < 20; ++i) step();
    ASSERT_TRUE(write_file_atomic(experiment(7) / "logs/go", "").ok());
    testkit::drive([&] { return std::filesystem::exists(experiment(7).parent_path() / "exit.json"); }, [&] { step(); });
    start();
    for (int i = 0; i < 20; ++i) step();
    {
        const std::scoped_lock lock(master_.mutex);
        master_.away = false;
    }
    drive_to(7, AttemptPhase::kClosed);
    EXPECT_EQ(master_.bytes.newest(7, "journal/attempt_1.journal"), kit_.journal());
    EXPECT_EQ(read_file(experiment(7) / "logs/starts").value(), "once\n");
}

TEST_F(AgentSessionTest, stops_with_a_checkpoint_and_nothing_starts_after) {
    kit_.runtime(kCopyJournal + "echo once >> logs/starts\n" + kUntilControl);
    WantedAttempt wanted = kit_.wanted(7);
    want({wanted});
    drive_to(7, AttemptPhase::kRunning);
    wanted.wish = Wish::kStop;
    wanted.wish_number = 1;
    want({wanted});
    drive_to(7, AttemptPhase::kClosed);
    EXPECT_TRUE(master_.status_of(7)->exit->stopped);
    wanted.wish = Wish::kRun;
    wanted.wish_number = 2;
    want({wanted});
    start();
    for (int i = 0; i < 50; ++i) step();
    EXPECT_EQ(read_file(experiment(7) / "logs/starts").value(), "once\n");
}

TEST_F(AgentSessionTest, a_machine_that_goes_away_stops_its_runs_and_hands_them_over) {
    kit_.runtime(kCopyJournal + kUntilControl);
    want({kit_.wanted(7)});
    drive_to(7, AttemptPhase::kRunning);
    leave_ = true;
    std::optional<SessionEnd> end;
    testkit::drive([&] { return end.has_value(); }, [&] { end = step(); });
    EXPECT_EQ(end, SessionEnd::kLeft);
    EXPECT_TRUE(master_.bytes.objects.contains(sha256_hex("weights")));
    EXPECT_TRUE(master_.statuses.back().leaving || master_.phase_of(7) == AttemptPhase::kClosed);
}

TEST_F(AgentSessionTest, a_package_that_is_refused_ends_the_attempt) {
    const std::string bad = testkit::compressed(testkit::tar_of({{.name = "../x", .content = "1"}}));
    master_.bytes.objects[sha256_hex(bad)] = bad;
    WantedAttempt wanted = kit_.wanted(7);
    wanted.package = {sha256_hex(bad), static_cast<std::int64_t>(bad.size())};
    want({wanted});
    drive_to(7, AttemptPhase::kClosed);
    EXPECT_EQ(master_.status_of(7)->exit->kind, ExitKind::kError);
    EXPECT_THAT(master_.status_of(7)->exit->reason, HasSubstr("has '..' in its name"));
}

TEST_F(AgentSessionTest, a_master_that_signs_must_have_signed_what_runs_here) {
    const SigningKey key = SigningKey::open(kit_.folder() / "signing.key").value();
    master_.signing_key = key.public_key();
    kit_.runtime("exit 0");
    WantedAttempt bare = kit_.wanted(7), swapped = kit_.wanted(8), good = kit_.wanted(9);
    swapped.package.signature = object_signature(key, SignedKind::kRuntime, swapped.package.sha256);
    good.package.signature = object_signature(key, SignedKind::kPackage, good.package.sha256);
    want({bare, swapped});
    drive_to(7, AttemptPhase::kClosed);
    drive_to(8, AttemptPhase::kClosed);
    EXPECT_EQ(master_.status_of(7)->exit->kind, ExitKind::kError);
    EXPECT_EQ(master_.status_of(8)->exit->kind, ExitKind::kError);
    EXPECT_THAT(master_.status_of(7)->exit->reason, HasSubstr("sign"));
    EXPECT_TRUE(std::filesystem::is_empty(kit_.folder() / "cache/unpacked")) << "not a byte of it was read";
    want({bare, swapped, good});
    drive_to(9, AttemptPhase::kClosed);
    EXPECT_EQ(master_.status_of(9)->exit->kind, ExitKind::kOk);
}

TEST_F(AgentSessionTest, a_package_that_the_master_has_not_yet_is_waited_for) {
    kit_.runtime("exit 0");
    WantedAttempt wanted = kit_.wanted(7);
    const auto package = std::exchange(master_.bytes.objects[wanted.package.sha256], "");
    master_.bytes.objects.erase(wanted.package.sha256);
    want({wanted});
    drive_until([&] {
        return std::filesystem::exists(experiment(7) / "logs/agent.log") &&
               read_file(experiment(7) / "logs/agent.log")->find("is tried again") != std::string::npos;
    });
    {
        const std::scoped_lock lock(master_.mutex);
        master_.bytes.objects[wanted.package.sha256] = package;
    }
    drive_to(7, AttemptPhase::kClosed);
}

TEST_F(AgentSessionTest, becomes_the_program_that_the_master_wants_once_it_runs) {
    const auto offer = [&](const std::string& program) {
        const std::scoped_lock lock(master_.mutex);
        master_.bytes.objects[sha256_hex(program)] = program;
        master_.update = {sha256_hex(program), static_cast<std::int64_t>(program.size())};
        ++master_.generation;
    };
    offer("#!/bin/sh\nexit 3\n");
    for (int i = 0; i < 30; ++i) EXPECT_FALSE(step());
    EXPECT_TRUE(std::filesystem::is_empty(kit_.folder() / "programs") || !std::filesystem::exists(session_->update()));
    ASSERT_TRUE(node_->version_floor().raise("5"));
    start();
    offer("#!/bin/sh\necho goetia-agent 4\n");
    for (int i = 0; i < 30; ++i) EXPECT_FALSE(step()) << "older than what has run here";
    start();
    offer("#!/bin/sh\necho goetia-agent 9\n");
    std::optional<SessionEnd> end;
    testkit::drive([&] { return end.has_value(); }, [&] { end = step(); });
    EXPECT_EQ(end, SessionEnd::kUpdate);
    EXPECT_EQ(read_file(session_->update()).value(), "#!/bin/sh\necho goetia-agent 9\n");
}

TEST_F(AgentSessionTest, a_damaged_attempt_is_set_aside) {
    kit_.runtime("exit 0");
    kit_.folder().write("attempts/5/wanted.json", "{\"wanted\": 3}");
    start();
    EXPECT_TRUE(std::filesystem::exists(kit_.folder() / "attempts/5.damaged"));
    want({kit_.wanted(7)});
    drive_to(7, AttemptPhase::kClosed);
}

TEST_F(AgentSessionTest, samples_of_the_machine_are_kept_and_sent) {
    drive_until(
        [&] { return !master_.statuses.empty() && std::filesystem::exists(kit_.folder() / "telemetry.jsonl"); });
    drive_until([&] {
        return std::any_of(master_.statuses.begin(), master_.statuses.end(),
                           [](const NodeStatus& status) { return status.use && status.use->gpus.size() == 2; });
    });
}

TEST(ReconnectWait, doubles_with_jitter_up_to_a_bound) {
    SessionOptions options{.first_wait = 1, .longest_wait = 30};
    for (int failures = 1; failures < 20; ++failures) {
        const double most = std::min(30.0, std::pow(2.0, failures - 1));
        EXPECT_GE(reconnect_wait(options, failures), most / 2);
        EXPECT_LE(reconnect_wait(options, failures), most);
    }
    SessionOptions other = options;
    other.seed = 1;
    EXPECT_NE(reconnect_wait(options, 5), reconnect_wait(other, 5));
}

}  // namespace
}  // namespace goetia
