// Sums over the differences between predicted values and the truth, for each target: what MAE, RMSE and R2 are made of.
// Of several targets the mean of their values is taken, as scikit-learn's 'uniform_average'.
#pragma once

#include <string>
#include <vector>

#include "metrics/metric.h"

namespace goetia {

struct Residuals {
    double samples = 0;
    double absolute = 0, squared = 0;         // of prediction minus truth
    double truth_mean = 0, truth_spread = 0;  // spread: the sum of squared distances from the mean
};

class ResidualMetric : public Metric {
  public:
    void update(const Predictions& found, const Truth& truth) final;
    void reset() final;
    [[nodiscard]] std::vector<double> state() const final;
    void join(std::span<const std::vector<double>> ranks) final;
    [[nodiscard]] std::vector<MetricValue> compute() const final;

  protected:
    ResidualMetric(std::int64_t targets, std::string name, Better better);
    // Of one target with at least one sample.
    [[nodiscard]] virtual double value(const Residuals& sums) const = 0;

  private:
    std::vector<Residuals> targets_;
    std::string name_;
    Better better_;
};

}  // namespace goetia
