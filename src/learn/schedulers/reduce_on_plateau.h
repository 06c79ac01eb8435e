// torch.optim.lr_scheduler.ReduceLROnPlateau: the rate falls when the watched metric has not improved for a while.
#pragma once

#include <string>

#include "component/args.h"
#include "component/schema.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {

class ReduceLROnPlateau final : public Scheduler {
  public:
    static Schema schema();
    explicit ReduceLROnPlateau(const Args& args);

    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;
    [[nodiscard]] std::string monitor() const override { return monitor_; }
    void observe(double metric) override;
    [[nodiscard]] Value state() const override;
    Status load(const Value& state) override;

  private:
    [[nodiscard]] bool is_better(double metric) const;

    std::string monitor_;
    bool larger_is_better_, relative_;
    double factor_, threshold_, min_lr_, eps_;
    std::int64_t patience_, cooldown_;

    double best_;
    std::int64_t bad_epochs_ = 0;
    std::int64_t cooldown_left_ = 0;
    std::int64_t reductions_ = 0;
};

}  // namespace goetia
