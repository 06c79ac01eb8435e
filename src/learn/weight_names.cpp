#include "learn/weight_names.h"

#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace goetia {
namespace {

struct PrefixRule {
    std::string_view theirs, ours;
};

// Tried in order; each is taken where the model has the name that it gives.
constexpr PrefixRule kPrefixes[]{
    {"", ""},
    // Detectors and segmenters of torchvision.
    {"backbone.body.", "backbone."},
    {"backbone.body.", "backbone.features."},  // MobileNetV3: there the body is what a classifier calls features
    {"backbone.", "backbone.features."},       // likewise in segmenters
    {"backbone.fpn.", "neck."},
    {"rpn.", "head.rpn."},
    {"roi_heads.", "head.roi_heads."},
    {"aux_classifier.", "auxiliary."},
    // Classifiers, whose features are the backbones of all tasks.
    {"classifier.", "head."},
    {"fc.", "head.fc."},
    {"", "backbone."},
    // VGG-16 in SSD300: conv5 is the first extra layer.
    {"features.24.", "backbone.extra.0.1."},
    {"features.26.", "backbone.extra.0.3."},
    {"features.28.", "backbone.extra.0.5."},
    // MobileNetV3 large in SSDLite: the block that begins its last stage is cut in two.
    {"features.13.block.0.", "backbone.features.0.13."},
    {"features.13.block.", "backbone.features.1.0."},
    {"features.14.", "backbone.features.1.1."},
    {"features.15.", "backbone.features.1.2."},
    {"features.16.", "backbone.features.1.3."},
    {"features.", "backbone.features.0."},
};

// The start of `name` up to and with `before`, the whole number behind it, and the rest after the dot that follows.
struct Numbered {
    std::string before;
    int number;
    std::string rest;
};

std::optional<Numbered> numbered(const std::string& name, std::string_view before) {
    const std::size_t at = name.find(before);
    if (at == std::string::npos) return std::nullopt;
    const std::size_t begin = at + before.size();
    std::size_t end = begin;
    while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) ++end;
    if (end == begin || end - begin > 4 || end >= name.size() || name[end] != '.') return std::nullopt;
    return Numbered{name.substr(0, begin), std::stoi(name.substr(begin, end - begin)), name.substr(end + 1)};
}

bool is_parameter(std::string_view name) { return name == "weight" || name == "bias"; }

// torchvision's newer spelling of a name, which it renames on loading as well; none: there is only one spelling.
std::optional<std::string> newer_spelling(const std::string& name) {
    for (const std::string_view list : {".inner_blocks.", ".layer_blocks."}) {
        if (const auto found = numbered(name, list); found && is_parameter(found->rest))
            return found->before + std::to_string(found->number) + ".0." + found->rest;
    }
    constexpr std::string_view kRpn = "rpn.head.conv.";
    if (name.starts_with(kRpn) && is_parameter(name.substr(kRpn.size())))
        return fmt::format("{}0.0.{}", kRpn, name.substr(kRpn.size()));
    constexpr std::string_view kMask = "mask_head.mask_fcn";
    if (const auto found = numbered(name, kMask); found && is_parameter(found->rest)) {
        return found->before.substr(0, found->before.size() - std::string_view("mask_fcn").size()) +
               std::to_string(found->number - 1) + ".0." + found->rest;
    }
    for (const std::string_view list : {"classification_head.conv.", "regression_head.conv."}) {
        const auto found = numbered(name, list);
        if (found && is_parameter(found->rest) && found->number % 2 == 0)
            return found->before + std::to_string(found->number / 2) + ".0." + found->rest;
    }
    return std::nullopt;
}

}  // namespace

WeightNames::WeightNames(const Module& model) {
    for (const NamedTensor& one : model.named_state()) own_.insert(one.name);
}

std::string WeightNames::ours(const std::string& name) const {
    constexpr std::string_view kWrapped = "module.", kCount = "num_batches_tracked";
    if (own_.contains(name)) return name;
    // Saved from a model that was wrapped for many ranks.
    if (name.starts_with(kWrapped)) return ours(name.substr(kWrapped.size()));
    // A frozen norm keeps no count of batches; that of the file goes where the other statistics go.
    if (name.ends_with(kCount)) {
        const std::string stem = name.substr(0, name.size() - kCount.size());
        const std::string sister = ours(stem + "running_mean");
        return sister == stem + "running_mean" ? name : sister.substr(0, sister.rfind('.') + 1) + std::string(kCount);
    }
    std::vector<std::string> spellings{name};
    if (const auto newer = newer_spelling(name)) spellings.push_back(*newer);
    for (const std::string& spelling : spellings) {
        for (const PrefixRule& rule : kPrefixes) {
            if (!spelling.starts_with(rule.theirs)) continue;
            std::string candidate = std::string(rule.ours) + spelling.substr(rule.theirs.size());
            if (own_.contains(candidate)) return candidate;
        }
    }
    return name;
}

}  // namespace goetia
