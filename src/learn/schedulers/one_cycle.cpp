#include "learn/schedulers/one_cycle.h"

#include <cmath>
#include <numbers>

#include "learn/schedulers/schedules.h"

namespace goetia {

Schema OneCycleLR::schema() {
    return with_schedule_keys(
        Schema("OneCycleLR", "One rise to the learning rate and one fall far below where it began")
            .with(integer("total_steps", "periods of the cycle; what is left after the warm-up unless given")
                      .at_least(2)
                      .or_null())
            .with(number("pct_start", "share of the cycle that rises").between(0, 1).fallback(0.3))
            .with(text("anneal_strategy", "the form of rise and fall").one_of({"cos", "linear"}).fallback("cos"))
            .with(number("div_factor", "the rate over the one it begins with").at_least(1).fallback(25.0))
            .with(number("final_div_factor", "the first rate over the last").at_least(1).fallback(1e4))
            .with(boolean("three_phase", "falls to the first rate as it rose, then on to the last").fallback(false)),
        "step");
}

Result<std::unique_ptr<OneCycleLR>> OneCycleLR::make(const Args& args) {
    if (args.is_null("total_steps")) return invalid("'total_steps' must be given when no run says how long it is");
    return std::unique_ptr<OneCycleLR>(new OneCycleLR(args));
}

OneCycleLR::OneCycleLR(const Args& args) : linear_(args.text("anneal_strategy") == "linear") {
    const double total = args.number("total_steps"), rise = args.number("pct_start") * total;
    const double first = 1 / args.number("div_factor"), last = first / args.number("final_div_factor");
    phases_.push_back({rise - 1, first, 1});
    if (args.flag("three_phase")) phases_.push_back({2 * rise - 2, 1, first});
    phases_.push_back({total - 1, phases_.size() == 2 ? first : 1, last});
}

double OneCycleLR::rate(double base_lr, std::int64_t count) const {
    double start = 0;
    for (const Phase& phase : phases_) {
        if (static_cast<double>(count) > phase.end && &phase != &phases_.back()) {
            start = phase.end;
            continue;
        }
        const double share = std::min(1.0, (static_cast<double>(count) - start) / (phase.end - start));
        const double from = base_lr * phase.from, to = base_lr * phase.to;
        return linear_ ? from + (to - from) * share : to + (from - to) / 2.0 * (1 + std::cos(std::numbers::pi * share));
    }
    return base_lr;
}

}  // namespace goetia
