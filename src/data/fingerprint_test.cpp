#include "data/testing_data.h"

namespace goetia {
namespace {

using namespace testing_data;

class FingerprintTest : public testing::Test {
  protected:
    FingerprintTest() { make_classes(folder_.path(), "train", {"a", "b"}, 4); }

    std::string print() {
        return fingerprint(*open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value()).value();
    }

    TempFolder folder_;
};

TEST_F(FingerprintTest, is_the_same_for_the_same_set_elsewhere) {
    const TempFolder other;
    fs::copy(folder_.path(), other.path(), fs::copy_options::recursive);
    EXPECT_EQ(print(),
              fingerprint(*open({{"type", "ImageNet"}, {"data_root", other.path().native()}}).value()).value());
    EXPECT_EQ(print().size(), 64U);
}

TEST_F(FingerprintTest, changes_with_a_byte_a_name_or_a_label) {
    const std::string before = print();
    write_png(folder_ / "train/b/2.png", picture(8, 6, 99));
    const std::string other_bytes = print();
    EXPECT_NE(other_bytes, before);
    fs::rename(folder_ / "train/b/3.png", folder_ / "train/b/4.png");
    const std::string other_name = print();
    EXPECT_NE(other_name, other_bytes);
    write_text(folder_ / "meta/classes.txt", "b\na\n");
    EXPECT_NE(print(), other_name) << "the labels changed places";
}

TEST_F(FingerprintTest, a_missing_file_is_part_of_it) {
    const auto dataset = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value();
    const std::string before = fingerprint(*dataset).value();
    fs::remove(folder_ / "train/a/0.png");
    EXPECT_NE(fingerprint(*dataset).value(), before);
}

}  // namespace
}  // namespace goetia
