#include <gmock/gmock.h>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace testkit;

class ImageNetTest : public testing::Test {
  protected:
    ImageNetTest() {
        make_classes(folder_ / "first", "train", {"a", "b"}, 2);
        make_classes(folder_ / "second", "train", {"b", "c"}, 1);
    }

    [[nodiscard]] std::string at(const std::string& name) const { return (folder_.path() / name).native(); }
    [[nodiscard]] static std::string error(const Json& config, Split split = Split::kTrain) {
        Json full{{"type", "ImageNet"}};
        full.update(config);
        const auto opened = open(full, split);
        return opened ? "" : to_string(opened.error());
    }
    static std::shared_ptr<Dataset> opened(const Json& config, Split split = Split::kTrain) {
        Json full{{"type", "ImageNet"}};
        full.update(config);
        auto dataset = open(full, split);
        EXPECT_TRUE(dataset) << to_string(dataset.error());
        return dataset.value();
    }

    TempFolder folder_;
};

TEST_F(ImageNetTest, the_systems_own_example_is_read) {
    make_classes(folder_ / "x", "val", {"a"}, 1);
    write_png(folder_ / "x/test/1.png", gradient_image(4, 4));
    write_text(folder_ / "meta/train.txt", "a/0.png 0\nb/0.png 1\nc/0.png 2\n\n");
    write_text(folder_ / "meta/val.txt", "a/0.png 0\n");
    write_text(folder_ / "meta/classes.txt", "a\nb\nc\n");
    const Json config{{"data_roots", {at("first/train"), at("second/train")}},
                      {"train", {{"ann_file", at("meta/train.txt")}, {"data_prefix", ""}}},
                      {"val", {{"data_root", at("x/val")}, {"ann_file", at("meta/val.txt")}, {"data_prefix", ""}}},
                      {"test", {{"data_root", at("x/test")}, {"ann_file", nullptr}}},
                      {"num_classes", 3},
                      {"classes_file", at("meta/classes.txt")}};
    const auto train = opened(config);
    ASSERT_EQ(train->size(), 3);
    EXPECT_EQ(train->sample(1)->path, folder_ / "first/train/b/0.png") << "the first root that contains it";
    EXPECT_EQ(train->sample(2)->path, folder_ / "second/train/c/0.png");
    EXPECT_EQ(train->classes().back(), "c");
    EXPECT_EQ(opened(config, Split::kVal)->sample(0)->label, 0);
    EXPECT_EQ(opened(config, Split::kTest)->sample(0)->label, -1);
}

TEST_F(ImageNetTest, folders_of_several_roots_are_taken_together) {
    const auto dataset = opened({{"data_roots", {at("first/train"), at("second")}}});
    EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(dataset->size(), 6);
    EXPECT_EQ(dataset->sample(5)->path, folder_ / "second/train/c/0.png");
}

TEST_F(ImageNetTest, folders_of_one_root_and_of_the_splits_own) {
    EXPECT_EQ(opened({{"data_root", at("first")}})->size(), 4);
    EXPECT_EQ(opened({{"data_root", at("first")}, {"train", {{"data_root", at("second/train")}}}})->size(), 2);
    EXPECT_EQ(opened({{"data_root", folder_.path().native()}, {"train", {{"data_prefix", "second/train"}}}})->size(),
              2);
}

TEST_F(ImageNetTest, paths_of_a_list_may_hold_blanks_and_chinese) {
    write_png(folder_ / "first/图 片/a 1.png", gradient_image(4, 4));
    write_text(folder_ / "list.txt", "\xEF\xBB\xBF图 片/a 1.png 1\r\n");
    const auto dataset =
        opened({{"data_root", at("first")}, {"train", {{"ann_file", at("list.txt")}}}, {"num_classes", 2}});
    EXPECT_EQ(dataset->sample(0)->path, folder_ / "first/图 片/a 1.png");
    EXPECT_EQ(dataset->sample(0)->label, 1);
    EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"0", "1"}));
}

TEST_F(ImageNetTest, a_relative_list_lies_below_the_root_and_takes_the_prefix) {
    write_text(folder_ / "first/meta/train.txt", "a/1.png 5\n");
    const auto dataset =
        opened({{"data_root", at("first")}, {"train", {{"ann_file", "meta/train.txt"}, {"data_prefix", "train"}}}});
    EXPECT_EQ(dataset->sample(0)->path, folder_ / "first/train/a/1.png");
    EXPECT_EQ(dataset->classes().size(), 6U) << "as many as the highest label needs";
}

