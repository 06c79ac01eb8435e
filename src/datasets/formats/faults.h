// Gathers the faults of a data set, so that all are told at once, but never a million of them.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace goetia {

class FaultList {
  public:
    void add(Fault fault);

    [[nodiscard]] bool empty() const { return error_.faults.empty(); }
    // All of them under one sentence; the ones past the first fifty are only counted.
    [[nodiscard]] Error as_error(std::string message) const;

  private:
    Error error_{Code::kInvalid, {}, {}};
    std::size_t untold_ = 0;
};

}  // namespace goetia
