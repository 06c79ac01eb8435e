#include "datasets/formats/roots.h"

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Roots, are_data_roots_or_data_root_alone) {
    EXPECT_EQ(roots_of(Args({{"data_root", "a"}, {"data_roots", nullptr}})), (std::vector<fs::path>{"a"}));
    EXPECT_EQ(roots_of(Args({{"data_root", "a"}, {"data_roots", {"b", "c d"}}})), (std::vector<fs::path>{"b", "c d"}));
    EXPECT_TRUE(roots_of(Args({{"data_root", nullptr}, {"data_roots", nullptr}})).empty());
}

TEST(Roots, the_first_root_with_the_file_is_used) {
    const TempFolder folder;
    write_text(folder / "一 数据/a.png", "");
    write_text(folder / "two/a.png", "");
    write_text(folder / "two/b c.png", "");
    const std::vector<fs::path> roots{folder / "一 数据", folder / "two"};
    EXPECT_EQ(first_root_with(roots, "a.png"), 0U);
    EXPECT_EQ(first_root_with(roots, "b c.png"), 1U);
    EXPECT_EQ(first_root_with(roots, "d.png"), 0U) << "who reads it finds that it is missing";
    EXPECT_EQ(locate("b c.png", roots), folder / "two/b c.png");
    EXPECT_EQ(locate("nowhere.txt", roots), "nowhere.txt") << "from where the program runs";
    EXPECT_EQ(locate("/x/y.txt", roots), "/x/y.txt");
}

TEST(Roots, reports_roots_that_are_not_folders) {
    const TempFolder folder;
    FaultList faults;
    check_roots({folder.path(), "/nowhere/at all"}, "dataset.data_roots", faults);
    EXPECT_EQ(to_string(faults.as_error("x")),
              "x\n  dataset.data_roots: there is no such folder; correct the path, found '/nowhere/at all'");
}

}  // namespace
}  // namespace goetia