TEST_F(ImageNetTest, listed_paths_may_begin_with_the_name_of_their_root) {
    write_png(folder_ / "first/val/a/9.png", gradient_image(4, 4));
    write_text(folder_ / "meta/train.txt", "train/a/0.png 0\ntrain/b/1.png 1\ntrain/c/0.png 2\ntrain/b/gone.png 1\n");
    write_text(folder_ / "meta/val.txt", "val/a/9.png 0\n");
    const auto train = opened({{"data_roots", {at("first/train"), at("second/train/")}},
                               {"train", {{"ann_file", at("meta/train.txt")}, {"data_prefix", ""}}}});
    ASSERT_EQ(train->size(), 4);
    EXPECT_EQ(train->sample(0)->path, folder_ / "first/train/a/0.png");
    EXPECT_EQ(train->sample(2)->path, folder_ / "second/train/c/0.png");
    EXPECT_EQ(train->sample(3)->path, folder_ / "first/train/b/gone.png") << "a missing one is missed where it belongs";
    const auto val = opened(
        {{"data_root", at("first")}, {"val", {{"data_root", at("first/val")}, {"ann_file", at("meta/val.txt")}}}},
        Split::kVal);
    EXPECT_EQ(val->sample(0)->path, folder_ / "first/val/a/9.png");
    // A class folder of the root's own name is not mistaken for it.
    write_png(folder_ / "train/train/1.png", gradient_image(4, 4));
    write_text(folder_ / "own.txt", "train/1.png 0\n");
    const auto own = opened({{"data_root", at("train")}, {"train", {{"ann_file", at("own.txt")}}}});
    EXPECT_EQ(own->sample(0)->path, folder_ / "train/train/1.png");
}

TEST_F(ImageNetTest, a_list_beside_class_folders_that_says_something_else_is_reported) {
    const auto findings = [&](const char* type) {
        const auto read = read_set({{"type", type}, {"data_root", at("first")}});
        return read ? read->findings : std::vector<Finding>{{.found = to_string(read.error())}};
    };
    write_text(folder_ / "first/meta/train.txt", "train/a/0.png 0\ntrain/a/1.png 0\nb/0.png 1\nb/1.png 1\n");
    EXPECT_TRUE(findings("ImageNet").empty()) << "it says the same";
    write_text(folder_ / "first/meta/train.txt", "train/a/0.png 0\ntrain/a/1.png 1\ntrain/c/0.png 2\n");
    const auto found = findings("ImageNet");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::kWarning);
    EXPECT_EQ(found[0].file, at("first/meta/train.txt"));
    EXPECT_EQ(found[0].found,
              "the class folders are read, not this list of 3 images, which says something else: 1 listed image is not "
              "in the folders, 2 images of the folders are not listed, 1 image has another class");
    EXPECT_EQ(found[0].fix, "set dataset.train.ann_file=meta/train.txt to use the list, or remove it");
    EXPECT_EQ(findings("ImageFolder")[0].fix,
              "set dataset.type=ImageNet and dataset.train.ann_file=meta/train.txt to use the list, or remove it");
    EXPECT_EQ(
        opened({{"data_root", at("first")}, {"train", {{"ann_file", "meta/train.txt"}}}, {"num_classes", 3}})->size(),
        3);
}

TEST_F(ImageNetTest, a_test_list_may_be_without_labels) {
    const Json config{{"data_root", at("first/train")}, {"test", {{"ann_file", at("test.txt")}}}, {"num_classes", 2}};
    write_text(folder_ / "test.txt", "a/0.png\nb/0.png\n");
    EXPECT_EQ(opened(config, Split::kTest)->sample(1)->label, -1);
    write_text(folder_ / "test.txt", "a/0.png 0\nb/0.png 1\n");
    EXPECT_EQ(opened(config, Split::kTest)->sample(1)->label, 1);
    write_text(folder_ / "test.txt", "a/0.png\nb/0.png 1\n");
    EXPECT_THAT(error(config, Split::kTest), HasSubstr("test.txt:1: 'a/0.png' has no class, other images have one"));
}

