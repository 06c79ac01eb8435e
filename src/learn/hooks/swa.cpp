#include <algorithm>

#include "learn/hooks/hook.h"
#include "learn/hooks/kept_weights.h"

namespace goetia {
namespace {

// Stochastic weight averaging: the mean of the weights at the ends of the last epochs, each of the same weight. Running
// statistics are averaged like weights.
class Swa final : public Hook {
  public:
    explicit Swa(const Args& args) : start_(args.integer("start_epoch")) {}

    static Schema schema() {
        return Schema("Swa", "Validates and keeps the mean of the weights at the ends of the last epochs")
            .with(integer("start_epoch", "the first epoch whose end counts, from 1").at_least(1).fallback(1));
    }

    void attach(Model& model) override { average_.attach(model); }

    [[nodiscard]] std::string_view name() const override { return "swa"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kFirst; }

    // How many ends of epochs were averaged follows from where the run stands, so that a resumed run knows it.
    Status before_epoch(TrainContext& context) override {
        averaged_ = std::max<std::int64_t>(0, context.progress().epoch + 1 - start_);
        return {};
    }

    Status after_step(TrainContext& context) override {
        const Progress& at = context.progress();
        if (at.epoch + 1 < start_ || at.step % at.steps_per_epoch != 0) return {};
        average_.follow(1.0 / static_cast<double>(++averaged_));
        return {};
    }

    Status before_evaluation(TrainContext&) override { return swap_if_begun(), Status(); }
    Status after_evaluation(TrainContext&) override { return swap_if_begun(), Status(); }

    [[nodiscard]] Value state() const override { return average_.state(); }
    [[nodiscard]] bool keeps_weights() const override { return true; }

    Status load(const Value& state) override {
        if (state.is_none())
            return invalid(
                "the checkpoint holds no average of the weights; it was made with training.swa off, and cannot be "
                "resumed with it on");
        return average_.load(state);
    }

  private:
    void swap_if_begun() const {
        if (averaged_ > 0) average_.swap();
    }

    std::int64_t start_;
    std::int64_t averaged_ = 0;
    KeptWeights average_;
};

}  // namespace

Status add_swa(HookRegistry& registry) { return registry.add<Swa>(); }

}  // namespace goetia
