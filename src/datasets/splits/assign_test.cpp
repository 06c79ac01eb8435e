#include "datasets/splits/assign.h"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "base/random.h"

namespace goetia {
namespace {

using Labels = std::vector<std::int64_t>;
using Parts = std::vector<std::size_t>;

std::map<std::size_t, int> sizes(const Parts& parts) {
    std::map<std::size_t, int> counts;
    for (const std::size_t part : parts) ++counts[part];
    return counts;
}

std::map<std::pair<std::int64_t, std::size_t>, int> table(const Labels& strata, const Parts& parts) {
    std::map<std::pair<std::int64_t, std::size_t>, int> counts;
    for (std::size_t i = 0; i < strata.size(); ++i) ++counts[{strata[i], parts[i]}];
    return counts;
}

Labels repeated(const std::vector<int>& counts) {
    Labels labels;
    for (std::size_t c = 0; c < counts.size(); ++c)
        labels.insert(labels.end(), static_cast<std::size_t>(counts[c]), static_cast<std::int64_t>(c));
    return labels;
}

TEST(AssignRandom, parts_are_as_large_as_their_shares) {
    const Division division{.shares = {0.7, 0.2, 0.1}, .seed = 3};
    EXPECT_EQ(sizes(assign_random(1000, division)), (std::map<std::size_t, int>{{0, 700}, {1, 200}, {2, 100}}));
    EXPECT_EQ(assign_random(1000, division), assign_random(1000, division));
    EXPECT_NE(assign_random(1000, division), assign_random(1000, {.shares = {0.7, 0.2, 0.1}, .seed = 4}));
    const Parts parts = assign_random(1000, division);
    int early = 0;
    for (std::size_t i = 0; i < 500; ++i) early += parts[i] == 2;
    EXPECT_NEAR(early, 50, 25) << "drawn from everywhere";
}

TEST(AssignStratified, every_stratum_is_divided_by_the_shares) {
    const Labels strata = repeated({500, 33, 7, 101});
    const std::vector<double> shares{0.7, 0.2, 0.1};
    const Parts parts = assign_stratified(strata, {.shares = shares, .seed = 1});
    auto counts = table(strata, parts);
    const std::vector<int> all{500, 33, 7, 101};
    for (std::int64_t c = 0; c < 4; ++c) {
        for (std::size_t p = 0; p < 3; ++p) {
            const double exact = all[static_cast<std::size_t>(c)] * shares[p];
            EXPECT_GE(counts[std::pair(c, p)], std::floor(exact)) << c << " " << p;
            EXPECT_LE(counts[std::pair(c, p)], std::ceil(exact)) << c << " " << p;
        }
    }
    auto overall = sizes(parts);
    for (std::size_t p = 0; p < 3; ++p) EXPECT_NEAR(overall[p], 641 * shares[p], 1.5);
}

TEST(AssignStratified, leftovers_of_many_small_strata_even_out) {
    const Labels strata = repeated(std::vector<int>(300, 3));
    auto overall = sizes(assign_stratified(strata, {.shares = {0.8, 0.2}, .seed = 1}));
    EXPECT_NEAR(overall[0], 720, 1);
}

TEST(AssignStratified, the_training_part_gets_one_of_everything) {
    const Labels strata = repeated(std::vector<int>(50, 1));
    const Parts parts = assign_stratified(strata, {.shares = {0.5, 0.5}, .seed = 1, .first_covers_all = true});
    EXPECT_EQ(sizes(parts), (std::map<std::size_t, int>{{0, 50}}));
}

TEST(AssignStratified, folds_are_equal) {
    const Labels strata = repeated({52, 23, 9});
    const Parts parts = assign_stratified(strata, {.shares = std::vector<double>(5, 0.2), .seed = 1});
    for (const auto& [fold, count] : sizes(parts)) EXPECT_NEAR(count, 84 / 5.0, 1) << fold;
    const std::vector<int> all{52, 23, 9};
    for (const auto& [key, count] : table(strata, parts))
        EXPECT_NEAR(count, all[static_cast<std::size_t>(key.first)] / 5.0, 1) << key.first;
}

TEST(AssignSubjects, a_subject_is_in_one_part_and_the_counts_fit) {
    // 1021 subjects with 1 to 6 images each, of two kinds: the size of the age study.
    Labels subjects, strata;
    Random random({.seed = 5});
    for (std::int64_t person = 0; person < 1021; ++person) {
        const std::int64_t pictures = random.between(1, 6), kind = random.chance(0.2) ? 1 : 0;
        for (std::int64_t i = 0; i < pictures; ++i) subjects.push_back(person), strata.push_back(kind);
    }
    const std::vector<double> shares{0.72, 0.08, 0.2};
    const Division division{.shares = shares, .seed = 42};
    const Parts parts = assign_subjects(strata, subjects, division);
    std::map<std::int64_t, std::set<std::size_t>> homes;
    for (std::size_t i = 0; i < parts.size(); ++i) homes[subjects[i]].insert(parts[i]);
    for (const auto& [person, where] : homes) EXPECT_EQ(where.size(), 1) << person;
    auto overall = sizes(parts);
    auto counts = table(strata, parts);
    std::map<std::int64_t, int> all;
    for (const std::int64_t kind : strata) ++all[kind];
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_NEAR(overall[p], shares[p] * static_cast<double>(parts.size()), 2) << "by images";
        for (std::int64_t kind = 0; kind < 2; ++kind)
            EXPECT_NEAR(counts[std::pair(kind, p)], shares[p] * all[kind], 2) << "kind " << kind << " in part " << p;
    }
    EXPECT_NE(assign_subjects(strata, subjects, {.shares = shares, .seed = 43}), parts);
}

TEST(AssignSubjects, one_large_subject_does_not_fill_a_small_part) {
    Labels subjects(50, 0);
    for (std::int64_t person = 1; person <= 50; ++person) subjects.push_back(person);
    const Labels strata(100, 0);
    const Parts parts = assign_subjects(strata, subjects, {.shares = {0.8, 0.2}, .seed = 1});
    EXPECT_EQ(parts[0], 0);
    EXPECT_EQ(sizes(parts)[1], 20);
}

TEST(AssignSubjects, parts_without_share_stay_empty) {
    const Labels subjects{1, 2, 3, 4, 5};
    const Parts parts = assign_subjects(subjects, subjects, {.shares = {0.8, 0.2, 0}, .seed = 1});
    EXPECT_THAT(parts, testing::Not(testing::Contains(2)));
}

}  // namespace
}  // namespace goetia
