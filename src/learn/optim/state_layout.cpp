#include "learn/optim/state_layout.h"

#include <ATen/ops/tensor.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "learn/tensors.h"

namespace goetia {
namespace {

const Value* entry_of(const Value& dict, std::int64_t number) {
    if (!dict.is<Dict>()) return nullptr;
    for (const auto& [key, value] : dict.as<Dict>()) {
        if (key.is<std::int64_t>() && key.as<std::int64_t>() == number) return &value;
    }
    return nullptr;
}

Error not_a_state(std::string_view found) {
    return invalid(
        "this is not an optimizer's state: {}; expected 'state' and 'param_groups' as torch.optim writes them", found);
}

// The saved numbers of each group's parameters, or an Error when the groups are not ours.
Result<std::vector<std::vector<std::int64_t>>> saved_numbers(const Value& state,
                                                             const std::vector<ParamGroup>& groups) {
    const Value* saved = state.find("param_groups");
    if (!saved || !saved->is<List>()) return not_a_state("'param_groups' is missing");
    if (saved->as<List>().size() != groups.size()) {
        return invalid(
            "the optimizer's state has {} parameter groups, this run has {}; no_decay, layer_decay and frozen_stages "
            "must be those of the saved run",
            saved->as<List>().size(), groups.size());
    }
    std::vector<std::vector<std::int64_t>> numbers;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const Value* params = saved->as<List>()[g].find("params");
        if (!params || !params->is<List>()) return not_a_state("a group has no list 'params'");
        std::vector<std::int64_t> of_group;
        for (const Value& number : params->as<List>()) {
            if (!number.is<std::int64_t>()) return not_a_state("'params' must hold numbers");
            of_group.push_back(number.as<std::int64_t>());
        }
        if (of_group.size() != groups[g].params.size()) {
            return invalid(
                "group {} of the optimizer's state has {} parameters, this run's has {}; it belongs to another model "
                "or another grouping",
                g, of_group.size(), groups[g].params.size());
        }
        numbers.push_back(std::move(of_group));
    }
    return numbers;
}

// One parameter's entries as tensors; what is wrong with them is added to `faults`.
ParamState read_entries(const Value& saved, const std::vector<EntryShape>& expected, const std::string& name,
                        std::vector<Fault>& faults) {
    ParamState state;
    for (const auto& [key, sizes] : expected) {
        const Value* value = saved.find(key);
        const std::string path = fmt::format("{} of '{}'", key, name);
        const bool is_step = key == "step";
        if (is_step && value && !value->is<Tensor>()) {  // older files keep a plain number
            const bool whole = value->is<std::int64_t>();
            if (whole || value->is<double>()) {
                state.emplace_back(
                    key, torch::tensor(whole ? static_cast<double>(value->as<std::int64_t>()) : value->as<double>(),
                                       torch::kFloat32));
                continue;
            }
        }
        if (value && value->is_none()) continue;  // SGD before its first step
        if (!value || !value->is<Tensor>()) {
            faults.push_back({.path = path, .message = "missing from the optimizer's state"});
            continue;
        }
        const torch::Tensor tensor = to_torch(value->as<Tensor>());
        if (is_step ? tensor.numel() != 1 : tensor.sizes() != sizes) {
            faults.push_back({.path = path,
                              .message = "has another shape",
                              .found = fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")),
                              .allowed = is_step ? "one number" : fmt::format("[{}]", fmt::join(sizes, ", "))});
            continue;
        }
        state.emplace_back(key, tensor);
    }
    return state;
}

}  // namespace

Value state_in_torch_layout(const std::vector<ParamGroup>& groups,
                            const std::function<ParamState(std::size_t, std::size_t)>& state_of,
                            const std::function<Dict(std::size_t)>& settings_of) {
    Dict states;
    List saved_groups;
    std::int64_t number = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        List numbers;
        for (std::size_t i = 0; i < groups[g].params.size(); ++i, ++number) {
            numbers.emplace_back(number);
            Dict entries;
            for (const auto& [key, tensor] : state_of(g, i)) entries.emplace_back(key, to_weights(tensor));
            if (!entries.empty()) states.emplace_back(number, std::move(entries));
        }
        Dict settings = settings_of(g);
        settings.emplace_back("params", std::move(numbers));
        saved_groups.emplace_back(std::move(settings));
    }
    return Dict{{"state", std::move(states)}, {"param_groups", std::move(saved_groups)}};
}

Status load_from_torch_layout(const Value& state, const std::vector<ParamGroup>& groups,
                              const std::vector<std::string>& expected,
                              const std::function<void(std::size_t, std::size_t, const ParamState&)>& take) {
    const auto of_own_shape = [&](std::size_t g, std::size_t i) {
        std::vector<EntryShape> entries;
        for (const std::string& name : expected) entries.push_back({name, groups[g].params[i].sizes().vec()});
        return entries;
    };
    return load_from_torch_layout(state, groups, of_own_shape, take);
}

Status load_from_torch_layout(const Value& state, const std::vector<ParamGroup>& groups,
                              const std::function<std::vector<EntryShape>(std::size_t, std::size_t)>& expected,
                              const std::function<void(std::size_t, std::size_t, const ParamState&)>& take) {
    const Value* states = state.find("state");
    if (!states || !states->is<Dict>()) return not_a_state("'state' is missing");
    GOETIA_ASSIGN(const auto numbers, saved_numbers(state, groups));
    std::vector<Fault> faults;
    std::vector<std::tuple<std::size_t, std::size_t, ParamState>> read;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t i = 0; i < groups[g].params.size(); ++i) {
            const Value* saved = entry_of(*states, numbers[g][i]);
            ParamState entries;
            if (saved) entries = read_entries(*saved, expected(g, i), groups[g].names[i], faults);
            read.emplace_back(g, i, std::move(entries));
        }
    }
    if (!faults.empty()) {
        Error error = invalid("the optimizer's state does not fit this model");
        error.faults = std::move(faults);
        return error;
    }
    for (const auto& [g, i, entries] : read) take(g, i, entries);
    return {};
}

Schema with_group_keys(Schema schema) {
    return std::move(schema)
        .with(texts("no_decay",
                    "parameters that weight decay passes over: norm, bias, or a pattern of names such as *.pos_embed")
                  .fallback(Json::array()))
        .with(object("layer_decay", "smaller rates nearer the image: enabled, decay_rate").or_null())
        .with(anything("groups", "settings by pattern of names: [{pattern: head.*, lr_scale: 10, weight_decay: 0}]")
                  .fallback(Json::array()));
}

}  // namespace goetia
