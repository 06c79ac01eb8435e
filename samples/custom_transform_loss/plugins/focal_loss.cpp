// Two components in one file: a loss, and a hook that logs how much of the data the loss still looks at.
#include <goetia/component.h>

#include "focal.h"

using namespace goetia;

namespace {

class FocalLoss final : public Loss {
  public:
    static Schema schema() {
        return Schema("FocalLoss", "Cross entropy that counts surely right answers for less")
            .with(number("gamma", "how much less; 0 is plain cross entropy").at_least(0).fallback(2.0));
    }

    explicit FocalLoss(const Args& args) : gamma_(args.number("gamma")) {}

    // `truth`: labels, or the share of each class where labels were mixed.
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth, const torch::Tensor&) override {
        const torch::Tensor log_p = scores.log_softmax(1);
        if (truth.is_floating_point()) return -(truth * sample::focus(log_p.exp(), gamma_) * log_p).sum(1).mean();
        const torch::Tensor known = truth.ge(0);  // -1 is unknown, and counts for nothing
        const torch::Tensor of_truth = log_p.gather(1, truth.clamp_min(0).unsqueeze(1)).squeeze(1);
        return -(sample::focus(of_truth.exp(), gamma_) * of_truth * known).sum() / known.sum().clamp_min(1);
    }

  private:
    double gamma_;
};

class LogSureness final : public Hook {
  public:
    static Schema schema() {
        return Schema("LogSureness", "Logs the mean probability of the surest class, every few steps")
            .with(integer("every", "steps between two points").at_least(1).fallback(1));
    }

    explicit LogSureness(const Args& args) : every_(args.integer("every")) {}

    std::string_view name() const override { return "LogSureness"; }

    Status after_step(TrainContext& context) override {
        if (context.progress().step % every_ != 0) return {};
        const torch::NoGradGuard no_gradients;
        const torch::Tensor probabilities = context.outputs()[0].softmax(1);
        context.log("train/sureness", std::get<0>(probabilities.max(1)).mean().item<double>());
        return {};
    }

  private:
    std::int64_t every_;
};

}  // namespace

GOETIA_COMPONENTS(registry) {
    GOETIA_TRY(registry.losses.add<FocalLoss>());
    GOETIA_TRY(registry.hooks.add<LogSureness>());
    return {};
}
