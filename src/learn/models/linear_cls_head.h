// The plain classification head: the mean over all places, dropout, one linear layer, one loss.
#pragma once

#include <memory>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/linear.h"
#include "learn/tasks/classification.h"

namespace goetia {

class LinearClsHead final : public ClassificationHead {
  public:
    static Schema schema();
    static Result<std::unique_ptr<LinearClsHead>> make(const Args& args, const BuildContext& context);

    Outputs forward(const std::vector<torch::Tensor>& features) override;
    Losses losses(const Outputs& outputs, const Targets& targets) override;
    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }
    [[nodiscard]] std::vector<std::int64_t> topk() const override { return topk_; }

  private:
    LinearClsHead(const Args& args, std::shared_ptr<Loss> loss);

    std::int64_t classes_;
    std::vector<std::int64_t> topk_;
    double dropout_;
    std::shared_ptr<Linear> fc_;
    std::shared_ptr<Loss> loss_;
};

// One map per feature becomes one vector: the mean over all places.
class GlobalAveragePooling final : public Neck {
  public:
    static Schema schema();
    GlobalAveragePooling(const Args&, const BuildContext&) {}
    std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) override;
};

}  // namespace goetia
