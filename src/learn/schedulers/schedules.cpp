#include "learn/schedulers/schedules.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace goetia {
namespace {

double as_double(std::int64_t count) { return static_cast<double>(count); }

}  // namespace

Schema with_schedule_keys(Schema schema, const std::string& usual) {
    return std::move(schema)
        .with(text("by", "what the schedule counts").one_of({"epoch", "step"}).fallback(usual))
        .with(object("warmup",
                     "a slow start in front: enabled, type (linear, constant, exponential), epochs or steps, "
                     "start_factor")
                  .or_null());
}

Schema CosineAnnealingLR::schema() {
    return with_schedule_keys(
        Schema("CosineAnnealingLR", "Falls along half a cosine from the learning rate to eta_min")
            .with(integer("T_max", "periods until eta_min; what is left after the warm-up unless given")
                      .at_least(1)
                      .or_null())
            .with(number("eta_min", "the lowest rate").at_least(0).fallback(0.0)));
}

Result<std::unique_ptr<CosineAnnealingLR>> CosineAnnealingLR::make(const Args& args) {
    if (args.is_null("T_max")) return invalid("'T_max' must be given when no run says how long it is");
    return std::unique_ptr<CosineAnnealingLR>(new CosineAnnealingLR(args.number("T_max"), args.number("eta_min")));
}

double CosineAnnealingLR::rate(double base_lr, std::int64_t count) const {
    return eta_min_ + (base_lr - eta_min_) * (1 + std::cos(std::numbers::pi * as_double(count) / t_max_)) / 2;
}

Schema StepLR::schema() {
    return with_schedule_keys(Schema("StepLR", "Multiplies the rate by gamma every step_size periods")
                                  .with(integer("step_size", "periods between two falls").at_least(1))
                                  .with(number("gamma", "factor of each fall").above(0).fallback(0.1)));
}

double StepLR::rate(double base_lr, std::int64_t count) const {
    return base_lr * std::pow(gamma_, as_double(count / step_size_));
}

Schema MultiStepLR::schema() {
    return with_schedule_keys(Schema("MultiStepLR", "Multiplies the rate by gamma at each milestone")
                                  .with(integers("milestones", "periods at which the rate falls").at_least(0))
                                  .with(number("gamma", "factor of each fall").above(0).fallback(0.1)));
}

double MultiStepLR::rate(double base_lr, std::int64_t count) const {
    const auto passed = std::count_if(milestones_.begin(), milestones_.end(),
                                      [&](std::int64_t milestone) { return milestone <= count; });
    return base_lr * std::pow(gamma_, as_double(passed));
}

Schema ExponentialLR::schema() {
    return with_schedule_keys(Schema("ExponentialLR", "Multiplies the rate by gamma every period")
                                  .with(number("gamma", "factor of each period").above(0)));
}

double ExponentialLR::rate(double base_lr, std::int64_t count) const {
    return base_lr * std::pow(gamma_, as_double(count));
}

Schema PolynomialLR::schema() {
    return with_schedule_keys(
        Schema("PolynomialLR", "Falls to zero along a power of the remaining share")
            .with(integer("total_iters", "periods until zero; what is left after the warm-up unless given")
                      .at_least(1)
                      .or_null())
            .with(number("power", "1 is a straight line").above(0).fallback(1.0)));
}

Result<std::unique_ptr<PolynomialLR>> PolynomialLR::make(const Args& args) {
    if (args.is_null("total_iters")) return invalid("'total_iters' must be given when no run says how long it is");
    return std::unique_ptr<PolynomialLR>(new PolynomialLR(args.number("total_iters"), args.number("power")));
}

double PolynomialLR::rate(double base_lr, std::int64_t count) const {
    return base_lr * std::pow(1 - std::min(as_double(count), total_) / total_, power_);
}

Schema ConstantLR::schema() {
    return with_schedule_keys(
        Schema("ConstantLR", "A share of the rate for a while, then the whole")
            .with(number("factor", "the share; 1 never changes the rate").above(0).at_most(1).fallback(1.0))
            .with(integer("total_iters", "periods of it").at_least(0).fallback(0)));
}

double ConstantLR::rate(double base_lr, std::int64_t count) const {
    return count < total_ ? base_lr * factor_ : base_lr;
}

Schema LinearLR::schema() {
    return with_schedule_keys(
        Schema("LinearLR", "Goes in a straight line from one share of the rate to another")
            .with(number("start_factor", "share at the beginning").above(0).at_most(1).fallback(1.0))
            .with(number("end_factor", "share from the end on").between(0, 1).fallback(0.0))
            .with(integer("total_iters", "periods until the end; what is left after the warm-up unless given")
                      .at_least(1)
                      .or_null()));
}

Result<std::unique_ptr<LinearLR>> LinearLR::make(const Args& args) {
    if (args.is_null("total_iters")) return invalid("'total_iters' must be given when no run says how long it is");
    return std::unique_ptr<LinearLR>(
        new LinearLR(args.number("start_factor"), args.number("end_factor"), args.number("total_iters")));
}

double LinearLR::rate(double base_lr, std::int64_t count) const {
    return base_lr * (start_ + (end_ - start_) * std::min(as_double(count), total_) / total_);
}

Schema CosineAnnealingWarmRestarts::schema() {
    return with_schedule_keys(
        Schema("CosineAnnealingWarmRestarts", "Half cosines, each from the whole rate down to eta_min")
            .with(integer("T_0", "periods of the first").at_least(1))
            .with(integer("T_mult", "how many times longer each is than the one before").at_least(1).fallback(1))
            .with(number("eta_min", "the lowest rate").at_least(0).fallback(0.0)));
}

double CosineAnnealingWarmRestarts::rate(double base_lr, std::int64_t count) const {
    std::int64_t length = first_;
    while (count >= length) count -= length, length *= factor_;
    return eta_min_ +
           (base_lr - eta_min_) * (1 + std::cos(std::numbers::pi * as_double(count) / as_double(length))) / 2;
}

}  // namespace goetia
