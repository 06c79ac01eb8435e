#include "datasets/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace goetia {

std::vector<std::int64_t> shuffled_stream(std::span<const std::int64_t> items, std::uint64_t from, std::uint64_t count,
                                          const StreamKey& key) {
    std::vector<std::int64_t> steps;
    if (items.empty()) return steps;
    steps.reserve(count);
    for (std::uint64_t at = from; steps.size() < count;) {
        std::vector<std::int64_t> round(items.begin(), items.end());
        Random({.seed = key.seed, .epoch = at / items.size(), .sample = key.stream, .purpose = key.purpose})
            .shuffle(round);
        const std::uint64_t first = at % items.size();
        const std::uint64_t take = std::min<std::uint64_t>(items.size() - first, count - steps.size());
        steps.insert(steps.end(), round.begin() + static_cast<std::ptrdiff_t>(first),
                     round.begin() + static_cast<std::ptrdiff_t>(first + take));
        at += take;
    }
    return steps;
}

std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& shares) {
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    std::vector<std::int64_t> parts(shares.size(), 0);
    if (!(sum > 0)) return parts;
    std::vector<double> rests(shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const double exact = static_cast<double>(total) * (shares[i] / sum);
        // 0.1 * 30 must not lose one to rounding.
        parts[i] = static_cast<std::int64_t>(std::floor(exact + 1e-9));
        rests[i] = exact - static_cast<double>(parts[i]);
    }
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return rests[a] > rests[b]; });
    std::int64_t left = total - std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
    for (std::size_t i = 0; left > 0; i = (i + 1) % order.size()) {
        if (shares[order[i]] <= 0) continue;
        ++parts[order[i]];
        --left;
    }
    return parts;
}

Result<std::vector<SampleInfo>> sample_infos(const Dataset& dataset) {
    std::vector<SampleInfo> infos;
    infos.reserve(static_cast<std::size_t>(dataset.size()));
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        GOETIA_ASSIGN(SampleInfo one, dataset.info(i));
        infos.push_back(std::move(one));
    }
    return infos;
}

std::vector<std::vector<std::int64_t>> samples_by_class(const std::vector<SampleInfo>& infos, std::size_t classes) {
    std::vector<std::vector<std::int64_t>> lists(classes);
    for (std::size_t i = 0; i < infos.size(); ++i) {
        for (const std::int64_t label : infos[i].labels) {
            if (label < static_cast<std::int64_t>(classes))
                lists[static_cast<std::size_t>(label)].push_back(static_cast<std::int64_t>(i));
        }
    }
    return lists;
}

}  // namespace goetia
