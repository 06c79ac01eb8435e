#include "datasets/synthetic/shapes.h"

#include <gmock/gmock.h>

#include "datasets/dataset_info.h"
#include "datasets/synthetic/shape_distance.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace testkit;

TEST(Shapes, the_same_plan_gives_the_same_bytes_on_any_number_of_threads) {
    const TempFolder folder;
    const ShapesPlan plan{.images = 40, .classes = 4, .size = 24, .seed = 3, .threads = 1};
    ShapesPlan many = plan, other = plan;
    many.threads = 7;
    other.seed = 4;
    ASSERT_TRUE(make_shapes(plan, folder / "one"));
    ASSERT_TRUE(make_shapes(many, folder / "two"));
    ASSERT_TRUE(make_shapes(other, folder / "three"));
    const auto one = files_of(folder / "one");
    EXPECT_EQ(one.size(), 43U);
    EXPECT_EQ(one, files_of(folder / "two"));
    EXPECT_NE(one, files_of(folder / "three"));
}

TEST(Shapes, the_set_is_read_by_folders_and_by_lists) {
    const TempFolder folder;
    const SplitSizes made =
        make_shapes({.images = 100, .classes = 5, .size = 16, .png = true}, folder / "形 状").value();
    EXPECT_EQ(made.train, 80);
    EXPECT_EQ(made.val, 20);
    const std::string root = (folder / "形 状").native();
    const auto folders = open({{"type", "ImageFolder"}, {"data_root", root}}, Split::kVal).value();
    EXPECT_EQ(folders->classes(), (std::vector<std::string>{"circle", "ring", "square", "star", "triangle"}));
    EXPECT_EQ(dataset_info(*folders)->per_class, (std::vector<std::int64_t>{4, 4, 4, 4, 4}));
    const auto lists = open({{"type", "ImageNet"},
                             {"data_root", root},
                             {"train", {{"ann_file", "meta/train.txt"}, {"data_prefix", "train"}}},
                             {"num_classes", 5}})
                           .value();
    EXPECT_EQ(dataset_info(*lists)->per_class, (std::vector<std::int64_t>{16, 16, 16, 16, 16}));
    for (std::int64_t i = 0; i < lists->size(); ++i) {
        const Sample sample = lists->sample(i).value();
        EXPECT_EQ(sample.name.substr(0, sample.name.find('/')),
                  lists->classes()[static_cast<std::size_t>(sample.label)]);
    }
}

TEST(Shapes, no_shape_is_another_and_each_lies_within_its_radius) {
    const auto covers = [](std::size_t kind) {
        std::vector<bool> inside;
        for (double y = -1.15; y < 1.2; y += 0.1) {
            for (double x = -1.15; x < 1.2; x += 0.1) inside.push_back(shape_distance(kind, x, y) < 0);
        }
        return inside;
    };
    EXPECT_GE(shape_names().size(), 10U);
    for (std::size_t a = 0; a < shape_names().size(); ++a) {
        const auto inside = covers(a);
        EXPECT_GT(std::count(inside.begin(), inside.end(), true), 50) << shape_names()[a];
        for (double angle = 0; angle < 6.3; angle += 0.1)
            EXPECT_GT(shape_distance(a, 1.3 * std::cos(angle), 1.3 * std::sin(angle)), 0) << shape_names()[a];
        for (std::size_t b = 0; b < a; ++b)
            EXPECT_NE(inside, covers(b)) << shape_names()[a] << " and " << shape_names()[b];
    }
}

TEST(Shapes, a_folder_with_something_in_it_is_refused) {
    const TempFolder folder;
    write_text(folder / "mine/notes.txt", "precious");
    const auto made = make_shapes({.images = 20, .classes = 2, .size = 16}, folder / "mine");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, fmt::format("folder '{}' exists and is not empty; name another output or remove it",
                                                (folder / "mine").native()));
    EXPECT_EQ(made.error().code, Code::kWrongState);
    EXPECT_EQ(files_of(folder.path()).size(), 1U);
    fs::create_directories(folder / "empty");
    EXPECT_TRUE(make_shapes({.images = 20, .classes = 2, .size = 16}, folder / "empty/"));
    EXPECT_EQ(files_of(folder / "empty").size(), 23U);
}

TEST(Shapes, faults_of_the_plan_are_reported_together) {
    const auto made = make_shapes({.images = 20, .classes = 17, .size = 4}, "/nowhere");
    ASSERT_FALSE(made);
    EXPECT_THAT(
        to_string(made.error()),
        AllOf(HasSubstr("classes: there are not enough shapes, found 17 (allowed: 2 to 16)"),
              HasSubstr("images: each class needs two images, one for training and one for validation, found 20 "
                        "(allowed: at least 34)"),
              HasSubstr("size: out of range, found 4 (allowed: 16 to 4096)")));
}

TEST(Shapes, progress_is_reported_and_a_stop_leaves_nothing) {
    const TempFolder folder;
    std::int64_t last = 0;
    ASSERT_TRUE(make_shapes({.images = 20, .classes = 2, .size = 16}, folder / "a",
                            [&](std::int64_t done, std::int64_t all) { last = done * 100 + all; }));
    EXPECT_EQ(last, 2020) << "20 of 20";
    StopToken stop;
    stop.request_stop();
    EXPECT_EQ(make_shapes({.images = 20, .classes = 2, .size = 16}, folder / "b", {}, stop).error().code,
              Code::kCancelled);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(Shapes, a_folder_that_cannot_be_created_is_reported) {
    EXPECT_THAT(make_shapes({.images = 20, .classes = 2, .size = 16}, "/proc/x/y").error().message,
                HasSubstr("cannot make folder '/proc/x/"));
}

}  // namespace
}  // namespace goetia
