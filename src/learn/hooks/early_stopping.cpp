#include "learn/hooks/builtin_hooks.h"

namespace goetia {
namespace {

class EarlyStopping final : public Hook {
  public:
    explicit EarlyStopping(TrainSettings::EarlyStopping settings) : settings_(std::move(settings)) {}

    [[nodiscard]] std::string_view name() const override { return "early_stopping"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kHigh; }

    Status after_epoch(TrainContext& context) override {
        const MetricValues& metrics = context.epoch_metrics();
        const auto found = metrics.find(settings_.monitor);
        if (found == metrics.end()) return unknown_metric(metrics);
        const double margin = settings_.mode == Better::kHigher ? settings_.min_delta : -settings_.min_delta;
        if (!best_ || is_better(found->second, *best_ + margin, settings_.mode)) {
            best_ = found->second;
            waited_ = 0;
            return {};
        }
        if (++waited_ >= settings_.patience) {
            context.request_stop(
                fmt::format("'{}' has not improved on {:.4f} for {} epochs", settings_.monitor, *best_, waited_));
        }
        return {};
    }

    [[nodiscard]] Value state() const override {
        return Dict{{"best", best_ ? Value(*best_) : Value()}, {"waited", waited_}};
    }

    Status load(const Value& state) override {
        const Value* best = state.find("best");
        const Value* waited = state.find("waited");
        if (best == nullptr || waited == nullptr || !waited->is<std::int64_t>())
            return invalid("the checkpoint's state of hook 'early_stopping' is not one of this version");
        if (best->is<double>()) best_ = best->as<double>();
        waited_ = waited->as<std::int64_t>();
        return {};
    }

  private:
    // An epoch without evaluation has no val/ values: that is no fault, it is passed over.
    Status unknown_metric(const MetricValues& metrics) const {
        std::string known;
        bool evaluated = false;
        for (const auto& [name, value] : metrics) {
            known += (known.empty() ? "" : ", ") + name;
            evaluated = evaluated || name.starts_with("val/");
        }
        if (!evaluated) return {};
        return invalid("training.early_stopping.monitor names '{}', which this run does not measure; known: {}",
                       settings_.monitor, known);
    }

    TrainSettings::EarlyStopping settings_;
    std::optional<double> best_;
    std::int64_t waited_ = 0;
};

}  // namespace

std::shared_ptr<Hook> make_early_stopping(const TrainSettings::EarlyStopping& settings) {
    return std::make_shared<EarlyStopping>(settings);
}

}  // namespace goetia
