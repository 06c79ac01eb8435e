// Metrics that something watches: a name that the run never measures is refused.
#pragma once

#include <string>
#include <vector>

#include "learn/hooks/hook.h"
#include "metrics/better.h"

namespace goetia {

std::vector<std::string> names_of(const MetricValues& metrics);

// `measured`: what this run measures, by name. Where nothing is evaluated, "val/" names are nobody's mistake.
Status check_watched(const Watched& watched, const std::vector<std::string>& measured);

}  // namespace goetia
