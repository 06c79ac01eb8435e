// goetia-runtime forward --model M [--set k=v]... [--weights W] --input X.npy --output Y.npy
// Numbers in, numbers out: the scores of a model in evaluation mode.
#include <algorithm>

#include <ATen/Context.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include "apps/goetia-runtime/command.h"
#include "base/npy.h"
#include "config/config.h"
#include "learn/components.h"
#include "learn/pretrained.h"
#include "learn/tensors.h"

namespace goetia::runtime {
namespace {

// "resnet50" and its sisters are short for a whole classifier; any other name is a registered model.
Json model_config(const std::string& name) {
    for (const int depth : {18, 34, 50, 101, 152}) {
        if (name != fmt::format("resnet{}", depth)) continue;
        return {{"type", "ImageClassifier"},
                {"backbone", {{"type", "ResNet"}, {"depth", depth}}},
                {"head", {{"type", "LinearClsHead"}, {"num_classes", 1000}}}};
    }
    return {{"type", name}};
}

// The section a bare key such as "num_classes" belongs to: the one part of the model that declares it, or the model
// itself.
Result<std::string> full_path(const Json& config, const std::string& key, const Components& components) {
    if (key.find('.') != std::string::npos || key == "type") return key;
    GOETIA_ASSIGN(const auto* model, components.models.find(config["type"].get<std::string>()));
    if (model->schema.find(key)) return key;
    const auto declares = [&](const char* part, const auto& registry) {
        if (!config.contains(part) || !config[part].is_object() || !config[part].contains("type")) return false;
        const auto entry = registry.find(config[part]["type"].template get<std::string>());
        return entry.ok() && (*entry)->schema.find(key) != nullptr;
    };
    if (declares("backbone", components.backbones)) return "backbone." + key;
    if (declares("head", components.heads)) return "head." + key;
    return invalid(
        "'--set {}' names no parameter of model '{}' or of its backbone and head; write the whole path, such as "
        "backbone.{}",
        key, config["type"].get<std::string>(), key);
}

Status apply_set(Json& config, const std::string& assignment, const Components& components) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
        return invalid("'--set {}' must be written as key=value", assignment);
    GOETIA_ASSIGN(const std::string path, full_path(config, assignment.substr(0, equals), components));
    GOETIA_ASSIGN(const Json value, parse_yaml(assignment.substr(equals + 1), "--set"));
    std::string pointer = "/" + path;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    try {
        config[Json::json_pointer(pointer)] = value;
    } catch (const Json::exception&) {
        return invalid("'--set {}' goes through a value that is not a mapping", assignment);
    }
    return {};
}

Result<std::shared_ptr<Model>> build(const Words& words, const std::string& name, const Components& components) {
    Json config = model_config(name);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] == "--set") GOETIA_TRY(apply_set(config, words[i + 1], components));
    }
    torch::manual_seed(0);
    GOETIA_ASSIGN(auto model, components.models.make(config, "model", BuildContext{components, lone_rank()}));
    if (const auto file = option(words, "--weights")) {
        GOETIA_ASSIGN(const Value weights, read_weights(*file));
        if (auto loaded = load_state(*model, with_model_names(weights, *model)); !loaded)
            return std::move(loaded).error().within(fmt::format("weights '{}'", *file));
    }
    model->eval();
    return model;
}

Result<std::string> needed(const Words& words, const std::string& name) {
    if (auto value = option(words, name)) return *value;
    return invalid("forward needs {}; usage: forward --model M [--set k=v] [--weights W] --input X.npy --output Y.npy",
                   name);
}

}  // namespace

Status forward_command(const Words& words) {
    GOETIA_ASSIGN(const std::string name, needed(words, "--model"));
    GOETIA_ASSIGN(const std::string input, needed(words, "--input"));
    GOETIA_ASSIGN(const std::string output, needed(words, "--output"));
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_ASSIGN(const auto model, build(words, name, *components));
    GOETIA_ASSIGN(NpyArray images, read_npy(input));
    try {
        c10::InferenceMode no_grad;
        const torch::Tensor scores =
            model->forward(torch::from_blob(images.values.data(), images.shape)).at(0).to(torch::kFloat32).contiguous();
        const float* numbers = scores.const_data_ptr<float>();
        GOETIA_TRY(write_npy(output, {scores.sizes().vec(), std::vector<float>(numbers, numbers + scores.numel())}));
        fmt::print("{}\n", Json{{"model", name}, {"output", output}, {"shape", scores.sizes().vec()}}.dump());
    } catch (const c10::Error& error) {
        return invalid("model '{}' cannot take '{}' of shape {}: {}", name, input, Json(images.shape).dump(),
                       error.what_without_backtrace());
    }
    return {};
}

}  // namespace goetia::runtime
