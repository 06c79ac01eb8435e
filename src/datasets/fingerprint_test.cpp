#include "datasets/fingerprint.h"

#include <set>

#include "base/hash.h"
#include "datasets/formats/annotated_dataset.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

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
    write_png(folder_ / "train/b/2.png", gradient_image(8, 6, 99));
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
    fs::remove(folder_ / "train/b/1.png");
    FileHashes hashes;
    const Certificate certificate = certify(*dataset, hashes, {.threads = 3}).value();
    EXPECT_EQ(certificate.unreadable, 2);
    EXPECT_EQ(certificate.first_unreadable, folder_ / "train/a/0.png");
}

// One image with everything that a sample can hold.
class CertifiedTest : public testing::Test {
  protected:
    CertifiedTest() {
        write_png(folder_ / "a.png", gradient_image(8, 6));
        write_png(folder_ / "mask.png", gradient_image(8, 6, 1));
        set_.roots = {folder_.path()};
        set_.classes = {"cat"};
        set_.images = {{.name = "a.png", .mask = folder_ / "mask.png", .values = {40.5, 2}, .subject = "ann"}};
        set_.images[0].instances = {
            {.id = 3, .label = 0, .box = {1, 2, 3, 4}, .area = 4, .polygons = {{1, 2, 3, 2, 3, 4}}},
            {.label = 0, .mask = Rle{6, 8, {40, 8}}, .key_points = {{1, 2, 2}}}};
    }

    static std::string print(const AnnotatedSet& set) {
        FileHashes hashes;
        return certify(AnnotatedDataset(set), hashes).value().fingerprint;
    }

    TempFolder folder_;
    AnnotatedSet set_;
};

TEST_F(CertifiedTest, counts_what_it_hashes) {
    FileHashes hashes;
    const Certificate certificate = certify(AnnotatedDataset(set_), hashes, {.threads = 3}).value();
    EXPECT_EQ(certificate.samples, 1);
    EXPECT_EQ(certificate.annotations, 2);
    EXPECT_EQ(certificate.classes, 1);
    EXPECT_EQ(certificate.subjects, 1);
    EXPECT_EQ(certificate.unreadable, 0);
    EXPECT_EQ(to_json(certificate)["fingerprint"], print(set_));
}

TEST_F(CertifiedTest, changes_with_everything_a_run_can_see) {
    using Change = std::function<void(AnnotatedImage&)>;
    const std::vector<std::pair<std::string, Change>> changes{
        {"label", [](auto& image) { image.label = 0; }},
        {"subject", [](auto& image) { image.subject = "bob"; }},
        {"value", [](auto& image) { image.values[1] = 2.0000001; }},
        {"no mask", [](auto& image) { image.mask.clear(); }},
        {"other mask", [](auto& image) { image.mask.replace_filename("a.png"); }},
        {"fewer objects", [](auto& image) { image.instances.pop_back(); }},
        {"class", [](auto& image) { image.instances[0].label = 1; }},
        {"box", [](auto& image) { image.instances[0].box.x2 += 0.001F; }},
        {"area", [](auto& image) { image.instances[0].area = 5; }},
        {"polygon", [](auto& image) { image.instances[0].polygons[0][5] = 5; }},
        {"runs", [](auto& image) { image.instances[1].mask->counts = {39, 9}; }},
        {"key point", [](auto& image) { image.instances[1].key_points[0].visible = 1; }},
        {"crowd", [](auto& image) { image.instances[1].crowd = true; }},
        {"difficult", [](auto& image) { image.instances[1].difficult = true; }},
        {"occluded", [](auto& image) { image.instances[1].occluded = true; }},
        {"another occluded", [](auto& image) { image.instances[0].occluded = true; }},
    };
    std::set<std::string> prints{print(set_)};
    for (const auto& [name, change] : changes) {
        AnnotatedSet changed = set_;
        change(changed.images[0]);
        EXPECT_TRUE(prints.insert(print(changed)).second) << name;
    }
}

// Runs that began before occluded objects were counted are resumed on the same set.
TEST(CertifiedText, is_as_it_was_where_no_object_is_occluded) {
    Sample sample;
    sample.name = "a.png", sample.label = 0;
    sample.instances = {{.label = 1, .box = {1, 2, 3, 4}, .area = 4, .difficult = true}};
    const std::string before = "4d418fa9120d3dfeb516d5bc9ef14eb7e16a6999d190e179188ab080fa99c86a";
    EXPECT_EQ(sha256_hex(certified_text(sample, "sum", "")), before);
    sample.instances[0].occluded = true;
    EXPECT_NE(sha256_hex(certified_text(sample, "sum", "")), before);
}

TEST_F(CertifiedTest, a_lost_mask_is_counted) {
    fs::remove(folder_ / "mask.png");
    FileHashes hashes;
    EXPECT_EQ(certify(AnnotatedDataset(set_), hashes).value().unreadable, 1);
}

TEST_F(FingerprintTest, finds_the_folder_above_all_files) {
    const auto dataset = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value();
    EXPECT_EQ(common_folder(*dataset).value(), folder_ / "train");
}

}  // namespace
}  // namespace goetia
