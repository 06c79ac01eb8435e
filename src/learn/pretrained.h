// The `model.pretrained` section: weights a model starts from, found on this machine and fitted to its names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "component/schema.h"
#include "learn/module.h"
#include "weights/value.h"

namespace goetia {

// {enabled, source, path, strict}
Schema pretrained_schema();

struct PretrainedReport {
    std::filesystem::path file;         // empty: the section is absent or not enabled
    std::size_t loaded = 0;             // tensors
    std::vector<std::string> left_out;  // one sentence each, for the run's log
};

// Call after building the model and before training. `section` may be null. With `strict` every name must be in both;
// without it a head of other classes and names that only one side has are left out and named in the report.
Result<PretrainedReport> load_pretrained(Module& model, const Json& section, const std::filesystem::path& cache);

// Where downloaded weights lie: $GOETIA_CACHE/weights, else $XDG_CACHE_HOME/goetia/weights, else
// ~/.cache/goetia/weights.
std::filesystem::path weights_cache();

// The weights in a file as a mapping of names to tensors: .safetensors, a .pth state_dict, or the model of a
// checkpoint.
Result<Value> read_weights(const std::filesystem::path& file);

// The same weights by this model's names, after weight_names.h: torchvision's "conv1.weight" is our
// "backbone.conv1.weight", its "fc.weight" our "head.fc.weight". Names that fit already, or fit nothing, are kept.
Value with_model_names(const Value& weights, const Module& model);

}  // namespace goetia
