#include "learn/loop/settings.h"

#include <algorithm>
#include <stdexcept>

#include "base/json_path.h"

namespace goetia {
namespace {

// Nothing where it is "auto".
std::optional<Better> mode_at(const Json& document, const std::string& path) {
    const auto mode = value_at<std::string>(document, path);
    if (mode == "auto") return std::nullopt;
    return mode == "min" ? Better::kLower : Better::kHigher;
}

bool enabled_at(const Json& document, const std::string& section) {
    return value_at<bool>(document, section + ".enabled");
}

TrainSettings::Checkpoints checkpoint_settings(const Json& document) {
    return {.epoch_interval = value_at<std::int64_t>(document, "checkpoint.save_interval"),
            .step_interval = value_at<std::int64_t>(document, "checkpoint.step_interval"),
            .max_keep = value_at<std::int64_t>(document, "checkpoint.max_keep"),
            .save_last = value_at<bool>(document, "checkpoint.save_last"),
            .save_best = value_at<bool>(document, "checkpoint.save_best"),
            .best_metric = value_at<std::string>(document, "checkpoint.best_metric"),
            .best_mode = mode_at(document, "checkpoint.best_mode")};
}

TrainSettings::Drawings drawing_settings(const Json& document) {
    const bool any = enabled_at(document, "visualization");
    return {.confusion_matrix = any && enabled_at(document, "visualization.confusion_matrix"),
            .confusion_normalized = value_at<bool>(document, "visualization.confusion_matrix.normalize"),
            .pr_curve = any && enabled_at(document, "visualization.pr_curve"),
            .roc_curve = any && enabled_at(document, "visualization.roc_curve"),
            .predictions = any && enabled_at(document, "visualization.predictions")
                               ? value_at<std::int64_t>(document, "visualization.predictions.samples")
                               : 0};
}

RunLimits run_limits(const Json& document) {
    return {.max_steps = value_at<std::int64_t>(document, "training.max_steps"),
            .train = batch_limit(value_at<Json>(document, "training.limit_train_batches")),
            .validation = batch_limit(value_at<Json>(document, "training.limit_val_batches")),
            .overfit_batches = value_at<std::int64_t>(document, "training.overfit_batches")};
}

PrecisionSettings precision_settings(const Json& document) {
    PrecisionSettings s;
    const std::string section = "training.mixed_precision";
    s.enabled = enabled_at(document, section);
    s.tf32 = value_at<bool>(document, "training.tf32");
    s.channels_last = value_at<bool>(document, "training.channels_last");
    if (!s.enabled) return s;
    s.type =
        value_at<std::string>(document, section + ".dtype") == "fp16" ? NarrowType::kFloat16 : NarrowType::kBFloat16;
    s.scales_loss = value_at<bool>(document, section + ".grad_scaler");
    s.falls_back = value_at<std::string>(document, section + ".unsupported") == "fallback";
    s.scale = {.initial = value_at<double>(document, section + ".init_scale"),
               .growth = value_at<double>(document, section + ".growth_factor"),
               .backoff = value_at<double>(document, section + ".backoff_factor"),
               .interval = value_at<std::int64_t>(document, section + ".growth_interval")};
    return s;
}

// One batch of everything: whether a run would go through.
void shorten(TrainSettings& s) {
    s.epochs = 1;
    s.limits = {.max_steps = 0,
                .train = BatchLimit{.count = s.accumulation, .share = 0},
                .validation = BatchLimit{.count = 1, .share = 0},
                .overfit_batches = 0};
}

TrainSettings read(const Json& document) {
    TrainSettings s;
    s.name = value_at<std::string>(document, "experiment.name");
    s.seed = value_at<std::uint64_t>(document, "experiment.seed");
    s.epochs = value_at<std::int64_t>(document, "training.epochs");
    s.batch_size = value_at<std::int64_t>(document, "training.batch_size");
    s.accumulation = value_at<std::int64_t>(document, "training.gradient_accumulation.steps");
    s.evaluate_every = value_at<std::int64_t>(document, "training.val_interval");
    s.loader_threads = value_at<int>(document, "training.num_workers");
    s.pin_memory = value_at<bool>(document, "training.pin_memory");
    const Json threads = value_at<Json>(document, "training.threads");
    s.compute_threads = threads.is_number() ? threads.get<int>() : 0;
    s.device = value_at<std::string>(document, "training.device");
    s.find_unused_parameters = value_at<bool>(document, "training.distributed.find_unused_parameters");
    s.broken = value_at<std::string>(document, "training.broken_samples") == "skip" ? BrokenSamplePolicy::kSkip
                                                                                    : BrokenSamplePolicy::kFail;
    s.changed_data = value_at<std::string>(document, "training.changed_data") == "accept" ? ChangedDataPolicy::kAccept
                                                                                          : ChangedDataPolicy::kFail;
    s.checkpoints = checkpoint_settings(document);
    s.log_interval = value_at<std::int64_t>(document, "logging.log_interval");
    s.plot_interval = value_at<std::int64_t>(document, "training.plot_interval");
    s.drawings = drawing_settings(document);
    s.limits = run_limits(document);
    s.precision = precision_settings(document);
    s.evaluate_own_weights = value_at<bool>(document, "training.evaluate_own_weights");
    if (value_at<bool>(document, "training.fast_dev_run")) shorten(s);
    return s;
}

}  // namespace

Result<TrainSettings> train_settings(const Json& document) {
    try {
        return read(document);
    } catch (const std::out_of_range& missing) {
        return failed("{}; the defaults of contract/experiment.schema.json are filled in before a run is built",
                      missing.what());
    }
}

}  // namespace goetia
