#include "learn/loop/checkpoint.h"

#include <unistd.h>

#include "base/files.h"
#include "learn/tensors.h"
#include "weights/pth.h"

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

}  // namespace

Value pack_checkpoint(Trainer& trainer, const EmaHook* ema, const CheckpointFacts& facts) {
    RunParts& parts = trainer.parts();
    const EpochSums sums = of_all(trainer.epoch_sums(), *parts.ranks);
    List classes(facts.classes.begin(), facts.classes.end());
    Dict hooks;
    for (const auto& hook : parts.hooks) {
        if (Value state = hook->state(); !state.is_none())
            hooks.emplace_back(std::string(hook->name()), std::move(state));
    }
    Scheduler* scheduler = parts.rate.scheduler();
    return Dict{
        {"model", state_dict(*parts.model)},
        {"optimizer", parts.optimizer->state()},
        {"scheduler", scheduler != nullptr ? scheduler->state() : Value(Dict{})},
        {"ema", ema != nullptr ? ema->averaged_state() : Value()},
        {"scaler", Value()},
        {"rng", Dict{{"seed", static_cast<std::int64_t>(parts.settings.seed)}, {"step", trainer.progress().step}}},
        {"epoch", trainer.progress().epoch},
        {"step", trainer.progress().step},
        {"metrics", metrics_value(trainer.epoch_metrics())},
        {"classes", std::move(classes)},
        {"preprocessing", to_value(facts.preprocessing)},
        {"config_hash", facts.config_hash},
        {"goetia", Dict{{"format", kFormat},
                        {"batch", trainer.batch_in_epoch()},
                        {"sums", pack(sums)},
                        {"hooks", std::move(hooks)}}}};
}

Status unpack_checkpoint(const Value& checkpoint, const std::string& named, Trainer& trainer, EmaHook* ema) {
    RunParts& parts = trainer.parts();
    GOETIA_ASSIGN(const Value* model, entry_of(checkpoint, "model", named));
    GOETIA_ASSIGN(const Value* optimizer, entry_of(checkpoint, "optimizer", named));
    GOETIA_ASSIGN(const Value* goetia, entry_of(checkpoint, "goetia", named));
    GOETIA_ASSIGN(const std::int64_t epoch, number_of(checkpoint, "epoch", named));
    GOETIA_ASSIGN(const std::int64_t step, number_of(checkpoint, "step", named));
    GOETIA_ASSIGN(const std::int64_t batch, number_of(*goetia, "batch", named));
    GOETIA_ASSIGN(EpochSums sums, unpack_sums(goetia->find("sums"), named));
    if (Status loaded = load_state(*parts.model, *model, /*strict=*/true); !loaded) {
        return std::move(loaded).error().within(fmt::format("checkpoint '{}' is of another model", named));
    }
    GOETIA_TRY(parts.optimizer->load(*optimizer));
    if (const Value* state = checkpoint.find("scheduler"); state != nullptr && parts.rate.scheduler() != nullptr) {
        GOETIA_TRY(parts.rate.scheduler()->load(*state));
    }
    if (ema != nullptr) {
        const Value* averaged = checkpoint.find("ema");
        if (averaged == nullptr || averaged->is_none())
            return invalid(
                "checkpoint '{}' holds no average of the weights; it was made with training.ema off, and cannot go on "
                "with it on",
                named);
        GOETIA_TRY(ema->load_averaged(*averaged));
    }
    const Value* hooks = goetia->find("hooks");
    for (const auto& hook : parts.hooks) {
        const Value* state = hooks != nullptr ? hooks->find(hook->name()) : nullptr;
        if (state != nullptr) GOETIA_TRY(hook->load(*state));
    }
    if (!parts.ranks->is_first())
        sums = {0, 0, sums.seconds, std::vector<double>(sums.correct.size())};  // rank 0 carries the sums of all
    trainer.resume_at({.epoch = epoch, .step = step}, batch, sums);
    return {};
}

CheckpointKeeper::CheckpointKeeper(ExperimentFolder folder, CheckpointManifest manifest, CheckpointFacts facts,
                                   std::shared_ptr<EmaHook> ema)
    : folder_(std::move(folder)), manifest_(std::move(manifest)), facts_(std::move(facts)), ema_(std::move(ema)) {}

