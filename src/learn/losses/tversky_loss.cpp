#include "learn/losses/overlap.h"

namespace goetia {
namespace {

// Salehi et al. (2017). alpha = beta = 0.5 is Dice with half the `smooth`, alpha = beta = 1 the Jaccard index.
class TverskyLoss final : public OverlapLoss {
  public:
    explicit TverskyLoss(const Args& args)
        : OverlapLoss(args), alpha_(args.number("alpha")), beta_(args.number("beta")), smooth_(args.number("smooth")) {}

    static Schema schema() {
        return overlap_schema("TverskyLoss",
                              "Dice with factors of its own for what is found wrongly and what is missed")
            .with(number("alpha", "factor of pixels that are found wrongly").at_least(0).fallback(0.3))
            .with(number("beta", "factor of pixels that are missed").at_least(0).fallback(0.7));
    }

  private:
    [[nodiscard]] torch::Tensor index(const SharedArea& overlap) const override {
        constexpr double kNothing = 1e-12;
        const torch::Tensor wrong = overlap.false_alarm * alpha_ + overlap.missed * beta_;
        return (overlap.hit + smooth_) / (overlap.hit + wrong + smooth_).clamp_min(kNothing);
    }

    double alpha_, beta_, smooth_;
};

}  // namespace

Status add_tversky_loss(LossRegistry& registry) { return registry.add<TverskyLoss>(); }

}  // namespace goetia
