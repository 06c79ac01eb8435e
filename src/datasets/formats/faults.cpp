#include "datasets/formats/faults.h"

#include <algorithm>

namespace goetia {
namespace {
constexpr std::size_t kReported = 50;
}

void FaultList::add(Fault fault) {
    if (error_.faults.size() < kReported) error_.faults.push_back(std::move(fault));
    else ++unreported_;
}

Error FaultList::as_error(std::string message) const {
    Error error = error_;
    error.message = std::move(message);
    if (unreported_ > 0) error.faults.push_back({.message = fmt::format("and {} more faults", unreported_)});
    return error;
}

}  // namespace goetia
