#include "learn/models/image_model.h"

#include <string_view>

#include "learn/components.h"

namespace goetia {
namespace {

constexpr std::string_view kBackbonePrefix = "backbone.";

// What a part is given: the channels of the last map, or of all maps where it takes a list.
Json channels_for(const Param& param, const std::vector<std::int64_t>& channels) {
    return param.type == ParamType::kIntList ? Json(channels) : Json(channels.back());
}

// The section of a neck or head with the channels it is given; one that names others cannot be built on this backbone.
template <class Registry>
Result<Json> with_channels(Json section, const std::string& part, const Registry& registry,
                           const std::vector<std::int64_t>& channels, const Json& backbone) {
    if (!section.is_object() || !section.contains("type") || !section["type"].is_string()) return section;
    GOETIA_ASSIGN(const auto* entry, registry.find(section["type"].template get<std::string>()));
    const Param* param = entry->schema.find("in_channels");
    if (param == nullptr) return section;
    const Json given = channels_for(*param, channels);
    if (!section.contains("in_channels") || section["in_channels"].is_null()) {
        section["in_channels"] = given;
    } else if (section["in_channels"] != given) {
        Error error = invalid("the {} does not fit the backbone", part);
        error.faults.push_back(
            {.path = part + ".in_channels",
             .message = fmt::format("must be {}, which is what backbone {} gives; write that or leave it out",
                                    given.dump(), backbone.dump()),
             .found = section["in_channels"].dump(),
             .allowed = given.dump()});
        return error;
    }
    return section;
}

struct TaskModelName {
    const char *name, *sentence;
};

constexpr TaskModelName name_of(Task task) {
    switch (task) {
        case Task::kClassification:
            return {"ImageClassifier", "A classifier made of a backbone, an optional neck and a head"};
        case Task::kRegression:
            return {"ImageRegressor", "A regressor made of a backbone, an optional neck and a head"};
        case Task::kMultilabel:
            return {"MultilabelClassifier", "A classifier of images that may be of several classes"};
        case Task::kDetection:
            return {"ObjectDetector", "Finds objects as boxes; made of a backbone, an optional neck and a head"};
        case Task::kInstance:
            return {"InstanceSegmenter", "Finds objects as masks; made of a backbone, an optional neck and a head"};
        case Task::kSemantic: return {"SemanticSegmenter", "A class for each pixel"};
    }
    return {};
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
        GOETIA_ASSIGN(const Json neck_section, with_channels(args.get<Json>("neck"), "neck", context.components.necks,
                                                             channels, backbone_section));
        GOETIA_ASSIGN(parts.neck, context.components.necks.make(neck_section, "neck", context));
        channels = parts.neck->channels(std::move(channels));
    }
    GOETIA_ASSIGN(const Json head_section,
                  with_head_channels(args.get<Json>("head"), "head", context, channels, backbone_section));
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

Result<Json> ImageModel::with_head_channels(Json section, const std::string& part, const BuildContext& context,
                                            const std::vector<std::int64_t>& channels, const Json& backbone) {
    return with_channels(std::move(section), part, context.components.heads, channels, backbone);
}

std::vector<torch::Tensor> ImageModel::features(const torch::Tensor& images) {
    return through_neck(backbone_->forward(images));
}

std::vector<torch::Tensor> ImageModel::through_neck(std::vector<torch::Tensor> maps) {
    return neck_ ? neck_->forward(std::move(maps)) : maps;
}

Outputs ImageModel::forward(const torch::Tensor& images) { return head_->forward(features(images)); }

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
    static Schema schema() { return image_model_schema(name_of(kTask).name, name_of(kTask).sentence); }
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
    GOETIA_TRY(registry.add<TaskModel<Task::kDetection>>());
    GOETIA_TRY(registry.add<TaskModel<Task::kInstance>>());
    GOETIA_TRY(registry.add<TaskModel<Task::kMultilabel>>());
    return registry.add<TaskModel<Task::kRegression>>();
}

}  // namespace goetia
