// The ranges that 8 bits are spread over, seen on images of the validation split.
#pragma once

#include <map>

#include "delivery/subject.h"
#include "passes/calibration.h"

namespace goetia {

Result<std::map<std::string, QuantRange>> calibrated(const DeliverySubject& subject, CalibrationMethod method);

// The layers' values in the order of how much they alone in 8 bits change what the model computes, the worst first.
Result<std::vector<std::string>> by_sensitivity(const DeliverySubject& subject,
                                                const std::map<std::string, QuantRange>& ranges);

}  // namespace goetia
