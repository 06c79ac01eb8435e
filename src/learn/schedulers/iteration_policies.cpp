#include "learn/schedulers/iteration_policies.h"

#include <algorithm>
#include <cmath>

#include "learn/schedulers/schedules.h"

namespace goetia {

Schema FixedPolicy::schema() { return with_schedule_keys(Schema("fixed", "The learning rate never changes"), "step"); }

Schema ExpPolicy::schema() {
    return with_schedule_keys(
        Schema("exp", "lr * gamma ^ iteration").with(number("gamma", "factor of each iteration").above(0).at_most(1)),
        "step");
}

double ExpPolicy::rate(double base_lr, std::int64_t count) const {
    return base_lr * std::pow(gamma_, static_cast<double>(count));
}

Schema InvPolicy::schema() {
    return with_schedule_keys(Schema("inv", "lr * (1 + gamma * iteration) ^ -power")
                                  .with(number("gamma", "how soon it falls").at_least(0))
                                  .with(number("power", "how fast it falls").at_least(0)),
                              "step");
}

double InvPolicy::rate(double base_lr, std::int64_t count) const {
    return base_lr * std::pow(1 + gamma_ * static_cast<double>(count), -power_);
}

Schema PolyPolicy::schema() {
    return with_schedule_keys(
        Schema("poly", "lr * (1 - iteration / max_iter) ^ power")
            .with(integer("max_iter", "iterations until zero; what is left after the warm-up unless given")
                      .at_least(1)
                      .or_null())
            .with(number("power", "1 is a straight line").above(0).fallback(0.9)),
        "step");
}

Result<std::unique_ptr<PolyPolicy>> PolyPolicy::make(const Args& args) {
    if (args.is_null("max_iter")) return invalid("'max_iter' must be given when no run says how long it is");
    return std::unique_ptr<PolyPolicy>(new PolyPolicy(args.number("max_iter"), args.number("power")));
}

double PolyPolicy::rate(double base_lr, std::int64_t count) const {
    return base_lr * std::pow(1 - std::min(static_cast<double>(count), last_) / last_, power_);
}

}  // namespace goetia
