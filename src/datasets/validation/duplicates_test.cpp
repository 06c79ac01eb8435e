#include "datasets/validation/duplicates.h"

#include <set>

#include <gmock/gmock.h>

#include "base/random.h"
#include "datasets/validation/perceptual_hash.h"

namespace goetia {
namespace {

HashedImage look(std::uint64_t hash, std::uint32_t group = 0, std::string sha256 = "") {
    return {.group = group, .sha256 = std::move(sha256), .hash = hash};
}

std::vector<std::array<std::size_t, 3>> listed(const std::vector<DuplicatePair>& pairs) {
    std::vector<std::array<std::size_t, 3>> list;
    for (const DuplicatePair& one : pairs)
        list.push_back({one.later, one.earlier, static_cast<std::size_t>(one.distance)});
    return list;
}

TEST(ExactDuplicates, names_the_first_of_the_own_and_of_an_earlier_split) {
    const std::vector<HashedImage> hashed{look(1, 0, "a"), look(2, 0, "b"), look(3, 0, "a"), look(4, 1, "a"),
                                          look(5, 1, "a"), look(6, 1, ""),  look(7, 1, "")};
    EXPECT_EQ(listed(exact_duplicates(hashed)),
              (std::vector<std::array<std::size_t, 3>>{{2, 0, 0}, {3, 0, 0}, {4, 0, 0}, {4, 3, 0}}));
}

TEST(NearDuplicates, names_the_nearest_before_it) {
    const std::vector<HashedImage> hashed{look(0), look(0b111), look(0b11), look(~0ULL), look(0)};
    EXPECT_EQ(listed(near_duplicates(hashed, 3)),
              (std::vector<std::array<std::size_t, 3>>{{1, 0, 3}, {2, 1, 1}, {4, 0, 0}}));
    EXPECT_EQ(listed(near_duplicates(hashed, 0)), (std::vector<std::array<std::size_t, 3>>{{4, 0, 0}}));
}

TEST(NearDuplicates, skips_exact_duplicates_and_images_without_hash) {
    const std::vector<HashedImage> hashed{look(0, 0, "a"), look(0, 0, "a"), {.sha256 = "b"}, {.sha256 = "c"}};
    EXPECT_TRUE(near_duplicates(hashed, 3).empty());
}

TEST(NearDuplicates, searches_across_splits) {
    const std::vector<HashedImage> hashed{look(0, 0), look(1, 1), look(1, 1), look(2, 2)};
    EXPECT_EQ(listed(near_duplicates(hashed, 1)),
              (std::vector<std::array<std::size_t, 3>>{{1, 0, 1}, {2, 0, 1}, {2, 1, 0}, {3, 0, 1}}));
}

TEST(NearDuplicates, takes_a_closer_look_at_every_candidate) {
    const std::vector<HashedImage> hashed{look(0), look(0), look(1), look(1, 1), look(1, 1)};
    std::vector<std::pair<std::size_t, std::size_t>> looked;
    const auto only_the_first = [&](std::size_t later, std::size_t earlier) {
        looked.emplace_back(later, earlier);
        return earlier == 0;
    };
    EXPECT_EQ(listed(near_duplicates(hashed, 1, only_the_first)),
              (std::vector<std::array<std::size_t, 3>>{{1, 0, 0}, {2, 0, 1}, {3, 0, 1}, {4, 0, 1}}))
        << "the nearest of those that pass, not the nearest";
    EXPECT_THAT(looked, testing::Contains(std::pair<std::size_t, std::size_t>(4, 2)));
    EXPECT_TRUE(near_duplicates(hashed, 1, [](std::size_t, std::size_t) { return false; }).empty());
}

// The banded search compared with brute force.
TEST(NearDuplicates, finds_all_pairs_that_brute_force_finds) {
    Random random({.seed = 3});
    std::vector<HashedImage> hashed;
    for (int i = 0; i < 400; ++i) {
        std::uint64_t hash =
            random.chance(0.5) || hashed.empty() ? random.bits64() : *hashed[random.below(hashed.size())].hash;
        for (std::uint64_t flips = random.below(8); flips > 0; --flips) hash ^= std::uint64_t{1} << random.below(64);
        hashed.push_back(look(hash));
    }
    for (const int distance : {0, 1, 4, 7, 15}) {
        std::set<std::size_t> expected, found;
        for (std::size_t later = 0; later < hashed.size(); ++later) {
            for (std::size_t earlier = 0; earlier < later; ++earlier) {
                if (hash_distance(*hashed[later].hash, *hashed[earlier].hash) <= distance) expected.insert(later);
            }
        }
        for (const DuplicatePair& one : near_duplicates(hashed, distance)) {
            found.insert(one.later);
            EXPECT_LT(one.earlier, one.later);
            EXPECT_EQ(hash_distance(*hashed[one.later].hash, *hashed[one.earlier].hash), one.distance);
        }
        EXPECT_EQ(found, expected) << "within " << distance << " bits";
        EXPECT_FALSE(expected.empty() && distance > 1);
    }
}

}  // namespace
}  // namespace goetia
