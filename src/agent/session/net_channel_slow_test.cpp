#include "agent/session/net_channel.h"

#include <csignal>
#include <fcntl.h>
#include <iterator>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "agent/session/node_identity.h"
#include "base/files.h"
#include "launch/spawn.h"
#include "net/tls.h"
#include "testkit/node_kit.h"
#include "testkit/pool_master.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::PoolMaster;

class NetChannelTest : public testing::Test {
  protected:
    std::unique_ptr<MasterChannel> channel(const std::string& url, const std::string& token = "token-1",
                                           std::vector<std::string> pins = {}) {
        return net_channel({.master = url, .pins = std::move(pins), .token = token, .name = "n", .identity = identity_})
            .value();
    }
    testkit::TemporaryFolder folder_;
    std::filesystem::path identity_ = folder_ / "identity.json";
};

TEST_F(NetChannelTest, enrols_once_and_talks) {
    PoolMaster master;
    const auto first = channel(master.url());
    EXPECT_EQ(first->connect().value(), 1U);
    struct stat info{};
    ASSERT_EQ(::stat(identity_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    const auto desired = first->receive(10).value();
    ASSERT_TRUE(desired);
    EXPECT_EQ(desired->session, 1U);
    ASSERT_TRUE(first->send({.session = 1, .number = 1}).ok());
    testkit::drive([&] { return master.look([](PoolMaster& m) { return m.statuses.size(); }) == 1; }, [] {});
    first->close();
    EXPECT_EQ(first->open_link(), nullptr);
    const auto second = channel(master.url(), "");
    EXPECT_EQ(second->connect().value(), 2U) << "by its own secret";
    const auto link = second->open_link();
    ASSERT_TRUE(link);
    const auto answer = link->append({.fence = 7, .stream = "logs/train.log"}, "abc");
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->length, 3);
    master.look([](PoolMaster& m) { return m.bytes.objects["x"] = ""; });
    const std::string sha256 = sha256_hex("0123456789");
    EXPECT_EQ(link->put({.fence = 7, .sha256 = sha256, .bytes = 10, .path = "a"}, "0123456789")->outcome,
              ObjectOutcome::kWhole);
    EXPECT_EQ(link->get(sha256, 2, 5).value(), "234");
    EXPECT_FALSE(link->get(std::string(64, 'a'), 0, 1).ok());
    EXPECT_FALSE(link->get("../../etc/passwd", 0, 1).ok());
}

TEST_F(NetChannelTest, without_a_valid_token_or_secret_it_is_denied) {
    PoolMaster master;
    EXPECT_EQ(channel(master.url(), "wrong")->connect().error().code, Code::kDenied);
    EXPECT_THAT(channel(master.url(), "")->connect().error().message, HasSubstr("give a token with --token"));
    ASSERT_TRUE(channel(master.url())->connect().ok());
    master.look([](PoolMaster& m) { return m.secrets.clear(), 0; });  // revoked
    EXPECT_EQ(channel(master.url())->connect().error().code, Code::kDenied);
    ::chmod(identity_.c_str(), 0644);
    EXPECT_THAT(channel(master.url())->connect().error().message, HasSubstr("may be read by others"));
}

// A12: whoever answers in the master's place learns nothing.
TEST_F(NetChannelTest, a_false_master_gets_no_credential) {
    EXPECT_THAT(net_channel({.master = "http://10.0.0.1:8470"}).error().message, HasSubstr("use https"));
    const auto mine = own_identity(folder_ / "mine", {"127.0.0.1"}), other = own_identity(folder_ / "o", {"127.0.0.1"});
    ASSERT_TRUE(mine.ok() && other.ok());
    PoolMaster real({.tls = *mine}), fake({.tls = *other});
    ASSERT_TRUE(channel(real.url(), "token-1", {mine->pin})->connect().ok());
    const auto fooled = channel(fake.url(), "token-1", {mine->pin})->connect();
    ASSERT_FALSE(fooled.ok());
    EXPECT_TRUE(fake.look([](PoolMaster& m) { return m.seen.empty() && m.tokens.size() == 1; }));
    EXPECT_FALSE(channel(fake.url(), "token-1")->connect().ok()) << "nobody vouches for it";
}

TEST(NodeIdentityTest, survives_a_round_trip_and_refuses_what_is_none) {
    const testkit::TemporaryFolder folder;
    EXPECT_FALSE(read_identity(folder / "i")->has_value());
    ASSERT_TRUE(write_identity(folder / "i", {"n", "s"}).ok());
    EXPECT_EQ(read_identity(folder / "i").value()->secret, "s");
    folder.write("i", "{}");
    EXPECT_THAT(read_identity(folder / "i").error().message, HasSubstr("enrol the node again"));
}

// How many sockets of a process are in the state LISTEN, by the inodes that the kernel lists.
int listening_sockets_of(pid_t pid) {
    std::set<std::string> listening;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        const auto text = read_file(table);
        std::istringstream lines(text ? *text : "");
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::vector<std::string> all{std::istream_iterator<std::string>(words), {}};
            if (all.size() > 9 && all[3] == "0A") listening.insert("socket:[" + all[9] + "]");
        }
    }
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid))) {
        std::error_code code;
        if (listening.contains(std::filesystem::read_symlink(entry.path(), code).native())) ++count;
    }
    return count;
}

