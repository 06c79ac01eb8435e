// A second set of a model's numbers: an average of them over time.
#pragma once

#include <vector>

#include "base/result.h"
#include "learn/model.h"
#include "weights/value.h"

namespace goetia {

class KeptWeights {
  public:
    // Begins with the model's present numbers.
    void attach(Model& model);
    // What is floating point moves by `share` towards the model's; counters are copied.
    void follow(double share);
    // Exchanges the numbers themselves, so every holder of a parameter sees the kept ones.
    void swap() const;

    // In the model's own names: what a checkpoint's "ema" holds.
    [[nodiscard]] Value state() const;
    Status load(const Value& state);

  private:
    // The model's tensors and what is kept of them.
    struct Shadow {
        std::vector<torch::Tensor> live, kept;
    };

    Model* model_ = nullptr;
    Shadow averaged_;  // floating point
    Shadow copied_;    // counters
};

}  // namespace goetia
