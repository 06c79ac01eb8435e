#include "learn/loop/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include <ATen/Context.h>
#include <ATen/ops/tensor.h>

#include "base/clock.h"
#include "base/random.h"
#include "learn/loop/checkpoint.h"
#include "learn/loop/log_lines.h"
#include "learn/loop/skipped_samples.h"

namespace goetia {
namespace {

// A log that is read while it grows: of quick steps not every one has a line.
constexpr double kSecondsBetweenLines = 0.5;

// Dropout, samples of boxes and their like draw from LibTorch's generator: keyed by the step, so nothing of the past
// matters. An evaluation is keyed by the step that it follows.
void key_generator(std::uint64_t seed, std::int64_t step, int rank) {
    torch::manual_seed(
        Random({seed, static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(rank), purpose("model")}).bits64());
}

// Running statistics that count are rank 0's, as in PyTorch's DistributedDataParallel.
void share_buffers(Model& model, Communicator& ranks) {
    if (ranks.world() == 1) return;
    for (torch::Tensor buffer : model.buffers()) ranks.broadcast(buffer, 0);
}

}  // namespace

Trainer::Trainer(RunParts parts, std::function<Result<Ask>()> ask) : parts_(std::move(parts)), ask_(std::move(ask)) {
    std::stable_sort(parts_.hooks.begin(), parts_.hooks.end(),
                     [](const auto& a, const auto& b) { return a->priority() < b->priority(); });
    const TrainSettings& settings = parts_.settings;
    const RunExtent extent =
        run_extent(parts_.train->batches_per_epoch(), settings.accumulation, settings.epochs, settings.limits);
    batches_ = extent.batches;
    progress_.epochs = extent.epochs;
    progress_.steps_per_epoch = extent.steps_per_epoch;
    start_sums({});
    for (const std::shared_ptr<Hook>& hook : parts_.hooks) hook->attach(*parts_.model);
}

void Trainer::resume_at(Progress progress, std::int64_t batch, EpochSums sums) {
    progress_.epoch = progress.epoch;
    progress_.step = progress.step;
    batch_ = batch;
    start_sums(std::move(sums));
}

void Trainer::start_sums(EpochSums sums) {
    sums.counts.resize(parts_.model->counted().size());
    epoch_seconds_ = sums.seconds;
    sums_.start(sums, parts_.device);
}

void Trainer::log(std::string_view metric, double value) {
    parts_.log->log(metric, progress_.step, progress_.epoch + 1, value);
}

void Trainer::request_stop(const std::string& reason) {
    if (stop_reason_.empty()) stop_reason_ = reason;
}

Status Trainer::at(Stage stage) {
    for (const std::shared_ptr<Hook>& hook : parts_.hooks) {
        if (Status done = (hook.get()->*stage)(*this); !done)
            return std::move(done).error().within(fmt::format("hook '{}'", hook->name()));
    }
    return {};
}

EpochSums Trainer::epoch_sums() const {
    EpochSums sums = sums_.read().sums;
    sums.seconds = epoch_seconds_;
    return sums;
}

std::vector<Drawing> Trainer::drawings() const {
    return parts_.validation ? parts_.validation->drawings() : std::vector<Drawing>{};
}

Result<Value> Trainer::checkpoint() {
    GOETIA_TRY(check_losses());
    return pack_checkpoint(*this);
}

Status Trainer::check_losses() const {
    const auto bad = sums_.read().first_bad;
    if (!bad) return {};
    return failed(
        "the loss became {} at step {} (epoch {}); nothing of this step was kept, and the last checkpoint is as it "
        "was; lower optimizer.lr, or enable training.gradient_clip, and go on with --resume",
        bad->loss, bad->step, progress_.epoch + 1);
}

Result<RunEnd> Trainer::run() {
    GOETIA_TRY(at(&Hook::before_run));
    while (progress_.epoch < progress_.epochs && !ended()) {
        GOETIA_TRY(train_epoch());
        if (stopped_by_request_) break;  // within the epoch: its end comes when the run is resumed
        GOETIA_TRY(evaluate());
        GOETIA_TRY(finish_epoch());
    }
    GOETIA_TRY(at(&Hook::after_run));
    GOETIA_TRY(parts_.log->flush());
    if (!ended()) return RunEnd{};
    return RunEnd{stopped_by_request_ ? RunState::kStopped : RunState::kEndedEarly, stop_reason_};
}

Status Trainer::train_epoch() {
    parts_.model->train();
    epoch_metrics_.clear();
    epoch_started_ = steady_seconds() - epoch_seconds_;
    GOETIA_TRY(at(&Hook::before_epoch));
    const bool same_batches = parts_.settings.limits.overfit_batches > 0;
    GOETIA_TRY(parts_.train->start(same_batches ? 0 : static_cast<std::uint64_t>(progress_.epoch), batch_));
    while (batch_ < batches_ && !stopped_by_request_ && !reached_last_step()) {
        GOETIA_TRY(one_step());
        GOETIA_TRY(handle_requests());
    }
    return check_losses();
}

bool Trainer::reached_last_step() const {
    const std::int64_t last = parts_.settings.limits.max_steps;
    return last > 0 && progress_.step >= last;
}

Status Trainer::one_step() {
    const double started = steady_seconds();
    const std::int64_t group = std::min(parts_.settings.accumulation, batches_ - batch_);
    key_generator(parts_.settings.seed, progress_.step, parts_.ranks->rank());
    for (std::int64_t i = 0; i < group; ++i) {
        GOETIA_ASSIGN(std::optional<Batch> batch, parts_.train->next());
        if (!batch)
            return failed("the loader ended at batch {} of {}; this is a fault of the program", batch_, batches_);
        GOETIA_TRY(take_skipped(*batch));
        GOETIA_TRY(forward_backward(*batch, 1.0 / static_cast<double>(group), i + 1 == group));
        ++batch_;
    }
    GOETIA_TRY(apply_gradients());
    parts_.optimizer->zero_grad();
    ++progress_.step;
    train_seconds_ += steady_seconds() - started;
    GOETIA_TRY(log_step());
    return at(&Hook::after_step);
}

// A step whose scaled gradients overflowed counts, but changes nothing: all ranks see the same sums, and agree.
Status Trainer::apply_gradients() {
    learning_rate_ = parts_.rate.at(progress_.step);
    if (parts_.scale) {
        std::vector<torch::Tensor> gradients;
        for (const torch::Tensor& parameter : parts_.model->parameters()) {
            if (parameter.grad().defined()) gradients.push_back(parameter.grad());
        }
        const bool finite = parts_.scale->unscale(gradients);
        parts_.scale->update(finite);
        if (!finite) {
            ++overflows_;
            say(fmt::format("step {} left out: a gradient overflowed; the loss is scaled by {} from here on",
                            progress_.step + 1, parts_.scale->factor()));
            return {};
        }
    }
    GOETIA_TRY(at(&Hook::after_backward));
    parts_.optimizer->step(learning_rate_);
    return {};
}

// The loss stays on the device; it is looked at where it is logged, and before anything is kept (checkpoint()).
Status Trainer::forward_backward(const Batch& batch, double scale, bool is_last) {
    const Targets targets = parts_.kit->encode(batch.truth, batch.frames, parts_.device);
    torch::Tensor images = images_of(batch, parts_.device);
    if (parts_.settings.precision.channels_last) images = images.contiguous(at::MemoryFormat::ChannelsLast);
    outputs_ = forward_in(parts_.autocast, *parts_.model, images);
    losses_ = parts_.model->losses(outputs_, targets);
    for (torch::Tensor& output : outputs_) output = output.detach();
    sums_.add(progress_.step + 1, losses_.total.detach(), batch.size, parts_.model->count(outputs_, targets));
    flight_.add({.step = progress_.step + 1,
                 .epoch = progress_.epoch + 1,
                 .batch = batch_,
                 .samples = batch.samples(),
                 .loss = losses_.total.detach(),
                 .learning_rate = parts_.rate.at(progress_.step),
                 .scale = parts_.scale ? parts_.scale->factor() : 1});
    if (is_logged(progress_.step + 1)) GOETIA_TRY(check_losses());
    const double factor = parts_.scale ? scale * parts_.scale->factor() : scale;
    const torch::Tensor loss = factor == 1.0 ? losses_.total : losses_.total * factor;
    if (is_last) parts_.sync->before_backward(loss);
    loss.backward();
    images_trained_ += static_cast<double>(batch.size * parts_.ranks->world());
    return {};
}

// The first rank reports at once; what the others skipped comes to it at the epoch's end, or before a stop.
Status Trainer::take_skipped(const Batch& batch) {
    if (parts_.ranks->is_first()) return report_skipped("train", batch.skipped);
    unreported_.insert(unreported_.end(), batch.skipped.begin(), batch.skipped.end());
    return {};
}

Status Trainer::report_skipped_by_others() {
    return report_skipped("train", gathered(*parts_.ranks, std::exchange(unreported_, {})));
}

Status Trainer::report_skipped(std::string_view split, const std::vector<SkippedSample>& skipped) {
    for (const SkippedSample& one : skipped) {
        say(fmt::format("skipped '{}': {}", one.name, one.reason));
        GOETIA_TRY(parts_.log->append(SkippedSampleNote{.split = std::string(split),
                                                        .sample = one.name,
                                                        .index = one.index,
                                                        .reason = one.reason,
                                                        .epoch = progress_.epoch + 1}));
    }
    return {};
}

Status Trainer::log_step() {
    if (!is_logged(progress_.step)) return {};
    const auto loss = losses_.total.item<double>();
    log("train/loss", loss);
    log("train/lr", learning_rate_);
    say_step(loss);
    for (const auto& [name, part] : losses_.parts) {
        if (losses_.parts.size() > 1) log("train/" + name, part.item<double>());
    }
    return {};
}

void Trainer::say_step(double loss) {
    const double seconds = steady_seconds();
    if (!parts_.ranks->is_first() || seconds - said_step_at_ < kSecondsBetweenLines) return;
    said_step_at_ = seconds;
    say(log_line({.epoch = progress_.epoch + 1,
                  .epochs = progress_.epochs,
                  .batch = batch_,
                  .batches = batches_,
                  .loss = loss,
                  .learning_rate = learning_rate_,
                  .means = epoch_sums().means(parts_.model->counted())}));
}

Result<Ask> Trainer::agreed_request() {
    GOETIA_ASSIGN(Ask ask, parts_.ranks->is_first() ? ask_() : Result<Ask>(Ask::kNothing));
    if (parts_.ranks->world() == 1) return ask;
    torch::Tensor agreed = torch::tensor({static_cast<std::int64_t>(ask)}, torch::kInt64);
    parts_.ranks->broadcast(agreed, 0);
    return static_cast<Ask>(agreed.item<std::int64_t>());
}

Status Trainer::handle_requests() {
    GOETIA_ASSIGN(const Ask ask, agreed_request());
    if (ask == Ask::kNothing || ask == Ask::kResume) return {};
    GOETIA_TRY(report_skipped_by_others());
    epoch_seconds_ = steady_seconds() - epoch_started_;
    GOETIA_TRY(at(&Hook::on_save_request));
    if (ask == Ask::kStop) {
        stopped_by_request_ = true;
        request_stop("stopped on request");
    }
    return ask == Ask::kPause ? wait_while_paused() : Status();
}

Status Trainer::wait_while_paused() {
    say("paused");
    const auto record = [this](ExperimentState state, const char* reason) {
        return StateRecord{.state = state,
                           .reason = reason,
                           .epoch = progress_.epoch + 1,
                           .step = progress_.step,
                           .time = to_seconds(now())};
    };
    GOETIA_TRY(parts_.log->append(record(ExperimentState::kPaused, "on request")));
    const double since = steady_seconds();
    for (;;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        GOETIA_ASSIGN(const Ask ask, agreed_request());
        if (ask == Ask::kStop) {
            stopped_by_request_ = true;
            request_stop("stopped on request while paused");
        }
        if (ask == Ask::kStop || ask == Ask::kResume) break;
    }
    epoch_started_ += steady_seconds() - since;
    if (stopped_by_request_) return {};
    say("resumed");
    return parts_.log->append(record(ExperimentState::kRunning, "resumed on request"));
}

Result<Evaluation> Trainer::evaluated_now() {
    share_buffers(*parts_.model, *parts_.ranks);
    key_generator(parts_.settings.seed, progress_.step, parts_.ranks->rank());
    return parts_.validation->run(*parts_.model, *parts_.ranks, parts_.device, parts_.autocast);
}

Status Trainer::evaluate() {
    evaluation_ = {};
    const bool due =
        (progress_.epoch + 1) % parts_.settings.evaluate_every == 0 || progress_.epoch + 1 == progress_.epochs;
    if (!parts_.validation || !due) return {};
    MetricValues own;
    if (parts_.settings.evaluate_own_weights) {
        GOETIA_ASSIGN(const Evaluation evaluated, evaluated_now());
        for (const auto& [name, value] : evaluated.values) own["own" + name.substr(name.find('/'))] = value;
    }
    GOETIA_TRY(at(&Hook::before_evaluation));
    GOETIA_ASSIGN(evaluation_, evaluated_now());
    evaluation_.values.insert(own.begin(), own.end());
    GOETIA_TRY(report_skipped("val", evaluation_.skipped));
    return at(&Hook::after_evaluation);
}

Status Trainer::finish_epoch() {
    GOETIA_TRY(report_skipped_by_others());
    const EpochSums sums = summed_over_ranks(epoch_sums(), *parts_.ranks);
    epoch_metrics_ = sums.means(parts_.model->counted());
    epoch_metrics_.insert(evaluation_.values.begin(), evaluation_.values.end());
    epoch_metrics_["train/lr"] = learning_rate_;
    const double seconds = steady_seconds() - epoch_started_;
    GOETIA_TRY(parts_.log->append(EpochRecord{.epoch = progress_.epoch + 1,
                                              .step = progress_.step,
                                              .time = to_seconds(now()),
                                              .seconds = seconds,
                                              .seconds_waiting = parts_.train->seconds_waited(),
                                              .images = sums.samples,
                                              .metrics = epoch_metrics_}));
    say(log_line_of_epoch(progress_.epoch + 1, progress_.epochs, seconds, epoch_metrics_));
    const auto watched = epoch_metrics_.find(parts_.rate.monitor());
    if (watched != epoch_metrics_.end()) parts_.rate.observe(progress_.step, watched->second);
    ++progress_.epoch;  // from here on this epoch is done: what hooks save begins with the next
    batch_ = 0;
    start_sums({});
    return at(&Hook::after_epoch);
}

}  // namespace goetia
