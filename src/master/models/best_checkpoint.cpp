#include "master/models/best_checkpoint.h"

#include "experiment/history.h"

namespace goetia {

Result<std::vector<CheckpointRecord>> journaled_checkpoints(const std::filesystem::path& experiment) {
    std::error_code none;
    if (!std::filesystem::exists(experiment, none)) return std::vector<CheckpointRecord>();
    GOETIA_ASSIGN(RunHistory history, read_history(ExperimentFolder(experiment)));
    return std::move(history.checkpoints);
}

Result<CheckpointRecord> best_checkpoint(const std::filesystem::path& experiment) {
    GOETIA_ASSIGN(const std::vector<CheckpointRecord> all, journaled_checkpoints(experiment));
    const CheckpointRecord* best = nullptr;
    for (const CheckpointRecord& one : all) {
        if (one.kind == "best" && (best == nullptr || one.step >= best->step)) best = &one;
    }
    if (best == nullptr)
        return make_error(Code::kWrongState, "experiment '{}' has no best checkpoint yet",
                          experiment.filename().native());
    return *best;
}

}  // namespace goetia
