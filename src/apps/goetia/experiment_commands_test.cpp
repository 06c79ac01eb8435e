#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/goetia/command.h"
#include "apps/goetia/experiment_text.h"
#include "apps/goetia/parse.h"
#include "base/files.h"
#include "experiment/derived.h"
#include "testkit/temporary_folder.h"

namespace goetia::cli {
namespace {

using ::testing::HasSubstr;

const char* const kFirst = "exp_20250627_143052_a3b8c9d2";
const char* const kSecond = "exp_20250701_000000_00000000";

// Two experiments: one is completed, the process of the other died.
class ExperimentCommands : public ::testing::Test {
  protected:
    void SetUp() override {
        stdin_ = ::dup(STDIN_FILENO);  // a test must never wait for input
        const FileDescriptor nothing(::open("/dev/null", O_RDONLY));
        ::dup2(nothing.get(), STDIN_FILENO);
        make(kFirst, "耳朵", true);
        make(kSecond, "second, \"odd\"", false);
    }
    void TearDown() override {
        ::dup2(stdin_, STDIN_FILENO);
        ::close(stdin_);
    }

    void make(const std::string& id, const std::string& title, bool completes) const {
        const ExperimentFolder folder = ExperimentFolder::create(folder_, id).value();
        const Json config{{"experiment", {{"name", title}, {"seed", 42}}},
                          {"training", {{"epochs", 2}}},
                          {"checkpoint", {{"best_metric", "val/accuracy_top1"}}}};
        ASSERT_TRUE(write_file_atomic(folder.config(), config.dump()));  // JSON is YAML
        auto writer =
            JournalWriter::create(folder.journal(1), {{"attempt", 1}, {"resumed_from_step", 0}, {"time", 1.0e9}})
                .value();
        ASSERT_TRUE(writer->append(RecordType::kState, {{"state", "running"}, {"time", 1.0e9}}));
        for (int epoch = 1; epoch <= 2; ++epoch) {
            ASSERT_TRUE(writer->append(RecordType::kEpoch, {{"epoch", epoch},
                                                            {"step", epoch * 5},
                                                            {"time", 1e9 + epoch},
                                                            {"seconds", 1.5},
                                                            {"images", 60},
                                                            {"metrics", {{"val/accuracy_top1", 0.5 * epoch}}}}));
        }
        if (completes) {
            ASSERT_TRUE(writer->append(RecordType::kState, {{"state", "completed"}, {"time", 1e9 + 3}}));
        }
        ASSERT_TRUE(DerivedFiles(folder).update());
    }

    Result<Outcome> run(std::vector<std::string> words, bool json = false) const {
        Command app("goetia", "");
        Context context;
        context.json = json;
        add_commands(app, context);
        words.insert(words.begin(), "experiment");
        words.insert(words.end(), {"--experiments", folder_.native()});
        const Parsed parsed = parse(app, words);
        if (parsed.end != Parsed::End::kChosen) return invalid("{}", parsed.text);
        return context.work();
    }

    testkit::TemporaryFolder temporary_;
    const std::filesystem::path& folder_ = temporary_.path();
    int stdin_ = -1;
};

TEST_F(ExperimentCommands, list_shows_a_table_and_the_objects) {
    const Outcome outcome = run({"list"}).value();
    EXPECT_THAT(outcome.text, HasSubstr("ID                            NAME           STATE        EPOCHS  BEST"));
    EXPECT_THAT(
        outcome.text,
        HasSubstr("exp_20250627_143052_a3b8c9d2  耳朵           completed    2/2     val/accuracy_top1 1.0000  3.0s"));
    EXPECT_THAT(outcome.text, HasSubstr("interrupted"));
    EXPECT_THAT(outcome.text, HasSubstr("2 experiments, "));
    const Json& all = outcome.json["experiments"];
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0]["experiment"], kFirst);
    EXPECT_EQ(all[0]["metrics"]["best"]["val/accuracy_top1"], 1.0);
    EXPECT_EQ(all[1]["state"], "interrupted");
    EXPECT_GT(all[1]["bytes"], 0);
}

TEST_F(ExperimentCommands, an_empty_list_says_how_to_create_one) {
    std::filesystem::remove_all(folder_);
    const Outcome outcome = run({"list"}).value();
    EXPECT_EQ(outcome.text, "no experiments yet; 'goetia train --config FILE' creates one\n");
    EXPECT_TRUE(outcome.json["experiments"].empty());
}

