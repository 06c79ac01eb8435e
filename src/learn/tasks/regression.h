// Regression: one or several values for each image, the model's first output [N, targets].
#pragma once

#include "learn/model.h"

namespace goetia {

struct TaskKit;
TaskKit regression_kit();

// [rows, values] of each row's truth.
Targets encode_values(const Truth& truth, const std::vector<Frame>& frames, torch::Device device);

TargetValues target_values(const Outputs& outputs);

// What is the same for every regressor; Base is Model or Head.
template <class Base>
class Regressing : public Base {
  public:
    [[nodiscard]] Task task() const final { return Task::kRegression; }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>&) const override {
        return target_values(outputs);
    }
};

using RegressionModel = Regressing<Model>;
using RegressionHead = Regressing<Head>;

}  // namespace goetia
