// How an optimizer's state looks on disk: torch.optim's state_dict(), so that Python loads what we wrote and we load
// what Python wrote. Parameters are numbered through all groups in order.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "component/schema.h"
#include "learn/optim/optimizer.h"

namespace goetia {

// What one parameter keeps, by torch.optim's names; empty before its first step.
using ParamState = std::vector<std::pair<std::string, torch::Tensor>>;

// One entry of what a parameter keeps. "step" is a scalar.
struct EntryShape {
    std::string name;
    std::vector<std::int64_t> sizes;
};

// `state_of(group, place)` gives a parameter's state, `settings_of(group)` the group's lr, betas, weight_decay, ...
Value state_in_torch_layout(const std::vector<ParamGroup>& groups,
                            const std::function<ParamState(std::size_t, std::size_t)>& state_of,
                            const std::function<Dict(std::size_t)>& settings_of);

// Hands the state of each parameter that has one to `take(group, place, state)`. All faults are reported at once,
// before anything is taken: other groups, missing entries (`expected` names them), other shapes. "step" is a scalar.
Status load_from_torch_layout(const Value& state, const std::vector<ParamGroup>& groups,
                              const std::vector<std::string>& expected,
                              const std::function<void(std::size_t, std::size_t, const ParamState&)>& take);
// The same where parameters keep different entries, or entries of other shapes than their own.
Status load_from_torch_layout(const Value& state, const std::vector<ParamGroup>& groups,
                              const std::function<std::vector<EntryShape>(std::size_t, std::size_t)>& expected,
                              const std::function<void(std::size_t, std::size_t, const ParamState&)>& take);

// Adds the keys that every built-in optimizer's section takes: `no_decay` and `layer_decay` (read by
// parameter_groups()).
Schema with_group_keys(Schema schema);

}  // namespace goetia
