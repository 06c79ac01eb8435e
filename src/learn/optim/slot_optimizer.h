// What optimizers have in common whose parameters each keep a few named tensors: the lists of a step, the state on
// disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/optim/group_step.h"
#include "learn/optim/optimizer.h"
#include "learn/optim/state_layout.h"

namespace goetia {

class SlotOptimizer : public Optimizer {
  public:
    void step(double lr) final;
    [[nodiscard]] double base_lr() const final { return lr_; }
    [[nodiscard]] Value state() const final;
    Status load(const Value& state) final;

  protected:
    // Parameters of one group that have a gradient, and what each keeps. The tensors of kept_[s][n] lie in memory as
    // parameter n does where they have its shape.
    struct Step {
        const std::vector<torch::Tensor>& params;
        const std::vector<torch::Tensor>& grads;
        std::vector<std::vector<torch::Tensor>> kept;  // [slot][parameter]; of parameters that keep other slots: [n][s]
        std::vector<std::int64_t> count;               // of each parameter, this step included
        double lr = 0, weight_decay = 0;
    };

    SlotOptimizer(const std::vector<ParamGroup>& groups, double lr, double weight_decay);

    // What a parameter keeps, in one order for all that keep the same number of tensors.
    [[nodiscard]] virtual std::vector<EntryShape> slots_of(const torch::Tensor& param) const = 0;
    // One call for all parameters that keep the same slots; without gradients recorded.
    virtual void update(const Step& step) = 0;
    // By torch.optim's names, without lr, weight_decay and params.
    [[nodiscard]] virtual Dict settings() const = 0;
    // Whether "step" is part of what the parameter keeps on disk.
    [[nodiscard]] virtual bool writes_count(const torch::Tensor& /*param*/) const { return true; }

  private:
    struct Kept {
        std::int64_t count = 0;
        std::vector<torch::Tensor> slots;  // empty before the first step
    };
    struct Group {
        ActiveParams active;
        std::vector<Kept> kept;  // one per parameter of the group
    };
    void step_group(std::size_t number, double lr);

    double lr_, weight_decay_, last_lr_;
    std::vector<Group> work_;
};

// "step" and tensors of a parameter's own shape.
std::vector<EntryShape> like(const torch::Tensor& param, const std::vector<std::string>& names);

}  // namespace goetia
