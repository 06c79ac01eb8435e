// A run that sees the same few batches over and over must learn them by heart; one that does not has a fault in its
// model, its loss or its targets.
#pragma once

#include <optional>

#include "learn/hooks/hook.h"

namespace goetia {

class OverfitCheck final : public Hook {
  public:
    [[nodiscard]] std::string_view name() const override { return "overfit_check"; }
    Status after_epoch(TrainContext& context) override;
    Status after_run(TrainContext& context) override;

  private:
    std::optional<double> first_, last_;
};

}  // namespace goetia
