#pragma once

#include "component/args.h"
#include "component/schema.h"
#include "learn/optim/group_step.h"
#include "learn/optim/optimizer.h"

namespace goetia {

// torch.optim.SGD.
class Sgd final : public Optimizer {
  public:
    static Schema schema();
    static Result<std::unique_ptr<Sgd>> make(const Args& args, const std::vector<ParamGroup>& groups);

    void step(double lr) override;
    [[nodiscard]] double base_lr() const override { return lr_; }
    [[nodiscard]] Value state() const override;
    Status load(const Value& state) override;

  private:
    struct Group {
        ActiveParams active;
        std::vector<torch::Tensor> momentum;         // of every parameter; undefined before its first step
        std::vector<torch::Tensor> active_momentum;  // of those with a gradient, in their order
    };

    Sgd(const Args& args, const std::vector<ParamGroup>& groups);
    void step_group(Group& group, double lr, double weight_decay);

    double lr_, momentum_, dampening_, weight_decay_;
    bool nesterov_, maximize_;
    double last_lr_;
    std::vector<Group> work_;
};

}  // namespace goetia
