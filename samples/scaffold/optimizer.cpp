// An optimizer of your own: what a step does to the parameters. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Optimizer {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Steps of one size along the sign of each gradient")
            .with(number("lr", "learning rate").above(0).at_most(10))
            .with(number("weight_decay", "pull of every weight towards zero").between(0, 1).fallback(0.0));
    }

    MyComponent(const Args& args, const std::vector<ParamGroup>& groups)
        : Optimizer(groups), lr_(args.number("lr")), weight_decay_(args.number("weight_decay")) {}

    void step(double lr) override {
        const torch::NoGradGuard no_gradients;
        for (const ParamGroup& group : groups_) {
            const double rate = lr * group.lr_scale;
            const double decay = group.weight_decay.value_or(weight_decay_);
            for (torch::Tensor parameter : group.params) {
                if (!parameter.grad().defined()) continue;
                parameter.mul_(1 - rate * decay).sub_(parameter.grad().sign(), rate);
            }
        }
    }

    double base_lr() const override { return lr_; }

    // Keep here, and take back in load(), whatever a resumed run needs to go on as if unbroken.
    Value state() const override { return Dict{{"state", Dict{}}, {"param_groups", List{}}}; }
    Status load(const Value&) override { return {}; }

  private:
    double lr_;
    double weight_decay_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.optimizers.add<MyComponent>(); }
