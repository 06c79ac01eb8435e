// Multilabel classification: an image may be of several classes, or of none; the model's first output is a logit for
// each class [N, classes].
#pragma once

#include "learn/model.h"

namespace goetia {

struct TaskKit;
TaskKit multilabel_kit();

Memberships memberships(const Outputs& outputs);

// What is the same for every multilabel classifier; Base is Model or Head.
template <class Base>
class Multilabelling : public Base {
  public:
    [[nodiscard]] Task task() const final { return Task::kMultilabel; }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>&) const override {
        return memberships(outputs);
    }
};

using MultilabelModel = Multilabelling<Model>;
using MultilabelHead = Multilabelling<Head>;

}  // namespace goetia