Value CheckpointKeeper::state() const { return best_ ? Value(Dict{{"best", *best_}}) : Value(); }

Status CheckpointKeeper::load(const Value& state) {
    const Value* best = state.find("best");
    if (best == nullptr || !best->is<double>())
        return invalid("the checkpoint's state of hook 'checkpoint' is not one of this version");
    best_ = best->as<double>();
    return {};
}

Status CheckpointKeeper::after_step(TrainContext& context) {
    const std::int64_t interval = trainer_->parts().settings.checkpoints.step_interval;
    return interval > 0 && context.progress().step % interval == 0 ? save_last() : Status();
}

Status CheckpointKeeper::after_epoch(TrainContext& context) { return save_epoch_files(context.epoch_metrics()); }

Status CheckpointKeeper::save_last() {
    return save("last.pth", "last", pack_checkpoint(*trainer_, ema_.get(), facts_));
}

Status CheckpointKeeper::save_epoch_files(const MetricValues& metrics) {
    const TrainSettings::Checkpoints& wanted = trainer_->parts().settings.checkpoints;
    const std::int64_t epoch = trainer_->progress().epoch;
    const auto measured = metrics.find(wanted.best_metric);
    const bool is_best = wanted.save_best && measured != metrics.end() &&
                         (!best_ || is_better(measured->second, *best_, wanted.best_mode));
    if (is_best) best_ = measured->second;
    const bool is_due = wanted.epoch_interval > 0 && epoch % wanted.epoch_interval == 0;
    const bool is_final = epoch == trainer_->progress().epochs;
    if (!is_best && !is_due && !wanted.save_last && !is_final) return {};
    const Value checkpoint = pack_checkpoint(*trainer_, ema_.get(), facts_);
    if (is_best) {
        const std::string file = best_checkpoint_name(wanted.best_metric, *best_, epoch);
        GOETIA_TRY(save(file, "best", checkpoint));
        GOETIA_TRY(point_best_model_at(file));
    }
    if (is_due) GOETIA_TRY(save(fmt::format("checkpoint_epoch_{}.pth", epoch), "epoch", checkpoint));
    if (wanted.save_last || is_final) GOETIA_TRY(save("last.pth", "last", checkpoint));
    return trainer_->parts().ranks->is_first() ? manifest_.prune(static_cast<int>(wanted.max_keep)) : Status();
}

Status CheckpointKeeper::save(const std::string& file, const std::string& kind, const Value& checkpoint) {
    if (!trainer_->parts().ranks->is_first()) return {};
    GOETIA_ASSIGN(const WrittenFile written, write_pth(manifest_.staged(file), checkpoint));
    const CheckpointEntry entry{.file = file,
                                .kind = kind,
                                .sha256 = written.sha256,
                                .bytes = written.bytes,
                                .epoch = trainer_->progress().epoch,
                                .step = trainer_->progress().step,
                                .metrics = trainer_->epoch_metrics()};
    GOETIA_TRY(manifest_.publish(entry));
    return trainer_->parts().log->append(
        CheckpointRecord{.path = (folder_.checkpoints() / file).lexically_relative(folder_.root()).string(),
                         .kind = kind,
                         .sha256 = entry.sha256,
                         .bytes = entry.bytes,
                         .epoch = entry.epoch,
                         .step = entry.step,
                         .metrics = entry.metrics});
}

// best_model.pth is the best checkpoint under its other name: a link, so it costs no second copy.
Status CheckpointKeeper::point_best_model_at(const std::string& file) {
    if (!trainer_->parts().ranks->is_first()) return {};
    const std::filesystem::path target = folder_.checkpoints() / file;
    const std::filesystem::path beside = folder_.best_model().native() + ".part";
    ::unlink(beside.c_str());
    std::error_code code;
    std::filesystem::create_hard_link(target, beside, code);
    if (code) std::filesystem::copy_file(target, beside, code);
    if (code) return os_error("write", folder_.best_model().native(), code.value());
    std::filesystem::rename(beside, folder_.best_model(), code);
    if (code) return os_error("rename", folder_.best_model().native(), code.value());
    return sync_folder(folder_.root());
}

}  // namespace goetia
