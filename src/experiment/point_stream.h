// Streams the points of a run that count, in order and without storing them: those of all attempts, with none missing
// or duplicated, however many there are.
//
// A resumed attempt invalidates what an earlier one wrote after the step that it resumed from, and a point that it
// repeats (the same metric at the same step) replaces the earlier one. So the journals are read twice: a first pass
// finds what later attempts invalidate, a second passes on the rest. After that, points are passed on as they are
// journaled; when one of them is invalidated later, everything is passed on again from the start.
#pragma once

#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "experiment/history.h"

namespace goetia {

class PointSink {
  public:
    virtual ~PointSink() = default;
    virtual void on_restart() = 0;  // everything passed on before is void: the stream starts over
    virtual void on_point(const JournaledPoint& point) = 0;
};

// Decides which points count, given all of them in order. Stores one number per metric and the few points that an
// attempt repeated.
class PointLedger {
  public:
    void add_attempt(int attempt, std::int64_t resumed_from_step);
    // False when it replaces an earlier point, other than one directly before it at the same step.
    bool add(const JournaledPoint& point);
    void end_step() { ++run_; }  // the points of the newest step were passed on

    [[nodiscard]] bool counts(const JournaledPoint& point) const;
    [[nodiscard]] std::int64_t newest_step() const { return newest_step_; }

  private:
    struct PointKey {
        MetricId metric;
        std::int64_t step;
        bool operator==(const PointKey&) const = default;
    };
    struct PointKeyHash {
        std::size_t operator()(const PointKey& key) const {
            return std::hash<std::uint64_t>()(static_cast<std::uint64_t>(key.step) * 1'000'003 + key.metric);
        }
    };
    struct Origin {  // identifies a point by its record
        int attempt;
        std::uint64_t sequence;
        bool operator==(const Origin&) const = default;
    };

    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

    struct Last {
        std::int64_t step = kNever;  // the highest step with a value
        std::uint64_t run = 0;       // the run of the last value
    };

    std::vector<std::pair<int, std::int64_t>> limits_;  // of each attempt: points beyond this step do not count
    std::vector<Last> last_;                            // of each metric
    std::unordered_map<PointKey, Origin, PointKeyHash> repeated_;  // the last record of each point that was repeated
    std::int64_t step_ = kNever;                                   // of the newest point
    std::uint64_t run_ = 1;                                        // counts the runs of consecutive points at one step
    std::int64_t newest_step_ = kNever;
};

class PointStream {
  public:
    PointStream(ExperimentFolder folder, PointSink& sink);
    ~PointStream();
    PointStream(const PointStream&) = delete;
    PointStream& operator=(const PointStream&) = delete;

    // Passes on what was journaled since.
    Status update();

    // The state after the last update().
    [[nodiscard]] const RunHistory& history() const;
    [[nodiscard]] JournalPosition position() const;
    [[nodiscard]] std::uint64_t points() const;  // how many count

  private:
    class FirstPass;
    class SecondPass;

    ExperimentFolder folder_;
    PointSink& sink_;
    std::unique_ptr<SecondPass> second_pass_;  // created by the first update(), and again after points were invalidated
};

}  // namespace goetia
