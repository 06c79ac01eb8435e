#include "base/json.h"
#include "data/transform.h"

namespace goetia {

Result<Pipeline> Pipeline::make(const TransformRegistry& registry, const Json& config, const std::string& path) {
    if (!config.is_array()) return invalid("{} needs a list of transforms, found {}", path, config.dump());
    Pipeline pipeline;
    Error wrong{Code::kInvalid, fmt::format("{} cannot be used as it stands", path), {}};
    for (std::size_t i = 0; i < config.size(); ++i) {
        const std::string place = fmt::format("{}[{}]", path, i);
        auto transform = registry.make(config[i], place);
        if (transform) {
            const auto type = config[i]["type"].get<std::string>();
            pipeline.steps_.push_back(
                {std::move(transform).value(), fmt::format("{} ({})", type, place), purpose(place + "." + type)});
            continue;
        }
        Error& error = transform.error();
        if (error.faults.empty()) wrong.faults.push_back({.message = error.message});
        wrong.faults.insert(wrong.faults.end(), error.faults.begin(), error.faults.end());
    }
    if (!wrong.faults.empty()) return wrong;
    return pipeline;
}

Status Pipeline::apply(Sample& sample, std::uint64_t seed, std::uint64_t epoch) const {
    for (const Step& step : steps_) {
        Random random({.seed = seed,
                       .epoch = epoch,
                       .sample = static_cast<std::uint64_t>(sample.index),
                       .purpose = step.purpose});
        Status done = step.transform->apply(sample, random);
        if (!done) return std::move(done).error().within(step.name);
    }
    return {};
}

}  // namespace goetia
