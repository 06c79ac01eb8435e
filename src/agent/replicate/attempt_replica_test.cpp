#include "agent/replicate/attempt_replica.h"

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "base/hash.h"
#include "base/random.h"
#include "testkit/memory_master.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testkit::MemoryMaster;
using Step = AttemptReplica::Step;

constexpr Fence kFence = 7;
const std::string kJournal = "journal/attempt_1.journal";

class AttemptReplicaTest : public testing::Test {
  protected:
    AttemptReplicaTest() { start(); }

    // A new process, which knows nothing.
    void start() {
        replica_ = std::make_unique<AttemptReplica>(kFence, folder_ / "exp", folder_ / "pins");
        replica_->add_stream(kJournal);
        replica_->add_stream("logs/train.log");
        for (const ObjectToSend& object : named_) EXPECT_TRUE(replica_->offer(object).ok());
        if (ended_) replica_->end();
    }
    void begin_anew() {
        std::filesystem::remove_all(folder_ / "exp");
        master_ = MemoryMaster();
        source_.clear();
        named_.clear();
        ended_ = false;
        start();
    }
    void append(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((folder_ / "exp" / name).parent_path());
        std::ofstream(folder_ / "exp" / name, std::ios::app | std::ios::binary) << text;
        source_[name] += text;
    }
    void checkpoint(const std::string& path, const std::string& content) {
        folder_.write("exp/" + path + ".new", content);
        std::filesystem::rename(folder_ / ("exp/" + path + ".new"), folder_ / ("exp/" + path));
        named_.push_back(
            {sha256_hex(content), static_cast<std::int64_t>(content.size()), path, ObjectKind::kCheckpoint});
        EXPECT_TRUE(replica_->offer(named_.back()).ok());
    }
    void end() {
        ended_ = true;
        replica_->end();
    }
    // Until nothing is to do; a broken connection is a new session.
    void drain() {
        for (int i = 0; i < 100'000; ++i) {
            const auto step = carry_one(*replica_, master_, 1);
            if (!step) replica_->disconnected();
            else if (*step != Step::kSent) return;
        }
        ADD_FAILURE() << "it does not end";
    }
    void expect_equal() const {
        for (const auto& [name, text] : source_) EXPECT_EQ(master_.newest(kFence, name), text) << name;
    }

    testkit::TemporaryFolder folder_;
    MemoryMaster master_;
    std::unique_ptr<AttemptReplica> replica_;
    std::map<std::string, std::string> source_;
    std::vector<ObjectToSend> named_;
    bool ended_ = false;
};

TEST_F(AttemptReplicaTest, streams_and_objects_come_whole) {
    append(kJournal, std::string(3'000'000, 'j'));
    append("logs/train.log", "one\n");
    checkpoint("checkpoints/last.pth", std::string(2'500'000, 'w'));
    drain();
    expect_equal();
    EXPECT_FALSE(replica_->whole()) << "it may still grow";
    append("logs/train.log", "two\n");
    end();
    drain();
    expect_equal();
    EXPECT_TRUE(replica_->whole());
    EXPECT_EQ(master_.objects[named_[0].sha256].size(), 2'500'000U);
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "pins"));
    EXPECT_LE(master_.received, 3'000'000 + 2'500'000 + 8) << "nothing was sent twice";
    for (const auto& stream : replica_->lengths()) EXPECT_TRUE(stream.ended);
}

// The agent is killed after each request, before its answer or after it; and so is the master.
TEST_F(AttemptReplicaTest, kills_between_any_two_steps_change_nothing) {
    for (int at = 0; at < 12; ++at) {
        for (const MemoryMaster::Fate fate : {MemoryMaster::Fate::kRequestLost, MemoryMaster::Fate::kAnswerLost,
                                              MemoryMaster::Fate::kOldOneArrivesFirst}) {
            begin_anew();
            append(kJournal, std::string(2'200'000, 'j'));
            append("logs/train.log", "one\n");
            checkpoint("checkpoints/last.pth", std::string(1'500'000, static_cast<char>('a' + at)));
            end();
            int step = 0;
            master_.fate = [&] { return step++ == at ? fate : MemoryMaster::Fate::kArrives; };
            for (int i = 0; i <= at; ++i) {
                if (const auto sent = carry_one(*replica_, master_, 1); !sent) break;
            }
            start();
            if (at % 2 == 1) master_.restart();
            drain();
            expect_equal();
            EXPECT_TRUE(replica_->whole());
            EXPECT_EQ(master_.objects.size(), 1U);
            for (const auto& [name, copy] : master_.streams) EXPECT_EQ(copy.generations.size(), 1U);
        }
    }
}

