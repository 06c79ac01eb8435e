#include "datasets/validation/duplicates.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "datasets/validation/perceptual_hash.h"

namespace goetia {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// The images with one hash: those of each group in their order.
struct HashGroup {
    std::uint64_t hash = 0;
    std::map<std::uint32_t, std::vector<std::size_t>> images;
};

std::vector<HashGroup> group_by_hash(const std::vector<HashedImage>& hashed) {
    std::vector<HashGroup> hash_groups;
    std::unordered_map<std::uint64_t, std::size_t> known;
    for (std::size_t i = 0; i < hashed.size(); ++i) {
        if (!hashed[i].hash) continue;
        const auto [place, is_new] = known.emplace(*hashed[i].hash, hash_groups.size());
        if (is_new) hash_groups.push_back({.hash = *hashed[i].hash});
        hash_groups[place->second].images[hashed[i].group].push_back(i);
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

// The nearest earlier image of the same kind.
struct Nearest {
    int distance = 65;
    std::size_t image = kNone;

    [[nodiscard]] bool loses_to(int other, std::size_t candidate) const {
        return other < distance || (other == distance && candidate < image);
    }
};

class NearestImages {
  public:
    NearestImages(const std::vector<HashedImage>& hashed, const AlikeTest& are_alike)
        : hashed_(hashed), are_alike_(are_alike), own_(hashed.size()), before_(hashed.size()) {}

    // Offers the images of `other` to those of `own`; within a group only those before it.
    void offer_all(const HashGroup& own, const HashGroup& other, int distance) {
        for (const auto& [group, images] : own.images) {
            for (const auto& [theirs, candidates] : other.images) {
                if (theirs > group) break;
                for (const std::size_t image : images)
                    offer(theirs < group ? before_[image] : own_[image], image, candidates, distance);
            }
        }
    }

    [[nodiscard]] std::vector<DuplicatePair> pairs() const {
        std::vector<DuplicatePair> pairs;
        for (std::size_t i = 0; i < hashed_.size(); ++i) {
            for (const Nearest& nearest : {before_[i], own_[i]}) {
                if (nearest.image == kNone) continue;
                if (!hashed_[i].sha256.empty() && hashed_[i].sha256 == hashed_[nearest.image].sha256) continue;
                pairs.push_back({i, nearest.image, nearest.distance});
            }
        }
        return pairs;
    }

  private:
    // Only a candidate that beats the nearest so far is worth a closer look; once one does not, nor do those after it.
    void offer(Nearest& nearest, std::size_t image, const std::vector<std::size_t>& candidates, int distance) const {
        const bool own = &nearest == &own_[image];
        for (const std::size_t candidate : candidates) {
            if ((own && candidate >= image) || !nearest.loses_to(distance, candidate)) return;
            if (!are_alike_ || are_alike_(image, candidate)) nearest = {distance, candidate};
        }
    }

    const std::vector<HashedImage>& hashed_;
    const AlikeTest& are_alike_;
    std::vector<Nearest> own_, before_;  // of each image: in its own group, and in those before
};

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

std::vector<DuplicatePair> near_duplicates(const std::vector<HashedImage>& hashed, int distance,
                                           const AlikeTest& are_alike) {
    const std::vector<HashGroup> hash_groups = group_by_hash(hashed);
    NearestImages nearest(hashed, are_alike);
    for (const HashGroup& group : hash_groups) nearest.offer_all(group, group, 0);
    for_each_near_pair(hash_groups, distance, [&](std::size_t a, std::size_t b, int found) {
        nearest.offer_all(hash_groups[a], hash_groups[b], found);
        nearest.offer_all(hash_groups[b], hash_groups[a], found);
    });
    return nearest.pairs();
}

}  // namespace goetia
