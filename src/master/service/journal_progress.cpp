#include "master/service/journal_progress.h"

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "experiment/journal_follower.h"
#include "experiment/summary.h"

namespace goetia {
namespace {

constexpr double kSecondsBetweenRows = 1;

class ProgressVisitor final : public JournalVisitor {
  public:
    // `live`: null when nobody is told of the points.
    ProgressVisitor(JournaledProgress& progress, double& began, std::vector<LivePoint>* live)
        : progress_(progress), began_(began), live_(live) {}
    [[nodiscard]] std::uint64_t points() const { return points_; }
    [[nodiscard]] bool accepts(RecordType type) const override {
        return type != RecordType::kImage && type != RecordType::kEvaluation && type != RecordType::kNote;
    }
    void on_attempt(const AttemptRecord& record, const JournalPosition& /*at*/) override {
        progress_.steps = record.epochs.value_or(0) * record.steps_per_epoch.value_or(0);
        progress_.step = std::max<std::int64_t>(record.resumed_from_step, 0);
        if (began_ == 0) began_ = record.time;
        progress_.facts.add(record);
        progress_.pace.add(record);
    }
    void on_epoch(const EpochRecord& record) override {
        progress_.step = std::max(progress_.step, record.step);
        progress_.facts.add(record);
        progress_.pace.add(record);
    }
    void on_state(const StateRecord& record) override {
        progress_.state = state_name(record.state);
        progress_.facts.add(record);
    }
    void on_point(const JournaledPoint& point) override {
        progress_.step = std::max(progress_.step, point.step);
        ++points_;
        if (live_) {
            live_->push_back({.name = std::string(point.name),
                              .step = point.step,
                              .epoch = point.epoch,
                              .time = point.time,
                              .relative = point.time - began_,
                              .value = point.value});
        }
        if (!std::isfinite(point.value)) return;
        const auto [at, is_new] = progress_.metrics.try_emplace(std::string(point.name));
        JournaledMetric& metric = at->second;
        const bool better = lower_is_better(point.name) ? point.value < metric.best : point.value > metric.best;
        if (is_new || better) metric.best = point.value;
        metric.last = point.value;
        metric.step = point.step;
    }
    void on_checkpoint(const CheckpointRecord& record) override {
        progress_.checkpoints[record.sha256] = record.step;
        progress_.facts.add(record);
    }

  private:
    JournaledProgress& progress_;
    double& began_;
    std::vector<LivePoint>* live_;
    std::uint64_t points_ = 0;
};

}  // namespace

struct JournalProgress::Followed {
    explicit Followed(const std::filesystem::path& experiment) : follower(ExperimentFolder(experiment)) {}
    std::mutex mutex;
    JournalFollower follower;
    JournaledProgress progress;
    double stored = 0;  // when it was due last
    double began = 0;   // the run, in seconds since 1970
    bool has_read = false;
};

JournalProgress::JournalProgress(PointListener listener) : listener_(std::move(listener)) {}
JournalProgress::~JournalProgress() = default;

JournaledProgress JournalProgress::read(Fence fence, const std::filesystem::path& experiment) {
    std::shared_ptr<Followed> followed;
    {
        const std::scoped_lock lock(mutex_);
        auto& known = followed_[fence];
        if (!known) known = std::make_shared<Followed>(experiment);
        followed = known;
    }
    const std::scoped_lock lock(followed->mutex);
    const std::string id = experiment.filename().string();
    const bool is_first = !std::exchange(followed->has_read, true);
    std::vector<LivePoint> live;
    ProgressVisitor visitor(followed->progress, followed->began, !is_first && listener_.wants(id) ? &live : nullptr);
    const Status read = followed->follower.update(visitor);
    if (!read) forget(fence);  // not there yet, or begun anew: the next look starts over
    points_ += visitor.points();
    if (is_first && visitor.points() > 0) listener_.on_gap(id);
    if (!live.empty()) listener_.on_points(id, std::move(live));
    return followed->progress;
}

bool JournalProgress::is_due(Fence fence) {
    std::shared_ptr<Followed> followed;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = followed_.find(fence);
        if (found == followed_.end()) return true;
        followed = found->second;
    }
    const std::scoped_lock lock(followed->mutex);
    const double now = steady_seconds();
    if (now - followed->stored < kSecondsBetweenRows) return false;
    followed->stored = now;
    return true;
}

void JournalProgress::forget(Fence fence) {
    const std::scoped_lock lock(mutex_);
    followed_.erase(fence);
}

}  // namespace goetia