TEST_F(ImageNetTest, each_unusable_line_is_reported) {
    write_text(folder_ / "list.txt", "a/0.png 0\na/1.png\nb/0.png 7\nb/1.png -1\nb/1.png one\n");
    const std::string said =
        error({{"data_root", at("first/train")}, {"train", {{"ann_file", at("list.txt")}}}, {"num_classes", 2}});
    EXPECT_THAT(
        said,
        AllOf(HasSubstr("list.txt:2: 'a/1.png' is not a path followed by a class number; write 'path label'"),
              HasSubstr("list.txt:3: the label 7 is not a class; write 0 to 1"),
              HasSubstr("list.txt:4: the label -1 is not a class; write 0 to 1"),
              HasSubstr("list.txt:5: 'b/1.png one' is not a path followed by a class number; write 'path label'")));
    write_text(folder_ / "list.txt", "\n");
    EXPECT_THAT(error({{"data_root", at("first/train")}, {"train", {{"ann_file", at("list.txt")}}}}),
                HasSubstr("list.txt: the file lists no images; write one 'path label' per line"));
    EXPECT_THAT(error({{"data_root", at("first/train")}, {"train", {{"ann_file", "/no/list.txt"}}}}),
                HasSubstr("cannot open '/no/list.txt': No such file or directory; set ann_file to a file of "
                          "'path label' lines, or to null to use the folders as classes"));
}

TEST_F(ImageNetTest, a_wrong_root_of_a_list_is_reported_at_once) {
    write_text(folder_ / "list.txt", "a/0.png 0\nb/0.png 1\n");
    EXPECT_THAT(error({{"data_root", at("second")}, {"train", {{"ann_file", at("list.txt")}}}}),
                HasSubstr(fmt::format("list.txt: none of the first 2 listed files exists, starting with '{}'; "
                                      "correct data_root, data_roots or data_prefix",
                                      at("second/a/0.png"))));
}

TEST_F(ImageNetTest, one_missing_file_is_left_to_the_loader) {
    write_text(folder_ / "list.txt", "a/0.png 0\na/gone.png 0\n");
    EXPECT_EQ(opened({{"data_root", at("first/train")}, {"train", {{"ann_file", at("list.txt")}}}})->size(), 2);
}

TEST_F(ImageNetTest, missing_folders_are_reported_together) {
    const std::string said = error({{"data_roots", {at("nowhere"), at("first"), "/gone"}}});
    EXPECT_THAT(said,
                AllOf(HasSubstr(fmt::format("dataset.data_roots: there is no such folder; correct the path, found '{}'",
                                            at("nowhere"))),
                      HasSubstr("found '/gone'")));
    EXPECT_THAT(error({{"data_root", at("first")}}, Split::kVal),
                HasSubstr(fmt::format("there is no folder '{}'; the val split needs it", at("first/val"))));
    EXPECT_THAT(error(Json::object()), HasSubstr("dataset.data_root: the train split has no folder; set data_root, "
                                                 "data_roots or train.data_root, found nothing"));
}

TEST_F(ImageNetTest, unknown_keys_of_a_split_are_reported) {
    EXPECT_THAT(error({{"data_root", at("first")}, {"train", {{"ann_fil", "x"}}}, {"val", {{"data_prefix", 3}}}}),
                AllOf(HasSubstr("dataset.train.ann_fil"), HasSubstr("did you mean 'ann_file'?"),
                      HasSubstr("dataset.val.data_prefix: must be a text, found 3")));
}

TEST_F(ImageNetTest, the_class_count_must_match) {
    EXPECT_THAT(error({{"data_root", at("first")}, {"num_classes", 5}}),
                HasSubstr("there are 2 classes, num_classes is 5; correct num_classes or the data"));
    write_text(folder_ / "classes.txt", "a\nb\nc\n");
    write_text(folder_ / "list.txt", "a/0.png 0\n");
    EXPECT_THAT(
        error({{"data_root", at("first/train")}, {"train", {{"ann_file", at("list.txt")}}}, {"num_classes", 2}}),
        HasSubstr("classes.txt: there are 3 classes, num_classes is 2; correct num_classes or the data"));
}

}  // namespace
}  // namespace goetia
