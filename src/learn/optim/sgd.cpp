#include "learn/optim/sgd.h"

#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/empty_like.h>

#include "learn/optim/state_layout.h"

namespace goetia {

Schema Sgd::schema() {
    return with_group_keys(
        Schema("SGD", "Stochastic gradient descent with momentum, as torch.optim.SGD")
            .with(number("lr", "learning rate").above(0).at_most(10))
            .with(number("momentum", "share of the last direction that is kept").at_least(0).fallback(0.0))
            .with(number("dampening", "how much of the new gradient the direction leaves out")
                      .between(0, 1)
                      .fallback(0.0))
            .with(number("weight_decay", "pull of every weight towards zero").between(0, 1).fallback(0.0))
            .with(boolean("nesterov", "look ahead along the direction").fallback(false))
            .with(boolean("maximize", "climb instead of descend").fallback(false)));
}

Result<std::unique_ptr<Sgd>> Sgd::make(const Args& args, const std::vector<ParamGroup>& groups) {
    if (args.flag("nesterov") && (args.number("momentum") <= 0 || args.number("dampening") != 0)) {
        return invalid("'nesterov' needs a momentum above 0 and no dampening, found momentum {} and dampening {}",
                       args.number("momentum"), args.number("dampening"));
    }
    return std::unique_ptr<Sgd>(new Sgd(args, groups));
}

Sgd::Sgd(const Args& args, const std::vector<ParamGroup>& groups)
    : Optimizer(groups),
      lr_(args.number("lr")),
      momentum_(args.number("momentum")),
      dampening_(args.number("dampening")),
      weight_decay_(args.number("weight_decay")),
      nesterov_(args.flag("nesterov")),
      maximize_(args.flag("maximize")),
      last_lr_(lr_) {
    for (const ParamGroup& group : groups_)
        work_.push_back({ActiveParams(group.params), std::vector<torch::Tensor>(group.params.size()), {}});
}

void Sgd::step(double lr) {
    torch::NoGradGuard no_grad;
    last_lr_ = lr;
    for (std::size_t g = 0; g < work_.size(); ++g) {
        step_group(work_[g], lr * groups_[g].lr_scale, groups_[g].weight_decay.value_or(weight_decay_));
    }
}

void Sgd::step_group(Group& group, double lr, double weight_decay) {
    const bool others = group.active.gather();
    if (group.active.params().empty()) return;
    const auto fused = [&](at::TensorList params, at::TensorList grads, at::TensorList buffers, bool first) {
        at::_fused_sgd_(params, grads, buffers, weight_decay, momentum_, lr, dampening_, nesterov_, maximize_, first);
    };
    if (momentum_ == 0) {
        fused(group.active.params(), group.active.grads(), {}, false);
        return group.active.release();
    }
    const std::vector<std::size_t>& indices = group.active.indices();
    std::vector<bool> is_new(indices.size(), false);
    std::size_t new_count = 0;
    if (others) {
        group.active_momentum.clear();
        for (std::size_t n = 0; n < indices.size(); ++n) {
            torch::Tensor& buffer = group.momentum[indices[n]];
            if (!buffer.defined()) buffer = torch::empty_like(group.active.params()[n]), is_new[n] = true, ++new_count;
            group.active_momentum.push_back(buffer);
        }
    }
    if (new_count == 0 || new_count == indices.size()) {
        fused(group.active.params(), group.active.grads(), group.active_momentum, new_count != 0);
        return group.active.release();
    }
    for (std::size_t n = 0; n < indices.size(); ++n) {  // some parameters take their first step late
        fused(group.active.params()[n], group.active.grads()[n], group.active_momentum[n], is_new[n]);
    }
    group.active.release();
}

Value Sgd::state() const {
    return state_in_torch_layout(
        groups_,
        [&](std::size_t g, std::size_t i) {
            const torch::Tensor& buffer = work_[g].momentum[i];
            return buffer.defined() ? ParamState{{"momentum_buffer", buffer}} : ParamState{};
        },
        [&](std::size_t g) {
            return Dict{{"lr", last_lr_ * groups_[g].lr_scale},
                        {"momentum", momentum_},
                        {"dampening", dampening_},
                        {"weight_decay", groups_[g].weight_decay.value_or(weight_decay_)},
                        {"nesterov", nesterov_},
                        {"maximize", maximize_},
                        {"foreach", Value()},
                        {"differentiable", false},
                        {"fused", Value()}};
        });
}

Status Sgd::load(const Value& state) {
    const std::vector<std::string> expected =
        momentum_ == 0 ? std::vector<std::string>{} : std::vector<std::string>{"momentum_buffer"};
    GOETIA_TRY(
        load_from_torch_layout(state, groups_, expected, [&](std::size_t g, std::size_t i, const ParamState& entries) {
            const torch::Tensor& param = groups_[g].params[i];
            work_[g].momentum[i] =
                entries.empty()
                    ? torch::Tensor()
                    : torch::empty_like(param, param.options().requires_grad(false)).copy_(entries[0].second);
        }));
    for (std::size_t g = 0; g < work_.size(); ++g)
        work_[g].active = ActiveParams(groups_[g].params);  // lists are made anew
    return {};
}

}  // namespace goetia
