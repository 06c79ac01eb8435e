#include "experiment/journal_cost.h"

#include <algorithm>
#include <ctime>
#include <unistd.h>

#include "experiment/journal.h"

namespace goetia {
namespace {

constexpr int kPoints = 4096;

double thread_nanoseconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

}  // namespace

double LogCost::best() const { return *std::min_element(rounds.begin(), rounds.end()); }

double LogCost::median() const {
    std::vector<double> sorted = rounds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

Result<LogCost> measure_log_cost(const std::filesystem::path& folder, int rounds) {
    const std::filesystem::path path = folder / ("log_cost_" + std::to_string(::getpid()) + ".journal");
    GOETIA_ASSIGN(std::unique_ptr<JournalWriter> writer, JournalWriter::create(path, {{"attempt", 1}}));
    const MetricId metric = writer->metric("train/loss");
    LogCost cost;
    Status flushed;
    for (int round = 0; flushed && round < rounds; ++round) {
        const double begin = thread_nanoseconds();
        for (int i = 0; i < kPoints; ++i) writer->log(metric, i, round, 0.5);
        cost.rounds.push_back((thread_nanoseconds() - begin) / kPoints);
        flushed = writer->flush();
    }
    writer.reset();
    ::unlink(path.c_str());
    GOETIA_TRY(std::move(flushed));
    return cost;
}

}  // namespace goetia
