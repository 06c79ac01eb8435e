#include "run/parent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "experiment/folder.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

constexpr const char* kBase = "exp_20260101_120000_aaaaaaaa";
constexpr const char* kTuned = "exp_20260102_120000_bbbbbbbb";

Relative relative(const std::string& id, const std::string& parent = "") {
    Relative one{.id = id, .name = "run " + id, .state = "completed", .parent = {}};
    if (!parent.empty())
        one.parent = RunParent{.relation = "fine-tune", .experiment = parent, .weights = "/w.pth", .sha256 = "00"};
    return one;
}

std::vector<std::string> ids_of(const Json& list) {
    std::vector<std::string> ids;
    for (const Json& one : list) ids.push_back(one["id"]);
    return ids;
}

TEST(Parent, weights_in_an_experiment_name_it_with_both_hashes) {
    const TemporaryFolder root;
    root.write(std::string(kBase) + "/config.yaml", "experiment: {name: base}\n");
    const auto weights = root.write(std::string(kBase) + "/checkpoints/last.pth", "weights");
    const Json document = {{"model", {{"pretrained", {{"path", std::string(kBase) + "/checkpoints/last.pth"}}}}}};
    const auto parent = parent_in(document, root.path());
    ASSERT_TRUE(parent && *parent);
    EXPECT_EQ((*parent)->relation, "fine-tune");
    EXPECT_EQ((*parent)->experiment, kBase);
    EXPECT_EQ((*parent)->weights, weights);
    EXPECT_EQ((*parent)->sha256, sha256_hex("weights"));
    EXPECT_EQ((*parent)->config_sha256, sha256_hex("experiment: {name: base}\n"));
    root.write(std::string(kTuned) + "/config.yaml", "experiment: {name: tuned}\n");
    const ExperimentFolder tuned(root / kTuned);
    ASSERT_TRUE(write_parent(tuned, **parent));
    const auto read = read_parent(tuned);
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->sha256, (*parent)->sha256);
    EXPECT_EQ((*read)->config_sha256, (*parent)->config_sha256);
    const auto best = parent_by(root.write(std::string(kBase) + "/best_model.pth", "best"), "branch");
    EXPECT_EQ(best->experiment, kBase);
}

TEST(Parent, other_weights_have_no_experiment_and_none_have_no_parent) {
    const TemporaryFolder root;
    root.write("weights/resnet.pth", "weights");
    const auto parent_of = [&](const Json& section) {
        return parent_in({{"model", {{"pretrained", section}}}}, root.path());
    };
    const auto own = parent_of({{"path", "weights/resnet.pth"}});
    ASSERT_TRUE(own && *own);
    EXPECT_EQ((*own)->experiment, "");
    EXPECT_FALSE(*parent_of({{"path", "gone.pth"}}));
    EXPECT_FALSE(*parent_of({{"path", "weights/resnet.pth"}, {"enabled", false}}));
    EXPECT_FALSE(*parent_of({{"path", "resnet18"}, {"source", "torchvision"}}));
    EXPECT_FALSE(*parent_of(nullptr));
    EXPECT_FALSE(*read_parent(ExperimentFolder(root.path())));
    root.write("parent.yaml", "parent: {relation: fine-tune}\n");
    EXPECT_THAT(read_parent(ExperimentFolder(root.path())).error().message,
                testing::HasSubstr("names no parent with its sha256"));
}

TEST(Lineage, shows_both_directions_and_ends_in_a_circle) {
    const std::vector<Relative> all = {relative("a"),      relative("b", "a"),    relative("c", "b"),
                                       relative("d", "b"), relative("e", "gone"), relative("f", "g"),
                                       relative("g", "f")};
    const Json of_b = lineage_among("b", all);
    EXPECT_THAT(ids_of(of_b["ancestors"]), testing::ElementsAre("a"));
    EXPECT_THAT(ids_of(of_b["descendants"]), testing::ElementsAre("c", "d"));
    EXPECT_EQ(of_b["relation"], "fine-tune");
    EXPECT_EQ(of_b["ancestors"][0]["sha256"], "00");
    EXPECT_THAT(ids_of(lineage_among("c", all)["ancestors"]), testing::ElementsAre("b", "a"));
    EXPECT_EQ(lineage_among("a", all)["descendants"][1]["depth"], 2);
    EXPECT_EQ(lineage_among("e", all)["ancestors"][0]["known"], false);
    EXPECT_THAT(ids_of(lineage_among("f", all)["ancestors"]), testing::ElementsAre("g"));
}

TEST(Lineage, says_whether_the_weights_are_as_they_were) {
    const TemporaryFolder root;
    for (const char* id : {kBase, kTuned}) root.write(std::string(id) + "/config.yaml", "experiment: {name: x}\n");
    const auto weights = root.write(std::string(kBase) + "/checkpoints/last.pth", "weights");
    const ExperimentFolder base(root / kBase), tuned(root / kTuned);
    ASSERT_TRUE(write_parent(tuned, *parent_by(weights, "branch")));
    const auto now = [&] {
        const auto lineage = lineage_of_folder(tuned, {base, tuned});
        EXPECT_TRUE(lineage);
        return (*lineage)["ancestors"][0]["weights_now"].get<std::string>();
    };
    EXPECT_EQ(now(), "as they were");
    root.write(std::string(kBase) + "/checkpoints/last.pth", "others");
    EXPECT_EQ(now(), "changed");
    std::filesystem::remove(weights);
    EXPECT_EQ(now(), "gone");
}

}  // namespace
}  // namespace goetia
