// The loop: batches in, steps out. Everything that is not "forward, backward, step" is a hook.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeding/loading/loader.h"
#include "learn/dist/ranks.h"
#include "learn/hooks/hook.h"
#include "learn/loop/epoch_sums.h"
#include "learn/loop/evaluator.h"
#include "learn/loop/flight_record.h"
#include "learn/loop/loss_scale.h"
#include "learn/loop/precision.h"
#include "learn/loop/run_log.h"
#include "learn/loop/settings.h"
#include "learn/optim/optimizer.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {

// What a checkpoint says about the run besides its state.
struct CheckpointInfo {
    std::vector<std::string> classes;
    Json preprocessing;       // the validation pipeline: what an image must go through before the model
    std::string config_hash;  // of what shapes the weights; a resumed run may change the rest
};

// What a run is made of; builder.cpp makes it from the document, a test by hand.
struct RunParts {
    TrainSettings settings;
    torch::Device device{torch::kCPU};
    std::shared_ptr<Communicator> ranks;
    std::unique_ptr<GradientSync> sync;
    std::shared_ptr<Model> model;
    const TaskKit* kit = nullptr;  // of the model's task
    std::shared_ptr<Optimizer> optimizer;
    LearningRate rate;
    std::optional<NarrowType> autocast;  // of the forward pass
    std::unique_ptr<LossScale> scale;    // null: the loss is taken as it is
    std::unique_ptr<Loader> train;
    std::unique_ptr<Evaluator> validation;  // null when the data has no validation split
    std::vector<std::shared_ptr<Hook>> hooks;
    std::unique_ptr<RunLog> log;
    CheckpointInfo checkpoint_info;
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
    [[nodiscard]] EpochSums epoch_sums() const;
    [[nodiscard]] const FlightRecord& flight_record() const { return flight_; }
    [[nodiscard]] double train_seconds() const { return train_seconds_; }
    [[nodiscard]] double images_trained() const { return images_trained_; }

    [[nodiscard]] const Progress& progress() const override { return progress_; }
    [[nodiscard]] const Communicator& ranks() const override { return *parts_.ranks; }
    [[nodiscard]] Model& model() override { return *parts_.model; }
    [[nodiscard]] double learning_rate() const override { return learning_rate_; }
    [[nodiscard]] const Outputs& outputs() const override { return outputs_; }
    [[nodiscard]] const Losses& losses() const override { return losses_; }
    [[nodiscard]] const MetricValues& epoch_metrics() const override { return epoch_metrics_; }
    [[nodiscard]] double seconds_waited() const override { return parts_.train->seconds_waited(); }
    [[nodiscard]] std::vector<Drawing> drawings() const override;
    Result<Value> checkpoint() override;
    RunLog& record() override { return *parts_.log; }
    void log(std::string_view metric, double value) override;
    void say(const std::string& line) override { parts_.log->say(line); }
    void request_stop(const std::string& reason) override;

  private:
    using Stage = Status (Hook::*)(TrainContext&);
    Status at(Stage stage);
    // Waits for the device. An Error that names the first step whose loss was not finite.
    Status check_losses() const;
    Status train_epoch();
    Status one_step();
    Status forward_backward(const Batch& batch, double scale, bool is_last);
    Status apply_gradients();
    Status log_step();
    void say_step(double loss);
    Status handle_requests();
    Result<Ask> agreed_request();
    Status wait_while_paused();
    [[nodiscard]] bool reached_last_step() const;
    Status evaluate();
    Result<Evaluation> evaluated_now();
    Status finish_epoch();
    Status take_skipped(const Batch& batch);
    Status report_skipped_by_others();
    Status report_skipped(std::string_view split, const std::vector<SkippedSample>& skipped);
    void start_sums(EpochSums sums);
    [[nodiscard]] bool is_logged(std::int64_t step) const { return step % parts_.settings.log_interval == 0; }
    [[nodiscard]] bool ended() const { return !stop_reason_.empty(); }

    RunParts parts_;
    std::function<Result<Ask>()> ask_;
    Progress progress_;
    std::int64_t batch_ = 0;
    std::int64_t batches_ = 0;
    RunningSums sums_;
    std::vector<SkippedSample> unreported_;  // skipped by this rank, while it is not the one that reports
    double epoch_started_ = 0;
    double epoch_seconds_ = 0;  // those of the epoch that were trained before an interruption, or until a request
    double learning_rate_ = 0;
    double said_step_at_ = 0;
    Outputs outputs_;
    Losses losses_;
    double train_seconds_ = 0;
    double images_trained_ = 0;
    std::int64_t overflows_ = 0;  // steps left out because a scaled gradient was not finite
    FlightRecord flight_;
    MetricValues epoch_metrics_;
    Evaluation evaluation_;
    std::string stop_reason_;
    bool stopped_by_request_ = false;
};

}  // namespace goetia
