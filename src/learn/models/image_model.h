// Models put together from a backbone, an optional neck and a head, each a component of its own; the head decides the
// task.
#pragma once

#include <memory>

#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {

class ImageModel : public Model {
  public:
    Outputs forward(const torch::Tensor& images) override;
    Losses losses(const Outputs& outputs, const Targets& targets) override { return head_->losses(outputs, targets); }
    [[nodiscard]] Task task() const override { return head_->task(); }
    [[nodiscard]] std::int64_t outcomes() const override { return head_->outcomes(); }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const override {
        return head_->predict(outputs, frames);
    }
    [[nodiscard]] std::vector<std::string> counted() const override { return head_->counted(); }
    [[nodiscard]] std::vector<torch::Tensor> count(const Outputs& outputs, const Targets& targets) const override {
        return head_->count(outputs, targets);
    }
    [[nodiscard]] std::int64_t layer_of(const std::string& parameter) const override;
    [[nodiscard]] std::int64_t layers() const override;

  protected:
    struct Parts {
        std::shared_ptr<Backbone> backbone;
        std::shared_ptr<Neck> neck;  // may be null
        std::shared_ptr<Head> head;
    };
    explicit ImageModel(Parts parts);
    static Schema image_model_schema(std::string name, std::string sentence);
    // An Error where the head is of another task than `task`.
    static Result<Parts> make_parts(const Args& args, const BuildContext& context, Task task);

    // The section of a head on maps of these channels, as `part` of the model: its "in_channels" are filled in. An
    // Error where it names others.
    static Result<Json> with_head_channels(Json section, const std::string& part, const BuildContext& context,
                                           const std::vector<std::int64_t>& channels, const Json& backbone);

    // What the head is given: the backbone's maps, through the neck where there is one.
    std::vector<torch::Tensor> features(const torch::Tensor& images);
    std::vector<torch::Tensor> through_neck(std::vector<torch::Tensor> maps);
    [[nodiscard]] Backbone& backbone() const { return *backbone_; }
    [[nodiscard]] Head& head() const { return *head_; }

  private:
    std::shared_ptr<Backbone> backbone_;
    std::shared_ptr<Neck> neck_;  // may be null
    std::shared_ptr<Head> head_;
};

}  // namespace goetia