TEST_F(ExperimentCommands, show_prints_everything_of_one) {
    const Outcome outcome = run({"show", "exp_202507"}).value();
    for (const char* part : {"exp_20250701_000000_00000000  second, \"odd\"\ninterrupted: its process died", "seed",
                             "42", "metrics\n", "val/accuracy_top1", "files\n", "config.yaml", "metrics_history.csv",
                             "resume it with 'goetia train --resume exp_20250701_000000_00000000'"})
        EXPECT_THAT(outcome.text, HasSubstr(part));
    EXPECT_EQ(outcome.json["state"], "interrupted");
    EXPECT_EQ(outcome.json["steps_done"], 10);
    EXPECT_EQ(outcome.json["files"]["config"], (folder_ / kSecond / "config.yaml").string());
    EXPECT_EQ(run({"show", "exp_2025"}).error().code, Code::kInvalid);
    EXPECT_EQ(run({"show", "exp_2024"}).error().code, Code::kNotFound);
}

TEST_F(ExperimentCommands, delete_frees_the_reported_bytes) {
    const Outcome outcome = run({"delete", kFirst, kSecond, "--yes"}, true).value();
    EXPECT_EQ(outcome.json["deleted"].size(), 2U);
    EXPECT_GT(outcome.json["bytes"], 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(ExperimentCommands, delete_touches_nothing_when_one_name_is_wrong_or_one_runs) {
    const Error wrong = run({"delete", kFirst, "exp_2024", "zzz", "--yes"}).error();
    EXPECT_THAT(wrong.message, HasSubstr("no experiment 'exp_2024'"));
    EXPECT_THAT(wrong.message, HasSubstr("no experiment 'zzz'"));
    auto writer = JournalWriter::create(ExperimentFolder(folder_ / kSecond).journal(2), Json::object()).value();
    const Error running = run({"delete", kFirst, kSecond, "--yes"}).error();
    EXPECT_EQ(running.code, Code::kWrongState);
    EXPECT_EQ(running.message,
              "experiment 'exp_20250701_000000_00000000' is running; stop it with 'goetia experiment stop "
              "exp_20250701_000000_00000000' before it is deleted");
    EXPECT_EQ(run({"delete", kFirst}, true).error().message,
              "'experiment delete' with --json does not ask; add --yes to delete");
    EXPECT_TRUE(std::filesystem::exists(folder_ / kFirst / "config.yaml"));
}

TEST_F(ExperimentCommands, export_csv_writes_a_row_for_each) {
    const Outcome all = run({"export-csv"}).value();
    EXPECT_THAT(all.text,
                HasSubstr("experiment,name,state,reason,epochs_done,epochs,steps_done,seed,attempts,started,seconds,"
                          "images_per_second,bytes,final val/accuracy_top1,best val/accuracy_top1\r\n"));
    EXPECT_THAT(all.text, HasSubstr("exp_20250701_000000_00000000,\"second, \"\"odd\"\"\",interrupted,,2,2,10,42,1,"));
    const Outcome one = run({"export-csv", kFirst, "--epochs", "--output", (folder_ / "one.csv").native()}).value();
    EXPECT_EQ(read_file(folder_ / "one.csv").value(),
              "experiment,epoch,step,time,val/"
              "accuracy_top1\r\nexp_20250627_143052_a3b8c9d2,1,5,1000000001,0.5\r\nexp_20250627_143052_a3b8c9d2,2,10,"
              "1000000002,1\r\n");
    EXPECT_EQ(one.json["output"], (folder_ / "one.csv").string());
}

TEST_F(ExperimentCommands, rebuild_writes_the_readable_files_again) {
    const ExperimentFolder folder(folder_ / kFirst);
    std::filesystem::remove_all(folder.logs());
    std::filesystem::remove(folder.history());
    const Outcome outcome = run({"rebuild", kFirst}).value();
    EXPECT_EQ(outcome.text,
              "rebuilt the files of 'exp_20250627_143052_a3b8c9d2' from its journal: 0 points, 2 epochs\n");
    EXPECT_TRUE(std::filesystem::exists(folder.metrics()));
    EXPECT_TRUE(std::filesystem::exists(folder.history()));
    std::filesystem::remove_all(folder.journal_folder());
    EXPECT_THAT(run({"rebuild", kFirst}).error().message, HasSubstr("has no journal in"));
}

TEST(ReadableBytes, uses_a_fitting_unit) {
    EXPECT_EQ(readable_bytes(0), "0 B");
    EXPECT_EQ(readable_bytes(1023), "1023 B");
    EXPECT_EQ(readable_bytes(1536), "1.5 KiB");
    EXPECT_EQ(readable_bytes(1048575), "1.0 MiB");
    EXPECT_EQ(readable_bytes(std::uintmax_t{102236160}), "97.5 MiB");
    EXPECT_EQ(readable_bytes(std::uintmax_t{5} << 40), "5.0 TiB");
}

}  // namespace
}  // namespace goetia::cli
