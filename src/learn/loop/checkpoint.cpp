#include "learn/loop/checkpoint.h"

#include "learn/tensors.h"

namespace goetia {
namespace {

constexpr std::int64_t kFormat = 1;

Value to_value(const Json& json) {
    if (json.is_null()) return {};
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    if (json.is_string()) return json.get<std::string>();
    if (json.is_array()) {
        List list;
        for (const Json& item : json) list.push_back(to_value(item));
        return list;
    }
    Dict dict;
    for (const auto& [key, item] : json.items()) dict.emplace_back(key, to_value(item));
    return dict;
}

Value metrics_value(const MetricValues& metrics) {
    Dict dict;
    for (const auto& [name, value] : metrics) dict.emplace_back(name, value);
    return dict;
}

Result<const Value*> entry_of(const Value& checkpoint, const std::string& key, const std::string& named) {
    if (const Value* found = checkpoint.find(key)) return found;
    return invalid(
        "checkpoint '{}' has no '{}': it was not written by a Goetia run and cannot be resumed from; name it as "
        "model.pretrained instead",
        named, key);
}

Result<std::int64_t> number_of(const Value& checkpoint, const std::string& key, const std::string& named) {
    GOETIA_ASSIGN(const Value* found, entry_of(checkpoint, key, named));
    if (!found->is<std::int64_t>()) return invalid("checkpoint '{}': '{}' is not a whole number", named, key);
    return found->as<std::int64_t>();
}

// Of hooks that the checkpoint does not know, only those that keep weights object.
Status load_hooks(const Value& checkpoint, const Value* states, const std::string& named, const RunParts& parts) {
    const Value none;
    for (const auto& hook : parts.hooks) {
        const Value* const state = hook->keeps_weights() ? checkpoint.find("ema")
                                   : states != nullptr   ? states->find(hook->name())
                                                         : nullptr;
        if (state == nullptr && !hook->keeps_weights()) continue;
        if (Status loaded = hook->load(state != nullptr ? *state : none); !loaded)
            return std::move(loaded).error().within(fmt::format("checkpoint '{}'", named));
    }
    return {};
}

}  // namespace

Value pack_checkpoint(Trainer& trainer) {
    RunParts& parts = trainer.parts();
    const EpochSums sums = summed_over_ranks(trainer.epoch_sums(), *parts.ranks);
    const CheckpointInfo& info = parts.checkpoint_info;
    List classes(info.classes.begin(), info.classes.end());
    Dict hooks;
    Value average;
    for (const auto& hook : parts.hooks) {
        Value state = hook->state();
        if (hook->keeps_weights()) average = std::move(state);
        else if (!state.is_none()) hooks.emplace_back(std::string(hook->name()), std::move(state));
    }
    Scheduler* scheduler = parts.rate.scheduler();
    return Dict{
        {"model", state_dict(*parts.model)},
        {"optimizer", parts.optimizer->state()},
        {"scheduler", scheduler != nullptr ? scheduler->state() : Value(Dict{})},
        {"ema", std::move(average)},
        {"scaler", parts.scale ? parts.scale->state() : Value()},
        {"rng", Dict{{"seed", static_cast<std::int64_t>(parts.settings.seed)}, {"step", trainer.progress().step}}},
        {"epoch", trainer.progress().epoch},
        {"step", trainer.progress().step},
        {"metrics", metrics_value(trainer.epoch_metrics())},
        {"classes", std::move(classes)},
        {"preprocessing", to_value(info.preprocessing)},
        {"config_hash", info.config_hash},
        {"goetia", Dict{{"format", kFormat},
                        {"batch", trainer.batch_in_epoch()},
                        {"sums", pack(sums, parts.model->counted())},
                        {"hooks", std::move(hooks)}}}};
}

Status unpack_checkpoint(const Value& checkpoint, const std::string& named, Trainer& trainer) {
    RunParts& parts = trainer.parts();
    GOETIA_ASSIGN(const Value* model, entry_of(checkpoint, "model", named));
    GOETIA_ASSIGN(const Value* optimizer, entry_of(checkpoint, "optimizer", named));
    GOETIA_ASSIGN(const Value* goetia, entry_of(checkpoint, "goetia", named));
    GOETIA_ASSIGN(const std::int64_t epoch, number_of(checkpoint, "epoch", named));
    GOETIA_ASSIGN(const std::int64_t step, number_of(checkpoint, "step", named));
    GOETIA_ASSIGN(const std::int64_t batch, number_of(*goetia, "batch", named));
    GOETIA_ASSIGN(EpochSums sums, unpack_sums(goetia->find("sums"), parts.model->counted(), named));
    if (Status loaded = load_state(*parts.model, *model, /*strict=*/true); !loaded) {
        return std::move(loaded).error().within(fmt::format("checkpoint '{}' is of another model", named));
    }
    GOETIA_TRY(parts.optimizer->load(*optimizer));
    if (const Value* state = checkpoint.find("scheduler"); state != nullptr && parts.rate.scheduler() != nullptr) {
        GOETIA_TRY(parts.rate.scheduler()->load(*state));
    }
    if (const Value* state = checkpoint.find("scaler"); parts.scale && state != nullptr && !state->is_none())
        GOETIA_TRY(parts.scale->load(*state));
    GOETIA_TRY(load_hooks(checkpoint, goetia->find("hooks"), named, parts));
    if (!parts.ranks->is_first())
        sums = {0, 0, sums.seconds, std::vector<double>(sums.counts.size())};  // rank 0 carries the sums of all
    trainer.resume_at({.epoch = epoch, .step = step}, batch, sums);
    return {};
}

}  // namespace goetia
