#include "run/resume.h"

#include "experiment/checkpoints.h"

namespace goetia {

Status check_resumable(const RunSummary& summary, const Json& document, bool changed) {
    const std::int64_t epochs = document.value(Json::json_pointer("/training/epochs"), std::int64_t{0});
    // As many as were done is fine: a run may have been killed between its last epoch and its end.
    if (summary.state != ExperimentState::kCompleted && epochs < summary.epochs_done) {
        return invalid(
            "training.epochs is {}, but experiment '{}' has already completed {} epochs; set it to at least that",
            epochs, summary.id, summary.epochs_done);
    }
    if (summary.state != ExperimentState::kCompleted) return {};
    // One that ended before its last epoch (early stopping) may continue with a changed document.
    if (changed && epochs > summary.epochs_done) return {};
    return make_error(Code::kWrongState,
                      "experiment '{}' is finished: {} of {} epochs are done; to train it longer, use more epochs: "
                      "'goetia train --resume {} training.epochs={}'",
                      summary.id, summary.epochs_done, epochs, summary.id, summary.epochs_done * 2);
}

Result<ResumePoint> newest_checkpoint(const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const CheckpointManifest manifest, CheckpointManifest::open(folder.checkpoints()));
    if (manifest.entries().empty())
        return ResumePoint{.checkpoint = {}, .notes = {"no checkpoint was written yet; the run starts over"}};
    GOETIA_ASSIGN(const CheckpointManifest::Choice choice, manifest.newest_intact());
    ResumePoint point{.checkpoint = folder.checkpoints() / choice.entry.file, .notes = {}};
    for (const std::string& sentence : choice.damaged) point.notes.push_back("note: " + sentence);
    point.notes.push_back(fmt::format("resuming from '{}' (epoch {}, step {})", choice.entry.file, choice.entry.epoch,
                                      choice.entry.step));
    return point;
}

std::optional<std::filesystem::path> experiment_of_checkpoint(const std::filesystem::path& checkpoint) {
    const std::filesystem::path folder = std::filesystem::absolute(checkpoint).lexically_normal().parent_path();
    std::error_code code;
    if (folder.filename() != "checkpoints" || !std::filesystem::exists(folder.parent_path() / "config.yaml", code))
        return std::nullopt;
    return folder.parent_path();
}

Status verify_checkpoint(const std::filesystem::path& checkpoint) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(checkpoint, code))
        return not_found("checkpoint '{}' does not exist", checkpoint.native());
    if (!experiment_of_checkpoint(checkpoint)) return {};
    GOETIA_ASSIGN(const CheckpointManifest manifest, CheckpointManifest::open(checkpoint.parent_path()));
    for (const CheckpointEntry& entry : manifest.entries()) {
        if (entry.file == checkpoint.filename()) return manifest.verify(entry);
    }
    return {};
}

}  // namespace goetia
