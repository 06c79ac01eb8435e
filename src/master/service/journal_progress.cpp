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
    explicit ProgressVisitor(JournaledProgress& progress) : progress_(progress) {}
    [[nodiscard]] bool accepts(RecordType type) const override {
        return type != RecordType::kImage && type != RecordType::kEvaluation && type != RecordType::kNote;
    }
    void on_attempt(const AttemptRecord& record, const JournalPosition& /*at*/) override {
        progress_.steps = record.epochs.value_or(0) * record.steps_per_epoch.value_or(0);
        progress_.step = std::max<std::int64_t>(record.resumed_from_step, 0);
        progress_.facts.add(record);
    }
    void on_epoch(const EpochRecord& record) override {
        progress_.step = std::max(progress_.step, record.step);
        progress_.facts.add(record);
    }
    void on_state(const StateRecord& record) override { progress_.state = state_name(record.state); }
    void on_point(const JournaledPoint& point) override {
        progress_.step = std::max(progress_.step, point.step);
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
};

}  // namespace

struct JournalProgress::Followed {
    explicit Followed(const std::filesystem::path& experiment) : follower(ExperimentFolder(experiment)) {}
    std::mutex mutex;
    JournalFollower follower;
    JournaledProgress progress;
    double stored = 0;  // when it was due last
};

JournalProgress::JournalProgress() = default;
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
    ProgressVisitor visitor(followed->progress);
    const Status read = followed->follower.update(visitor);
    if (!read) forget(fence);  // not there yet, or begun anew: the next look starts over
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
