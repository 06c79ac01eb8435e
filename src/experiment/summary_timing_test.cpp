#include <chrono>
#include <fcntl.h>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "experiment/summary.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

TEST(Summary, a_thousand_are_read_within_a_third_of_a_second) {
    const TemporaryFolder temporary;
    const WallTime time = now();
    RunSummary summary;
    summary.name = "one of a thousand";
    summary.epochs_done = 3;
    summary.final_metrics = {{"train/loss", 0.5}, {"val/accuracy_top1", 0.8}, {"val/loss", 0.5}};
    summary.best_metrics = {{"train/loss", 0.5}, {"val/accuracy_top1", 0.9}, {"val/loss", 0.25}};
    for (int i = 0; i < 1000; ++i) {
        const ExperimentFolder folder(temporary / make_experiment_id(time + std::chrono::seconds(i), "x"));
        for (const auto& part : {folder.checkpoints(), folder.tensorboard(), folder.journal_folder(), folder.exports(),
                                 folder.visualizations()})
            std::filesystem::create_directories(part);
        // Without fsync, which would dominate the measurement.
        const auto put = [](const std::filesystem::path& path, const std::string& text) {
            const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT, 0644));
            ASSERT_TRUE(write_all(file.get(), text, path));
        };
        put(folder.journal(1), std::string(100, 'j'));
        for (const auto& file :
             {folder.config(), folder.environment(), folder.record(), folder.metrics(), folder.train_log(),
              folder.history(), folder.metrics_csv(), folder.checkpoints() / "last.pth"})
            put(file, "some text");
        put(folder.summary(), Json{{"attempt", 1}, {"offset", 100}, {"summary", to_json(summary)}}.dump());
    }
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const double begin = processor_seconds();
        const auto folders = list_experiments(temporary.path()).value();
        ASSERT_EQ(folders.size(), 1000U);
        std::uintmax_t bytes = 0;
        for (const ExperimentFolder& folder : folders) {
            EXPECT_EQ(read_summary(folder).value().epochs_done, 3);
            bytes += folder_bytes(folder.root());
        }
        EXPECT_GT(bytes, 0U);
        best = std::min(best, processor_seconds() - begin);
    }
    RecordProperty("seconds", fmt::format("{:.3f}", best));
    EXPECT_LT(best, 0.3);
}

}  // namespace
}  // namespace goetia
