#include "experiment/environment.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testkit::TemporaryFolder;

TEST(Environment, describes_machine_and_system) {
    const Json machine = machine_state();
    EXPECT_GT(machine["cpu"]["threads"].get<int>(), 0);
    EXPECT_GT(machine["memory_bytes"].get<std::uint64_t>(), 1U << 20);
    EXPECT_THAT(machine["kernel"].get<std::string>(), HasSubstr("Linux "));
    EXPECT_TRUE(machine["os"].is_string());
    const Json gpus = gpu_state();
    EXPECT_TRUE(gpus["gpus"].is_array());
    EXPECT_EQ(gpus["gpus"].empty(), gpus["driver"].is_null());
}

TEST(Environment, reads_what_nvidia_smi_prints) {
    const Json state =
        gpu_state_from_smi("NVIDIA H200, 143771, 570.86.10\nNVIDIA GeForce RTX 4090, [N/A], 570.86.10\n");
    EXPECT_EQ(
        state,
        Json::parse(
            R"({"driver": "570.86.10", "cuda_driver_version": null, "gpus": [{"name": "NVIDIA H200", "memory_bytes": 150754820096}, {"name": "NVIDIA GeForce RTX 4090", "memory_bytes": null}]})"));
    EXPECT_TRUE(gpu_state_from_smi("No devices were found\n")["gpus"].empty());
}

TEST(Environment, keeps_the_callers_values_and_adds_the_rest) {
    ::setenv("OMP_NUM_THREADS", "2", 1);
    ::setenv("GOETIA_TEST_API_KEY", "hunter2", 1);
    const TemporaryFolder folder;
    const Json environment = capture_environment({{"seed", 42},
                                                  {"goetia_version", "0.1.0"},
                                                  {"data_fingerprint", "abc"},
                                                  {"working_folder", folder.path().native()},
                                                  {"libraries", {{"libtorch", "2.13.0"}}}});
    EXPECT_EQ(environment["seed"], 42);
    EXPECT_EQ(environment["libraries"]["libtorch"], "2.13.0");
    EXPECT_EQ(environment["data_fingerprint"], "abc");
    EXPECT_EQ(environment["variables"]["OMP_NUM_THREADS"], "2");
    EXPECT_TRUE(environment["git"].is_null());
    EXPECT_EQ(environment["program_sha256"].get<std::string>().size(), 64U);
    for (const char* key :
         {"captured", "cpu", "memory_bytes", "os", "kernel", "compiler", "gpus", "driver", "goetia_git"})
        EXPECT_TRUE(environment.contains(key)) << key;
    EXPECT_THAT(environment.dump(), Not(HasSubstr("hunter2")));
}

class GitState : public ::testing::Test {
  protected:
    void SetUp() override {
        git({"init", "-q", "-b", "work"});
        put("train.py", "lr = 1\n");
        put(".env", "TOKEN=old\n");
        git({"add", "-A"});
        git({"-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "first"});
    }
    void git(std::vector<std::string> words) const {
        words.insert(words.begin(), "git");
        const ProcessResult finished =
            run_process({.words = words, .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"}}, .folder = folder_.path()})
                .value();
        ASSERT_EQ(finished.exit_code, 0) << finished.errors;
    }
    void put(const std::string& name, const std::string& text) const {
        ASSERT_TRUE(write_file_atomic(folder_ / name, text));
    }
    TemporaryFolder folder_;
};

TEST_F(GitState, contains_commit_and_branch_and_is_clean) {
    const Json state = git_state(folder_.path());
    EXPECT_EQ(state["branch"], "work");
    EXPECT_EQ(state["commit"].get<std::string>().size(), 40U);
    EXPECT_EQ(state["dirty"], false);
    EXPECT_EQ(state["diff"], "");
    EXPECT_TRUE(state["untracked"].empty());
}

TEST_F(GitState, the_head_agrees_with_the_full_state) {
    EXPECT_EQ(git_head(folder_.path())["commit"], git_state(folder_.path())["commit"]);
    EXPECT_EQ(git_head(folder_.path())["dirty"], false);
    put("train.py", "lr = 3\n");
    EXPECT_EQ(git_head(folder_.path())["dirty"], true);
    EXPECT_EQ(git_head(folder_.path())["branch"], "work");
}

TEST_F(GitState, contains_the_diff_but_no_secret) {
    put("train.py", "lr = 2\n");
    put(".env", "TOKEN=hunter2\n");
    put("notes.txt", "untracked text");
    put("binary.txt", "\xff\xfe not UTF-8\n");
    git({"add", "binary.txt"});
    ASSERT_TRUE(make_folders(folder_ / "deep"));
    const Json state = git_state(folder_ / "deep");
    EXPECT_EQ(state["dirty"], true);
    const auto diff = state["diff"].get<std::string>();
    EXPECT_THAT(diff, HasSubstr("-lr = 1\n+lr = 2\n"));
    EXPECT_THAT(diff, HasSubstr("diff --git a/.env b/.env"));
    EXPECT_THAT(diff, Not(HasSubstr("hunter2")));
    EXPECT_THAT(diff, Not(HasSubstr("TOKEN")));
    EXPECT_EQ(state["untracked"], Json::array({"notes.txt"}));
    EXPECT_EQ(state["diff_truncated"], false);
    // Text in another encoding does not prevent the environment from being written.
    EXPECT_NO_THROW(static_cast<void>(capture_environment({{"working_folder", folder_.path().native()}}).dump(2)));
}

TEST_F(GitState, a_huge_diff_is_truncated_and_marked) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += "line " + std::to_string(i) + "\n";
    put("train.py", text);
    const Json state = git_state(folder_.path());
    EXPECT_EQ(state["diff_truncated"], true);
    EXPECT_LE(state["diff"].get<std::string>().size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace goetia
