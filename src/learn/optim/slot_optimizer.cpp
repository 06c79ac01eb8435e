#include "learn/optim/slot_optimizer.h"

#include <map>

#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "learn/tensors.h"

namespace goetia {
namespace {

torch::Tensor empty_slot(const torch::Tensor& param, const EntryShape& shape) {
    const auto options = param.options().requires_grad(false);
    return param.sizes() == shape.sizes ? torch::zeros_like(param, options) : torch::zeros(shape.sizes, options);
}

// Parameters that keep the same slots take their step together.
std::string kind_of(const std::vector<EntryShape>& slots) {
    std::string kind;
    for (const EntryShape& slot : slots) kind += slot.name + ' ';
    return kind;
}

}  // namespace

std::vector<EntryShape> like(const torch::Tensor& param, const std::vector<std::string>& names) {
    std::vector<EntryShape> slots;
    for (const std::string& name : names) slots.push_back({name, param.sizes().vec()});
    return slots;
}

SlotOptimizer::SlotOptimizer(const std::vector<ParamGroup>& groups, double lr, double weight_decay)
    : Optimizer(groups), lr_(lr), weight_decay_(weight_decay), last_lr_(lr) {
    for (const ParamGroup& group : groups_)
        work_.push_back({ActiveParams(group.params), std::vector<Kept>(group.params.size())});
}

void SlotOptimizer::step(double lr) {
    const torch::NoGradGuard no_gradients;
    last_lr_ = lr;
    for (std::size_t g = 0; g < work_.size(); ++g) step_group(g, lr * groups_[g].lr_scale);
}

void SlotOptimizer::step_group(std::size_t number, double lr) {
    Group& group = work_[number];
    group.active.gather();
    struct Together {
        std::vector<torch::Tensor> params, grads;
        std::vector<std::vector<torch::Tensor>> kept;
        std::vector<std::int64_t> count;
    };
    std::map<std::string, Together> kinds;
    for (std::size_t n = 0; n < group.active.indices().size(); ++n) {
        const torch::Tensor& param = group.active.params()[n];
        const std::vector<EntryShape> slots = slots_of(param);
        Kept& kept = group.kept[group.active.indices()[n]];
        for (std::size_t s = kept.slots.size(); s < slots.size(); ++s)
            kept.slots.push_back(empty_slot(param, slots[s]));
        Together& kind = kinds[kind_of(slots)];
        kind.params.push_back(param), kind.grads.push_back(group.active.grads()[n]);
        kind.count.push_back(++kept.count);
        kind.kept.resize(slots.size());
        for (std::size_t s = 0; s < slots.size(); ++s) kind.kept[s].push_back(kept.slots[s]);
    }
    for (auto& [name, kind] : kinds)
        update({kind.params, kind.grads, std::move(kind.kept), std::move(kind.count), lr,
                groups_[number].weight_decay.value_or(weight_decay_)});
    group.active.release();
}

Value SlotOptimizer::state() const {
    return state_in_torch_layout(
        groups_,
        [&](std::size_t g, std::size_t i) {
            const Kept& kept = work_[g].kept[i];
            ParamState state;
            if (kept.count == 0) return state;
            if (writes_count(groups_[g].params[i]))
                state.emplace_back("step", torch::full({}, static_cast<double>(kept.count), torch::kFloat32));
            const std::vector<EntryShape> slots = slots_of(groups_[g].params[i]);
            for (std::size_t s = 0; s < slots.size(); ++s) state.emplace_back(slots[s].name, kept.slots[s]);
            return state;
        },
        [&](std::size_t g) {
            Dict all{{"lr", last_lr_ * groups_[g].lr_scale},
                     {"weight_decay", groups_[g].weight_decay.value_or(weight_decay_)}};
            for (auto& entry : settings()) all.push_back(std::move(entry));
            return all;
        });
}

Status SlotOptimizer::load(const Value& state) {
    const auto expected = [&](std::size_t g, std::size_t i) {
        std::vector<EntryShape> entries = slots_of(groups_[g].params[i]);
        if (writes_count(groups_[g].params[i])) entries.insert(entries.begin(), EntryShape{"step", {}});
        return entries;
    };
    GOETIA_TRY(
        load_from_torch_layout(state, groups_, expected, [&](std::size_t g, std::size_t i, const ParamState& entries) {
            const torch::NoGradGuard no_gradients;
            const torch::Tensor& param = groups_[g].params[i];
            const std::vector<EntryShape> slots = slots_of(param);
            const std::size_t first = writes_count(param) ? 1 : 0;
            Kept& kept = work_[g].kept[i];
            kept = {};
            if (entries.empty()) return;
            kept.count = first == 1 ? static_cast<std::int64_t>(entries[0].second.item<double>()) : 1;
            for (std::size_t s = 0; s < slots.size(); ++s)
                kept.slots.push_back(empty_slot(param, slots[s]).copy_(entries[s + first].second));
        }));
    for (std::size_t g = 0; g < work_.size(); ++g)
        work_[g].active = ActiveParams(groups_[g].params);  // lists are made anew
    return {};
}

}  // namespace goetia
