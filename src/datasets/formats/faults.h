// Collects the faults of a data set so that all are reported at once, up to a limit.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace goetia {

class FaultList {
  public:
    void add(Fault fault);

    [[nodiscard]] bool empty() const { return error_.faults.empty(); }
    // All of them as one error; faults past the first fifty are only counted.
    [[nodiscard]] Error as_error(std::string message) const;

  private:
    Error error_{Code::kInvalid, {}, {}};
    std::size_t unreported_ = 0;
};

}  // namespace goetia
