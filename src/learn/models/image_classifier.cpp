#include "learn/models/image_classifier.h"

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

Schema ImageClassifier::schema() {
    return Schema("ImageClassifier", "A classifier made of a backbone, an optional neck and a head")
        .with(object("backbone", "images to features"))
        .with(object("neck", "features to features").or_null())
        .with(object("head", "features to class scores and losses"))
        .with(object("pretrained", "weights to start from: enabled, source, path, strict").or_null());
}

Result<std::unique_ptr<ImageClassifier>> ImageClassifier::make(const Args& args, const BuildContext& context) {
    const Json backbone_section = args.get<Json>("backbone");
    GOETIA_ASSIGN(auto backbone, context.components.backbones.make(backbone_section, "backbone", context));
    std::vector<std::int64_t> channels = backbone->channels();
    std::shared_ptr<Neck> neck;
    if (!args.is_null("neck")) {
        GOETIA_ASSIGN(neck, context.components.necks.make(args.get<Json>("neck"), "neck", context));
        channels = neck->channels(std::move(channels));
    }
    GOETIA_ASSIGN(const Json head_section,
                  with_channels(args.get<Json>("head"), context.components.heads, channels.back(), backbone_section));
    GOETIA_ASSIGN(auto head, context.components.heads.make(head_section, "head", context));
    return std::unique_ptr<ImageClassifier>(new ImageClassifier(std::move(backbone), std::move(neck), std::move(head)));
}

ImageClassifier::ImageClassifier(std::shared_ptr<Backbone> backbone, std::shared_ptr<Neck> neck,
                                 std::shared_ptr<Head> head) {
    backbone_ = register_module("backbone", std::move(backbone));
    if (neck) neck_ = register_module("neck", std::move(neck));
    head_ = register_module("head", std::move(head));
}

Outputs ImageClassifier::forward(const torch::Tensor& images) {
    std::vector<torch::Tensor> maps = backbone_->forward(images);
    return head_->forward(neck_ ? neck_->forward(std::move(maps)) : maps);
}

// The backbone's own layers, then one more: neck and head.
std::int64_t ImageClassifier::layers() const { return backbone_->layers() + 1; }

std::int64_t ImageClassifier::layer_of(const std::string& parameter) const {
    if (!parameter.starts_with(kBackbonePrefix)) return backbone_->layers();
    return backbone_->layer_of(parameter.substr(kBackbonePrefix.size()));
}

}  // namespace goetia
