#include "learn/backbones/chain_backbone.h"

#include <algorithm>

#include "base/json.h"

namespace goetia {

std::vector<torch::Tensor> ChainBackbone::forward(const torch::Tensor& images) {
    torch::Tensor maps = images;
    std::vector<torch::Tensor> kept;
    for (std::size_t s = 0; kept.size() < handed_on_.size(); ++s) {
        maps = steps_[s].run(maps);
        if (handed_on_[kept.size()] == s) kept.push_back(maps);
    }
    return kept;
}

std::vector<std::int64_t> ChainBackbone::channels() const {
    std::vector<std::int64_t> list;
    for (const std::size_t step : handed_on_) list.push_back(steps_[step].channels);
    return list;
}

std::int64_t ChainBackbone::layer_of(const std::string& parameter) const {
    std::int64_t layer = 0;
    for (const Step& step : steps_) {
        for (const auto& [name, part] : step.parts) {
            if (parameter.starts_with(name + ".")) return layer;
        }
        if (!step.parts.empty()) ++layer;
    }
    return 0;
}

std::int64_t ChainBackbone::layers() const {
    return std::ranges::count_if(steps_, [](const Step& step) { return !step.parts.empty(); });
}

void ChainBackbone::add_layer(std::string name, std::shared_ptr<MapsLayer> layer, std::int64_t channels) {
    const auto run = [layer](const torch::Tensor& maps) { return layer->forward(maps); };
    add_step({.parts = {{std::move(name), std::move(layer)}}, .run = run, .channels = channels});
}

void ChainBackbone::freeze(std::size_t count) {
    frozen_ = count;
    for (std::size_t s = 0; s < frozen_; ++s) {
        for (const auto& [name, part] : steps_[s].parts) {
            part->eval();
            for (torch::Tensor& parameter : part->parameters()) parameter.set_requires_grad(false);
        }
    }
}

void ChainBackbone::train(bool on) {
    Module::train(on);
    for (std::size_t s = 0; s < frozen_; ++s) {
        for (const auto& [name, part] : steps_[s].parts) part->eval();
    }
}

void register_below(Module& root, const std::string& name, const std::shared_ptr<Module>& child) {
    Module* at = &root;
    std::size_t begin = 0;
    for (std::size_t dot; (dot = name.find('.', begin)) != std::string::npos; begin = dot + 1) {
        const std::string part = name.substr(begin, dot - begin);
        if (const auto next = at->child(part)) at = next.get();
        else at = at->register_module(part, std::make_shared<Module>()).get();
    }
    at->register_module(name.substr(begin), child);
}

Schema with_stage_params(Schema schema, const StageParams& params, const Json& norm) {
    return std::move(schema)
        .with(integers("out_indices", params.outs).between(0, static_cast<double>(params.last_out)).or_null())
        .with(integer("frozen_stages", params.frozen).between(-1, static_cast<double>(params.stages)).fallback(-1))
        .with(object("norm_cfg",
                     "normalisation: type BN, SyncBN, GN or FrozenBN, requires_grad, eps, momentum, num_groups")
                  .fallback(norm))
        .with(integer("in_channels", "channels of the images").at_least(1).fallback(3));
}

void check_outs(const std::vector<std::int64_t>& outs, std::int64_t count, std::string_view what,
                std::vector<Fault>& faults) {
    const bool rising = std::ranges::adjacent_find(outs, std::greater_equal<>()) == outs.end();
    if (!outs.empty() && rising && outs.back() < count) return;
    faults.push_back({.path = "out_indices",
                      .message = fmt::format("must name {} in rising order", what),
                      .found = Json(outs).dump(),
                      .allowed = fmt::format("0 to {}", count - 1)});
}

void check_frozen(std::int64_t frozen, std::int64_t stages, std::vector<Fault>& faults) {
    if (frozen <= stages) return;
    faults.push_back({.path = "frozen_stages",
                      .message = fmt::format("more than the {} stages there are", stages),
                      .found = std::to_string(frozen),
                      .allowed = fmt::format("-1 to {}", stages)});
}

std::vector<std::int64_t> outs_of(const Args& args, std::int64_t count) {
    return args.is_null("out_indices") ? std::vector{count - 1} : args.list<std::int64_t>("out_indices");
}

Result<NormFactory> norms_for(const std::string& backbone, const Args& args, const BuildContext& context,
                              const std::vector<std::int64_t>& channels, std::vector<Fault> faults) {
    if (!faults.empty()) {
        Error error = invalid("this {} cannot be built", backbone);
        error.faults = std::move(faults);
        return error;
    }
    GOETIA_ASSIGN(NormFactory norms, NormFactory::make(args.get<Json>("norm_cfg"), "norm_cfg", context.ranks));
    for (const std::int64_t count : channels) GOETIA_TRY(norms.fits(count));
    return norms;
}

}  // namespace goetia
