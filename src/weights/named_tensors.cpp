#include "weights/named_tensors.h"

#include <algorithm>

#include "weights/safetensors.h"

namespace goetia {
namespace {

constexpr std::string_view kParallelPrefix = "module.";

std::string key_text(const Value& key) {
    return key.is<std::string>() ? key.as<std::string>() : std::to_string(key.as<std::int64_t>());
}

std::string first_keys(const Dict& dict) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(dict.size(), 8); ++i)
        text += (i > 0 ? ", " : "") + key_text(dict[i].first);
    return dict.size() > 8 ? text + ", ..." : text;
}

bool holds_tensors(const Dict& dict) {
    return std::any_of(dict.begin(), dict.end(), [](const auto& entry) { return entry.second.template is<Tensor>(); });
}

// A dict that does not hold tensors itself may hold a state dict.
const Value& state_dict_in(const Value& value) {
    if (!value.is<Dict>() || holds_tensors(value.as<Dict>())) return value;
    for (const char* key : {"model", "state_dict"}) {
        if (const Value* inner = value.find(key); inner != nullptr && inner->is<Dict>()) return state_dict_in(*inner);
    }
    return value;
}

}  // namespace

Result<std::map<std::string, Tensor>> named_tensors(const Value& value) {
    const Value& found = state_dict_in(value);
    if (!found.is<Dict>()) return invalid("these weights are not a mapping of names to tensors");
    const Dict& dict = found.as<Dict>();
    if (!dict.empty() && !holds_tensors(dict))
        return invalid(
            "no weights were found: there are no named tensors, neither here nor under 'model' or 'state_dict'; found: "
            "{}",
            first_keys(dict));
    const bool is_parallel = !dict.empty() && std::all_of(dict.begin(), dict.end(), [](const auto& entry) {
        return entry.first.template is<std::string>() &&
               entry.first.template as<std::string>().starts_with(kParallelPrefix);
    });
    std::map<std::string, Tensor> tensors;
    std::vector<Fault> faults;
    for (const auto& [key, held] : dict) {
        if (!key.is<std::string>() || !held.is<Tensor>()) {
            faults.push_back(
                {.path = key_text(key), .message = key.is<std::string>() ? "must be a tensor" : "must be a name"});
            continue;
        }
        tensors.emplace(key.as<std::string>().substr(is_parallel ? kParallelPrefix.size() : 0), held.as<Tensor>());
    }
    if (faults.empty()) return tensors;
    Error error = invalid("these weights hold more than named tensors");
    error.faults = std::move(faults);
    return error;
}

bool is_safetensors_name(const std::filesystem::path& path) { return path.extension() == ".safetensors"; }

Result<std::map<std::string, Tensor>> read_named_tensors(const std::filesystem::path& path) {
    GOETIA_ASSIGN(const Value value, is_safetensors_name(path) ? read_safetensors(path) : read_pth(path));
    auto tensors = named_tensors(value);
    if (!tensors) return std::move(tensors).error().within(fmt::format("in '{}'", path.native()));
    return tensors;
}

Result<WrittenFile> write_named_tensors(const std::filesystem::path& path,
                                        const std::map<std::string, Tensor>& tensors) {
    if (is_safetensors_name(path)) return write_safetensors(path, tensors);
    Dict dict;
    for (const auto& [name, tensor] : tensors) dict.emplace_back(name, tensor);
    return write_pth(path, dict);
}

}  // namespace goetia
