#include "experiment/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "experiment/journal.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;
using testkit::TemporaryFolder;

const char* const kId = "exp_20250627_143052_a3b8c9d2";

TEST(ExperimentId, has_the_specified_form_and_differs_by_config_and_time) {
    const WallTime time = now();
    const std::string id = make_experiment_id(time, "a: 1");
    EXPECT_TRUE(is_experiment_id(id)) << id;
    EXPECT_EQ(id.substr(0, 19), "exp_" + compact_local_time(time));
    EXPECT_NE(id, make_experiment_id(time, "a: 2"));
    EXPECT_NE(id, make_experiment_id(time + std::chrono::nanoseconds(1), "a: 1"));
    EXPECT_TRUE(is_experiment_id(kId));
    for (const char* other :
         {"", "exp_", "exp_20250627_143052_A3b8c9d2", "exp_20250627_143052_a3b8c9d", "exp_20250627_143052_a3b8c9d22",
          "exp_2025d627_143052_a3b8c9d2", "run_20250627_143052_a3b8c9d2", "exp_20250627_143052_g3b8c9d2"})
        EXPECT_FALSE(is_experiment_id(other)) << other;
}

TEST(ExperimentFolder, makes_the_specified_tree_and_refuses_an_existing_one) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary / "experiments", kId).value();
    EXPECT_EQ(folder.id(), kId);
    for (const char* part : {"checkpoints", "logs/tensorboard", "visualizations", "exports", "journal"})
        EXPECT_TRUE(std::filesystem::is_directory(folder.root() / part)) << part;
    const Error again = ExperimentFolder::create(temporary / "experiments", kId).error();
    EXPECT_EQ(again.code, Code::kWrongState);
    EXPECT_EQ(again.message,
              "experiment '" + std::string(kId) + "' exists already in '" + (temporary / "experiments").native() + "'");
    EXPECT_EQ(ExperimentFolder::create(temporary.path(), "mine").error().message,
              "'mine' is not an experiment id; one looks like 'exp_20250627_143052_a3b8c9d2'");
}

TEST(ExperimentFolder, folders_that_a_copy_left_out_are_made_again) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary / "experiments", kId).value();
    std::filesystem::remove(folder.visualizations());
    std::filesystem::remove(folder.exports());
    ASSERT_TRUE(folder.make_parts());
    EXPECT_TRUE(std::filesystem::is_directory(folder.visualizations()));
    EXPECT_TRUE(std::filesystem::is_directory(folder.exports()));
}

TEST(ExperimentFolder, an_unusable_parent_is_reported) {
    const TemporaryFolder temporary;
    ASSERT_TRUE(write_file_atomic(temporary / "file", ""));
    EXPECT_THAT(ExperimentFolder::create(temporary / "file", kId).error().message, HasSubstr("Not a directory"));
}

TEST(ExperimentFolder, counts_attempts_by_their_number) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), kId).value();
    EXPECT_EQ(folder.next_attempt(), 1);
    for (const int attempt : {1, 2, 10}) ASSERT_TRUE(write_file_atomic(folder.journal(attempt), ""));
    ASSERT_TRUE(write_file_atomic(folder.journal_folder() / "attempt_x.journal", ""));
    EXPECT_EQ(folder.next_attempt(), 11);
    const auto journals = folder.journals();
    ASSERT_EQ(journals.size(), 3U);
    EXPECT_EQ(journals[1].filename(), "attempt_2.journal");
    EXPECT_EQ(journals[2].filename(), "attempt_10.journal");
}

class FindingExperiments : public ::testing::Test {
  protected:
    void SetUp() override {
        for (const char* id :
             {"exp_20250627_143052_a3b8c9d2", "exp_20250627_143052_a3ffffff", "exp_20250701_000000_00000000"})
            ASSERT_TRUE(ExperimentFolder::create(temporary_.path(), id));
    }
    [[nodiscard]] std::string found(const std::string& exp) const {
        const auto folder = ExperimentFolder::find(temporary_.path(), exp);
        return folder ? folder->id() : folder.error().message;
    }
    TemporaryFolder temporary_;
};

TEST_F(FindingExperiments, accepts_ids_unique_prefixes_and_folders) {
    EXPECT_EQ(found(kId), kId);
    EXPECT_EQ(found("exp_202507"), "exp_20250701_000000_00000000");
    EXPECT_EQ(found((temporary_ / kId).native()), kId);
    EXPECT_EQ(found((temporary_ / kId).native() + "/"), kId);
    EXPECT_EQ(found((temporary_ / kId).native() + "/checkpoints/.."), kId);
}

