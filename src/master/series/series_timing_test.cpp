#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"
#include "master/series/series.h"
#include "testkit/long_journal.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

// A journal of `points` points of one metric.
void write_journal(const ExperimentFolder& folder, std::int64_t points) {
    std::ofstream file(folder.journal(1), std::ios::binary);
    std::string bytes(journal_format::kMagic);
    std::uint64_t sequence = 0;
    journal_format::put_record(bytes, RecordType::kAttempt, sequence++,
                               to_json(AttemptRecord{.attempt = 1, .time = 1}).dump());
    journal_format::put_record(bytes, RecordType::kName, sequence++,
                               to_json(NameRecord{.id = 0, .name = "train/loss"}).dump());
    for (std::int64_t step = 0; step < points; ++step) {
        journal_format::put_point(
            bytes, sequence++,
            {0, step, step / 1000, 1.0 + static_cast<double>(step), std::sin(static_cast<double>(step))});
        if (bytes.size() < 1 << 20) continue;
        file << bytes;
        bytes.clear();
    }
    file << bytes;
}

TEST(SeriesTiming, any_curve_of_ten_million_points_is_answered_within_50_milliseconds) {
    const testkit::TemporaryFolder temporary;
    const ExperimentFolder folder = *ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2");
    write_journal(folder, 10'000'000);
    double begun = processor_seconds();
    {
        ExperimentSeries series(folder.root(), temporary / "series");
        ASSERT_TRUE(series.update());
    }
    const double rate = 1e7 / (processor_seconds() - begun);
    RecordProperty("points_per_processor_second", std::to_string(rate));
    EXPECT_GT(rate, 500'000);
    for (const CurveX x : {CurveX::kStep, CurveX::kTime}) {
        for (const auto& [from, to] :
             std::vector<std::pair<double, double>>{{0, 1e7}, {1234, 8'765'432}, {5e6, 5.1e6}}) {
            ExperimentSeries series(folder.root(), temporary / "series");  // opened anew
            double best = 1e9;
            for (int i = 0; i < 3; ++i) {
                begun = processor_seconds();
                const auto curves = series.curves({.x = x, .from = from, .to = to, .points = 2000});
                best = std::min(best, processor_seconds() - begun);
                ASSERT_TRUE(curves);
                ASSERT_EQ(curves->at(0).x.size(), 2000U);
            }
            EXPECT_LT(best, 0.050) << from << " to " << to;
            RecordProperty(fmt::format("curve_ms_{}_{}", curve_x_name(x), from), std::to_string(best * 1e3));
        }
    }
    const auto growth = testkit::growth_of([&] {
        ExperimentSeries series(folder.root(), temporary / "again");
        return series.update().ok();
    });
    EXPECT_GE(growth, 0);
    EXPECT_LT(growth, 16 << 20);
    RecordProperty("bytes_to_build", std::to_string(growth));
}

}  // namespace
}  // namespace goetia
