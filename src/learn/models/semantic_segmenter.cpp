#include "base/json.h"
#include "learn/components.h"
#include "learn/models/image_model.h"
#include "learn/tasks/semantic.h"

namespace goetia {
namespace {

// What `forward` gives is scaled to the images, as in torchvision: first the head's scores, then those of the auxiliary
// head where there is one. The auxiliary head learns from an earlier map of the backbone, so that the gradients there
// are larger; predictions are the head's.
class SemanticSegmenter final : public ImageModel {
  public:
    static Schema schema() {
        return image_model_schema("SemanticSegmenter",
                                  "Gives each pixel a class; made of a backbone, an optional neck and a head")
            .with(object("auxiliary", "a second head that only helps to learn, on a map of the backbone").or_null())
            .with(integer("auxiliary_map", "which of the backbone's maps it is given, counted from 0")
                      .at_least(0)
                      .fallback(0))
            .with(number("auxiliary_weight", "factor of its loss in the total").at_least(0).fallback(0.5));
    }

    static Result<std::unique_ptr<SemanticSegmenter>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(Parts parts, make_parts(args, context, Task::kSemantic));
        std::shared_ptr<Head> auxiliary;
        if (!args.is_null("auxiliary")) {
            GOETIA_ASSIGN(auxiliary, make_auxiliary(args, context, parts));
        }
        return std::unique_ptr<SemanticSegmenter>(new SemanticSegmenter(std::move(parts), std::move(auxiliary), args));
    }

    Outputs forward(const torch::Tensor& images) override {
        std::vector<torch::Tensor> maps = backbone().forward(images);
        const std::vector<torch::Tensor> beside =
            auxiliary_ ? std::vector{maps[auxiliary_map_]} : std::vector<torch::Tensor>{};
        const torch::Tensor scores = head().forward(through_neck(std::move(maps))).at(0);
        check_size(scores, images);
        Outputs outputs{scaled_scores(scores, images.size(2), images.size(3))};
        if (auxiliary_)
            outputs.push_back(scaled_scores(auxiliary_->forward(beside).at(0), images.size(2), images.size(3)));
        return outputs;
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        Losses losses = head().losses({outputs.at(0)}, targets);
        if (!auxiliary_) return losses;
        const torch::Tensor found = auxiliary_->losses({outputs.at(1)}, targets).total * auxiliary_weight_;
        losses.total = losses.total + found;
        losses.parts.emplace_back("loss_aux", found.detach());
        return losses;
    }

  private:
    SemanticSegmenter(Parts parts, std::shared_ptr<Head> auxiliary, const Args& args)
        : ImageModel(std::move(parts)),
          auxiliary_map_(static_cast<std::size_t>(args.integer("auxiliary_map"))),
          auxiliary_weight_(args.number("auxiliary_weight")) {
        if (auxiliary) auxiliary_ = register_module("auxiliary", std::move(auxiliary));
    }

    static Result<std::shared_ptr<Head>> make_auxiliary(const Args& args, const BuildContext& context,
                                                        const Parts& parts) {
        const std::vector<std::int64_t> channels = parts.backbone->channels();
        const auto map = static_cast<std::size_t>(args.integer("auxiliary_map"));
        if (map >= channels.size())
            return invalid(
                "'auxiliary_map' is {}, but the backbone hands on {} maps; name more stages in its out_indices", map,
                channels.size());
        Json section = args.get<Json>("auxiliary");
        if (const Json& main = args.at("head"); !section.contains("loss") && main.contains("loss"))
            section["loss"] = main["loss"];
        GOETIA_ASSIGN(section, with_head_channels(std::move(section), "auxiliary", context, {channels[map]},
                                                  args.at("backbone")));
        GOETIA_ASSIGN(auto head, context.components.heads.make(section, "auxiliary", context));
        if (head->task() != Task::kSemantic || head->outcomes() != parts.head->outcomes())
            return invalid("the auxiliary head is for {} of {} classes, the head for {} of {}; both must be the same",
                           task_name(head->task()), head->outcomes(), task_name(parts.head->task()),
                           parts.head->outcomes());
        return head;
    }

    // A network that strides over the whole image tells all its pixels the same class.
    static void check_size(const torch::Tensor& scores, const torch::Tensor& images) {
        const bool too_small =
            (scores.size(2) == 1 && images.size(2) > 1) || (scores.size(3) == 1 && images.size(3) > 1);
        TORCH_CHECK(!too_small, "of images of ", images.size(3), "x", images.size(2),
                    " pixels the model makes maps of ", scores.size(3), "x", scores.size(2),
                    ", which cannot tell the pixels apart; make the images larger (Resize), or take a backbone of "
                    "fewer stages");
    }

    std::shared_ptr<Head> auxiliary_;  // may be null
    std::size_t auxiliary_map_;
    double auxiliary_weight_;
};

}  // namespace

Status add_semantic_segmenter(ModelRegistry& registry) { return registry.add<SemanticSegmenter>(); }

}  // namespace goetia