TEST_F(FindingExperiments, names_the_candidates_of_an_ambiguous_prefix) {
    EXPECT_EQ(found("exp_20250627"),
              "'exp_20250627' matches 2 experiments: 'exp_20250627_143052_a3b8c9d2', 'exp_20250627_143052_a3ffffff'; "
              "write more of the id");
    EXPECT_EQ(ExperimentFolder::find(temporary_.path(), "exp_20250627").error().code, Code::kInvalid);
}

TEST_F(FindingExperiments, names_the_nearest_of_an_unknown_one) {
    const std::string where = " among the 3 in '" + temporary_.path().native() + "'; ";
    EXPECT_EQ(found("exp_20250701_000000_00000001"),
              "no experiment 'exp_20250701_000000_00000001'" + where + "did you mean 'exp_20250701_000000_00000000'?");
    EXPECT_EQ(found("exp_20250702"),
              "no experiment 'exp_20250702'" + where + "did you mean 'exp_20250701_000000_00000000'?");
    EXPECT_EQ(found("zzz"), "no experiment 'zzz'" + where + "'goetia experiment list' shows them");
    EXPECT_EQ(ExperimentFolder::find(temporary_.path(), "zzz").error().code, Code::kNotFound);
}

TEST_F(FindingExperiments, refuses_what_is_not_an_experiment_folder) {
    ASSERT_TRUE(make_folders(temporary_ / "empty"));
    ASSERT_TRUE(write_file_atomic(temporary_ / "file", ""));
    const std::string at = temporary_.path().native();
    EXPECT_EQ(found(at + "/empty"),
              "'" + at + "/empty' is not an experiment folder: it contains neither config.yaml nor journal/");
    EXPECT_EQ(found(at + "/file"), "'" + at + "/file' is a file, an experiment folder is needed");
    EXPECT_EQ(found(at + "/gone"), "no experiment folder '" + at + "/gone'");
    EXPECT_EQ(found(""), "an experiment must be named: by its id, a unique prefix, or its folder");
    EXPECT_EQ(ExperimentFolder::find(temporary_ / "nowhere", "exp").error().message,
              "no experiment 'exp': there is none in '" + at + "/nowhere'");
}

TEST_F(FindingExperiments, lists_experiments_and_nothing_else) {
    ASSERT_TRUE(make_folders(temporary_ / "notes"));
    ASSERT_TRUE(make_folders(temporary_ / "copy_of_mine/journal"));
    const auto all = list_experiments(temporary_.path()).value();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].id(), "copy_of_mine");
    EXPECT_EQ(all[1].id(), kId);
    EXPECT_TRUE(list_experiments(temporary_ / "nowhere").value().empty());
}

TEST(DeleteExperiment, frees_the_reported_bytes_and_counts_shared_files_once) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), kId).value();
    ASSERT_TRUE(write_file_atomic(folder.checkpoints() / "best.pth", std::string(1 << 20, 'x')));
    ASSERT_EQ(::link((folder.checkpoints() / "best.pth").c_str(), folder.best_model().c_str()), 0);
    ASSERT_EQ(::symlink("/usr", (folder.exports() / "elsewhere").c_str()), 0);
    const std::uintmax_t bytes = folder_bytes(folder.root());
    EXPECT_GE(bytes, 1U << 20);
    EXPECT_LT(bytes, (1U << 20) + 65536U);
    EXPECT_EQ(delete_experiment(folder).value(), bytes);
    EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
    EXPECT_TRUE(std::filesystem::exists("/usr"));
}

TEST(DeleteExperiment, refuses_a_running_one) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), kId).value();
    auto writer = JournalWriter::create(folder.journal(1), Json::object()).value();
    const Error refused = delete_experiment(folder).error();
    EXPECT_EQ(refused.code, Code::kWrongState);
    EXPECT_EQ(refused.message, "experiment '" + std::string(kId) + "' is running; stop it before it is deleted");
    EXPECT_TRUE(std::filesystem::exists(folder.root()));
    writer.reset();
    EXPECT_TRUE(delete_experiment(folder));
}

}  // namespace
}  // namespace goetia
