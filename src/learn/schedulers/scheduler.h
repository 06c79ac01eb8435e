// The learning rate as a function of progress, with PyTorch's names and arguments. Warm-up runs in front; what follows
// counts from its end (so T_max does not include it).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "component/registry.h"
#include "weights/value.h"

namespace goetia {

class Scheduler {
  public:
    virtual ~Scheduler() = default;
    // The rate after `count` periods (epochs or steps, as `by` says) after the warm-up.
    [[nodiscard]] virtual double rate(double base_lr, std::int64_t count) const = 0;
    // Schedules that watch a metric name it here and remember what they saw; the others have nothing to keep.
    [[nodiscard]] virtual std::string monitor() const { return {}; }  // "val/loss"
    virtual void observe(double /*metric*/) {}
    [[nodiscard]] virtual Value state() const { return Dict{}; }
    virtual Status load(const Value& /*state*/) { return {}; }
};

using SchedulerRegistry = Registry<Scheduler>;

Status register_builtin_schedulers(SchedulerRegistry& registry);

enum class WarmupForm { kLinear, kConstant, kExponential };

// The whole `scheduler` section: warm-up in front of the named schedule, counted by epoch or by step.
class LearningRate {
  public:
    // `section` may be null: then the rate never changes. A run of `max_steps` (0: no such bound) ends there.
    static Result<LearningRate> make(const SchedulerRegistry& registry, const Json& section, double base_lr,
                                     std::int64_t steps_per_epoch, std::int64_t epochs, std::int64_t max_steps = 0);

    [[nodiscard]] double at(std::int64_t step) const;  // the rate for optimizer step `step` (0-based)
    // Tells the schedule the watched metric at the end of an epoch; `step` is how many steps were made. Epochs that end
    // within the warm-up are not counted.
    void observe(std::int64_t step, double metric);
    Scheduler* scheduler() { return scheduler_.get(); }
    // The metric that the schedule watches; empty: none.
    [[nodiscard]] std::string monitor() const { return scheduler_ ? scheduler_->monitor() : std::string(); }

  private:
    std::shared_ptr<Scheduler> scheduler_;  // null: constant
    double base_lr_ = 0;
    std::int64_t steps_per_epoch_ = 1;
    bool by_step_ = false;
    std::int64_t warmup_steps_ = 0;
    double warmup_start_ = 1;
    WarmupForm warmup_form_ = WarmupForm::kLinear;
};

}  // namespace goetia
