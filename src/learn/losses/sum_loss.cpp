#include "base/json.h"
#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {
namespace {

// The sum of other losses; each one's share is its own "loss_weight".
class SumLoss final : public Loss {
  public:
    static Schema schema() {
        return Schema("SumLoss", "The sum of several losses")
            .with(anything("losses", "a list of losses: of each its type, loss_weight and other parameters"));
    }

    // `registry` has the losses that can be added up, those of plug-ins too.
    static Result<std::shared_ptr<Loss>> make(const Args& args, const LossRegistry& registry) {
        const Json& list = args.at("losses");
        if (!list.is_array() || list.empty())
            return invalid(
                "'losses' must be a list of losses, such as [{{type: CrossEntropyLoss}}, {{type: DiceLoss}}], "
                "found {}",
                list.dump());
        auto sum = std::make_shared<SumLoss>();
        for (std::size_t i = 0; i < list.size(); ++i) {
            GOETIA_ASSIGN(auto term, registry.make(list[i], fmt::format("losses[{}]", i)));
            sum->terms_.push_back(sum->register_module(std::to_string(i), std::move(term)));
        }
        return std::shared_ptr<Loss>(std::move(sum));
    }

    torch::Tensor forward(const torch::Tensor& found, const torch::Tensor& truth,
                          const torch::Tensor& weight) override {
        torch::Tensor sum = terms_.front()->forward(found, truth, weight);
        for (std::size_t i = 1; i < terms_.size(); ++i) sum = sum + terms_[i]->forward(found, truth, weight);
        return sum;
    }

  private:
    std::vector<std::shared_ptr<Loss>> terms_;
};

}  // namespace

Status add_sum_loss(LossRegistry& registry) {
    return registry.add_entry(
        {SumLoss::schema(), [&registry](const Args& args) { return SumLoss::make(args, registry); }, "built-in"});
}

}  // namespace goetia
