#include <gmock/gmock.h>

#include "datasets/formats/folders.h"
#include "imaging/decode/decode.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace testkit;

class ImageFolderTest : public testing::Test {
  protected:
    [[nodiscard]] Json config(const Json& more = Json::object()) const {
        Json full{{"type", "ImageFolder"}, {"data_root", folder_.path().native()}};
        full.update(more);
        return full;
    }
    // The sentence and every fault.
    [[nodiscard]] std::string error(const Json& more = Json::object(), Split split = Split::kTrain) const {
        const auto opened = open(config(more), split);
        return opened ? "" : to_string(opened.error());
    }

    TempFolder folder_;
};

TEST_F(ImageFolderTest, lists_sorted_classes_and_images) {
    make_classes(folder_.path(), "train", {"zebra", "ant", "猫 和 狗"}, 2);
    write_png(folder_ / "train/ant/deeper/图 1.PNG", gradient_image(4, 4));
    write_text(folder_ / "train/ant/notes.txt", "no image");
    write_text(folder_ / "train/.hidden/x.png", "no class");
    const auto dataset = open(config()).value();
    EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"ant", "zebra", "猫 和 狗"}));
    ASSERT_EQ(dataset->size(), 7);
    const Sample deep = dataset->sample(2).value(), last = dataset->sample(6).value();
    EXPECT_EQ(deep.name, "ant/deeper/图 1.PNG");
    EXPECT_EQ(deep.label, 0);
    EXPECT_EQ(last.name, "猫 和 狗/1.png");
    EXPECT_EQ(last.label, 2);
    EXPECT_EQ(last.index, 6);
    EXPECT_EQ(read_image(last.path).value().width, 8);
    EXPECT_EQ(dataset->sample(7).error().message, "no sample 7, the data set holds 0 to 6");
}

TEST_F(ImageFolderTest, images_in_unsupported_formats_are_reported) {
    make_classes(folder_.path(), "train", {"a", "b"}, 1);
    for (const char* name : {"train/a/x.gif", "train/a/y.HEIC", "train/a/notes.txt"}) write_text(folder_ / name, "");
    std::vector<Finding> findings;
    EXPECT_THAT(images_below(folder_ / "train", folder_ / "train/a", true, findings), testing::ElementsAre("a/0.png"));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].severity, Severity::kWarning);
    EXPECT_EQ(findings[0].file, (folder_ / "train/a/x.gif").native());
    EXPECT_THAT(findings[0].found, HasSubstr("contains 2 images in an unsupported format, skipped"));
}

TEST_F(ImageFolderTest, links_are_followed_but_not_in_circles) {
    make_classes(folder_.path(), "train", {"a", "b"}, 1);
    write_png(folder_ / "elsewhere/more/2.png", gradient_image(4, 4));
    const auto link = [&](const char* to, const char* name) { fs::create_directory_symlink(to, folder_ / name); };
    link("../../elsewhere", "train/a/0 linked");
    link("../../elsewhere/more", "train/a/1 again");
    link(".", "train/a/itself");
    link("..", "train/a/up");
    link("../..", "elsewhere/more/top");
    std::vector<Finding> findings;
    EXPECT_THAT(images_below(folder_ / "train", folder_ / "train/a", true, findings),
                testing::ElementsAre("a/0 linked/more/2.png", "a/0.png"));
    std::string reported;
    for (const Finding& one : findings) {
        EXPECT_EQ(one.severity, Severity::kWarning);
        reported += fs::path(one.file).lexically_relative(folder_.path()).native() + " " + one.found + "\n";
    }
    const std::string top = fs::canonical(folder_.path()).native();
    for (const std::string& one :
         {"train/a/1 again a link leads back to '" + top + "/elsewhere/more'; its files are used once\n",
          "train/a/itself a link leads back to '" + top + "/train/a'; its files are used once\n",
          "train/a/up a link leads back to '" + top + "/train'; its files are used once\n",
          "train/a/0 linked/more/top a link leads back to '" + top + "'; its files are used once\n"})
        EXPECT_THAT(reported, HasSubstr(one));
    EXPECT_EQ(findings.size(), 4U);
    EXPECT_EQ(open(config()).value()->size(), 3);
    link(".", "train/all");
    EXPECT_THAT(error(), HasSubstr("class folder 'all' contains no images"));
}

TEST_F(ImageFolderTest, the_working_folder_may_be_the_root) {
    make_classes(folder_.path(), "train", {"a"}, 1);
    const fs::path before = fs::current_path();
    fs::current_path(folder_ / "train/a");
    std::vector<Finding> findings;
    for (const char* here : {".", "./", "../a", "../a/"})
        EXPECT_EQ(images_below(here, here, true, findings).size(), 1U) << here;
    fs::current_path(before);
    EXPECT_TRUE(findings.empty());
}

TEST_F(ImageFolderTest, val_has_the_classes_of_train) {
    make_classes(folder_.path(), "train", {"a", "b", "c"}, 1);
    make_classes(folder_.path(), "val", {"c"}, 1);
    const auto dataset = open(config(), Split::kVal).value();
    EXPECT_EQ(dataset->classes().size(), 3U);
    EXPECT_EQ(dataset->sample(0)->label, 2);
    make_classes(folder_.path(), "val", {"cc"}, 1);
    EXPECT_THAT(error(Json::object(), Split::kVal), AllOf(HasSubstr("the val split cannot be used as it stands"),
                                                          HasSubstr("the folder name 'cc' is not a class of"),
                                                          HasSubstr("(a, b, c); rename or remove it")));
}

