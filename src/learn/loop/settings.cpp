#include "learn/loop/settings.h"

namespace goetia {
namespace {

Better mode_at(const Json& document, const std::string& path) {
    return value_at<std::string>(document, path, "max") == "min" ? Better::kLower : Better::kHigher;
}

TrainSettings::Checkpoints checkpoint_settings(const Json& document) {
    TrainSettings::Checkpoints c;
    c.epoch_interval = value_at<std::int64_t>(document, "checkpoint.save_interval", c.epoch_interval);
    c.step_interval = value_at<std::int64_t>(document, "checkpoint.step_interval", c.step_interval);
    c.max_keep = value_at<std::int64_t>(document, "checkpoint.max_keep", c.max_keep);
    c.save_last = value_at<bool>(document, "checkpoint.save_last", c.save_last);
    c.save_best = value_at<bool>(document, "checkpoint.save_best", c.save_best);
    c.best_metric = value_at<std::string>(document, "checkpoint.best_metric", "val/accuracy_top1");
    c.best_mode = mode_at(document, "checkpoint.best_mode");
    return c;
}

TrainSettings::Pictures picture_settings(const Json& document) {
    const bool any = value_at<bool>(document, "visualization.enabled", true);
    return {.confusion_matrix = any && value_at<bool>(document, "visualization.confusion_matrix.enabled", true),
            .confusion_normalized = value_at<bool>(document, "visualization.confusion_matrix.normalize", true),
            .pr_curve = any && value_at<bool>(document, "visualization.pr_curve.enabled", true),
            .roc_curve = any && value_at<bool>(document, "visualization.roc_curve.enabled", true)};
}

}  // namespace

Json section_at(const Json& document, const std::string& path) { return value_at<Json>(document, path, nullptr); }

TrainSettings train_settings(const Json& document) {
    TrainSettings s;
    s.name = value_at<std::string>(document, "experiment.name", "");
    s.seed = value_at<std::uint64_t>(document, "experiment.seed", 42);
    s.epochs = value_at<std::int64_t>(document, "training.epochs", s.epochs);
    s.batch_size = value_at<std::int64_t>(document, "training.batch_size", s.batch_size);
    s.accumulation = value_at<std::int64_t>(document, "training.gradient_accumulation.steps", s.accumulation);
    s.evaluate_every = value_at<std::int64_t>(document, "training.val_interval", s.evaluate_every);
    s.loader_threads = value_at<int>(document, "training.num_workers", s.loader_threads);
    s.pin_memory = value_at<bool>(document, "training.pin_memory", s.pin_memory);
    const Json threads = section_at(document, "training.threads");
    s.compute_threads = threads.is_number() ? threads.get<int>() : 0;
    s.device = value_at<std::string>(document, "training.device", s.device);
    s.find_unused_parameters = value_at<bool>(document, "training.distributed.find_unused_parameters", false);
    s.broken = value_at<std::string>(document, "training.broken_samples", "fail") == "skip" ? BrokenSamplePolicy::kSkip
                                                                                            : BrokenSamplePolicy::kFail;
    s.changed_data = value_at<std::string>(document, "training.changed_data", "fail") == "accept"
                         ? ChangedDataPolicy::kAccept
                         : ChangedDataPolicy::kFail;
    if (value_at<bool>(document, "training.gradient_clip.enabled", false)) {
        s.clip = TrainSettings::Clip{value_at<double>(document, "training.gradient_clip.max_norm", 1.0),
                                     value_at<double>(document, "training.gradient_clip.norm_type", 2.0)};
    }
    if (value_at<bool>(document, "training.early_stopping.enabled", false)) {
        s.early_stopping = TrainSettings::EarlyStopping{
            value_at<std::string>(document, "training.early_stopping.monitor", "val/accuracy_top1"),
            value_at<std::int64_t>(document, "training.early_stopping.patience", 10),
            value_at<double>(document, "training.early_stopping.min_delta", 0.0),
            mode_at(document, "training.early_stopping.mode")};
    }
    if (value_at<bool>(document, "training.ema.enabled", false)) {
        s.ema_decay = value_at<double>(document, "training.ema.decay", 0.9999);
    }
    s.checkpoints = checkpoint_settings(document);
    s.watched_metric = value_at<std::string>(document, "scheduler.monitor", s.watched_metric);
    s.log_interval = value_at<std::int64_t>(document, "logging.log_interval", s.log_interval);
    s.plot_interval = value_at<std::int64_t>(document, "training.plot_interval", s.plot_interval);
    s.pictures = picture_settings(document);
    return s;
}

}  // namespace goetia
