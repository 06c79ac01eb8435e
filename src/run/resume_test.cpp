#include "run/resume.h"

#include <gtest/gtest.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

RunSummary after(ExperimentState state, std::int64_t epochs) {
    RunSummary summary;
    summary.id = "exp_1";
    summary.state = state;
    summary.epochs_done = epochs;
    return summary;
}

Json epochs(int number) { return {{"training", {{"epochs", number}}}}; }

TEST(Resume, is_possible_while_epochs_are_left) {
    EXPECT_TRUE(check_resumable(after(ExperimentState::kStopped, 2), epochs(5), false).ok());
    EXPECT_TRUE(check_resumable(after(ExperimentState::kInterrupted, 5), epochs(5), false).ok())
        << "killed between its last epoch and its end";
    EXPECT_TRUE(check_resumable(after(ExperimentState::kCompleted, 3), epochs(5), true).ok());
}

TEST(Resume, a_finished_run_needs_more_epochs_and_a_started_one_no_fewer) {
    const Status finished = check_resumable(after(ExperimentState::kCompleted, 5), epochs(5), true);
    ASSERT_FALSE(finished.ok());
    EXPECT_EQ(finished.error().code, Code::kWrongState);
    EXPECT_NE(finished.error().message.find("'goetia train --resume exp_1 training.epochs=10'"), std::string::npos);
    const Status fewer = check_resumable(after(ExperimentState::kStopped, 5), epochs(3), true);
    ASSERT_FALSE(fewer.ok());
    EXPECT_EQ(fewer.error().code, Code::kInvalid);
}

TEST(Resume, without_a_checkpoint_the_run_starts_over) {
    const testkit::TemporaryFolder root;
    std::filesystem::create_directories(root / "checkpoints");
    const auto point = newest_checkpoint(ExperimentFolder(root.path()));
    ASSERT_TRUE(point.ok());
    EXPECT_FALSE(point->checkpoint);
    EXPECT_EQ(point->notes, std::vector<std::string>{"no checkpoint was written yet; the run starts over"});
}

TEST(Resume, a_checkpoint_knows_its_experiment_by_its_path) {
    const testkit::TemporaryFolder root;
    const std::filesystem::path inside = root.write("exp_1/checkpoints/last.pth", "");
    EXPECT_FALSE(experiment_of_checkpoint(inside)) << "no config.yaml yet";
    root.write("exp_1/config.yaml", "");
    EXPECT_EQ(experiment_of_checkpoint(inside), root / "exp_1");
    EXPECT_FALSE(experiment_of_checkpoint(root.write("loose.pth", "")));
    const Status missing = verify_checkpoint(root / "none.pth");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().message, fmt::format("checkpoint '{}' does not exist", (root / "none.pth").native()));
}

}  // namespace
}  // namespace goetia
