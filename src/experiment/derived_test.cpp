#include "experiment/derived.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

TEST(DerivedFiles, metrics_json_is_an_array_of_points) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    DerivedFiles files(folder, false);
    ASSERT_TRUE(files.update());
    EXPECT_EQ(Json::parse(read_file(folder.metrics()).value()), Json::array());
    std::string text = "[";
    for (const JournaledPoint& point :
         {JournaledPoint{0, "train/loss", 1, 0, 1750000000.1236, 0.1},
          JournaledPoint{1, "odd \"name\"", 2, 1, 0, std::numeric_limits<double>::quiet_NaN()},
          JournaledPoint{2, "x", 3, 1, 0, -1e-300},
          JournaledPoint{2, "x", 4, 1, 0, std::numeric_limits<double>::infinity()}})
        text += (text.size() > 1 ? "," : "") + metrics_json_line(point);
    const Json points = Json::parse(text + "]");
    ASSERT_EQ(points.size(), 4U);
    EXPECT_EQ(points[0],
              Json({{"step", 1}, {"epoch", 0}, {"time", 1750000000.124}, {"name", "train/loss"}, {"value", 0.1}}));
    EXPECT_EQ(points[1]["name"], "odd \"name\"");
    EXPECT_TRUE(points[1]["value"].is_null());
    EXPECT_EQ(points[2]["value"], -1e-300);
    EXPECT_TRUE(points[3]["value"].is_null());
}

TEST(DerivedFiles, history_json_holds_one_object_per_epoch) {
    RunHistory history;
    history.epochs = {{.epoch = 1, .metrics = {{"val/loss", 0.5}}}, {.epoch = 2, .metrics = {}}};
    const Json epochs = Json::parse(history_json(history));
    ASSERT_EQ(epochs.size(), 2U);
    EXPECT_EQ(epochs[0], to_json(history.epochs[0]));
}

TEST(DerivedFiles, the_csv_follows_rfc_4180) {
    RunHistory history;
    EXPECT_EQ(metrics_csv(history), "epoch,step,time\r\n");
    history.epochs = {{.epoch = 1, .step = 10, .time = 1.5, .metrics = {{"val/loss", 0.1}, {"a,\"b\"", 2}}},
                      {.epoch = 2, .step = 20, .time = 2.5, .metrics = {{"val/loss", std::nan("")}, {"z", 1e-7}}}};
    EXPECT_EQ(metrics_csv(history),
              "epoch,step,time,\"a,\"\"b\"\"\",val/loss,z\r\n1,10,1.5,2.0,0.1,\r\n2,20,2.5,,nan,1e-07\r\n");
    EXPECT_EQ(csv_field("plain"), "plain");
    EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

TEST(DerivedFiles, have_no_gap_and_no_duplicate_after_a_resume) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    const auto train = [&folder](int attempt, int from, int to) {
        auto writer =
            JournalWriter::create(folder.journal(attempt), {{"attempt", attempt}, {"resumed_from_step", from}}).value();
        DerivedFiles files(folder);
        const MetricId loss = writer->metric("train/loss");
        for (int step = from + 1; step <= to; ++step) {
            writer->log(loss, step, step / 5, attempt * 100 + step);
            if (step % 5 != 0) continue;
            ASSERT_TRUE(writer->append(
                RecordType::kEpoch,
                {{"epoch", step / 5}, {"step", step}, {"time", 1.0}, {"metrics", {{"val/loss", attempt}}}}));
            ASSERT_TRUE(files.update());
        }
        ASSERT_TRUE(writer->flush());
    };
    train(1, 0, 13);
    EXPECT_EQ(Json::parse(read_file(folder.metrics()).value()).size(),
              10U);  // of completed epochs; the rest is in the journal
    train(2, 5, 15);
    const Json points = Json::parse(read_file(folder.metrics()).value());
    ASSERT_EQ(points.size(), 15U);
    for (int i = 0; i < 15; ++i) {
        EXPECT_EQ(points[static_cast<std::size_t>(i)]["step"], i + 1);
        EXPECT_EQ(points[static_cast<std::size_t>(i)]["value"], (i < 5 ? 100 : 200) + i + 1);
    }
    EXPECT_EQ(read_file(folder.metrics_csv()).value(),
              "epoch,step,time,val/loss\r\n1,5,1.0,1.0\r\n2,10,1.0,2.0\r\n3,15,1.0,2.0\r\n");
    EXPECT_EQ(Json::parse(read_file(folder.history()).value()).size(), 3U);
    EXPECT_TRUE(std::filesystem::exists(folder.summary()));
    int event_files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder.tensorboard())) {
        EXPECT_EQ(file.path().filename().native().rfind("events.out.tfevents.", 0), 0U) << file.path();
        event_files += file.file_size() > 0 ? 1 : 0;
    }
    EXPECT_EQ(event_files, 1);
}

TEST(DerivedFiles, a_missing_folder_is_reported) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    auto writer = JournalWriter::create(folder.journal(1), Json::object()).value();
    std::filesystem::remove_all(folder.logs());
    DerivedFiles files(folder, false);
    EXPECT_EQ(files.update().error().message,
              "cannot write '" + folder.metrics().native() + "': No such file or directory");
}

}  // namespace
}  // namespace goetia
