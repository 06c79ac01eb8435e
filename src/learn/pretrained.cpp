#include "learn/pretrained.h"

#include <cstdlib>

#include <fmt/ranges.h>

#include "base/nearest.h"
#include "component/args.h"
#include "learn/published_weights.h"
#include "learn/tensors.h"
#include "learn/weight_names.h"
#include "weights/pth.h"
#include "weights/safetensors.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

// The first of these files that is in the cache, or an Error that says which file to put there and where to get it.
Result<fs::path> cached(const fs::path& cache, const std::vector<std::string>& names, const std::string& what,
                        const std::string& from) {
    for (const std::string& name : names) {
        if (fs::is_regular_file(cache / name)) return cache / name;
    }
    return not_found(
        "{} is not on this machine and this program does not download weights; get {} and put it at '{}', or set "
        "model.pretrained.enabled=false",
        what, from, (cache / names.front()).string());
}

Result<fs::path> torchvision_file(const std::string& name, const fs::path& cache) {
    std::vector<std::string> known;
    for (const PublishedWeights& one : torchvision_weights()) {
        known.emplace_back(one.name);
        if (one.name != name) continue;
        return cached(cache, {name + ".pth", std::string(one.file), name + ".safetensors"},
                      fmt::format("'{}' of torchvision", name),
                      fmt::format("https://download.pytorch.org/models/{}", one.file));
    }
    const std::string near = nearest_name(name, known);
    return not_found("torchvision has no weights '{}' for a model of this build{}; known: {}", name,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(known, ", "));
}

Result<fs::path> find_file(const Args& args, const fs::path& cache) {
    const std::string source = args.text("source"), path = args.text("path");
    if (source == "torchvision") return torchvision_file(path, cache);
    if (source == "timm")
        return cached(cache, {path + ".safetensors", path + ".pth"}, fmt::format("'{}' of timm", path),
                      fmt::format("model.safetensors of https://huggingface.co/timm/{}", path));
    if (source == "url") return cached(cache, {fs::path(path).filename().string()}, fmt::format("'{}'", path), "it");
    if (!fs::is_regular_file(path)) return not_found("there is no weights file '{}' (model.pretrained.path)", path);
    return fs::path(path);
}

// Counts of batches may be missing or in excess, see load_state().
bool is_count(std::string_view name) { return name.ends_with("num_batches_tracked"); }

bool is_of_head(std::string_view name) { return name.starts_with("head.") || name.starts_with("auxiliary."); }

// What a lenient load leaves out: names only one side has, and a head made for other classes.
Dict fitting_part(const Value& weights, const Value& own, std::vector<std::string>& left_out) {
    Dict kept;
    for (const auto& [key, value] : weights.as<Dict>()) {
        const std::string name = key.is<std::string>() ? key.as<std::string>() : "";
        const Value* expected = own.find(name);
        if (!expected && is_count(name)) {
            continue;
        } else if (!expected) {
            left_out.push_back(fmt::format("'{}' of the file is not used: the model has no such parameter", name));
        } else if (is_of_head(name) && value.is<Tensor>() && value.as<Tensor>().shape != expected->as<Tensor>().shape) {
            left_out.push_back(fmt::format("'{}' starts fresh: the file has shape {}, the model needs {}", name,
                                           sizes_text(value.as<Tensor>().shape),
                                           sizes_text(expected->as<Tensor>().shape)));
        } else {
            kept.emplace_back(key, value);
        }
    }
    for (const auto& [key, value] : own.as<Dict>()) {
        const auto& name = key.as<std::string>();
        if (!weights.find(name) && !is_count(name))
            left_out.push_back(fmt::format("'{}' starts fresh: the file does not hold it", name));
    }
    return kept;
}

bool holds_tensors(const Value& value) {
    if (!value.is<Dict>()) return false;
    for (const auto& [key, one] : value.as<Dict>()) {
        if (one.is<Tensor>()) return true;
    }
    return false;
}

}  // namespace

Schema pretrained_schema() {
    return Schema("pretrained", "Weights to start from")
        .with(boolean("enabled", "whether they are used").fallback(true))
        .with(text("source", "who made them").one_of({"torchvision", "timm", "url", "local"}).fallback("local"))
        .with(text("path", "their name with torchvision or timm, the address, or the file"))
        .with(boolean("strict", "every name must be in the file and in the model").fallback(true));
}

fs::path weights_cache() {
    const auto named = [](const char* variable) -> fs::path {
        const char* value = std::getenv(variable);
        return value != nullptr ? value : "";
    };
    if (const fs::path own = named("GOETIA_CACHE"); !own.empty()) return own / "weights";
    if (const fs::path user = named("XDG_CACHE_HOME"); !user.empty()) return user / "goetia" / "weights";
    return named("HOME") / ".cache" / "goetia" / "weights";
}

Result<Value> read_weights(const fs::path& file) {
    auto read = file.extension() == ".safetensors" ? read_safetensors(file) : read_pth(file);
    if (!read) return read;
    if (holds_tensors(*read)) return read;
    for (const char* key : {"model", "state_dict", "model_state_dict"}) {
        if (const Value* inner = read->find(key); inner && holds_tensors(*inner)) return Value(*inner);
    }
    return invalid("'{}' holds no weights: expected names and tensors, or a checkpoint with 'model' or 'state_dict'",
                   file.string());
}

Value with_model_names(const Value& weights, const Module& model) {
    const WeightNames names(model);
    Dict renamed;
    for (const auto& [key, value] : weights.as<Dict>())
        renamed.emplace_back(names.ours(key.is<std::string>() ? key.as<std::string>() : ""), value);
    return renamed;
}

Result<PretrainedReport> load_pretrained(Module& model, const Json& section, const fs::path& cache) {
    PretrainedReport report;
    if (section.is_null()) return report;
    const Schema schema = pretrained_schema();
    if (section.is_object() && section.contains("enabled") && section["enabled"] == false) return report;
    std::vector<Fault> faults = schema.check(section, "model.pretrained");
    if (!faults.empty()) {
        Error error = invalid("'model.pretrained' cannot be used");
        error.faults = std::move(faults);
        return error;
    }
    const Args args(schema.complete(section));
    GOETIA_ASSIGN(report.file, find_file(args, cache));
    GOETIA_ASSIGN(Value weights, read_weights(report.file));
    weights = with_model_names(weights, model);
    if (!args.flag("strict")) weights = fitting_part(weights, state_dict(model), report.left_out);
    auto loaded = load_state(model, weights, args.flag("strict"));
    if (!loaded) return std::move(loaded).error().within(fmt::format("pretrained weights '{}'", report.file.string()));
    report.loaded = weights.as<Dict>().size();
    return report;
}

}  // namespace goetia
