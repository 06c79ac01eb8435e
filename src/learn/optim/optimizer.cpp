#include "learn/optim/optimizer.h"

#include <ATen/ops/empty_like.h>

#include "learn/optim/group_step.h"

namespace goetia {

void Optimizer::zero_grad() {
    for (ParamGroup& group : groups_) {
        for (torch::Tensor& param : group.params) param.mutable_grad().reset();
    }
}

bool ActiveParams::gather() {
    grads_.clear();
    bool same = true;
    for (std::size_t i = 0; i < all_.size(); ++i) {
        const torch::Tensor& grad = all_[i].grad();
        if (!grad.defined()) continue;
        const std::size_t place = grads_.size();
        same = same && place < indices_.size() && indices_[place] == i;
        if (grad.strides() == all_[i].strides()) grads_.push_back(grad);
        else grads_.push_back(torch::empty_like(all_[i]).copy_(grad));
    }
    if (same && grads_.size() == indices_.size()) return false;
    params_.clear(), indices_.clear();
    for (std::size_t i = 0; i < all_.size(); ++i) {
        if (all_[i].grad().defined()) params_.push_back(all_[i]), indices_.push_back(i);
    }
    return true;
}

}  // namespace goetia
