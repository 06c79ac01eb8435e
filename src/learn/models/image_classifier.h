// A classifier put together from a backbone, an optional neck and a head, each a component of its own.
#pragma once

#include <memory>

#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {

class ImageClassifier final : public Model {
  public:
    static Schema schema();
    static Result<std::unique_ptr<ImageClassifier>> make(const Args& args, const BuildContext& context);

    torch::Tensor scores(const torch::Tensor& images) override;
    Losses losses(const torch::Tensor& images, const Targets& targets) override;
    [[nodiscard]] std::int64_t classes() const override { return head_->classes(); }
    [[nodiscard]] std::vector<std::int64_t> topk() const override { return head_->topk(); }
    [[nodiscard]] std::int64_t layer_of(const std::string& parameter) const override;
    [[nodiscard]] std::int64_t layers() const override;

  private:
    ImageClassifier(std::shared_ptr<Backbone> backbone, std::shared_ptr<Neck> neck, std::shared_ptr<Head> head);
    std::vector<torch::Tensor> features(const torch::Tensor& images);

    std::shared_ptr<Backbone> backbone_;
    std::shared_ptr<Neck> neck_;  // may be null
    std::shared_ptr<Head> head_;
};

}  // namespace goetia