// The program itself, against a master behind real sockets.
class AgentProcess : public testing::Test {
  protected:
    ~AgentProcess() override { kill_agent(SIGKILL); }
    void start_agent() {
        const FileDescriptor log(::open((kit_.folder() / "agent.out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644));
        agent_ = spawn({.words = {GOETIA_BUILD_DIR "/bin/goetia-agent", "run", "--master", master_.url(), "--token",
                                  "token-1", "--data", kit_.folder().path(), "--programs", kit_.setup().programs,
                                  "--leave-notice", "10"},
                        .environment = {{"GOETIA_FAKE_GPUS", "2x24GB"}},
                        .folder = {},
                        .input = {},
                        .output = log.get()})
                     .value();
    }
    int kill_agent(int signal) {
        int status = 0;
        if (agent_.pid <= 0) return 0;
        ::kill(agent_.pid, signal);
        ::waitpid(agent_.pid, &status, 0);
        agent_ = {};
        return status;
    }
    AttemptPhase phase(Fence fence) {
        return master_.look([fence](PoolMaster& m) {
            for (const AttemptStatus& one :
                 m.statuses.empty() ? std::vector<AttemptStatus>() : m.statuses.back().attempts)
                if (one.fence == fence) return one.phase;
            return AttemptPhase::kAssigned;
        });
    }
    void wait_for(Fence fence, AttemptPhase wanted) {
        testkit::drive([&] { return phase(fence) == wanted; }, [] {});
        EXPECT_EQ(name_of(phase(fence)), name_of(wanted)) << read_file(kit_.folder() / "agent.out").value();
    }
    void offer_package() {
        const std::string package = kit_.package();
        master_.look([&](PoolMaster& m) { return m.bytes.objects[sha256_hex(package)] = package; });
    }
    [[nodiscard]] std::filesystem::path experiment() const {
        return kit_.folder() / "attempts/7" / testkit::kExperiment;
    }

    testkit::NodeKit kit_;
    PoolMaster master_;
    Spawned agent_;
};

TEST_F(AgentProcess, kills_of_the_agent_change_nothing_and_a_purge_leaves_nothing) {
    kit_.runtime(testkit::kCopyJournal + "echo once >> logs/starts; until test -e logs/go; do sleep 0.02; done");
    offer_package();
    start_agent();
    master_.want({kit_.wanted(7)});
    for (int i = 0; i < 3; ++i) {
        wait_for(7, AttemptPhase::kRunning);
        kill_agent(SIGKILL);
        master_.look([](PoolMaster& m) { return m.statuses.clear(), 0; });
        start_agent();
    }
    wait_for(7, AttemptPhase::kRunning);
    EXPECT_EQ(read_file(experiment() / "logs/starts").value(), "once\n");
    ASSERT_TRUE(write_file_atomic(experiment() / "logs/go", "").ok());
    wait_for(7, AttemptPhase::kClosed);
    EXPECT_EQ(master_.look([](PoolMaster& m) { return m.bytes.newest(7, "journal/attempt_1.journal"); }),
              kit_.journal());
    EXPECT_TRUE(master_.look([](PoolMaster& m) { return m.bytes.objects.contains(sha256_hex("weights")); }));
    master_.want({});
    testkit::drive([&] { return !std::filesystem::exists(kit_.folder() / "attempts/7"); }, [] {});
    EXPECT_EQ(WEXITSTATUS(kill_agent(SIGTERM)), 0);
}

TEST_F(AgentProcess, on_sigterm_it_checkpoints_hands_over_and_ends) {
    kit_.runtime(testkit::kCopyJournal + "until grep -q stop journal/control.json; do sleep 0.02; done; exit 130");
    offer_package();
    start_agent();
    master_.want({kit_.wanted(7)});
    wait_for(7, AttemptPhase::kRunning);
    const double begin = steady_seconds();
    EXPECT_EQ(WEXITSTATUS(kill_agent(SIGTERM)), 0);
    EXPECT_LT(steady_seconds() - begin, 9) << "no need to wait for the end of the notice";
    EXPECT_TRUE(master_.look([](PoolMaster& m) { return m.bytes.objects.contains(sha256_hex("weights")); }));
    EXPECT_EQ(phase(7), AttemptPhase::kClosed);
}

// A40, and what the design allows it to cost.
TEST_F(AgentProcess, listens_to_nothing_and_is_small) {
    start_agent();
    testkit::drive([&] { return master_.look([](PoolMaster& m) { return m.statuses.size(); }) > 0; }, [] {});
    const std::string status = read_file(fmt::format("/proc/{}/status", agent_.pid)).value();
    const std::size_t at = status.find("VmRSS:");
    ASSERT_NE(at, std::string::npos);
    EXPECT_LT(std::atol(status.c_str() + at + 6), 40 * 1024) << "kilobytes";
    EXPECT_EQ(listening_sockets_of(agent_.pid), 0);
    EXPECT_EQ(listening_sockets_of(::getpid()), 1) << "the master's, so that the count is one";
}

}  // namespace
}  // namespace goetia
