// goetia-runtime optimize --config JSON --start P.pth --gradients G.pth --output O.pth [--state S.pth]
// What an `optimizer` section does with given gradients: P holds parameters by name, G a list of such dicts, one for
// each step, whose "lr" (a number) is that step's rate. O gets the parameters behind the last step, S the state.
#include "apps/goetia-runtime/command.h"
#include "base/json.h"
#include "learn/optim/optimizer.h"
#include "learn/tensors.h"
#include "weights/pth.h"

namespace goetia::runtime {
namespace {

Result<std::string> file_of(const Words& words, const std::string& name) {
    if (auto value = option(words, name)) return *value;
    return invalid("optimize needs {}; usage: optimize --config JSON --start P.pth --gradients G.pth --output O.pth",
                   name);
}

Result<ParamGroup> start_of(const std::string& file) {
    GOETIA_ASSIGN(const Value start, read_pth(file));
    if (!start.is<Dict>()) return invalid("'{}' must hold parameters by name", file);
    ParamGroup group;
    for (const auto& [name, tensor] : start.as<Dict>()) {
        group.names.push_back(name.as<std::string>());
        group.params.push_back(to_torch(tensor.as<Tensor>()).requires_grad_());
    }
    return group;
}

}  // namespace

Status optimize_command(const Words& words) {
    const Json section = Json::parse(option(words, "--config").value_or("null"), nullptr, false);
    if (section.is_discarded()) return invalid("'--config' must be the JSON of an 'optimizer' section");
    GOETIA_ASSIGN(const std::string start, file_of(words, "--start"));
    GOETIA_ASSIGN(const std::string gradients, file_of(words, "--gradients"));
    GOETIA_ASSIGN(const std::string output, file_of(words, "--output"));
    GOETIA_ASSIGN(ParamGroup group, start_of(start));
    GOETIA_ASSIGN(const Value steps, read_pth(gradients));
    if (!steps.is<List>()) return invalid("'{}' must hold a list, one dict for each step", gradients);

    OptimizerRegistry registry(Kind::kOptimizer);
    GOETIA_TRY(register_builtin_optimizers(registry));
    GOETIA_ASSIGN(const auto optimizer, registry.make(section, "optimizer", std::vector<ParamGroup>{group}));
    for (const Value& step : steps.as<List>()) {
        const Value* const rate = step.find("lr");
        for (std::size_t i = 0; i < group.params.size(); ++i) {
            const Value* const found = step.find(group.names[i]);
            if (found != nullptr) group.params[i].mutable_grad() = to_torch(found->as<Tensor>());
        }
        optimizer->step(rate != nullptr ? rate->as<double>() : optimizer->base_lr());
        optimizer->zero_grad();
    }
    Dict made;
    for (std::size_t i = 0; i < group.params.size(); ++i)
        made.emplace_back(group.names[i], to_weights(group.params[i].detach()));
    if (auto written = write_pth(output, made); !written) return std::move(written).error();
    const auto state = option(words, "--state");
    if (!state) return {};
    auto written = write_pth(*state, optimizer->state());
    return written ? Status() : std::move(written).error();
}

}  // namespace goetia::runtime
