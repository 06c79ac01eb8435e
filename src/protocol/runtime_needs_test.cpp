#include "protocol/runtime_needs.h"

#include <gmock/gmock.h>

#include "protocol/manifests.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const RuntimeFacts kMachine{
    .libtorch = {"2.13.0+cuda"}, .cuda = "12.4", .driver = "550.54.14", .glibc = "2.36", .processor = "x86_64"};

std::vector<std::string> lacks(const RuntimeNeeds& needs, const RuntimeFacts& has = kMachine) {
    const std::vector<std::string> words = what_it_lacks(needs, has);
    EXPECT_EQ(words.empty(), can_run(needs, has)) << "both say the same";
    return words;
}

TEST(RuntimeNeeds, nothing_is_lacking_where_versions_suffice) {
    EXPECT_THAT(lacks({}), IsEmpty());
    EXPECT_THAT(lacks({}, {}), IsEmpty());
    EXPECT_THAT(lacks({.libtorch = "2.13.0", .cuda = "12", .driver = "525.60", .glibc = "2.31", .processor = "x86_64"}),
                IsEmpty());
    EXPECT_THAT(lacks({.libtorch = "2.13.0+cuda", .glibc = "2.36"}), IsEmpty());
}

TEST(RuntimeNeeds, says_what_is_lacking) {
    EXPECT_THAT(lacks({.glibc = "2.38"}), ElementsAre("the runtime needs glibc 2.38, it has 2.36"));
    EXPECT_THAT(lacks({.cuda = "13", .driver = "580.65"}),
                ElementsAre("driver 550.54.14 is too old for CUDA 13, which needs 580.65"));
    EXPECT_THAT(lacks({.cuda = "12", .driver = "525.60"}, {}),
                ElementsAre("CUDA 12 needs a driver of NVIDIA's, it has none"));
    EXPECT_THAT(lacks({.cuda = "12.10"}), ElementsAre("the runtime needs CUDA 12.10, its driver runs 12.4 at most"));
    EXPECT_THAT(lacks({.driver = "560"}), ElementsAre("the runtime needs driver 560, it has 550.54.14"));
    EXPECT_THAT(lacks({.processor = "aarch64"}),
                ElementsAre("the runtime was built for aarch64, its processor is x86_64"));
    EXPECT_THAT(lacks({.libtorch = "2.1"}), ElementsAre("the runtime needs LibTorch 2.1, it has 2.13.0+cuda"));
    EXPECT_THAT(lacks({.libtorch = "2.13.0"}, {}), ElementsAre("the runtime needs LibTorch 2.13.0, it has none"));
    EXPECT_THAT(lacks({.libtorch = "2.14.0", .cuda = "13", .driver = "580.65", .glibc = "2.40"}), testing::SizeIs(3));
}

TEST(RuntimeNeeds, what_a_machine_does_not_say_is_not_held_against_it) {
    EXPECT_THAT(lacks({.glibc = "2.38", .processor = "x86_64"}, {}), IsEmpty());
}

TEST(RuntimeNeeds, of_a_build_depend_on_gpus_and_on_who_brings_it) {
    const RuntimeBuild build{
        .goetia = "0.1.0", .libtorch = "2.13.0", .cuda = "13.0", .glibc = "2.34", .processor = "x86_64"};
    EXPECT_EQ(needs_of(build, true, true),
              (RuntimeNeeds{.cuda = "13", .driver = "580.65", .glibc = "2.34", .processor = "x86_64"}));
    EXPECT_EQ(needs_of(build, false, true), (RuntimeNeeds{.glibc = "2.34", .processor = "x86_64"}));
    EXPECT_EQ(needs_of(build, false, false).libtorch, "2.13.0");
    EXPECT_EQ(needs_of({.libtorch = "2.13.0"}, true, true), RuntimeNeeds());
}

TEST(RuntimeNeeds, versions_are_compared_by_their_numbers) {
    EXPECT_TRUE(version_at_least("12.10", "12.4"));
    EXPECT_FALSE(version_at_least("12.4", "12.10"));
    EXPECT_TRUE(version_at_least("550.54.14", "550.54"));
    EXPECT_FALSE(version_at_least("550", "550.54"));
    EXPECT_FALSE(version_at_least("", "11.0"));
    EXPECT_TRUE(version_at_least("", ""));
    EXPECT_FALSE(version_at_least("rubbish", "1"));
    EXPECT_EQ(oldest_driver_for("12.8"), "525.60");
    EXPECT_EQ(oldest_driver_for("99"), "");
    EXPECT_EQ(oldest_driver_for(""), "");
}

}  // namespace
}  // namespace goetia
