// A journal with very many points, and a measurement of the memory that its readers use.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include <gtest/gtest.h>

#include "experiment/journal_records.h"

namespace goetia::testkit {

// Ten metrics at each step; ends as a completed run.
inline void write_long_journal(const ExperimentFolder& folder, std::int64_t points) {
    auto writer =
        JournalWriter::create(folder.journal(1), to_json(AttemptRecord{.attempt = 1, .resumed_from_step = 0})).value();
    std::vector<MetricId> metrics;
    for (int i = 0; i < 10; ++i) metrics.push_back(writer->metric("train/metric_of_a_long_name_" + std::to_string(i)));
    for (std::int64_t step = 1; step <= points / 10; ++step) {
        for (const MetricId metric : metrics) writer->log(metric, step, 1, 0.5);
    }
    ASSERT_TRUE(writer->append(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kCompleted})));
}

// The bytes by which a process grows through this work; measured in a child process, so that nothing else counts.
inline std::int64_t growth_of(const std::function<bool()>& work) {
    int ends[2] = {};
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        rusage before{}, after{};
        ::getrusage(RUSAGE_SELF, &before);
        const bool done = work();
        ::getrusage(RUSAGE_SELF, &after);
        const std::int64_t grown = done ? (after.ru_maxrss - before.ru_maxrss) * 1024 : -1;
        const bool is_sent = ::write(ends[1], &grown, sizeof grown) == sizeof grown;
        ::_exit(is_sent ? 0 : 1);
    }
    std::int64_t grown = -1;
    EXPECT_EQ(::read(ends[0], &grown, sizeof grown), static_cast<ssize_t>(sizeof grown));
    ::close(ends[0]), ::close(ends[1]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    return grown;
}

// Derives the files and the summary of a run of so many points within `most_bytes`.
inline void expect_constant_memory(const ExperimentFolder& folder, std::int64_t points, std::int64_t most_bytes,
                                   const std::function<bool()>& summary, const std::function<bool()>& files) {
    write_long_journal(folder, points);
    const std::int64_t to_summarise = growth_of(summary);
    ASSERT_GE(to_summarise, 0);
    EXPECT_LT(to_summarise, most_bytes);
    const std::int64_t to_derive = growth_of(files);
    ASSERT_GE(to_derive, 0);
    EXPECT_LT(to_derive, most_bytes);
    ::testing::Test::RecordProperty("bytes_to_summarise", std::to_string(to_summarise));
    ::testing::Test::RecordProperty("bytes_to_derive", std::to_string(to_derive));
}

}  // namespace goetia::testkit
