#include <cmath>

#include "learn/hooks/hook.h"
#include "learn/hooks/kept_weights.h"

namespace goetia {
namespace {

// Averages the weights over steps; evaluation sees the average, training goes on with its own.
class Ema final : public Hook {
  public:
    explicit Ema(const Args& args) : decay_(args.number("decay")), ramp_(args.number("ramp")) {}

    static Schema schema() {
        return Schema("Ema", "Validates and keeps a running average of the weights")
            .with(number("decay", "share of the old average kept at each step").above(0).at_most(1).fallback(0.9999))
            .with(
                number("ramp", "steps over which that share rises from 0: decay * (1 - exp(-step / ramp)); 0: at once")
                    .at_least(0)
                    .fallback(0.0));
    }

    void attach(Model& model) override { average_.attach(model); }

    [[nodiscard]] std::string_view name() const override { return "ema"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kFirst; }

    Status after_step(TrainContext& context) override {
        average_.follow(1.0 - decay_at(context.progress().step));
        return {};
    }

    Status before_evaluation(TrainContext&) override { return average_.swap(), Status(); }
    Status after_evaluation(TrainContext&) override { return average_.swap(), Status(); }

    [[nodiscard]] Value state() const override { return average_.state(); }
    [[nodiscard]] bool keeps_weights() const override { return true; }

    Status load(const Value& state) override {
        if (state.is_none())
            return invalid(
                "the checkpoint holds no average of the weights; it was made with training.ema off, and cannot be "
                "resumed with it on");
        return average_.load(state);
    }

  private:
    // Without a ramp a short run's average remembers the untrained network, whose statistics fit no other weights.
    [[nodiscard]] double decay_at(std::int64_t step) const {
        return ramp_ > 0 ? decay_ * (1 - std::exp(-static_cast<double>(step) / ramp_)) : decay_;
    }

    double decay_, ramp_;
    KeptWeights average_;
};

}  // namespace

Status add_ema(HookRegistry& registry) { return registry.add<Ema>(); }

}  // namespace goetia
