// The plain head of classification and regression: the mean over all places, dropout, one linear layer, one loss.
#pragma once

#include <memory>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/linear.h"
#include "learn/model.h"

namespace goetia {

// One map per feature becomes one vector: the mean over all places. Vectors stay as they are.
torch::Tensor mean_over_places(const torch::Tensor& maps);
torch::Tensor dropped(const torch::Tensor& vectors, double share, bool is_training);

// "in_channels", "loss" and "dropout".
Schema with_linear_head_params(Schema schema, const Json& loss);
Result<std::shared_ptr<Loss>> make_head_loss(const Args& args, const BuildContext& context);

// Base: ClassificationHead or RegressionHead.
template <class Base>
class LinearHead : public Base {
  public:
    Outputs forward(const std::vector<torch::Tensor>& features) final {
        return {fc_->forward(dropped(mean_over_places(features.back()), dropout_, this->is_training()))};
    }
    [[nodiscard]] std::int64_t outcomes() const final { return outcomes_; }

  protected:
    LinearHead(const Args& args, std::int64_t outcomes, std::shared_ptr<Loss> loss)
        : outcomes_(outcomes), dropout_(args.number("dropout")) {
        fc_ = this->register_module("fc", std::make_shared<Linear>(args.integer("in_channels"), outcomes_));
        loss_ = this->register_module("loss", std::move(loss));
    }
    Loss& loss() { return *loss_; }

  private:
    std::int64_t outcomes_;
    double dropout_;
    std::shared_ptr<Linear> fc_;
    std::shared_ptr<Loss> loss_;
};

}  // namespace goetia
