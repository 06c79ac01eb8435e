// goetia-runtime forward --model M [--set k=v]... [--weights W] --input X.npy --output Y.npy: numbers in, numbers out,
// of a model in evaluation mode; the output is the model's first one. Without --input: what the model is. Further:
//   --maps DIR            what its backbone hands on, as DIR/0.npy, 1.npy, ...
//   --outputs DIR         all its outputs
//   --predictions P.json  what it finds (forward_step.h)
//   --sizes [[h, w], ...] the part of each image that is no padding
//   --gradients G.pth     gradients and the norms' statistics after one pass in training, by the model's names: of half
//                         the sum of the squared outputs, or of the losses against --truth T.json
//   --losses L.json       the losses of that pass
//   --double              that pass in double precision
#include <algorithm>
#include <filesystem>

#include <ATen/Context.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include "apps/goetia-runtime/command.h"
#include "apps/goetia-runtime/forward_step.h"
#include "base/npy.h"
#include "config/config.h"
#include "config/named_model.h"
#include "learn/components.h"
#include "learn/pretrained.h"
#include "learn/tensors.h"
#include "weights/pth.h"

namespace goetia::runtime {
namespace {

// A registered model, such as TorchScript, or a whole one by its name in configs/groups/model.
Result<Json> model_config(const std::string& name, const Components& components) {
    if (components.models.find(name).ok()) return Json{{"type", name}};
    return named_model(name);
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
    GOETIA_ASSIGN(Json config, model_config(name, components));
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

NpyArray as_npy(const torch::Tensor& tensor) {
    const torch::Tensor plain = tensor.detach().to(torch::kFloat32).contiguous();
    const auto* numbers = plain.const_data_ptr<float>();
    return {plain.sizes().vec(), std::vector<float>(numbers, numbers + plain.numel())};
}

Status write_all(const std::vector<torch::Tensor>& tensors, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < tensors.size(); ++i)
        GOETIA_TRY(write_npy(folder / fmt::format("{}.npy", i), as_npy(tensors[i])));
    return {};
}

Status write_maps(Model& model, const torch::Tensor& images, const std::filesystem::path& folder) {
    const auto backbone = std::dynamic_pointer_cast<Backbone>(model.child("backbone"));
    if (!backbone) return invalid("the model has no backbone, so there are no maps for --maps");
    return write_all(backbone->forward(images), folder);
}

Status write_evaluated(const Words& words, Model& model, const torch::Tensor& images, const std::vector<Frame>& frames,
                       const std::string& output) {
    const c10::InferenceMode no_gradients;
    const Outputs outputs = model.forward(images);
    const NpyArray first = as_npy(outputs.at(0));
    GOETIA_TRY(write_npy(output, first));
    if (const auto folder = option(words, "--outputs")) GOETIA_TRY(write_all(outputs, *folder));
    if (const auto folder = option(words, "--maps")) GOETIA_TRY(write_maps(model, images, *folder));
    if (const auto file = option(words, "--predictions"))
        GOETIA_TRY(write_predictions(model.predict(outputs, frames), *file));
    fmt::print("{}\n", Json{{"output", output}, {"shape", first.shape}}.dump());
    return {};
}

Result<torch::Tensor> differentiated(const Words& words, Model& model, const torch::Tensor& images,
                                     const std::vector<Frame>& frames) {
    const Outputs outputs = model.forward(images);
    const auto truth = option(words, "--truth");
    if (!truth) return outputs.at(0).square().sum().mul(0.5);
    GOETIA_ASSIGN(Targets targets, read_targets(*truth, model.task(), frames));
    for (ObjectTargets& one : targets.objects) {
        if (one.boxes.defined()) one.boxes = one.boxes.to(images.scalar_type());
    }
    const Losses losses = model.losses(outputs, targets);
    if (const auto file = option(words, "--losses")) GOETIA_TRY(write_losses(losses, *file));
    return losses.total;
}

Status write_gradients(const Words& words, Model& model, const torch::Tensor& images, const std::vector<Frame>& frames,
                       const std::string& file) {
    model.train();
    const bool is_double = std::ranges::count(words, "--double") > 0;
    if (is_double) model.to(torch::kFloat64);
    GOETIA_ASSIGN(const torch::Tensor loss,
                  differentiated(words, model, is_double ? images.to(torch::kFloat64) : images, frames));
    loss.backward();
    Dict found;
    for (const NamedTensor& one : model.named_parameters()) {
        if (one.tensor.grad().defined()) found.emplace_back(one.name, to_weights(one.tensor.grad()));
    }
    for (const NamedTensor& one : model.named_buffers()) found.emplace_back(one.name, to_weights(one.tensor));
    if (auto written = write_pth(file, found); !written) return std::move(written).error();
    return {};
}

Status describe_model(const Words& words, const std::string& name) {
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_ASSIGN(const auto model, build(words, name, *components));
    std::int64_t parameters = 0, trained = 0;
    for (const torch::Tensor& one : model->parameters()) {
        parameters += one.numel();
        if (one.requires_grad()) trained += one.numel();
    }
    const Json facts{{"model", name},
                     {"task", task_name(model->task())},
                     {"outcomes", model->outcomes()},
                     {"parameters", parameters},
                     {"trained_parameters", trained}};
    fmt::print("{}\n", facts.dump());
    return {};
}

}  // namespace

Status forward_command(const Words& words) {
    GOETIA_ASSIGN(const std::string name, needed(words, "--model"));
    if (!option(words, "--input")) return describe_model(words, name);
    GOETIA_ASSIGN(const std::string input, needed(words, "--input"));
    GOETIA_ASSIGN(const std::string output, needed(words, "--output"));
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_ASSIGN(const auto model, build(words, name, *components));
    GOETIA_ASSIGN(NpyArray images, read_npy(input));
    if (images.shape.size() != 4)
        return invalid("'{}' has shape {}, expected [images, channels, height, width]", input,
                       Json(images.shape).dump());
    const torch::Tensor given = torch::from_blob(images.values.data(), images.shape);
    GOETIA_ASSIGN(const std::vector<Frame> frames, frames_of(given, option(words, "--sizes")));
    try {
        GOETIA_TRY(write_evaluated(words, *model, given, frames, output));
        if (const auto file = option(words, "--gradients"))
            GOETIA_TRY(write_gradients(words, *model, given, frames, *file));
    } catch (const c10::Error& error) {
        return invalid("model '{}' cannot take '{}' of shape {}: {}", name, input, Json(images.shape).dump(),
                       error.what_without_backtrace());
    }
    return {};
}

}  // namespace goetia::runtime
