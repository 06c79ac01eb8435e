// A loss of your own: what was found and the truth to one number. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Loss {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Cross entropy that counts surely right answers for less")
            .with(number("gamma", "how much less; 0 is plain cross entropy").at_least(0).fallback(2.0));
    }

    explicit MyComponent(const Args& args) : gamma_(args.number("gamma")) {}

    // `truth`: labels, or the share of each class where labels were mixed; `weight`: one factor per row, or undefined.
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& /*weight*/) override {
        const torch::Tensor log_p = scores.log_softmax(1);
        if (truth.is_floating_point()) return -(truth * (1 - log_p.exp()).pow(gamma_) * log_p).sum(1).mean();
        const torch::Tensor known = truth.ge(0);  // -1 is unknown
        const torch::Tensor of_truth = log_p.gather(1, truth.clamp_min(0).unsqueeze(1)).squeeze(1);
        const torch::Tensor each = -(1 - of_truth.exp()).pow(gamma_) * of_truth;
        return (each * known).sum() / known.sum().clamp_min(1);
    }

  private:
    double gamma_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.losses.add<MyComponent>(); }
