// A metric of your own: values gathered over an evaluation. See my_component.yaml for its use.
#include <algorithm>

#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Metric {
  public:
    static Schema schema() {
        return Schema("MyComponent", "The share of samples whose surest class is wrong").for_tasks({"classification"});
    }

    MyComponent(const Args&, std::int64_t /*classes*/) {}

    void update(const Predictions& found, const Truth& truth) override {
        const auto& [classes, scores] = std::get<ClassScores>(found);
        for (std::size_t row = 0; row < truth.labels.size(); ++row) {
            if (truth.labels[row] < 0) continue;  // unknown
            const auto first = scores.begin() + static_cast<std::ptrdiff_t>(row) * classes;
            const auto surest = std::max_element(first, first + classes) - first;
            wrong_ += surest == truth.labels[row] ? 0.0 : 1.0;
            samples_ += 1.0;
        }
    }

    std::vector<double> state() const override { return {wrong_, samples_}; }
    // What all ranks gathered takes the place of what this one did.
    void join(std::span<const std::vector<double>> ranks) override {
        const std::vector<double> all = summed(ranks);
        wrong_ = all[0], samples_ = all[1];
    }
    void reset() override { wrong_ = samples_ = 0; }

    std::vector<MetricValue> compute() const override {
        return {{"my_component", samples_ > 0 ? wrong_ / samples_ : 0.0, Better::kLower}};
    }

  private:
    double wrong_ = 0, samples_ = 0;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.metrics.add<MyComponent>(); }
