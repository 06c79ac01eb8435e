// Optimizers with PyTorch's names, arguments and arithmetic; each step is one fused call over all parameters of a
// group.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/registry.h"
#include "learn/tensor.h"
#include "weights/value.h"

namespace goetia {

// Parameters that share their settings. The rate of a step is (the schedule's rate) * lr_scale.
struct ParamGroup {
    std::vector<torch::Tensor> params;
    std::vector<std::string> names;
    double lr_scale = 1.0;
    std::optional<double> weight_decay;  // the optimizer's own unless given
};

class Optimizer {
  public:
    virtual ~Optimizer() = default;
    // `lr` is the schedule's rate for this step. Parameters without a gradient are skipped.
    virtual void step(double lr) = 0;
    void zero_grad();                                  // to none, as PyTorch does by default
    [[nodiscard]] virtual double base_lr() const = 0;  // the `lr` of the experiment file
    // In torch.optim's layout: {"state": {number: {...}}, "param_groups": [...]}; loads what it wrote, and what Python
    // wrote.
    [[nodiscard]] virtual Value state() const = 0;
    virtual Status load(const Value& state) = 0;
    [[nodiscard]] const std::vector<ParamGroup>& groups() const { return groups_; }

  protected:
    explicit Optimizer(std::vector<ParamGroup> groups) : groups_(std::move(groups)) {}
    std::vector<ParamGroup> groups_;
};

using OptimizerRegistry = Registry<Optimizer, const std::vector<ParamGroup>&>;

Status register_builtin_optimizers(OptimizerRegistry& registry);

class Model;

// Groups by the `optimizer` section: `no_decay: [norm, bias, <pattern>]`, `layer_decay: {enabled, decay_rate}` and
// `groups: [{pattern, lr_scale, weight_decay}]`, of which the first that fits a name counts.
// Weight decay reaches every parameter unless no_decay says otherwise. Frozen parameters are left out.
Result<std::vector<ParamGroup>> parameter_groups(const Model& model, const Json& optimizer_section);

}  // namespace goetia
