#pragma once

#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {

// torch.optim.lr_scheduler.OneCycleLR: the optimizer's rate is the cycle's highest.
class OneCycleLR final : public Scheduler {
  public:
    static Schema schema();
    static Result<std::unique_ptr<OneCycleLR>> make(const Args& args);
    [[nodiscard]] double rate(double base_lr, std::int64_t count) const override;

  private:
    struct Phase {
        double end = 0;           // its last period
        double from = 0, to = 0;  // shares of the rate
    };
    explicit OneCycleLR(const Args& args);
    std::vector<Phase> phases_;
    bool linear_;
};

}  // namespace goetia
