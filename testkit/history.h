// For tests of a run's history: attempts given as records, written as journals and read back as one history.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "experiment/point_stream.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

// Collects the valid points.
struct KeptPoints final : PointSink {
    std::vector<Point> points;
    int restarts = 0;
    void on_restart() override { points.clear(), ++restarts; }
    void on_point(const JournaledPoint& point) override {
        points.push_back({std::string(point.name), point.step, point.epoch, point.time, point.value});
    }
};

inline void write_attempt(const ExperimentFolder& folder, int number, const std::vector<Record>& records) {
    auto writer = JournalWriter::create(folder.journal(number), records.at(0).body).value();
    for (const Record& record : std::vector<Record>(records.begin() + 1, records.end())) {
        if (record.point) {
            writer->log(writer->metric(record.point->name), record.point->step, record.point->epoch,
                        record.point->value);
        } else {
            ASSERT_TRUE(writer->append(record.type, record.body));
        }
    }
    ASSERT_TRUE(writer->flush());
}

struct MergedAttempts {
    RunHistory history;
    std::vector<Point> points;
};

// Oldest first; the first record of each is its attempt record.
inline MergedAttempts merge_attempts(const std::vector<std::vector<Record>>& attempts) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    for (std::size_t i = 0; i < attempts.size(); ++i) write_attempt(folder, static_cast<int>(i) + 1, attempts[i]);
    KeptPoints kept;
    PointStream stream(folder, kept);
    EXPECT_TRUE(stream.update());
    return {stream.history(), kept.points};
}

}  // namespace goetia::testkit
