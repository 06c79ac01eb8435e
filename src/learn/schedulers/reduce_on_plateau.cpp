#include "learn/schedulers/reduce_on_plateau.h"

#include <algorithm>
#include <limits>

#include "learn/schedulers/schedules.h"

namespace goetia {

Schema ReduceLROnPlateau::schema() {
    return with_schedule_keys(
        Schema("ReduceLROnPlateau", "Lowers the rate when a metric has stopped improving")
            .with(text("monitor", "the metric to watch").fallback("val/loss"))
            .with(text("mode", "whether less or more is better").one_of({"min", "max"}).fallback("min"))
            .with(number("factor", "factor of each fall").above(0).at_most(0.999999).fallback(0.1))
            .with(integer("patience", "epochs without improvement that are borne").at_least(0).fallback(10))
            .with(number("threshold", "what counts as an improvement").at_least(0).fallback(1e-4))
            .with(text("threshold_mode", "threshold as a share of the best value, or absolute")
                      .one_of({"rel", "abs"})
                      .fallback("rel"))
            .with(integer("cooldown", "epochs after a fall in which nothing is counted").at_least(0).fallback(0))
            .with(number("min_lr", "the lowest rate").at_least(0).fallback(0.0))
            .with(number("eps", "smaller falls are skipped").at_least(0).fallback(1e-8)));
}

ReduceLROnPlateau::ReduceLROnPlateau(const Args& args)
    : monitor_(args.text("monitor")),
      larger_is_better_(args.text("mode") == "max"),
      relative_(args.text("threshold_mode") == "rel"),
      factor_(args.number("factor")),
      threshold_(args.number("threshold")),
      min_lr_(args.number("min_lr")),
      eps_(args.number("eps")),
      patience_(args.integer("patience")),
      cooldown_(args.integer("cooldown")),
      best_(larger_is_better_ ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity()) {}

double ReduceLROnPlateau::rate(double base_lr, std::int64_t /*count*/) const {
    double lr = base_lr;
    for (std::int64_t i = 0; i < reductions_; ++i) {
        const double lower = std::max(lr * factor_, min_lr_);
        if (lr - lower > eps_) lr = lower;
    }
    return lr;
}

bool ReduceLROnPlateau::is_better(double metric) const {
    if (larger_is_better_) return relative_ ? metric > best_ * (1 + threshold_) : metric > best_ + threshold_;
    return relative_ ? metric < best_ * (1 - threshold_) : metric < best_ - threshold_;
}

void ReduceLROnPlateau::observe(double metric) {
    if (is_better(metric)) best_ = metric, bad_epochs_ = 0;
    else ++bad_epochs_;
    if (cooldown_left_ > 0) --cooldown_left_, bad_epochs_ = 0;
    if (bad_epochs_ <= patience_) return;
    ++reductions_;
    cooldown_left_ = cooldown_;
    bad_epochs_ = 0;
}

Value ReduceLROnPlateau::state() const {
    return Dict{{"best", best_},
                {"num_bad_epochs", bad_epochs_},
                {"cooldown_counter", cooldown_left_},
                {"reductions", reductions_}};
}

Status ReduceLROnPlateau::load(const Value& state) {
    const Value* best = state.find("best");
    const Value* bad = state.find("num_bad_epochs");
    const Value* cooldown = state.find("cooldown_counter");
    const Value* reductions = state.find("reductions");
    const auto is_count = [](const Value* value) { return value && value->is<std::int64_t>(); };
    if (!best || !best->is<double>() || !is_count(bad) || !is_count(cooldown) || !is_count(reductions)) {
        return invalid(
            "the scheduler's state is not that of a 'ReduceLROnPlateau'; resume with the scheduler of the saved run");
    }
    best_ = best->as<double>();
    bad_epochs_ = bad->as<std::int64_t>();
    cooldown_left_ = cooldown->as<std::int64_t>();
    reductions_ = reductions->as<std::int64_t>();
    return {};
}

}  // namespace goetia
