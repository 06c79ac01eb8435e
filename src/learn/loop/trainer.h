// The loop: batches in, steps out. Everything that is not "forward, backward, step" is a hook.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feeding/loading/loader.h"
#include "learn/dist/ranks.h"
#include "learn/hooks/hook.h"
#include "learn/loop/epoch_sums.h"
#include "learn/loop/evaluator.h"
#include "learn/loop/run_log.h"
#include "learn/loop/settings.h"
#include "learn/optim/optimizer.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {

// What a run is made of; builder.cpp makes it from the document, a test by hand.
struct RunParts {
    TrainSettings settings;
    torch::Device device{torch::kCPU};
    std::shared_ptr<Communicator> ranks;
    std::unique_ptr<GradientSync> sync;
    std::shared_ptr<Model> model;
    std::shared_ptr<Optimizer> optimizer;
    LearningRate rate;
    std::unique_ptr<Loader> train;
    std::unique_ptr<Evaluator> validation;  // null when the data has no validation split
    std::vector<std::shared_ptr<Hook>> hooks;
    std::unique_ptr<RunLog> log;
};

// What people ask for while it runs; looked at between steps.
enum class Ask { kNothing, kPause, kResume, kStop, kCheckpoint };

enum class RunState { kCompleted, kStopped, kEndedEarly };

struct RunEnd {
    RunState state = RunState::kCompleted;
    std::string reason;  // why it ended before its last epoch
};

class Trainer final : public TrainContext {
  public:
    Trainer(RunParts parts, std::function<Result<Ask>()> ask);

    // Goes on from where `resume_at` put it; a fault leaves the last checkpoint as it was.
    Result<RunEnd> run();

    // Before run(): begin in epoch `progress.epoch`, `batch` batches into it.
    void resume_at(Progress progress, std::int64_t batch, EpochSums sums);

    [[nodiscard]] RunParts& parts() { return parts_; }
    [[nodiscard]] std::int64_t batch_in_epoch() const { return batch_; }
    [[nodiscard]] const EpochSums& epoch_sums() const { return sums_; }
    [[nodiscard]] const Evaluation& last_evaluation() const { return evaluation_; }
    [[nodiscard]] double train_seconds() const { return train_seconds_; }
    [[nodiscard]] double images_trained() const { return images_trained_; }
    // Set by the one who keeps checkpoints: writes one now.
    std::function<Status()> save_now;

    [[nodiscard]] const Progress& progress() const override { return progress_; }
    [[nodiscard]] const Communicator& ranks() const override { return *parts_.ranks; }
    [[nodiscard]] Model& model() override { return *parts_.model; }
    [[nodiscard]] double learning_rate() const override { return learning_rate_; }
    [[nodiscard]] const Losses& losses() const override { return losses_; }
    [[nodiscard]] const MetricValues& epoch_metrics() const override { return epoch_metrics_; }
    void log(std::string_view metric, double value) override;
    void say(const std::string& line) override { parts_.log->say(line); }
    void request_stop(const std::string& reason) override;

  private:
    using Stage = Status (Hook::*)(TrainContext&);
    Status at(Stage stage);
    Status train_epoch();
    Status one_step();
    Status forward_backward(const Batch& batch, double scale, bool is_last);
    Status log_step();
    Status heed_requests();
    Result<Ask> agreed_request();
    Status wait_while_paused();
    Status evaluate();
    Status finish_epoch();
    Status take_skipped(const Batch& batch);
    Status tell_others_skipped();
    Status note_skipped(std::string_view split, const std::vector<SkippedSample>& skipped);
    [[nodiscard]] bool ended() const { return !stop_reason_.empty(); }

    RunParts parts_;
    std::function<Result<Ask>()> ask_;
    Progress progress_;
    std::int64_t batch_ = 0;
    std::int64_t batches_ = 0;
    EpochSums sums_;
    std::vector<SkippedSample> untold_;  // passed over by this rank, while it is not the one that tells
    double epoch_started_ = 0;
    double learning_rate_ = 0;
    Losses losses_;
    double loss_value_ = 0;
    double train_seconds_ = 0;
    double images_trained_ = 0;
    MetricValues epoch_metrics_;
    Evaluation evaluation_;
    std::string stop_reason_;
    bool stopped_by_request_ = false;
};

}  // namespace goetia
