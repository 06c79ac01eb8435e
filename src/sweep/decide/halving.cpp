#include "sweep/decide/halving.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace goetia {
namespace {

double comparable(double loss) { return std::isnan(loss) ? std::numeric_limits<double>::infinity() : loss; }

}  // namespace

std::vector<std::int64_t> rungs_of(const SweepRules& rules, std::int64_t epochs) {
    std::vector<std::int64_t> rungs;
    if (rules.eta < 2) return rungs;
    for (std::int64_t rung = rules.first_rung; rung < epochs; rung *= rules.eta) {
        rungs.push_back(rung);
        if (rung > std::numeric_limits<std::int64_t>::max() / rules.eta) break;
    }
    return rungs;
}

RungVerdict rung_verdict(double loss, const std::vector<double>& others, std::int64_t eta) {
    const auto better =
        std::ranges::count_if(others, [&](double other) { return comparable(other) < comparable(loss); });
    RungVerdict verdict{.place = static_cast<std::size_t>(better) + 1, .among = others.size() + 1};
    verdict.kept = std::max<std::size_t>(1, verdict.among / static_cast<std::size_t>(eta));
    verdict.goes_on = verdict.place <= verdict.kept;
    return verdict;
}

}  // namespace goetia
