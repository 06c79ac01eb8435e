#include "experiment/checkpoints.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/hash.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testkit::TemporaryFolder;

class Checkpoints : public ::testing::Test {
  protected:
    static CheckpointEntry entry(const std::string& file, const std::string& kind, std::int64_t step,
                                 const std::string& bytes) {
        return {.file = file,
                .kind = kind,
                .sha256 = sha256_hex(bytes),
                .bytes = bytes.size(),
                .epoch = step / 10,
                .step = step,
                .metrics = {{"val/loss", 0.5}}};
    }
    void publish(CheckpointManifest& manifest, const std::string& file, const std::string& kind, std::int64_t step) {
        const std::string bytes = file + " of step " + std::to_string(step);
        ASSERT_TRUE(write_file_atomic(manifest.staged(file), bytes));
        const Status published = manifest.publish(entry(file, kind, step, bytes));
        ASSERT_TRUE(published) << published.error().message;
    }
    [[nodiscard]] CheckpointManifest open() const { return CheckpointManifest::open(folder_.path()).value(); }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& file : std::filesystem::directory_iterator(folder_.path()))
            names.push_back(file.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
    TemporaryFolder folder_;
};

TEST_F(Checkpoints, are_published_and_read_back) {
    CheckpointManifest manifest = open();
    EXPECT_TRUE(manifest.entries().empty());
    publish(manifest, "last.pth", "last", 10);
    publish(manifest, "checkpoint_epoch_1.pth", "epoch", 10);
    publish(manifest, "last.pth", "last", 20);
    const CheckpointManifest again = open();
    ASSERT_EQ(again.entries().size(), 2U);
    EXPECT_EQ(again.entries()[1].file, "last.pth");
    EXPECT_EQ(again.entries()[1].step, 20);
    EXPECT_EQ(again.entries()[1].metrics.at("val/loss"), 0.5);
    for (const CheckpointEntry& one : again.entries()) EXPECT_TRUE(again.verify(one));
    EXPECT_EQ(again.newest_intact().value().entry.step, 20);
    EXPECT_THAT(files(), ElementsAre("checkpoint_epoch_1.pth", "last.pth", "manifest.json"));
}

TEST_F(Checkpoints, a_crash_between_manifest_and_rename_loses_nothing) {
    CheckpointManifest manifest = open();
    publish(manifest, "last.pth", "last", 10);
    const std::string old_bytes = read_file(folder_ / "last.pth").value();
    publish(manifest, "last.pth", "last", 20);
    // The state after a crash: the manifest has step 20, the name still refers to step 10, the new bytes are staged.
    std::filesystem::rename(folder_ / "last.pth", manifest.staged("last.pth"));
    ASSERT_TRUE(write_file_atomic(folder_ / "last.pth", old_bytes));
    const auto choice = open().newest_intact();
    ASSERT_TRUE(choice) << choice.error().message;
    EXPECT_EQ(choice->entry.step, 20);
    EXPECT_TRUE(choice->damaged.empty());
    EXPECT_EQ(read_file(folder_ / "last.pth").value(), "last.pth of step 20");
    EXPECT_THAT(files(), ElementsAre("last.pth", "manifest.json"));
}

TEST_F(Checkpoints, a_crash_between_the_two_renames_loses_nothing) {
    CheckpointManifest manifest = open();
    publish(manifest, "last.pth", "last", 10);
    publish(manifest, "last.pth", "last", 20);
    // The state after a crash: listed, complete, and named for its content still.
    const std::string between = ".last.pth." + manifest.entries()[0].sha256;
    std::filesystem::rename(folder_ / "last.pth", folder_ / between);
    EXPECT_EQ(open().newest_intact().value().entry.step, 20);
    EXPECT_FALSE(std::filesystem::exists(folder_ / between));
}

TEST_F(Checkpoints, a_crash_while_staging_leaves_the_old_one_and_the_next_publish_cleans_up) {
    CheckpointManifest manifest = open();
    publish(manifest, "last.pth", "last", 10);
    ASSERT_TRUE(write_file_atomic(manifest.staged("last.pth"), "half of st"));
    ASSERT_TRUE(write_file_atomic(manifest.staged("best_acc_0.9_epoch_2.pth"), "half"));
    ASSERT_TRUE(write_file_atomic(folder_ / "checkpoint_epoch_9.pth", "renamed but never in the manifest"));
    CheckpointManifest after = open();
    EXPECT_EQ(after.newest_intact().value().entry.step, 10);
    EXPECT_TRUE(std::filesystem::exists(after.staged("last.pth")));  // it may be a save in progress
    publish(after, "last.pth", "last", 20);
    EXPECT_THAT(files(), ElementsAre("last.pth", "manifest.json"));
}

TEST_F(Checkpoints, damaged_and_missing_ones_are_named_and_the_previous_is_used) {
    CheckpointManifest manifest = open();
    publish(manifest, "checkpoint_epoch_1.pth", "epoch", 10);
    publish(manifest, "checkpoint_epoch_2.pth", "epoch", 20);
    publish(manifest, "checkpoint_epoch_3.pth", "epoch", 30);
    publish(manifest, "last.pth", "last", 30);
    std::string bytes = read_file(folder_ / "last.pth").value();
    bytes[3] = static_cast<char>(bytes[3] ^ 1);
    ASSERT_TRUE(write_file_atomic(folder_ / "last.pth", bytes));
    std::filesystem::remove(folder_ / "checkpoint_epoch_3.pth");
    std::filesystem::resize_file(folder_ / "checkpoint_epoch_2.pth", 7);
    const auto choice = open().newest_intact().value();
    EXPECT_EQ(choice.entry.file, "checkpoint_epoch_1.pth");
    const std::string at = folder_.path().native();
    EXPECT_THAT(
        choice.damaged,
        ElementsAre(::testing::MatchesRegex("checkpoint '.*/last.pth' is damaged: its SHA-256 is "
                                            "[0-9a-f]{12}\\.\\.\\., the manifest says [0-9a-f]{12}\\.\\.\\."),
                    "checkpoint 'checkpoint_epoch_3.pth' is missing from '" + at + "'",
                    "checkpoint '" + at + "/checkpoint_epoch_2.pth' is damaged: it has 7 bytes, 33 were written"));
}

