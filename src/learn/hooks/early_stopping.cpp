#include "experiment/summary.h"
#include "learn/hooks/watched.h"

namespace goetia {
namespace {

constexpr std::string_view kAuto = "auto";

class EarlyStopping final : public Hook {
  public:
    explicit EarlyStopping(const Args& args)
        : monitor_(args.text("monitor")),
          patience_(args.integer("patience")),
          min_delta_(args.number("min_delta")),
          mode_(args.text("mode")) {}

    static Schema schema() {
        return Schema("EarlyStopping", "Ends the run when a value has not improved for some epochs")
            .with(
                text("monitor", "the value that is watched; auto: checkpoint.best_metric").fallback(std::string(kAuto)))
            .with(integer("patience", "epochs without improvement before the run ends").at_least(1).fallback(10))
            .with(number("min_delta", "the least that counts as an improvement").at_least(0).fallback(0.0))
            .with(text("mode", "which way is better; auto: as the metric says")
                      .one_of({"auto", "min", "max"})
                      .fallback(std::string(kAuto)));
    }

    [[nodiscard]] std::string_view name() const override { return "early_stopping"; }
    void set_best_metric(const MeasuredMetric& best) override {
        if (monitor_ == kAuto) monitor_ = best.name;
        if (mode_ != kAuto) return;
        const bool lower = monitor_ == best.name ? best.better == Better::kLower : lower_is_better(monitor_);
        mode_ = lower ? "min" : "max";
    }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kHigh; }
    [[nodiscard]] std::optional<Watched> watched() const override {
        return Watched{"training.early_stopping.monitor", monitor_};
    }

    // An epoch without evaluation has no val/ values; it is skipped.
    Status after_epoch(TrainContext& context) override {
        const MetricValues& metrics = context.epoch_metrics();
        const auto found = metrics.find(monitor_);
        if (found == metrics.end()) return check_watched(*watched(), names_of(metrics));
        const Better better = mode_ == "min" ? Better::kLower : Better::kHigher;
        const double margin = better == Better::kHigher ? min_delta_ : -min_delta_;
        if (!best_ || is_better(found->second, *best_ + margin, better)) {
            best_ = found->second;
            waited_ = 0;
            return {};
        }
        if (++waited_ >= patience_)
            context.request_stop(
                fmt::format("'{}' has not improved on {:.4f} for {} epochs", monitor_, *best_, waited_));
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
    std::string monitor_;
    std::int64_t patience_;
    double min_delta_;
    std::string mode_;
    std::optional<double> best_;
    std::int64_t waited_ = 0;
};

}  // namespace

Status add_early_stopping(HookRegistry& registry) { return registry.add<EarlyStopping>(); }

}  // namespace goetia
