#include "experiment/reproduce_script.h"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;
using testkit::TemporaryFolder;

// An experiment in a folder with every awkward character, and a fake goetia that prints how it was called.
class ReproduceScript : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(make_folders(root_));
        ASSERT_TRUE(write_reproduce_script(root_ / "reproduce.sh", facts_));
        write_program(temporary_ / "own goetia", "own");
        write_program(temporary_ / "bin/goetia", "path");
    }
    static void write_program(const std::filesystem::path& path, const std::string& name) {
        ASSERT_TRUE(make_folders(path.parent_path()));
        ASSERT_TRUE(write_file_atomic(
            path,
            "#!/bin/bash\necho \"" + name + "|$PWD|$CUDA_VISIBLE_DEVICES|$PYTHONHASHSEED\"; printf '<%s>' \"$@\"\n"));
        ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
    }
    [[nodiscard]] ProcessResult run(std::vector<std::string> words, const std::string& path,
                                    const std::string& goetia = "") const {
        words.insert(words.begin(), (root_ / "reproduce.sh").native());
        return run_process({.words = words,
                            .environment = {{"PATH", path}, {"GOETIA", goetia}},
                            .folder = "/",
                            .input = "",
                            .timeout_seconds = 20})
            .value();
    }

    TemporaryFolder temporary_;
    const std::filesystem::path root_ = temporary_ / "it's \"my\" $HOME `x` exp";
    const ReproduceInfo facts_{.id = "exp_20250627_143052_a3b8c9d2",
                               .time = now(),
                               .seed = 42,
                               .visible_devices = "0,1",
                               .working_folder = temporary_.path(),
                               .program = temporary_ / "own goetia"};
};

TEST_F(ReproduceScript, is_clean_and_executable) {
    const ProcessResult checked = run_process({.words = {"bash", "-n", (root_ / "reproduce.sh").native()}}).value();
    EXPECT_EQ(checked.exit_code, 0) << checked.errors;
    struct stat info{};
    ASSERT_EQ(::stat((root_ / "reproduce.sh").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0755U);
    EXPECT_THAT(
        read_file(root_ / "reproduce.sh").value(),
        ::testing::StartsWith("#!/bin/bash\n# Reproduce script for exp_20250627_143052_a3b8c9d2\n# Generated at 20"));
}

TEST_F(ReproduceScript, calls_reproduce_with_its_own_folder) {
    const ProcessResult finished = run({}, (temporary_ / "bin").native() + ":/usr/bin:/bin");
    EXPECT_EQ(finished.output, "path|/|0,1|42\n<reproduce><" + root_.native() + ">") << finished.errors;
    EXPECT_EQ(run({"reproduce", "--json"}, "/usr/bin:/bin").output,
              "own|/|0,1|42\n<reproduce><" + root_.native() + "><--json>");
}

TEST_F(ReproduceScript, trains_again_where_the_run_was_started) {
    const std::string where = "own|" + std::filesystem::canonical(temporary_.path()).native() + "|0,1|42\n";
    EXPECT_EQ(run({"train", "training.epochs=1"}, "/usr/bin:/bin").output,
              where + "<train><--config><" + root_.native() + "/config.yaml><experiment.seed=42><training.epochs=1>");
    EXPECT_EQ(run({"resume"}, "/usr/bin:/bin").output, where + "<train><--config><" + root_.native() +
                                                           "/config.yaml><--resume><" + root_.native() +
                                                           "/checkpoints/last.pth>");
}

TEST_F(ReproduceScript, reports_what_is_missing_or_mistyped) {
    const ProcessResult mistyped = run({"trian"}, "/usr/bin:/bin");
    EXPECT_EQ(mistyped.exit_code, 2);
    EXPECT_EQ(mistyped.errors, "reproduce.sh: unknown word 'trian'; allowed: reproduce, train, resume\n");
    const ProcessResult missing = run({}, "/usr/bin:/bin", "/no/such/goetia");
    EXPECT_EQ(missing.exit_code, 127);
    EXPECT_THAT(missing.errors, HasSubstr("reproduce.sh: no goetia program; put it on the PATH, or set its path"));
}

TEST(ShellQuoted, quotes_every_text_as_one_word) {
    for (const std::string text : {"", "plain", "it's", "$(rm -rf x)", "a\nb", "\\'\"`"}) {
        const ProcessResult echoed = run_process({.words = {"bash", "-c", "printf %s " + shell_quoted(text)}}).value();
        EXPECT_EQ(echoed.output, text);
    }
}

}  // namespace
}  // namespace goetia