TEST_F(ImageFolderTest, a_test_split_may_be_without_labels) {
    make_classes(folder_.path(), "train", {"a", "b"}, 1);
    write_png(folder_ / "test/2.png", gradient_image(4, 4));
    write_png(folder_ / "test/1.png", gradient_image(4, 4));
    const auto dataset = open(config(), Split::kTest).value();
    EXPECT_EQ(dataset->sample(0)->name, "1.png");
    EXPECT_EQ(dataset->sample(0)->label, -1);
    EXPECT_EQ(dataset->classes().size(), 2U);
}

TEST_F(ImageFolderTest, a_classes_file_gives_the_order) {
    make_classes(folder_.path(), "train", {"n01", "n02"}, 1);
    write_text(folder_ / "meta/classes.txt", "\xEF\xBB\xBFn02 tench\r\nn01 goldfish\r\n\r\n");
    const auto dataset = open(config()).value();
    EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"n02 tench", "n01 goldfish"}));
    EXPECT_EQ(dataset->sample(0)->name, "n01/0.png");
    EXPECT_EQ(dataset->sample(0)->label, 1);
    write_text(folder_ / "other.txt", "n01\nn02\n");
    EXPECT_EQ(open(config({{"classes_file", (folder_ / "other.txt").native()}})).value()->sample(0)->label, 0);
    EXPECT_EQ(open(config({{"classes_file", "other.txt"}})).value()->sample(0)->label, 0) << "below the root";
}

TEST_F(ImageFolderTest, a_synset_alone_is_reported_and_another_first_word_is_not_a_class) {
    make_classes(folder_.path(), "train", {"n01", "traffic"}, 1);
    write_text(folder_ / "classes.txt", "n01 tench\ntraffic light\n");
    const ReadSet read = read_set(config()).value();
    ASSERT_EQ(read.findings.size(), 2U);
    EXPECT_EQ(read.findings[0].severity, Severity::kNote);
    EXPECT_EQ(read.findings[0].found, "'n01' is read as the class 'n01 tench'");
    EXPECT_THAT(read.findings[1].found, HasSubstr("the folder name 'traffic' is not a class"));
    EXPECT_EQ(read.set.images.size(), 1U);
}

TEST_F(ImageFolderTest, faults_are_reported_all_at_once) {
    make_classes(folder_.path(), "train", {"a", "b"}, 1);
    fs::create_directories(folder_ / "train/empty");
    write_text(folder_ / "train/only_text/readme.md", "x");
    write_png(folder_ / "train/stray.png", gradient_image(4, 4));
    const std::string said = error({{"num_classes", 3}});
    EXPECT_THAT(said,
                AllOf(HasSubstr("the train split cannot be used as it stands"),
                      HasSubstr("train/empty: class folder 'empty' contains no images; add images or remove the "
                                "folder"),
                      HasSubstr("class folder 'only_text' contains no images"),
                      HasSubstr("1 images are outside of the class folders, the first is 'stray.png'; move each into "
                                "its class folder"),
                      HasSubstr("train: there are 4 classes, num_classes is 3; correct num_classes or the data")));
}

TEST_F(ImageFolderTest, a_classes_file_is_checked_line_by_line) {
    make_classes(folder_.path(), "train", {"a", "b"}, 1);
    write_text(folder_ / "classes.txt", "a\n\nb\na\n");
    EXPECT_THAT(
        error(),
        AllOf(HasSubstr("classes.txt:2: an empty line between class names would be a class without a name; remove it"),
              HasSubstr("classes.txt:4: the class name 'a' appears twice; give each class a unique name")));
    write_text(folder_ / "classes.txt", "");
    EXPECT_THAT(error(), HasSubstr("classes.txt: the file contains no class names; write one class name per line"));
    EXPECT_THAT(error({{"classes_file", "/no/such/file"}}),
                HasSubstr("cannot open '/no/such/file': No such file or directory; correct classes_file; "
                          "it needs one class name per line"));
}

TEST_F(ImageFolderTest, a_missing_folder_is_named) {
    EXPECT_EQ(open(config({{"data_root", "/no/such"}})).error().message,
              "dataset 'ImageFolder' (dataset): there is no folder '/no/such'; correct dataset.data_root");
    EXPECT_EQ(open(config(), Split::kVal).error().message,
              fmt::format("dataset 'ImageFolder' (dataset): there is no folder '{}'; the val split needs it, with one "
                          "folder of images per class; dataset.split can divide one folder",
                          (folder_ / "val").native()));
    EXPECT_EQ(open(config(), Split::kVal).error().code, Code::kNotFound);
    fs::create_directories(folder_ / "train");
    EXPECT_THAT(error(), HasSubstr("the folder contains no images; create a folder with images for each class"));
}

TEST_F(ImageFolderTest, many_faults_are_counted) {
    for (int i = 0; i < 60; ++i) fs::create_directories(folder_ / fmt::format("train/{:02}", i));
    EXPECT_THAT(error(), HasSubstr("and 10 more faults"));
}

}  // namespace
}  // namespace goetia
