#include "base/json.h"
#include "base/json_text.h"
#include "datasets/dataset.h"
#include "feeding/transform.h"
#include "imaging/workspace.h"

namespace goetia {

Result<Pipeline> Pipeline::make(const TransformRegistry& registry, const Json& config, const std::string& path) {
    if (!config.is_array()) return invalid("{} needs a list of transforms, found {}", path, json_text(config));
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

Status Pipeline::apply(Sample& sample, std::uint64_t seed, std::uint64_t epoch, const Dataset* others) const {
    Workspace workspace;
    GOETIA_TRY(begin(sample, seed, epoch, workspace, others));
    const Status done = materialize(sample);
    sample.pending = {};  // its workspace is destroyed here
    return done;
}

bool Pipeline::ends_in_bytes(const Dataset& dataset) const {
    if (dataset.size() == 0) return false;
    Workspace workspace;
    Result<Sample> sample = dataset.sample(0);
    return sample && begin(*sample, 0, 0, workspace, &dataset) && sample->pending &&
           sample->pending.normalization != nullptr;
}

Status Pipeline::begin(Sample& sample, std::uint64_t seed, std::uint64_t epoch, Workspace& workspace,
                       const Dataset* others) const {
    return run(sample, steps_.size(), {seed, epoch, others, &workspace});
}

Status Pipeline::run(Sample& sample, std::size_t end, const Draw& draw) const {
    sample.pending.workspace = draw.workspace;
    for (std::size_t i = 0; i < end; ++i) {
        if (sample.pending && !steps_[i].transform->takes_pending()) GOETIA_TRY(materialize(sample));
        const bool pending = sample.pending.active;
        Status done = run_step(sample, i, draw);
        if (!done) return std::move(done).error().within(steps_[i].name);
        if (!pending) sample.pending.loaded_by = steps_[i].name;
    }
    return {};
}

Status Pipeline::run_step(Sample& sample, std::size_t number, const Draw& draw) const {
    const Step& step = steps_[number];
    const std::int64_t batches = step.transform->batches_of_a_draw();
    const std::int64_t key = batches > 0 ? sample.batch / batches : sample.index;
    Random random(
        {.seed = draw.seed, .epoch = draw.epoch, .sample = static_cast<std::uint64_t>(key), .purpose = step.purpose});
    const int count = step.transform->partners(random);
    if (count == 0) return step.transform->apply(sample, random);
    GOETIA_ASSIGN(std::vector<Sample> others, partners(sample, number, count, draw));
    return step.transform->mix(sample, others, random);
}

Result<std::vector<Sample>> Pipeline::partners(const Sample& sample, std::size_t number, int count,
                                               const Draw& draw) const {
    constexpr int kTries = 8;
    if (draw.others == nullptr || draw.others->size() == 0)
        return invalid("it mixes in other samples, but there is no data set to take them from");
    Random random({.seed = draw.seed,
                   .epoch = draw.epoch,
                   .sample = static_cast<std::uint64_t>(sample.index),
                   .purpose = steps_[number].purpose ^ purpose("partners")});
    const auto size = static_cast<std::uint64_t>(draw.others->size());
    std::vector<Sample> partners;
    for (int i = 0; i < count; ++i) {
        for (int tried = 1;; ++tried) {
            Result<Sample> other = draw.others->sample(static_cast<std::int64_t>(random.below(size)));
            if (other) other->batch = sample.batch;
            Status done = other ? run(*other, number, draw) : Status(std::move(other).error());
            if (done) done = materialize(*other);  // the next one needs the workspace
            if (done) {
                partners.push_back(std::move(other).value());
                break;
            }
            if (tried == kTries) return std::move(done).error().within(fmt::format("{} partners in a row", kTries));
        }
    }
    return partners;
}

}  // namespace goetia
