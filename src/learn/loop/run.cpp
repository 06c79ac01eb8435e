#include "learn/loop/run.h"

#include <unistd.h>

#include <ATen/Parallel.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json_path.h"
#include "learn/hooks/checkpoint_keeper.h"
#include "learn/hooks/evaluation_notes.h"
#include "learn/hooks/prediction_sheet.h"
#include "learn/loop/builder.h"
#include "learn/loop/certificate.h"
#include "learn/loop/checkpoint.h"
#include "learn/loop/run_record.h"
#include "weights/pth.h"

namespace goetia {
namespace {

StateRecord state_record(ExperimentState state, const std::string& reason, const Progress& progress) {
    return {
        .state = state, .reason = reason, .epoch = progress.epoch, .step = progress.step, .time = to_seconds(now())};
}

ExperimentState state_after(RunState end) {
    return end == RunState::kStopped ? ExperimentState::kStopped : ExperimentState::kCompleted;
}

Result<std::unique_ptr<RunLog>> open_log(const AttemptRequest& request, const RunParts& parts,
                                         std::int64_t resumed_from_step, std::int64_t resumed_from_epoch) {
    const TrainSettings& settings = parts.settings;
    const RunExtent extent =
        run_extent(parts.train->batches_per_epoch(), settings.accumulation, settings.epochs, settings.limits);
    if (request.address.rank != 0) return silent_run_log();
    AttemptRecord first{.attempt = request.attempt,
                        .format = JournalFormat::kEpochMetricsOnce,
                        .experiment = request.folder.id(),
                        .name = settings.name,
                        .seed = static_cast<std::int64_t>(settings.seed),
                        .epochs = extent.epochs,
                        .steps_per_epoch = extent.steps_per_epoch,
                        .images_per_step = settings.batch_size * settings.accumulation * request.address.world,
                        .threads = at::get_num_threads(),
                        .best_metric = settings.checkpoints.best_metric,
                        .best_mode = settings.checkpoints.best_mode == Better::kLower ? "min" : "max",
                        .resumed_from_step = resumed_from_step,
                        .resumed_from_epoch = resumed_from_epoch,
                        .resumed_from = {},
                        .world = request.address.world,
                        .pid = ::getpid(),
                        .time = to_seconds(now())};
    if (request.resume) first.resumed_from = request.resume->filename().string();
    return make_run_log(request.folder, first);
}

CheckpointInfo checkpoint_info(const Json& document, const RunData& data) {
    return {data.train->classes(), data.preprocessing, sha256_hex(section_at(document, "model").dump()).substr(0, 16)};
}

std::int64_t whole_at(const Value& checkpoint, std::string_view key) {
    const Value* found = checkpoint.find(key);
    return found != nullptr && found->is<std::int64_t>() ? found->as<std::int64_t>() : 0;
}

Result<std::unique_ptr<Trainer>> make_trainer(const AttemptRequest& request, const Json& document, const RunData& data,
                                              const Components& components, RunParts parts, const Value& checkpoint) {
    GOETIA_ASSIGN(auto manifest, CheckpointManifest::open(request.folder.checkpoints()));
    const TrainSettings& settings = parts.settings;
    parts.hooks.push_back(
        std::make_shared<CheckpointKeeper>(request.folder, std::move(manifest), settings.checkpoints));
    if (request.address.rank == 0)
        parts.hooks.push_back(
            std::make_shared<EvaluationNotes>(data.train->classes(), settings.drawings, settings.plot_interval));
    if (request.address.rank == 0 && parts.validation && settings.drawings.predictions > 0) {
        const auto sheet = std::make_shared<PredictionSheet>(
            PredictionSheet::Plan{request.folder.visualizations(), settings.drawings.predictions,
                                  settings.plot_interval},
            data.validation, components.transforms);
        parts.validation->watch(
            [sheet](const Predictions& found, const Batch& batch) { return sheet->take(found, batch); });
        parts.hooks.push_back(sheet);
    }
    GOETIA_ASSIGN(parts.log, open_log(request, parts, whole_at(checkpoint, "step"), whole_at(checkpoint, "epoch")));
    parts.checkpoint_info = checkpoint_info(document, data);
    auto trainer = std::make_unique<Trainer>(std::move(parts), request.ask);
    if (!checkpoint.is_none()) GOETIA_TRY(unpack_checkpoint(checkpoint, request.resume->native(), *trainer));
    return trainer;
}

// A resumed run must see the data it began with, unless it is allowed to go on with others.
Status check_data(const AttemptRequest& request, const Json& certificate, BuiltRun& run) {
    GOETIA_ASSIGN(const Json before, request.resume ? noted_certificate(request.folder.environment()) : Json(nullptr));
    const auto changed = changed_data(before, certificate);
    if (!changed) return {};
    const std::string note = fmt::format("the data are not those the run began with ({})", *changed);
    if (run.parts.settings.changed_data == ChangedDataPolicy::kFail)
        return make_error(Code::kWrongState,
                          "{}; put them back ('goetia dataset certify' shows what they are), begin a new run, or go on "
                          "with what is there now with ++training.changed_data=accept",
                          note);
    run.notes.push_back(note);
    return {};
}

// The last steps, where it was a step that failed.
Status keep_flight_record(const AttemptRequest& request, const Trainer& trainer) {
    const Json record = trainer.flight_record().json();
    if (record["steps"].empty()) return {};
    return write_file_atomic(request.folder.logs() / fmt::format("flight_record_rank_{}.json", request.address.rank),
                             record.dump(2) + "\n");
}

Status report_failure(Trainer& trainer, const Error& error) {
    trainer.say("failed: " + to_string(error));
    return trainer.parts().log->append(state_record(ExperimentState::kFailed, error.message, trainer.progress()));
}

// What was thrown, with where it was.
Error thrown(const Trainer& trainer, const std::string& words, bool lost) {
    return make_error(lost ? Code::kUnavailable : Code::kFailed, "{} step {} (epoch {}): {}",
                      lost ? "the other ranks are gone at" : "at", trainer.progress().step + 1,
                      trainer.progress().epoch + 1, words);
}

// LibTorch and the user's components may throw; the journal records it as any other failure.
Result<RunEnd> run_guarded(Trainer& trainer) {
    try {
        return trainer.run();
    } catch (const c10::Error& fault) {
        return thrown(trainer, fault.what_without_backtrace(), lost_rank(fault));
    } catch (const std::exception& fault) {
        return thrown(trainer, fault.what(), lost_rank(fault));
    }
}

}  // namespace

Result<RunEnd> train_attempt(const AttemptRequest& request, const Components& components, const Json& document) {
    GOETIA_ASSIGN(const RunData data, open_data(document, components));
    GOETIA_ASSIGN(Ranks ranks, join_ranks(request.address));
    GOETIA_ASSIGN(BuiltRun run, build_run(document, components, data, std::move(ranks)));
    Value checkpoint;
    if (request.resume) {
        GOETIA_ASSIGN(checkpoint, read_pth(*request.resume));
    }
    GOETIA_ASSIGN(const Json certificate, certificate_of(data, *run.parts.ranks));
    GOETIA_TRY(check_data(request, certificate, run));
    // No rank looks at what an earlier attempt noted any more.
    run.parts.ranks->barrier();
    if (request.address.rank == 0)
        GOETIA_TRY(write_run_record(request.folder, document, request.from_environment, data, certificate, run.parts));
    const std::vector<std::string> notes = run.notes;
    GOETIA_ASSIGN(const auto made, make_trainer(request, document, data, components, std::move(run.parts), checkpoint));
    checkpoint = {};

    Trainer& trainer = *made;
    trainer.say(fmt::format("attempt {} begins at epoch {}, step {}", request.attempt, trainer.progress().epoch + 1,
                            trainer.progress().step));
    for (const std::string& note : notes) {
        trainer.say(note);
        GOETIA_TRY(trainer.parts().log->append(NoticeNote{note}));
    }
    GOETIA_TRY(trainer.parts().log->append(state_record(ExperimentState::kRunning, "", trainer.progress())));
    Result<RunEnd> end = run_guarded(trainer);
    if (!end) {
        // Beside the error it is of no account whether this can be written, and a device that failed answers nothing.
        if (end.error().code == Code::kFailed) static_cast<void>(keep_flight_record(request, trainer).ok());
        if (Status noted = report_failure(trainer, end.error()); !noted)
            end.error().message += fmt::format(" (and the journal cannot be written: {})", noted.error().message);
        return end;
    }
    const ExperimentState state = state_after(end->state);
    trainer.say(end->reason.empty() ? "completed" : fmt::format("{}: {}", state_name(state), end->reason));
    GOETIA_TRY(trainer.parts().log->append(state_record(state, end->reason, trainer.progress())));
    return end;
}

}  // namespace goetia
