// The residual networks of He et al. (2015), 18 to 152 layers deep, with torchvision's parameter names and arithmetic.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/conv2d.h"
#include "learn/layers/norm.h"
#include "learn/model.h"

namespace goetia {

class ResidualBlock;

class ResNet final : public Backbone {
  public:
    static Schema schema();
    static Result<std::unique_ptr<ResNet>> make(const Args& args, const BuildContext& context);

    std::vector<torch::Tensor> forward(const torch::Tensor& images) override;
    [[nodiscard]] std::vector<std::int64_t> channels() const override;
    // The stem is layer 0, then every residual block is one.
    [[nodiscard]] std::int64_t layer_of(const std::string& parameter) const override;
    [[nodiscard]] std::int64_t layers() const override;
    void train(bool on = true) override;  // frozen stages stay in evaluation

  private:
    using Stage = std::vector<std::shared_ptr<ResidualBlock>>;

    ResNet(const Args& args, const NormFactory& norms);
    void freeze(std::int64_t stages);

    bool cifar_stem_ = false;
    std::shared_ptr<Conv2d> conv1_;
    std::shared_ptr<Norm> bn1_;
    std::vector<Stage> stages_;
    std::vector<std::int64_t> out_indices_;
    std::vector<std::int64_t> stage_channels_;
    std::vector<std::shared_ptr<Module>> frozen_;
};

}  // namespace goetia
