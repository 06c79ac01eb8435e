#include <fnmatch.h>

#include <cmath>
#include <map>
#include <set>

#include "base/json.h"
#include "component/schema.h"
#include "learn/model.h"
#include "learn/optim/optimizer.h"

namespace goetia {
namespace {

// One entry of `groups`: the first whose pattern fits a parameter counts.
struct PatternGroup {
    std::string pattern;
    double lr_scale = 1;
    std::optional<double> weight_decay;
};

struct Rule {
    std::vector<std::string> no_decay;
    std::optional<double> layer_rate;
    std::vector<PatternGroup> groups;
};

Result<std::vector<PatternGroup>> read_groups(const Json& section) {
    std::vector<PatternGroup> groups;
    const Json list = section.value("groups", Json::array());
    if (list.is_null()) return groups;
    if (!list.is_array()) return invalid("'optimizer.groups' must be a list of mappings, found {}", list.dump());
    const Schema schema =
        Schema("groups", "Settings of the parameters whose names a pattern fits")
            .with(text("pattern", "of names, such as head.*"))
            .with(number("lr_scale", "factor of the learning rate").at_least(0).at_most(1000).fallback(1.0))
            .with(number("weight_decay", "the optimizer's own unless given").between(0, 1).or_null());
    Error error = invalid("'optimizer.groups' cannot be used");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::vector<Fault> faults = schema.check(list[i], fmt::format("optimizer.groups[{}]", i));
        error.faults.insert(error.faults.end(), faults.begin(), faults.end());
        if (!faults.empty()) continue;
        const Json full = schema.complete(list[i]);
        groups.push_back({full["pattern"].get<std::string>(), full["lr_scale"].get<double>(), {}});
        if (!full["weight_decay"].is_null()) groups.back().weight_decay = full["weight_decay"].get<double>();
    }
    if (!error.faults.empty()) return error;
    return groups;
}

Result<Rule> read_rule(const Json& section) {
    Rule rule;
    if (section.contains("no_decay") && section["no_decay"].is_array())
        rule.no_decay = section["no_decay"].get<std::vector<std::string>>();
    GOETIA_ASSIGN(rule.groups, read_groups(section));
    if (!section.contains("layer_decay") || section["layer_decay"].is_null()) return rule;
    const Json& decay = section["layer_decay"];
    const Schema schema =
        Schema("layer_decay", "Smaller rates nearer the image")
            .with(boolean("enabled", "whether it is used").fallback(true))
            .with(
                number("decay_rate", "factor from each layer to the one before it").above(0).at_most(1).fallback(0.75));
    if (std::vector<Fault> faults = schema.check(decay, "optimizer.layer_decay"); !faults.empty()) {
        Error error = invalid("'optimizer.layer_decay' cannot be used");
        error.faults = std::move(faults);
        return error;
    }
    const Json full = schema.complete(decay);
    if (full["enabled"].get<bool>()) rule.layer_rate = full["decay_rate"].get<double>();
    return rule;
}

// Parameters of norm layers: those of a module whose weight has one dimension.
std::set<std::string> norm_parameters(const Model& model) {
    std::set<std::string> names;
    for (const auto& [path, module] : model.named_modules()) {
        const torch::Tensor* weight = module->own_parameters().find("weight");
        if (!weight || weight->dim() != 1) continue;
        for (const auto& [name, tensor] : module->own_parameters())
            names.insert(path.empty() ? name : path + "." + name);
    }
    return names;
}

bool is_bias(const std::string& name) { return name == "bias" || name.ends_with(".bias"); }

}  // namespace

Result<std::vector<ParamGroup>> parameter_groups(const Model& model, const Json& optimizer_section) {
    GOETIA_ASSIGN(const Rule rule, read_rule(optimizer_section));
    const std::set<std::string> norms = norm_parameters(model);
    std::set<std::string> used_patterns{"norm", "bias"};
    const auto is_spared = [&](const std::string& name) {
        bool spared = false;
        for (const std::string& pattern : rule.no_decay) {
            const bool hit = pattern == "norm"   ? norms.contains(name)
                             : pattern == "bias" ? is_bias(name)
                                                 : fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
            if (hit) spared = true, used_patterns.insert(pattern);
        }
        return spared;
    };

    std::set<std::string> used_groups;
    const auto group_of = [&](const std::string& name) -> const PatternGroup* {
        for (const PatternGroup& group : rule.groups) {
            if (fnmatch(group.pattern.c_str(), name.c_str(), 0) == 0) return used_groups.insert(group.pattern), &group;
        }
        return nullptr;
    };

    std::vector<ParamGroup> groups;
    std::map<std::pair<double, std::optional<double>>, std::size_t> place_of;
    std::set<const void*> seen;  // a tied parameter is one parameter with two names
    for (const auto& [name, parameter] : model.named_parameters()) {
        const bool spared = is_spared(name);
        if (!parameter.requires_grad() || !seen.insert(parameter.unsafeGetTensorImpl()).second) continue;
        const auto depth = static_cast<double>(model.layers() - 1 - model.layer_of(name));
        const PatternGroup* const own = group_of(name);
        const double scale = (rule.layer_rate ? std::pow(*rule.layer_rate, depth) : 1.0) * (own ? own->lr_scale : 1.0);
        const std::optional<double> decay = spared ? std::optional(0.0) : own ? own->weight_decay : std::nullopt;
        const auto [place, is_new] = place_of.try_emplace({scale, decay}, groups.size());
        if (is_new) groups.push_back({.params = {}, .names = {}, .lr_scale = scale, .weight_decay = decay});
        groups[place->second].params.push_back(parameter);
        groups[place->second].names.push_back(name);
    }
    for (const std::string& pattern : rule.no_decay) {
        if (!used_patterns.contains(pattern)) {
            return invalid(
                "'optimizer.no_decay' names '{}', which matches no parameter; allowed: norm, bias, or a pattern of "
                "names such as head.*",
                pattern);
        }
    }
    for (const PatternGroup& group : rule.groups) {
        if (!used_groups.contains(group.pattern))
            return invalid(
                "'optimizer.groups' names '{}', which matches no parameter that an entry before it has not taken; "
                "patterns are of names such as head.*",
                group.pattern);
    }
    if (groups.empty()) return invalid("the model has nothing to train: every parameter is frozen");
    return groups;
}

}  // namespace goetia
