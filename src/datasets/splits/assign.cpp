#include "datasets/splits/assign.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"
#include "datasets/sampling.h"

namespace goetia {
namespace {

constexpr std::uint64_t kPurpose = purpose("split");

std::vector<std::int64_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t stream) {
    std::vector<std::int64_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    Random({.seed = seed, .sample = stream, .purpose = kPurpose}).shuffle(order);
    return order;
}

// How many items of a stratum each part gets: its share rounded down, with leftovers going to the parts with the
// largest deficit. `deficit` is carried from stratum to stratum, so that leftovers even out overall.
std::vector<std::size_t> counts_of_stratum(std::size_t items, const Division& division, std::vector<double>& deficit) {
    const std::size_t parts = division.shares.size();
    std::vector<std::size_t> counts(parts);
    std::vector<bool> open(parts);
    std::size_t left = items;
    for (std::size_t p = 0; p < parts; ++p) {
        const double exact = static_cast<double>(items) * division.shares[p];
        counts[p] = static_cast<std::size_t>(std::floor(exact + 1e-9));
        const double rest = exact - static_cast<double>(counts[p]);
        open[p] = rest > 1e-9;
        deficit[p] += rest;
        left -= counts[p];
    }
    const auto give = [&](std::size_t part) {
        ++counts[part];
        --deficit[part];
        open[part] = false;
        --left;
    };
    if (division.first_covers_all && counts[0] == 0 && left > 0) give(0);
    while (left > 0) {
        std::size_t most = parts;
        for (std::size_t p = 0; p < parts; ++p) {
            if (open[p] && (most == parts || deficit[p] > deficit[most])) most = p;
        }
        if (most == parts) break;
        give(most);
    }
    counts[0] += left;  // rounding alone may leave one
    return counts;
}

struct Subject {
    std::vector<std::pair<std::size_t, double>> strata;  // of its items, with counts
    double items = 0;
    std::vector<std::size_t> members;
};

std::vector<Subject> gather(std::span<const std::int64_t> strata, std::span<const std::int64_t> subjects,
                            std::size_t& strata_count) {
    std::map<std::int64_t, std::size_t> stratum_numbers, subject_numbers;
    std::vector<Subject> list;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        const std::size_t stratum = stratum_numbers.emplace(strata[i], stratum_numbers.size()).first->second;
        const auto [place, is_new] = subject_numbers.emplace(subjects[i], list.size());
        if (is_new) list.emplace_back();
        Subject& subject = list[place->second];
        subject.members.push_back(i);
        ++subject.items;
        const auto known = std::ranges::find(subject.strata, stratum, &std::pair<std::size_t, double>::first);
        if (known != subject.strata.end()) ++known->second;
        else subject.strata.emplace_back(stratum, 1);
    }
    strata_count = stratum_numbers.size();
    return list;
}

// What the parts have been given so far, compared with their shares.
class ShareTracker {
  public:
    ShareTracker(const std::vector<Subject>& subjects, std::size_t strata, const Division& division)
        : shares_(division.shares), totals_(strata), items_(shares_.size()), given_(shares_.size()) {
        for (const Subject& one : subjects) {
            all_ += one.items;
            for (const auto& [stratum, count] : one.strata) totals_[stratum] += count;
        }
        for (auto& given : given_) given.resize(strata);
    }

    // The increase of the squared distance from the shares if the part gets the subject.
    [[nodiscard]] double cost(const Subject& subject, std::size_t part) const {
        double cost = growth(items_[part], subject.items, shares_[part] * all_) * static_cast<double>(totals_.size());
        for (const auto& [stratum, count] : subject.strata)
            cost += growth(given_[part][stratum], count, shares_[part] * totals_[stratum]);
        return cost;
    }

    void give(const Subject& subject, std::size_t part) {
        items_[part] += subject.items;
        for (const auto& [stratum, count] : subject.strata) given_[part][stratum] += count;
    }

  private:
    static double growth(double has, double more, double target) { return more * (more + 2 * (has - target)) / target; }

    const std::vector<double>& shares_;
    std::vector<double> totals_;
    std::vector<double> items_;
    std::vector<std::vector<double>> given_;
    double all_ = 0;
};

}  // namespace

std::vector<std::size_t> assign_random(std::size_t items, const Division& division) {
    const std::vector<std::int64_t> counts = apportion(static_cast<std::int64_t>(items), division.shares);
    const std::vector<std::int64_t> order = shuffled(items, division.seed, 0);
    std::vector<std::size_t> parts(items);
    std::size_t at = 0;
    for (std::size_t p = 0; p < counts.size(); ++p) {
        for (std::int64_t i = 0; i < counts[p]; ++i) parts[static_cast<std::size_t>(order[at++])] = p;
    }
    return parts;
}

std::vector<std::size_t> assign_stratified(std::span<const std::int64_t> strata, const Division& division) {
    std::map<std::int64_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < strata.size(); ++i) members[strata[i]].push_back(i);
    std::vector<double> deficit(division.shares.size());
    std::vector<std::size_t> parts(strata.size());
    std::uint64_t stream = 0;
    for (const auto& [stratum, list] : members) {
        const std::vector<std::int64_t> order = shuffled(list.size(), division.seed, ++stream);
        std::size_t at = 0;
        const auto counts = counts_of_stratum(list.size(), division, deficit);
        for (std::size_t p = 0; p < counts.size(); ++p) {
            for (std::size_t i = 0; i < counts[p]; ++i) parts[list[static_cast<std::size_t>(order[at++])]] = p;
        }
    }
    return parts;
}

std::vector<std::size_t> assign_subjects(std::span<const std::int64_t> strata, std::span<const std::int64_t> subjects,
                                         const Division& division) {
    std::size_t strata_count = 0;
    const std::vector<Subject> list = gather(strata, subjects, strata_count);
    std::vector<std::int64_t> order = shuffled(list.size(), division.seed, 0);
    std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) {
        return list[static_cast<std::size_t>(a)].items > list[static_cast<std::size_t>(b)].items;
    });
    ShareTracker tracker(list, strata_count, division);
    std::vector<std::size_t> parts(subjects.size());
    for (const std::int64_t which : order) {
        const Subject& subject = list[static_cast<std::size_t>(which)];
        std::size_t best = division.shares.size();
        double least = 0;
        for (std::size_t p = 0; p < division.shares.size(); ++p) {
            if (division.shares[p] <= 0) continue;
            const double cost = tracker.cost(subject, p);
            if (best == division.shares.size() || cost < least) best = p, least = cost;
        }
        tracker.give(subject, best);
        for (const std::size_t member : subject.members) parts[member] = best;
    }
    return parts;
}

}  // namespace goetia
