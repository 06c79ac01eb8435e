// The points of a run that count, handed on in order and kept by nobody: those of all attempts without a gap and
// without a double, however many there are.
//
// A resumed attempt takes back what an earlier one said after the step it went on from, and what it says again (the
// same metric at the same step) replaces what was said first. So the journals are read twice: a first pass finds what
// later attempts take back, a second hands on the rest. From then on points are handed on as they are journaled; when
// one of them is taken back after all, everything is handed on anew.
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
    virtual void on_restart() = 0;  // what was handed on before is void: it begins from the first point again
    virtual void on_point(const SeenPoint& point) = 0;
};

// Which points count, from what was said of them in order. Holds one number per metric, and the few points that an
// attempt said again.
class PointLedger {
  public:
    void add_attempt(int attempt, std::int64_t resumed_from_step);
    // False when it replaces a point said earlier, other than one that was said just before it at the same step.
    bool add(const SeenPoint& point);
    void end_step() { ++run_; }  // the points of the newest step were handed on

    [[nodiscard]] bool counts(const SeenPoint& point) const;
    [[nodiscard]] std::int64_t newest_step() const { return newest_step_; }

  private:
    struct Said {
        MetricId metric;
        std::int64_t step;
        bool operator==(const Said&) const = default;
    };
    struct SaidHash {
        std::size_t operator()(const Said& said) const {
            return std::hash<std::uint64_t>()(static_cast<std::uint64_t>(said.step) * 1'000'003 + said.metric);
        }
    };
    struct Saying {  // a point, by the record it is in
        int attempt;
        std::uint64_t sequence;
        bool operator==(const Saying&) const = default;
    };

    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

    struct Last {
        std::int64_t step = kNever;  // the highest that it was said at
        std::uint64_t run = 0;       // in which it was said last
    };

    std::vector<std::pair<int, std::int64_t>> limits_;  // of each attempt: points beyond this step do not count
    std::vector<Last> last_;                            // of each metric
    std::unordered_map<Said, Saying, SaidHash> again_;  // who said it last, of what was said more than once
    std::int64_t step_ = kNever;                        // of the newest point
    std::uint64_t run_ = 1;                             // of points at one step, one right after the other: counted
    std::int64_t newest_step_ = kNever;
};

class PointStream {
  public:
    PointStream(ExperimentFolder folder, PointSink& sink);
    ~PointStream();
    PointStream(const PointStream&) = delete;
    PointStream& operator=(const PointStream&) = delete;

    // Hands on what was journaled since.
    Status update();

    // What update() read so far.
    [[nodiscard]] const RunHistory& history() const;
    [[nodiscard]] JournalPosition position() const;
    [[nodiscard]] std::uint64_t points() const;  // how many count

  private:
    class Survey;
    class Story;

    ExperimentFolder folder_;
    PointSink& sink_;
    std::unique_ptr<Story> story_;  // made by the first update(), and again when points were taken back
};

}  // namespace goetia
