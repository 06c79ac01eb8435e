// Small fp16 gradients would be zero: the loss is multiplied before backward, the gradients divided behind it. A step
// whose gradients overflowed is left out and the factor falls; after many good steps it rises.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "learn/tensor.h"
#include "weights/value.h"

namespace goetia {

struct ScaleSettings {
    double initial = 65536;
    double growth = 2;
    double backoff = 0.5;
    std::int64_t interval = 2000;  // good steps before it rises
};

class LossScale {
  public:
    explicit LossScale(const ScaleSettings& settings)
        : settings_(settings), factor_(static_cast<float>(settings.initial)) {}

    [[nodiscard]] double factor() const { return factor_; }
    // In place. False when one of them is not finite: then nothing may step. Waits for the device.
    bool unscale(const std::vector<torch::Tensor>& gradients) const;
    void update(bool was_finite);

    // In the layout of torch.amp.GradScaler.state_dict().
    [[nodiscard]] Value state() const;
    Status load(const Value& state);

  private:
    ScaleSettings settings_;
    float factor_;
    std::int64_t good_steps_ = 0;
};

}  // namespace goetia