TEST_F(AttemptReplicaTest, any_mixture_of_faults_leaves_a_prefix_and_in_the_end_the_whole) {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
        Random random({.seed = seed, .purpose = purpose("replica")});
        begin_anew();
        master_.fate = [&] { return static_cast<MemoryMaster::Fate>(random.below(4)); };
        for (int i = 0; i < 60; ++i) {
            switch (random.below(6)) {
                case 0: append(kJournal, std::string(random.below(200'000), static_cast<char>('a' + i % 26))); break;
                case 1: append("logs/train.log", "line\n"); break;
                case 2:
                    checkpoint("checkpoints/last.pth", std::string(1 + random.below(9000), static_cast<char>(i)));
                    break;
                case 3: start(); break;
                case 4: master_.restart(); break;
                default:
                    if (!carry_one(*replica_, master_, 1)) replica_->disconnected();
            }
            for (const auto& [name, text] : source_) {
                const std::string copy = master_.newest(kFence, name);
                ASSERT_EQ(text.compare(0, copy.size(), copy), 0) << "seed " << seed;
            }
        }
        master_.fate = [] { return MemoryMaster::Fate::kArrives; };
        end();
        drain();
        expect_equal();
        ASSERT_TRUE(replica_->whole()) << "seed " << seed;
        if (!named_.empty()) EXPECT_TRUE(master_.objects.contains(named_.back().sha256)) << "the newest checkpoint";
        for (const auto& [name, copy] : master_.streams) EXPECT_EQ(copy.generations.size(), 1U) << "seed " << seed;
    }
}

TEST_F(AttemptReplicaTest, an_end_lost_with_the_power_begins_a_new_generation) {
    append(kJournal, "synced, not synced");
    drain();
    ASSERT_EQ(::truncate((folder_ / "exp" / kJournal).c_str(), 6), 0);
    source_[kJournal] = "synced";
    start();
    drain();
    append(kJournal, " and on");
    drain();
    expect_equal();
    EXPECT_EQ(master_.streams[(std::pair{kFence, kJournal})].generations,
              (std::vector<std::string>{"synced, not synced", "synced and on"}));
    // The same length, other bytes: only the hash tells.
    std::ofstream(folder_ / "exp" / kJournal, std::ios::binary) << "SYNCED and on";
    source_[kJournal] = "SYNCED and on";
    start();
    drain();
    expect_equal();
    EXPECT_EQ(master_.streams[(std::pair{kFence, kJournal})].generations.size(), 3U);
}

TEST_F(AttemptReplicaTest, a_checkpoint_that_was_replaced_is_sent_all_the_same_once_begun) {
    checkpoint("checkpoints/last.pth", std::string(2'500'000, 'a'));
    ASSERT_EQ(carry_one(*replica_, master_, 1).value(), Step::kSent);
    ASSERT_EQ(carry_one(*replica_, master_, 1).value(), Step::kSent);
    checkpoint("checkpoints/last.pth", std::string(1'000, 'b'));
    checkpoint("checkpoints/last.pth", std::string(1'000, 'c'));
    drain();
    EXPECT_TRUE(master_.objects.contains(named_[0].sha256));
    EXPECT_FALSE(master_.objects.contains(named_[1].sha256)) << "nobody waits for it any more";
    EXPECT_TRUE(master_.objects.contains(named_[2].sha256));
    EXPECT_EQ(replica_->given_up().size(), 0U);
}

TEST_F(AttemptReplicaTest, an_object_that_is_not_what_the_run_says_is_given_up) {
    checkpoint("checkpoints/last.pth", "honest");
    named_[0].sha256 = sha256_hex("other");
    named_[0].path = "checkpoints/lie.pth";
    folder_.write("exp/checkpoints/lie.pth", "honest");
    ASSERT_TRUE(replica_->offer(named_[0]).ok());
    drain();
    EXPECT_EQ(replica_->objects_waiting(), 0);
    ASSERT_EQ(replica_->given_up().size(), 1U);
    EXPECT_EQ(replica_->given_up()[0].path, "checkpoints/lie.pth");
    EXPECT_EQ(master_.objects.size(), 1U);
}

TEST_F(AttemptReplicaTest, a_master_that_is_full_or_does_not_know_us_is_asked_later) {
    append(kJournal, "abc");
    master_.full = true;
    EXPECT_EQ(carry_one(*replica_, master_, 1).value(), Step::kLater);
    master_.full = false;
    drain();
    expect_equal();
    append(kJournal, "def");
    master_.unknown = {kFence};
    EXPECT_EQ(carry_one(*replica_, master_, 1).value(), Step::kLater);
    EXPECT_EQ(carry_one(*replica_, master_, 1).value(), Step::kNothing) << "not until it is wanted again";
    master_.unknown = {};
    replica_->resume();
    drain();
    expect_equal();
}

// What the run's code could put in its folder to have the agent read another file.
TEST_F(AttemptReplicaTest, links_and_devices_are_not_read) {
    const auto secret = folder_.write("secret", "the node's key");
    std::filesystem::create_directories(folder_ / "exp/logs");
    std::filesystem::create_symlink(secret, folder_ / "exp/logs/train.log");
    std::filesystem::create_directories(folder_ / "elsewhere");
    folder_.write("elsewhere/attempt_1.journal", "the node's key");
    std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / "exp/journal");
    std::filesystem::create_directories(folder_ / "exp/checkpoints");
    std::filesystem::create_symlink(secret, folder_ / "exp/checkpoints/last.pth");
    ASSERT_EQ(::mkfifo((folder_ / "exp/checkpoints/pipe").c_str(), 0600), 0);
    for (const char* path : {"checkpoints/last.pth", "checkpoints/pipe", "../secret", "/etc/passwd"})
        EXPECT_TRUE(replica_->offer({sha256_hex("the node's key"), 14, path, ObjectKind::kCheckpoint}).ok());
    end();
    drain();
    EXPECT_TRUE(master_.objects.empty());
    for (const auto& [name, copy] : master_.streams) EXPECT_EQ(copy.generations.back(), "") << name.second;
}

}  // namespace
}  // namespace goetia
