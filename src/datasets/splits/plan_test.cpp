#include "datasets/splits/plan.h"

#include <map>
#include <set>

#include <gmock/gmock.h>

namespace goetia {
namespace {

SplitPlan plan(const Json& section) { return split_plan(section, "dataset.split").value(); }

AnnotatedSet subjects_with_images(int count, int pictures) {
    AnnotatedSet set;
    set.classes = {"a", "b"};
    for (int person = 0; person < count; ++person) {
        for (int i = 0; i < pictures; ++i)
            set.images.push_back({.name = fmt::format("{}_{}.png", person, i),
                                  .label = person % 2,
                                  .subject = fmt::format("p{}", person)});
    }
    return set;
}

TEST(SplitPlan, reads_the_section) {
    const SplitPlan usual = plan({{"type", "random"}});
    EXPECT_EQ(usual.shares, (std::array<double, 3>{0.8, 0.2, 0}));
    EXPECT_EQ(usual.seed, 42);
    EXPECT_EQ(plan({{"type", "stratified"}, {"ratios", 0.75}}).shares, (std::array<double, 3>{0.75, 0.25, 0}));
    EXPECT_EQ(plan({{"type", "subject"}, {"ratios", {0.7, 0.1, 0.2}}}).kind, SplitKind::kSubject);
    EXPECT_EQ(plan({{"type", "kfold"}, {"folds", 3}, {"fold", 2}}).fold, 2);
}

TEST(SplitPlan, reports_every_fault_at_once) {
    const auto text = [](const Json& section) { return to_string(split_plan(section, "dataset.split").error()); };
    EXPECT_EQ(
        text({{"type", "randon"}, {"seed", -1}, {"ratio", 0.8}}),
        "'dataset.split' cannot be used as it stands\n"
        "  dataset.split.type: there is no such split, found \"randon\" (allowed: random, stratified, subject, kfold)\n"
        "  dataset.split.seed: out of range, found -1 (allowed: a whole number, at least 0)\n"
        "  dataset.split.ratio: 'a split' has no parameter 'ratio' (allowed: type, ratios, seed, folds, fold, "
        "by_subject, stratify, bins); did you mean 'ratios'?");
    EXPECT_THAT(
        text({{"type", "random"}, {"ratios", {0.8, 0.3}}}),
        testing::EndsWith("dataset.split.ratios: the shares must add up to 1, found [0.8,0.3] (allowed: sum 1)"));
    EXPECT_THAT(text({{"type", "random"}, {"ratios", 1}}), testing::HasSubstr("a single number is the training share"));
    EXPECT_THAT(text({{"type", "random"}, {"ratios", {0, 1}}}), testing::HasSubstr("must not be 0"));
    EXPECT_THAT(text({{"type", "kfold"}, {"folds", 3}, {"fold", 3}}),
                testing::EndsWith("dataset.split.fold: there is no such fold, found 3 (allowed: 0 to 2)"));
    EXPECT_THAT(text(Json::object()), testing::HasSubstr("dataset.split.type: is needed, found nothing"));
}

TEST(Divide, by_subject_keeps_each_on_one_side) {
    const AnnotatedSet set = subjects_with_images(20, 5);
    const auto splits = divide(set, plan({{"type", "subject"}, {"ratios", {0.7, 0.1, 0.2}}})).value();
    std::map<std::string, std::set<Split>> homes;
    std::map<Split, int> counts;
    for (std::size_t i = 0; i < splits.size(); ++i) homes[set.images[i].subject].insert(splits[i]), ++counts[splits[i]];
    for (const auto& [person, where] : homes) EXPECT_EQ(where.size(), 1) << person;
    EXPECT_EQ(counts, (std::map<Split, int>{{Split::kTrain, 70}, {Split::kVal, 10}, {Split::kTest, 20}}));
}

TEST(Divide, the_folds_together_are_the_set) {
    const AnnotatedSet set = subjects_with_images(12, 3);
    for (const bool by_subject : {false, true}) {
        std::vector<int> checked(set.images.size(), 0);
        for (int fold = 0; fold < 4; ++fold) {
            const auto splits =
                divide(set, plan({{"type", "kfold"}, {"folds", 4}, {"fold", fold}, {"by_subject", by_subject}}))
                    .value();
            int classes = 0, size = 0;
            for (std::size_t i = 0; i < splits.size(); ++i) {
                if (splits[i] != Split::kVal) continue;
                ++checked[i], ++size;
                classes += static_cast<int>(set.images[i].label);
            }
            EXPECT_EQ(size, 9);
            EXPECT_NEAR(classes, 4.5, 1.5) << "balanced";
        }
        EXPECT_THAT(checked, testing::Each(1));
    }
}

TEST(Divide, balances_a_regression_by_bins_of_its_target) {
    AnnotatedSet set;
    set.task = Task::kRegression;
    for (int i = 0; i < 100; ++i) set.images.push_back({.values = {static_cast<double>(i)}});
    const auto strata = strata_of(set, 10);
    EXPECT_EQ(strata[0], 0);
    EXPECT_EQ(strata[99], 9);
    const auto splits = divide(set, plan({{"type", "stratified"}})).value();
    for (int bin = 0; bin < 10; ++bin) {
        int val = 0;
        for (int i = 10 * bin; i < 10 * bin + 10; ++i) val += splits[static_cast<std::size_t>(i)] == Split::kVal;
        EXPECT_EQ(val, 2) << bin;
    }
}

TEST(Divide, balances_a_detection_by_each_images_rarest_class) {
    AnnotatedSet set;
    set.task = Task::kDetection;
    set.classes = {"common", "rare"};
    for (int i = 0; i < 20; ++i) {
        auto& image = set.images.emplace_back();
        image.instances.push_back({.label = 0});
        if (i % 5 == 0) image.instances.push_back({.label = 1});
    }
    set.images.emplace_back();
    const auto strata = strata_of(set, 10);
    EXPECT_EQ(strata[0], 1);
    EXPECT_EQ(strata[1], 0);
    EXPECT_EQ(strata[20], -1);
}

TEST(Divide, refuses_impossible_divisions) {
    AnnotatedSet set = subjects_with_images(3, 2);
    set.images[4].subject.clear();
    EXPECT_EQ(
        divide(set, plan({{"type", "subject"}})).error().message,
        "1 of 6 images have no subject, the first is '2_0.png'; set their subjects (a table's subject_column), or "
        "use split type random or stratified");
    EXPECT_EQ(
        divide(subjects_with_images(1, 9), plan({{"type", "subject"}})).error().message,
        "the val split would be empty: there are only 9 images of few subjects; use fewer parts, or larger shares");
    EXPECT_EQ(divide(subjects_with_images(2, 1), plan({{"type", "kfold"}, {"folds", 1'000'000'000'000'000'000}}))
                  .error()
                  .message,
              "2 images cannot be divided into 1000000000000000000 folds; use fewer");
    EXPECT_EQ(divide(subjects_with_images(2, 3), plan({{"type", "kfold"}, {"by_subject", true}}))
                  .error()
                  .message.substr(0, 32),
              "fold 2 of 5 would be empty: ther");
    AnnotatedSet masks = subjects_with_images(5, 5);
    masks.task = Task::kSemantic;
    EXPECT_EQ(divide(masks, plan({{"type", "stratified"}})).error().code, Code::kUnsupported);
    EXPECT_TRUE(divide(masks, plan({{"type", "random"}})));
}

}  // namespace
}  // namespace goetia
