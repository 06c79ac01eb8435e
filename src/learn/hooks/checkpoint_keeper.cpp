#include "learn/hooks/checkpoint_keeper.h"

#include <unistd.h>

#include "base/files.h"
#include "learn/loop/run_log.h"
#include "weights/pth.h"

namespace goetia {

Value CheckpointKeeper::state() const { return best_ ? Value(Dict{{"best", *best_}}) : Value(); }

Status CheckpointKeeper::load(const Value& state) {
    const Value* best = state.find("best");
    if (best == nullptr || !best->is<double>())
        return invalid("the checkpoint's state of hook 'checkpoint' is not one of this version");
    best_ = best->as<double>();
    return {};
}

Status CheckpointKeeper::after_step(TrainContext& context) {
    const std::int64_t interval = settings_.step_interval;
    return interval > 0 && context.progress().step % interval == 0 ? save_last(context) : Status();
}

Status CheckpointKeeper::save_last(TrainContext& context) {
    GOETIA_ASSIGN(const Value checkpoint, context.checkpoint());
    return save(context, "last.pth", "last", checkpoint);
}

Status CheckpointKeeper::after_epoch(TrainContext& context) {
    const std::int64_t epoch = context.progress().epoch;
    const auto measured = context.epoch_metrics().find(settings_.best_metric);
    const bool is_best = settings_.save_best && measured != context.epoch_metrics().end() &&
                         (!best_ || is_better(measured->second, *best_, settings_.best_mode.value_or(Better::kHigher)));
    if (is_best) best_ = measured->second;
    const bool is_due = settings_.epoch_interval > 0 && epoch % settings_.epoch_interval == 0;
    const bool is_final = epoch == context.progress().epochs;
    if (!is_best && !is_due && !settings_.save_last && !is_final) return {};
    GOETIA_ASSIGN(const Value checkpoint, context.checkpoint());
    if (is_best) {
        const std::string file = best_checkpoint_name(settings_.best_metric, *best_, epoch);
        GOETIA_TRY(save(context, file, "best", checkpoint));
        if (context.ranks().is_first()) GOETIA_TRY(point_best_model_at(file));
    }
    if (is_due) GOETIA_TRY(save(context, fmt::format("checkpoint_epoch_{}.pth", epoch), "epoch", checkpoint));
    if (settings_.save_last || is_final) GOETIA_TRY(save(context, "last.pth", "last", checkpoint));
    return context.ranks().is_first() ? manifest_.prune(static_cast<int>(settings_.max_keep)) : Status();
}

Status CheckpointKeeper::save(TrainContext& context, const std::string& file, const std::string& kind,
                              const Value& checkpoint) {
    if (!context.ranks().is_first()) return {};
    GOETIA_ASSIGN(const WrittenFile written, write_pth(manifest_.staged(file), checkpoint));
    const CheckpointEntry entry{.file = file,
                                .kind = kind,
                                .sha256 = written.sha256,
                                .bytes = written.bytes,
                                .epoch = context.progress().epoch,
                                .step = context.progress().step,
                                .metrics = context.epoch_metrics()};
    GOETIA_TRY(manifest_.publish(entry));
    return context.record().append(
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
