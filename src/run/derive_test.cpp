#include "run/derive.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "run/background_deriver.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using testkit::TemporaryFolder;

class Deriving : public ::testing::Test {
  protected:
    std::unique_ptr<JournalWriter> begin(int attempt, std::int64_t resumed_from = 0) const {
        const AttemptRecord first{
            .attempt = attempt, .format = JournalFormat::kEpochMetricsOnce, .resumed_from_step = resumed_from};
        return JournalWriter::create(folder_.journal(attempt), to_json(first)).value();
    }
    static void end_epoch(JournalWriter& writer, std::int64_t epoch) {
        const EpochRecord record{.epoch = epoch,
                                 .step = epoch * 10,
                                 .metrics = {{"train/loss", 1.0 / static_cast<double>(epoch)}, {"val/loss", 0.5}}};
        ASSERT_TRUE(writer.append(RecordType::kEpoch, to_json(record)));
    }
    static EvaluationRecord evaluation(std::int64_t epoch) {
        const EvaluationRecord::Curve curve{.name = "a", .x = {0, 0.5, 1}, .y = {1, 0.5, 0}, .score = 0.75};
        return {
            .epoch = epoch,
            .step = epoch * 10,
            .classes = {"a", "b"},
            .confusion_matrix = EvaluationRecord::Matrix{.normalize = true, .cells = {{0, 0, 3}, {1, 0, 2}, {7, 7, 1}}},
            .pr = EvaluationRecord::Curves{.shown = {curve}, .mean = curve, .classes = 2},
            .roc = EvaluationRecord::Curves{.shown = {}, .mean = {}, .classes = 2}};
    }
    std::vector<std::string> plots() const {
        std::vector<std::string> names;
        for (const ImageRecord& one : drawn_plots(folder_, {}))
            names.push_back(fmt::format("{} of {}", one.path, one.epoch));
        return names;
    }
    static bool is_png(const std::filesystem::path& path) {
        const auto bytes = read_file(path);
        return bytes && bytes->starts_with("\x89PNG");
    }

    const TemporaryFolder temporary_;
    const ExperimentFolder folder_ =
        ExperimentFolder::create(temporary_.path(), "exp_20250627_143052_a3b8c9d2").value();
};

TEST_F(Deriving, writes_every_file_and_reports_once_what_cannot_be_drawn) {
    auto writer = begin(1);
    end_epoch(*writer, 1);
    ASSERT_TRUE(writer->append(RecordType::kEvaluation, to_json(evaluation(1))));
    Deriver deriver(folder_, {.tensorboard = true, .plot_interval = 10});
    ASSERT_TRUE(deriver.finish());
    ASSERT_TRUE(deriver.finish());
    EXPECT_EQ(Json::parse(read_file(folder_.metrics()).value()).size(), 2U);
    EXPECT_EQ(Json::parse(read_file(folder_.history()).value()).size(), 1U);
    EXPECT_TRUE(is_png(folder_.curves()));
    EXPECT_TRUE(is_png(folder_.visualizations() / "confusion_matrix.png"));
    EXPECT_TRUE(is_png(folder_.visualizations() / "pr_curve.png"));
    EXPECT_FALSE(std::filesystem::exists(folder_.visualizations() / "roc_curve.png"));
    EXPECT_THAT(deriver.plot_errors(), ElementsAre(HasSubstr("roc_curve.png': no class has a curve")));
    EXPECT_THAT(plots(), UnorderedElementsAre("training_curves.png of 1", "visualizations/confusion_matrix.png of 1",
                                              "visualizations/pr_curve.png of 1"));
    EXPECT_FALSE(std::filesystem::is_empty(folder_.tensorboard()));
}

TEST_F(Deriving, a_detectors_matrix_shows_the_background_after_the_classes) {
    auto writer = begin(1);
    const auto drawn = [&](std::int64_t epoch, const EvaluationRecord::Cell& more) {
        EvaluationRecord record = evaluation(epoch);
        record.confusion_matrix->cells.push_back(more);
        end_epoch(*writer, epoch);
        EXPECT_TRUE(writer->append(RecordType::kEvaluation, to_json(record)));
        EXPECT_TRUE(Deriver(folder_, {.tensorboard = false, .plot_interval = 1}).finish());
        return read_file(folder_.visualizations() / "confusion_matrix.png").value();
    };
    const std::string plain = drawn(1, {9, 9, 1});
    EXPECT_EQ(drawn(2, {9, 9, 1}), plain);
    EXPECT_NE(drawn(3, {2, 0, 1}), plain) << "found where nothing is";
}

TEST_F(Deriving, the_curves_are_drawn_when_due_and_at_the_end) {
    auto writer = begin(1);
    Deriver deriver(folder_, {.tensorboard = false, .plot_interval = 2});
    end_epoch(*writer, 1);
    ASSERT_TRUE(deriver.update());
    EXPECT_THAT(plots(), ElementsAre());
    end_epoch(*writer, 2);
    ASSERT_TRUE(deriver.update());
    ASSERT_TRUE(deriver.finish());
    EXPECT_THAT(plots(), ElementsAre("training_curves.png of 2"));
    end_epoch(*writer, 3);
    ASSERT_TRUE(deriver.update());
    ASSERT_TRUE(deriver.finish());
    EXPECT_THAT(plots(), ElementsAre("training_curves.png of 3"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.tensorboard()));
}

