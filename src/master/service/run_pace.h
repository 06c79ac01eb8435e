// How fast and how well a run goes, by the epochs that its journals tell: for the progress of its task.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/json_fwd.h"

namespace goetia {

struct AttemptRecord;
struct EpochRecord;

// Record by record; an attempt that resumed drops the epochs after the place where it did.
class RunPace {
  public:
    void add(const AttemptRecord& record);
    void add(const EpochRecord& record);

    // {"epoch", "epochs", "images_per_second", "seconds_per_epoch", "best": {"name", "value", "epoch"}}; null: not
    // known.
    [[nodiscard]] Json to_json() const;

  private:
    struct PacedEpoch {
        std::int64_t step = 0;
        double seconds = 0, images = 0;
        std::optional<double> watched;  // value of the metric that the run follows
    };

    std::int64_t asked_ = 0;  // epochs; 0: not known
    std::string metric_;      // that the run follows; empty: none
    bool lower_is_better_ = false;
    std::map<std::int64_t, PacedEpoch> epochs_;  // by number
};

}  // namespace goetia
