// Losses of the distance between what was found and the truth, each by itself: of values (L1, MSE and those in
// between), of boxes, of class shares.
#pragma once

#include <string>

#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {

class DistanceLoss : public Loss {
  public:
    // `found` and `truth`: [rows, ...] of one shape.
    torch::Tensor forward(const torch::Tensor& found, const torch::Tensor& truth, const torch::Tensor& weight) final;

  protected:
    explicit DistanceLoss(const Args& args);
    static Schema distance_schema(std::string name, std::string sentence);
    // Of each element, or of each row.
    [[nodiscard]] virtual torch::Tensor distance(const torch::Tensor& found, const torch::Tensor& truth) const = 0;

  private:
    double loss_weight_;
    bool mean_;
};

}  // namespace goetia
