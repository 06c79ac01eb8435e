// The lists one fused call works on: the parameters of a group that have a gradient, with their gradients. The list of
// parameters is kept between steps and only made anew when other parameters have gradients than last time.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/tensor.h"

namespace goetia {

class ActiveParams {
  public:
    explicit ActiveParams(std::vector<torch::Tensor> params) : all_(std::move(params)) {}

    // Gathers the gradients of this step; true when the parameters are others than in the step before. Every gradient
    // lies in memory as its parameter does, which is what the fused kernels read.
    bool gather();
    // Drops the gradients, so that zero_grad() frees them.
    void release() { grads_.clear(); }

    [[nodiscard]] const std::vector<torch::Tensor>& params() const { return params_; }
    [[nodiscard]] const std::vector<torch::Tensor>& grads() const { return grads_; }
    [[nodiscard]] const std::vector<std::size_t>& indices() const { return indices_; }  // places in the group

  private:
    std::vector<torch::Tensor> all_, params_, grads_;
    std::vector<std::size_t> indices_;
};

}  // namespace goetia
