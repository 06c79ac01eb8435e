#include "learn/models/image_model.h"

#include <string_view>

#include "learn/components.h"

namespace goetia {
namespace {

constexpr std::string_view kBackbonePrefix = "backbone.";

// The head's section with the channels it is given; a head that names others cannot be built on this backbone.
Result<Json> with_channels(Json section, const HeadRegistry& heads, std::int64_t channels, const Json& backbone) {
    if (!section.is_object() || !section.contains("type") || !section["type"].is_string()) return section;
    GOETIA_ASSIGN(const auto* entry, heads.find(section["type"].get<std::string>()));
    if (!entry->schema.find("in_channels")) return section;
    if (!section.contains("in_channels") || section["in_channels"].is_null()) {
        section["in_channels"] = channels;
    } else if (section["in_channels"] != channels) {
        Error error = invalid("the head does not fit the backbone");
        error.faults.push_back(
            {.path = "head.in_channels",
             .message = fmt::format("must be {}, which is what backbone {} gives; write that or leave it out", channels,
                                    backbone.dump()),
             .found = section["in_channels"].dump(),
             .allowed = std::to_string(channels)});
        return error;
    }
    return section;
}

}  // namespace

Schema ImageModel::image_model_schema(std::string name, std::string sentence) {
    return Schema(std::move(name), std::move(sentence))
        .with(object("backbone", "images to features"))
        .with(object("neck", "features to features").or_null())
        .with(object("head", "features to outputs and losses"))
        .with(object("pretrained", "weights to start from: enabled, source, path, strict").or_null());
}

Result<ImageModel::Parts> ImageModel::make_parts(const Args& args, const BuildContext& context, Task task) {
    Parts parts;
    const Json backbone_section = args.get<Json>("backbone");
    GOETIA_ASSIGN(parts.backbone, context.components.backbones.make(backbone_section, "backbone", context));
    std::vector<std::int64_t> channels = parts.backbone->channels();
    if (!args.is_null("neck")) {
        GOETIA_ASSIGN(parts.neck, context.components.necks.make(args.get<Json>("neck"), "neck", context));
        channels = parts.neck->channels(std::move(channels));
    }
    GOETIA_ASSIGN(const Json head_section,
                  with_channels(args.get<Json>("head"), context.components.heads, channels.back(), backbone_section));
    GOETIA_ASSIGN(parts.head, context.components.heads.make(head_section, "head", context));
    if (parts.head->task() != task)
        return invalid("head '{}' is for {}, this model needs one for {}", head_section["type"].get<std::string>(),
                       task_name(parts.head->task()), task_name(task));
    return parts;
}

ImageModel::ImageModel(Parts parts) {
    backbone_ = register_module("backbone", std::move(parts.backbone));
    if (parts.neck) neck_ = register_module("neck", std::move(parts.neck));
    head_ = register_module("head", std::move(parts.head));
}

Outputs ImageModel::forward(const torch::Tensor& images) {
    std::vector<torch::Tensor> maps = backbone_->forward(images);
    return head_->forward(neck_ ? neck_->forward(std::move(maps)) : maps);
}

// The backbone's own layers, then one more: neck and head.
std::int64_t ImageModel::layers() const { return backbone_->layers() + 1; }

std::int64_t ImageModel::layer_of(const std::string& parameter) const {
    if (!parameter.starts_with(kBackbonePrefix)) return backbone_->layers();
    return backbone_->layer_of(parameter.substr(kBackbonePrefix.size()));
}

namespace {

template <Task kTask>
class TaskModel final : public ImageModel {
  public:
    static Schema schema() {
        if (kTask == Task::kClassification)
            return image_model_schema("ImageClassifier",
                                      "A classifier made of a backbone, an optional neck and a head");
        return image_model_schema("ImageRegressor", "A regressor made of a backbone, an optional neck and a head");
    }
    static Result<std::unique_ptr<TaskModel>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(Parts parts, make_parts(args, context, kTask));
        return std::unique_ptr<TaskModel>(new TaskModel(std::move(parts)));
    }

  private:
    using ImageModel::ImageModel;
};

}  // namespace

Status add_image_model(ModelRegistry& registry) {
    GOETIA_TRY(registry.add<TaskModel<Task::kClassification>>());
    return registry.add<TaskModel<Task::kRegression>>();
}

}  // namespace goetia