TEST_F(Checkpoints, none_intact_is_an_error_that_names_them_all) {
    CheckpointManifest manifest = open();
    EXPECT_EQ(manifest.newest_intact().error().code, Code::kNotFound);
    EXPECT_EQ(manifest.newest_intact().error().message,
              "there is no checkpoint in '" + folder_.path().native() + "' to resume from");
    publish(manifest, "last.pth", "last", 10);
    publish(manifest, "checkpoint_epoch_1.pth", "epoch", 10);
    for (const char* file : {"last.pth", "checkpoint_epoch_1.pth"}) ASSERT_TRUE(write_file_atomic(folder_ / file, "x"));
    const Error error = manifest.newest_intact().error();
    EXPECT_EQ(error.code, Code::kFailed);
    EXPECT_EQ(error.message,
              "none of the 2 checkpoints in '" + folder_.path().native() + "' is intact; the run must start over");
    EXPECT_THAT(to_string(error),
                ::testing::AllOf(HasSubstr("last.pth' is damaged"), HasSubstr("checkpoint_epoch_1.pth' is damaged")));
}

TEST_F(Checkpoints, every_flipped_bit_is_detected) {
    CheckpointManifest manifest = open();
    publish(manifest, "last.pth", "last", 10);
    const std::string original = read_file(folder_ / "last.pth").value();
    for (std::size_t bit = 0; bit < original.size() * 8; ++bit) {
        std::string bytes = original;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        ASSERT_TRUE(write_file_atomic(folder_ / "last.pth", bytes));
        ASSERT_FALSE(manifest.newest_intact());
    }
}

TEST_F(Checkpoints, prune_keeps_the_newest_the_best_and_the_last) {
    CheckpointManifest manifest = open();
    for (int epoch = 1; epoch <= 5; ++epoch)
        publish(manifest, "checkpoint_epoch_" + std::to_string(epoch) + ".pth", "epoch", epoch * 10);
    publish(manifest, "best_acc_0.8000_epoch_2.pth", "best", 20);
    publish(manifest, "best_acc_0.9000_epoch_3.pth", "best", 30);
    publish(manifest, "last.pth", "last", 5);
    ASSERT_TRUE(manifest.prune(-1));
    EXPECT_EQ(manifest.entries().size(), 7U);
    ASSERT_TRUE(manifest.prune(2));
    EXPECT_THAT(files(), ElementsAre("best_acc_0.9000_epoch_3.pth", "checkpoint_epoch_4.pth", "checkpoint_epoch_5.pth",
                                     "last.pth", "manifest.json"));
    ASSERT_TRUE(manifest.prune(0));
    EXPECT_THAT(files(), ElementsAre("best_acc_0.9000_epoch_3.pth", "last.pth", "manifest.json"));
    EXPECT_EQ(open().entries().size(), 2U);
}

TEST_F(Checkpoints, a_concurrent_reader_always_sees_a_complete_manifest) {
    CheckpointManifest manifest = open();
    publish(manifest, "last.pth", "last", 0);
    std::atomic<bool> done{false};
    std::thread reader([&] {
        while (!done) {
            const auto seen = CheckpointManifest::open(folder_.path());
            ASSERT_TRUE(seen) << seen.error().message;
            ASSERT_FALSE(seen->entries().empty());
        }
    });
    for (int step = 1; step <= 40; ++step) publish(manifest, "last.pth", "last", step);
    done = true;
    reader.join();
    EXPECT_EQ(open().newest_intact().value().entry.step, 40);
}

TEST_F(Checkpoints, errors_of_the_folder_are_reported) {
    CheckpointManifest manifest = open();
    EXPECT_EQ(manifest.publish(entry("last.pth", "last", 1, "x")).error().message,
              "cannot publish checkpoint 'last.pth': '" + manifest.staged("last.pth").native() + "' was not written");
    ASSERT_TRUE(write_file_atomic(folder_ / "manifest.json", "{\"checkpoints\": [{\"file\": 3}]}"));
    EXPECT_THAT(CheckpointManifest::open(folder_.path()).error().message, HasSubstr("manifest.json' is damaged"));
}

TEST(CheckpointName, follows_the_specification) {
    EXPECT_EQ(best_checkpoint_name("val/accuracy_top1", 0.9523, 85), "best_acc_0.9523_epoch_85.pth");
    EXPECT_EQ(best_checkpoint_name("val/accuracy_top5", 1, 1), "best_acc5_1.0000_epoch_1.pth");
    EXPECT_EQ(best_checkpoint_name("val/loss", 0.12345, 3), "best_loss_0.1235_epoch_3.pth");
    EXPECT_EQ(best_checkpoint_name("F1 (macro)", -1.5, 0), "best_F1__macro__-1.5000_epoch_0.pth");
}

}  // namespace
}  // namespace goetia
