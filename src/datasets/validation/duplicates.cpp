#include "datasets/validation/duplicates.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "datasets/validation/perceptual_hash.h"

namespace goetia {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// The images with one hash: the first of each group.
struct HashGroup {
    std::uint64_t hash = 0;
    std::map<std::uint32_t, std::size_t> first;
};

// The nearest candidate found so far in one group.
struct Nearest {
    int distance = 65;
    std::size_t image = kNone;

    void offer(int other, std::size_t candidate) {
        if (other < distance || (other == distance && candidate < image)) distance = other, image = candidate;
    }
};

struct HashGroups {
    std::vector<HashGroup> list;
    std::vector<std::size_t> of;  // index of the hash group of each image
};

HashGroups group_by_hash(const std::vector<HashedImage>& hashed) {
    HashGroups hash_groups{.of = std::vector<std::size_t>(hashed.size(), kNone)};
    std::unordered_map<std::uint64_t, std::size_t> known;
    for (std::size_t i = 0; i < hashed.size(); ++i) {
        if (!hashed[i].hash) continue;
        const auto [place, is_new] = known.emplace(*hashed[i].hash, hash_groups.list.size());
        if (is_new) hash_groups.list.push_back({.hash = *hashed[i].hash});
        hash_groups.of[i] = place->second;
        hash_groups.list[place->second].first.emplace(hashed[i].group, i);
    }
    return hash_groups;
}

// Calls visit(a, b, distance) for each pair of hash groups within `distance`; a pair that shares several bands is
// visited several times.
template <class Visit>
void for_each_near_pair(const std::vector<HashGroup>& hash_groups, int distance, Visit&& visit) {
    const int bands = distance + 1;
    std::vector<std::pair<std::uint64_t, std::size_t>> order(hash_groups.size());
    for (int band = 0; band < bands; ++band) {
        const int begin = 64 * band / bands, end = 64 * (band + 1) / bands;
        const std::uint64_t mask = end - begin == 64 ? ~std::uint64_t{0} : ((std::uint64_t{1} << (end - begin)) - 1);
        for (std::size_t i = 0; i < hash_groups.size(); ++i) order[i] = {hash_groups[i].hash >> begin & mask, i};
        std::sort(order.begin(), order.end());
        for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
            for (to = from; to < order.size() && order[to].first == order[from].first;) ++to;
            for (std::size_t a = from; a < to; ++a) {
                for (std::size_t b = a + 1; b < to; ++b) {
                    const int found =
                        hash_distance(hash_groups[order[a].second].hash, hash_groups[order[b].second].hash);
                    if (found <= distance) visit(order[a].second, order[b].second, found);
                }
            }
        }
    }
}

using NearestByGroup = std::map<std::uint32_t, Nearest>;

// Offers the images of `other` to those of `own`; within a group only those before its first image.
void offer_all(const HashGroup& own, const HashGroup& other, int distance,
               std::map<std::uint32_t, NearestByGroup>& nearest) {
    for (const auto& [group, first] : own.first) {
        for (const auto& [theirs, candidate] : other.first) {
            if (theirs < group || (theirs == group && candidate < first))
                nearest[group][theirs].offer(distance, candidate);
        }
    }
}

}  // namespace

std::vector<DuplicatePair> exact_duplicates(const std::vector<HashedImage>& hashed) {
    std::vector<DuplicatePair> pairs;
    std::unordered_map<std::string_view, std::map<std::uint32_t, std::size_t>> first;
    for (std::size_t i = 0; i < hashed.size(); ++i) {
        if (hashed[i].sha256.empty()) continue;
        auto& groups = first[hashed[i].sha256];
        if (!groups.empty() && groups.begin()->first < hashed[i].group) pairs.push_back({i, groups.begin()->second, 0});
        const auto [place, is_new] = groups.emplace(hashed[i].group, i);
        if (!is_new) pairs.push_back({i, place->second, 0});
    }
    return pairs;
}

std::vector<DuplicatePair> near_duplicates(const std::vector<HashedImage>& hashed, int distance) {
    const HashGroups hash_groups = group_by_hash(hashed);
    std::vector<std::map<std::uint32_t, NearestByGroup>> nearest(
        hash_groups.list.size());  // [hash group][group][earlier group]
    for_each_near_pair(hash_groups.list, distance, [&](std::size_t a, std::size_t b, int found) {
        offer_all(hash_groups.list[a], hash_groups.list[b], found, nearest[a]);
        offer_all(hash_groups.list[b], hash_groups.list[a], found, nearest[b]);
    });
    std::vector<DuplicatePair> pairs;
    const auto add = [&](std::size_t later, const Nearest& one) {
        if (one.image == kNone || one.image == later) return;
        if (!hashed[later].sha256.empty() && hashed[later].sha256 == hashed[one.image].sha256) return;
        pairs.push_back({later, one.image, one.distance});
    };
    for (std::size_t i = 0; i < hashed.size(); ++i) {
        if (hash_groups.of[i] == kNone) continue;
        const HashGroup& hash_group = hash_groups.list[hash_groups.of[i]];
        const std::uint32_t group = hashed[i].group;
        Nearest before;  // in the groups before this one
        for (const auto& [theirs, candidate] : hash_group.first) {
            if (theirs < group) before.offer(0, candidate);
        }
        Nearest own;
        if (hash_group.first.at(group) != i) own.offer(0, hash_group.first.at(group));
        if (const auto found = nearest[hash_groups.of[i]].find(group); found != nearest[hash_groups.of[i]].end()) {
            for (const auto& [theirs, one] : found->second)
                (theirs < group ? before : own).offer(one.distance, one.image);
        }
        add(i, before);
        add(i, own);
    }
    return pairs;
}

}  // namespace goetia
