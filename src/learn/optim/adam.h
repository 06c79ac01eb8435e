#pragma once

#include "component/args.h"
#include "component/schema.h"
#include "learn/optim/group_step.h"
#include "learn/optim/optimizer.h"

namespace goetia {

// torch.optim.Adam: weight decay is added to the gradient.
class Adam : public Optimizer {
  public:
    static Schema schema();
    Adam(const Args& args, const std::vector<ParamGroup>& groups) : Adam(args, groups, false) {}

    void step(double lr) override;
    [[nodiscard]] double base_lr() const override { return lr_; }
    [[nodiscard]] Value state() const override;
    Status load(const Value& state) override;

  protected:
    Adam(const Args& args, const std::vector<ParamGroup>& groups, bool decoupled);

  private:
    // One slot per parameter; `steps` is one tensor whose elements are the parameters' step counts.
    struct Group {
        ActiveParams active;
        torch::Tensor steps;
        std::vector<torch::Tensor> step, exp_avg, exp_avg_sq, max_exp_avg_sq;
        std::vector<torch::Tensor> active_step, active_avg, active_avg_sq, active_max;
    };

    void step_group(Group& group, double lr, double weight_decay);
    static void choose_active(Group& group, bool amsgrad);

    bool decoupled_;
    double lr_, beta1_, beta2_, eps_, weight_decay_;
    bool amsgrad_, maximize_;
    double last_lr_;
    std::vector<Group> work_;
};

// torch.optim.AdamW: weight decay shrinks the weight itself.
class AdamW final : public Adam {
  public:
    static Schema schema();
    AdamW(const Args& args, const std::vector<ParamGroup>& groups) : Adam(args, groups, true) {}
};

}  // namespace goetia
