#include "learn/tensors.h"

#include <cstring>
#include <map>
#include <vector>

#include <ATen/ops/empty.h>
#include <fmt/ranges.h>

#include "base/nearest.h"

namespace goetia {
namespace {

constexpr std::size_t kShownMismatches = 10;  // one parameter out of place moves all that follow

constexpr std::string_view kBatchCount = "num_batches_tracked";

DType dtype_of(const torch::Tensor& tensor) {
    switch (tensor.scalar_type()) {
        case torch::kBool: return DType::kBool;
        case torch::kUInt8: return DType::kUInt8;
        case torch::kInt8: return DType::kInt8;
        case torch::kInt16: return DType::kInt16;
        case torch::kInt32: return DType::kInt32;
        case torch::kInt64: return DType::kInt64;
        case torch::kFloat16: return DType::kFloat16;
        case torch::kBFloat16: return DType::kBFloat16;
        case torch::kFloat32: return DType::kFloat32;
        case torch::kFloat64: return DType::kFloat64;
        default: TORCH_CHECK(false, "a tensor of type ", tensor.scalar_type(), " cannot be kept in a checkpoint");
    }
}

torch::ScalarType scalar_type_of(DType type) {
    switch (type) {
        case DType::kBool: return torch::kBool;
        case DType::kUInt8: return torch::kUInt8;
        case DType::kInt8: return torch::kInt8;
        case DType::kInt16: return torch::kInt16;
        case DType::kInt32: return torch::kInt32;
        case DType::kInt64: return torch::kInt64;
        case DType::kFloat16: return torch::kFloat16;
        case DType::kBFloat16: return torch::kBFloat16;
        case DType::kFloat32: return torch::kFloat32;
        case DType::kFloat64: return torch::kFloat64;
    }
    return torch::kFloat32;
}

bool is_batch_count(const std::string& name) { return name.ends_with(kBatchCount); }

// A count of batches that this model does not keep, but whose layer it has.
bool is_spare_count(const std::string& name, const std::map<std::string, torch::Tensor>& expected) {
    return is_batch_count(name) && expected.contains(name.substr(0, name.size() - kBatchCount.size()) + "running_mean");
}

}  // namespace

std::string sizes_text(const std::vector<std::int64_t>& sizes) { return fmt::format("[{}]", fmt::join(sizes, ", ")); }

Tensor to_weights(const torch::Tensor& tensor) {
    auto held = std::make_shared<torch::Tensor>(tensor.detach().to(torch::kCPU).contiguous());
    Tensor made{.dtype = dtype_of(*held),
                .shape = held->sizes().vec(),
                .memory = {},
                .data = static_cast<const std::byte*>(held->const_data_ptr())};
    made.memory = std::shared_ptr<const void>(held, held->const_data_ptr());
    return made;
}

torch::Tensor to_torch(const Tensor& tensor) {
    torch::Tensor made = torch::empty(tensor.shape, scalar_type_of(tensor.dtype));
    if (const std::size_t bytes = tensor.bytes(); bytes > 0) std::memcpy(made.data_ptr(), tensor.data, bytes);
    return made;
}

Value state_dict(const Module& module) {
    Dict dict;
    for (const NamedTensor& one : module.named_state()) dict.emplace_back(one.name, to_weights(one.tensor));
    return dict;
}

Status load_state(Module& module, const Value& state, bool strict) {
    if (!state.is<Dict>()) return invalid("weights must be a mapping of names to tensors");
    std::map<std::string, torch::Tensor> expected;
    std::vector<std::string> names;
    const NamedTensors own = module.named_state();
    for (const NamedTensor& one : own) expected.emplace(one.name, one.tensor), names.push_back(one.name);

    std::vector<Fault> faults;
    std::map<std::string, const Tensor*> fitting;
    for (const auto& [key, value] : state.as<Dict>()) {
        const std::string name = key.is<std::string>() ? key.as<std::string>() : std::string("(a key that is no text)");
        const auto place = expected.find(name);
        if (place == expected.end()) {
            if (strict && !is_spare_count(name, expected))
                faults.push_back(
                    {.path = name, .message = "the model has no such parameter", .nearest = nearest_name(name, names)});
        } else if (!value.is<Tensor>()) {
            faults.push_back({.path = name, .message = "must be a tensor"});
        } else if (const Tensor& tensor = value.as<Tensor>(); tensor.shape != place->second.sizes()) {
            faults.push_back({.path = name,
                              .message = fmt::format("has shape {}, the model needs {}", sizes_text(tensor.shape),
                                                     sizes_text(place->second.sizes().vec()))});
        } else {
            fitting.emplace(name, &tensor);
        }
    }
    for (const NamedTensor& one : own) {
        if (strict && !fitting.contains(one.name) && !state.find(one.name) && !is_batch_count(one.name)) {
            faults.push_back({.path = one.name, .message = "the weights do not hold it"});
        }
    }
    if (faults.empty() && fitting.empty()) faults.push_back({.message = "none of the names is one of the model's"});
    if (!faults.empty()) {
        const std::size_t more = faults.size() > kShownMismatches ? faults.size() - kShownMismatches : 0;
        Error error = more > 0 ? invalid("these weights belong to another model; {} of {} mismatches are shown",
                                         kShownMismatches, faults.size())
                               : invalid("these weights belong to another model");
        faults.resize(faults.size() - more);
        error.faults = std::move(faults);
        return error;
    }
    torch::NoGradGuard no_grad;
    for (const auto& [name, tensor] : fitting) expected.at(name).copy_(to_torch(*tensor));
    return {};
}

}  // namespace goetia
