#include "datasets/validation/twins.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "datasets/validation/perceptual_hash.h"

namespace goetia {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// The first picture of each group that has one hash.
struct Kind {
    std::uint64_t hash = 0;
    std::map<std::uint32_t, std::size_t> first;
};

// The nearest kind found so far, in one group.
struct Nearest {
    int distance = 65;
    std::size_t picture = kNone;

    void offer(int other, std::size_t candidate) {
        if (other < distance || (other == distance && candidate < picture)) distance = other, picture = candidate;
    }
};

struct Kinds {
    std::vector<Kind> list;
    std::vector<std::size_t> of;  // the kind of each picture
};

Kinds kinds_of(const std::vector<Look>& looks) {
    Kinds kinds{.of = std::vector<std::size_t>(looks.size(), kNone)};
    std::unordered_map<std::uint64_t, std::size_t> known;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        if (!looks[i].hash) continue;
        const auto [place, is_new] = known.emplace(*looks[i].hash, kinds.list.size());
        if (is_new) kinds.list.push_back({.hash = *looks[i].hash});
        kinds.of[i] = place->second;
        kinds.list[place->second].first.emplace(looks[i].group, i);
    }
    return kinds;
}

// Calls visit(a, b, distance) for each pair of kinds that near; a pair that shares several bands comes several times.
template <class Visit>
void for_each_near_pair(const std::vector<Kind>& kinds, int distance, Visit&& visit) {
    const int bands = distance + 1;
    std::vector<std::pair<std::uint64_t, std::size_t>> order(kinds.size());
    for (int band = 0; band < bands; ++band) {
        const int begin = 64 * band / bands, end = 64 * (band + 1) / bands;
        const std::uint64_t mask = end - begin == 64 ? ~std::uint64_t{0} : ((std::uint64_t{1} << (end - begin)) - 1);
        for (std::size_t i = 0; i < kinds.size(); ++i) order[i] = {kinds[i].hash >> begin & mask, i};
        std::sort(order.begin(), order.end());
        for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
            for (to = from; to < order.size() && order[to].first == order[from].first;) ++to;
            for (std::size_t a = from; a < to; ++a) {
                for (std::size_t b = a + 1; b < to; ++b) {
                    const int found = hash_distance(kinds[order[a].second].hash, kinds[order[b].second].hash);
                    if (found <= distance) visit(order[a].second, order[b].second, found);
                }
            }
        }
    }
}

using NearestByGroup = std::map<std::uint32_t, Nearest>;

// What kind `other` offers to the pictures of `own`: in their own group only what comes before the first of them.
void offer_all(const Kind& own, const Kind& other, int distance, std::map<std::uint32_t, NearestByGroup>& nearest) {
    for (const auto& [group, first] : own.first) {
        for (const auto& [theirs, candidate] : other.first) {
            if (theirs < group || (theirs == group && candidate < first))
                nearest[group][theirs].offer(distance, candidate);
        }
    }
}

}  // namespace

std::vector<Twin> same_bytes(const std::vector<Look>& looks) {
    std::vector<Twin> twins;
    std::unordered_map<std::string_view, std::map<std::uint32_t, std::size_t>> first;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        if (looks[i].sha256.empty()) continue;
        auto& groups = first[looks[i].sha256];
        if (!groups.empty() && groups.begin()->first < looks[i].group) twins.push_back({i, groups.begin()->second, 0});
        const auto [place, is_new] = groups.emplace(looks[i].group, i);
        if (!is_new) twins.push_back({i, place->second, 0});
    }
    return twins;
}

std::vector<Twin> near_looks(const std::vector<Look>& looks, int distance) {
    const Kinds kinds = kinds_of(looks);
    std::vector<std::map<std::uint32_t, NearestByGroup>> nearest(kinds.list.size());  // [kind][group][earlier group]
    for_each_near_pair(kinds.list, distance, [&](std::size_t a, std::size_t b, int found) {
        offer_all(kinds.list[a], kinds.list[b], found, nearest[a]);
        offer_all(kinds.list[b], kinds.list[a], found, nearest[b]);
    });
    std::vector<Twin> twins;
    const auto add = [&](std::size_t later, const Nearest& one) {
        if (one.picture == kNone || one.picture == later) return;
        if (!looks[later].sha256.empty() && looks[later].sha256 == looks[one.picture].sha256) return;
        twins.push_back({later, one.picture, one.distance});
    };
    for (std::size_t i = 0; i < looks.size(); ++i) {
        if (kinds.of[i] == kNone) continue;
        const Kind& kind = kinds.list[kinds.of[i]];
        const std::uint32_t group = looks[i].group;
        Nearest before;  // in the groups before this one
        for (const auto& [theirs, candidate] : kind.first) {
            if (theirs < group) before.offer(0, candidate);
        }
        Nearest own;
        if (kind.first.at(group) != i) own.offer(0, kind.first.at(group));
        if (const auto found = nearest[kinds.of[i]].find(group); found != nearest[kinds.of[i]].end()) {
            for (const auto& [theirs, one] : found->second)
                (theirs < group ? before : own).offer(one.distance, one.picture);
        }
        add(i, before);
        add(i, own);
    }
    return twins;
}

}  // namespace goetia