TEST_F(Deriving, detects_what_a_killed_launcher_left) {
    EXPECT_FALSE(needs_deriving(folder_));
    auto writer = begin(1);
    end_epoch(*writer, 1);
    EXPECT_TRUE(needs_deriving(folder_)) << "killed before its first update";
    ASSERT_TRUE(write_file_atomic(folder_.metrics(), "[]\n"));
    EXPECT_FALSE(needs_deriving(folder_)) << "from before journal/derived.json";
    ASSERT_TRUE(Deriver(folder_, {.tensorboard = false, .plot_interval = 0}).update());
    EXPECT_TRUE(needs_deriving(folder_));
    ASSERT_TRUE(Deriver(folder_, {}).finish());
    EXPECT_FALSE(needs_deriving(folder_));
    end_epoch(*writer, 2);
    EXPECT_TRUE(needs_deriving(folder_));
}

TEST_F(Deriving, completes_what_a_killed_launcher_left_once_nobody_writes) {
    auto writer = begin(1);
    end_epoch(*writer, 1);
    ASSERT_TRUE(derive_unfinished(folder_));
    EXPECT_FALSE(std::filesystem::exists(folder_.metrics())) << "the run is alive";
    writer.reset();
    ASSERT_TRUE(derive_unfinished(folder_));
    EXPECT_EQ(Json::parse(read_file(folder_.metrics()).value()).size(), 2U);
    EXPECT_FALSE(needs_deriving(folder_));
}

TEST_F(Deriving, several_take_turns_and_leave_complete_files) {
    auto writer = begin(1);
    const MetricId loss = writer->metric("train/loss");
    for (int step = 1; step <= 20'000; ++step) writer->log(loss, step, 1, 0.5);
    end_epoch(*writer, 2000);
    std::vector<std::thread> threads;
    std::atomic<int> completed = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back(
            [&] { completed += Deriver(folder_, {.tensorboard = true, .plot_interval = 0}).finish() ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(completed, 4);
    EXPECT_EQ(Json::parse(read_file(folder_.metrics()).value()).size(), 20'002U);
    for (const auto& entry : std::filesystem::directory_iterator(folder_.logs()))
        EXPECT_FALSE(entry.path().filename().native().starts_with(".")) << entry.path();
}

TEST_F(Deriving, in_the_background_everything_is_complete_at_the_end) {
    BackgroundDeriver deriver(folder_, 1, {.tensorboard = true, .plot_interval = 1}, 0.001);
    auto writer = begin(1);
    const MetricId loss = writer->metric("train/loss");
    for (int epoch = 1; epoch <= 5; ++epoch) {
        for (int step = 1; step <= 10; ++step) writer->log(loss, epoch * 10 - 10 + step, epoch, 0.5);
        end_epoch(*writer, epoch);
    }
    writer.reset();
    const auto plot_errors = deriver.finish();
    ASSERT_TRUE(plot_errors.ok());
    EXPECT_THAT(*plot_errors, ElementsAre());
    EXPECT_EQ(Json::parse(read_file(folder_.metrics()).value()).size(), 50U + 10U);
    EXPECT_THAT(plots(), ElementsAre("training_curves.png of 5"));
    EXPECT_FALSE(needs_deriving(folder_));
}

TEST_F(Deriving, in_the_background_of_a_run_that_never_started_nothing_is_written) {
    BackgroundDeriver deriver(folder_, 1, {}, 0.001);
    EXPECT_TRUE(deriver.finish().ok());
    EXPECT_FALSE(std::filesystem::exists(folder_.metrics()));
}

TEST_F(Deriving, an_error_is_reported_at_the_end_only_if_its_cause_persists) {
    auto writer = begin(1);
    end_epoch(*writer, 1);
    BackgroundDeriver deriver(folder_, 1, {.tensorboard = false, .plot_interval = 1}, 0.001);
    std::filesystem::remove_all(folder_.logs());
    EXPECT_THAT(deriver.finish().error().message, HasSubstr("No such file or directory"));
    std::filesystem::create_directories(folder_.logs());
    EXPECT_TRUE(deriver.finish().ok());
    EXPECT_TRUE(std::filesystem::exists(folder_.metrics()));
}

TEST(DeriveOptions, follow_the_document) {
    EXPECT_TRUE(derive_options(Json::object())->tensorboard);
    EXPECT_EQ(derive_options(Json::object())->plot_interval, 10);
    const auto options =
        derive_options(Json::parse(R"({"logging": {"writers": [{"type": "csv"}]}, "training": {"plot_interval": 3}})"));
    EXPECT_FALSE(options->tensorboard);
    EXPECT_EQ(options->plot_interval, 3);
    EXPECT_TRUE(derive_options(Json::parse(R"({"logging": {"writers": [{"type": "tensorboard"}]}})"))->tensorboard);
}

}  // namespace
}  // namespace goetia
