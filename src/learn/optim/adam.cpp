#include "learn/optim/adam.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "base/json.h"
#include "learn/optim/state_layout.h"

namespace goetia {
namespace {

Schema adam_schema(Schema start, double weight_decay) {
    return with_group_keys(
        std::move(start)
            .with(number("lr", "learning rate").above(0).at_most(10).fallback(1e-3))
            .with(numbers("betas", "how long the mean and the mean square remember")
                      .between(0, 1)
                      .length(2)
                      .fallback(Json::array({0.9, 0.999})))
            .with(number("eps", "added to the root of the mean square").at_least(0).fallback(1e-8))
            .with(number("weight_decay", "pull of every weight towards zero").between(0, 1).fallback(weight_decay))
            .with(boolean("amsgrad", "divide by the largest mean square so far").fallback(false))
            .with(boolean("maximize", "climb instead of descend").fallback(false)));
}

}  // namespace

Schema Adam::schema() { return adam_schema(Schema("Adam", "Adaptive moments, as torch.optim.Adam"), 0.0); }

Schema AdamW::schema() {
    return adam_schema(Schema("AdamW", "Adaptive moments with decoupled weight decay, as torch.optim.AdamW"), 1e-2);
}

Adam::Adam(const Args& args, const std::vector<ParamGroup>& groups, bool decoupled)
    : Optimizer(groups),
      decoupled_(decoupled),
      lr_(args.number("lr")),
      beta1_(args.list<double>("betas")[0]),
      beta2_(args.list<double>("betas")[1]),
      eps_(args.number("eps")),
      weight_decay_(args.number("weight_decay")),
      amsgrad_(args.flag("amsgrad")),
      maximize_(args.flag("maximize")),
      last_lr_(lr_) {
    for (const ParamGroup& group : groups_) {
        Group work{ActiveParams(group.params), {}, {}, {}, {}, {}, {}, {}, {}, {}};
        const std::size_t count = group.params.size();
        work.steps = torch::zeros({static_cast<std::int64_t>(count)},
                                  torch::TensorOptions(torch::kFloat32).device(group.params.front().device()));
        for (std::size_t i = 0; i < count; ++i) work.step.push_back(work.steps.select(0, static_cast<std::int64_t>(i)));
        work.exp_avg.resize(count), work.exp_avg_sq.resize(count), work.max_exp_avg_sq.resize(count);
        work_.push_back(std::move(work));
    }
}

void Adam::step(double lr) {
    torch::NoGradGuard no_grad;
    last_lr_ = lr;
    for (std::size_t g = 0; g < work_.size(); ++g) {
        step_group(work_[g], lr * groups_[g].lr_scale, groups_[g].weight_decay.value_or(weight_decay_));
    }
}

void Adam::choose_active(Group& group, bool amsgrad) {
    group.active_step.clear(), group.active_avg.clear(), group.active_avg_sq.clear(), group.active_max.clear();
    for (std::size_t n = 0; n < group.active.indices().size(); ++n) {
        const std::size_t i = group.active.indices()[n];
        const auto kept = [&](torch::Tensor& slot) {
            return slot.defined() ? slot : slot = torch::zeros_like(group.active.params()[n]);
        };
        group.active_step.push_back(group.step[i]);
        group.active_avg.push_back(kept(group.exp_avg[i]));
        group.active_avg_sq.push_back(kept(group.exp_avg_sq[i]));
        if (amsgrad) group.active_max.push_back(kept(group.max_exp_avg_sq[i]));
    }
}

void Adam::step_group(Group& group, double lr, double weight_decay) {
    if (group.active.gather()) choose_active(group, amsgrad_);
    if (group.active.params().empty()) return;
    if (group.active_step.size() == group.step.size()) group.steps.add_(1);
    else at::_foreach_add_(group.active_step, 1);
    const auto fused = [&](auto kernel) {
        kernel(group.active.params(), group.active.grads(), group.active_avg, group.active_avg_sq, group.active_max,
               group.active_step, lr, beta1_, beta2_, weight_decay, eps_, amsgrad_, maximize_, std::nullopt,
               std::nullopt);
    };
    if (decoupled_) fused([](auto&&... args) { at::_fused_adamw_(std::forward<decltype(args)>(args)...); });
    else fused([](auto&&... args) { at::_fused_adam_(std::forward<decltype(args)>(args)...); });
    group.active.release();
}

Value Adam::state() const {
    return state_in_torch_layout(
        groups_,
        [&](std::size_t g, std::size_t i) {
            const Group& work = work_[g];
            if (!work.exp_avg[i].defined()) return ParamState{};
            ParamState state{{"step", work.step[i]}, {"exp_avg", work.exp_avg[i]}, {"exp_avg_sq", work.exp_avg_sq[i]}};
            if (amsgrad_) state.emplace_back("max_exp_avg_sq", work.max_exp_avg_sq[i]);
            return state;
        },
        [&](std::size_t g) {
            return Dict{{"lr", last_lr_ * groups_[g].lr_scale},
                        {"betas", Tuple{{beta1_, beta2_}}},
                        {"eps", eps_},
                        {"weight_decay", groups_[g].weight_decay.value_or(weight_decay_)},
                        {"amsgrad", amsgrad_},
                        {"maximize", maximize_},
                        {"foreach", Value()},
                        {"capturable", false},
                        {"differentiable", false},
                        {"fused", Value()},
                        {"decoupled_weight_decay", decoupled_}};
        });
}

Status Adam::load(const Value& state) {
    std::vector<std::string> expected{"step", "exp_avg", "exp_avg_sq"};
    if (amsgrad_) expected.emplace_back("max_exp_avg_sq");
    GOETIA_TRY(
        load_from_torch_layout(state, groups_, expected, [&](std::size_t g, std::size_t i, const ParamState& entries) {
            torch::NoGradGuard no_grad;
            Group& work = work_[g];
            const torch::Tensor& param = groups_[g].params[i];
            const auto kept = [&](std::size_t n) {
                return n < entries.size() ? torch::empty_like(param).copy_(entries[n].second) : torch::Tensor();
            };
            if (entries.empty()) work.step[i].zero_();
            else work.step[i].copy_(entries[0].second.reshape(at::IntArrayRef{}));
            work.exp_avg[i] = kept(1), work.exp_avg_sq[i] = kept(2), work.max_exp_avg_sq[i] = kept(3);
        }));
    for (std::size_t g = 0; g < work_.size(); ++g)
        work_[g].active = ActiveParams(groups_[g].params);  // lists are made anew
    return {};
}

}  // namespace goetia
