// A metric of your own: numbers gathered over an evaluation. See my_component.yaml for its use.
#include <algorithm>

#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Metric {
  public:
    static Schema schema() { return Schema("MyComponent", "The share of samples whose surest class is wrong"); }

    MyComponent(const Args&, std::int64_t /*classes*/) {}

    void update(const Predictions& predictions) override {
        for (std::size_t row = 0; row < predictions.labels.size(); ++row) {
            if (predictions.labels[row] < 0) continue;  // unknown
            const auto scores = predictions.scores.subspan(row * static_cast<std::size_t>(predictions.classes),
                                                           static_cast<std::size_t>(predictions.classes));
            const auto surest = std::max_element(scores.begin(), scores.end()) - scores.begin();
            wrong_ += surest == predictions.labels[row] ? 0.0 : 1.0;
            samples_ += 1.0;
        }
    }

    // The states of several ranks are added element by element.
    std::vector<double> state() const override { return {wrong_, samples_}; }
    void set_state(std::span<const double> state) override { wrong_ = state[0], samples_ = state[1]; }
    void reset() override { wrong_ = samples_ = 0; }

    std::vector<std::pair<std::string, double>> compute() const override {
        return {{"my_component", samples_ > 0 ? wrong_ / samples_ : 0.0}};
    }

  private:
    double wrong_ = 0, samples_ = 0;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.metrics.add<MyComponent>(); }
