#include "fetch/catalogue/cifar.h"

#include <gmock/gmock.h>

#include "datasets/dataset_info.h"
#include "imaging/decode/decode.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

// One record: every channel a plane of its own value but for the first pixel.
std::string record(int label, int red, int green, int blue) {
    std::string bytes(1, static_cast<char>(label));
    for (const int value : {red, green, blue}) bytes += std::string(1024, static_cast<char>(value));
    bytes[1] = static_cast<char>(200);
    return bytes;
}

TEST(Cifar, planes_become_pixels) {
    std::vector<CifarImage> images;
    const auto keep = [&](std::int64_t, const CifarImage& image) -> Status {
        return images.push_back(image), Status();
    };
    ASSERT_TRUE(read_cifar_batch(record(3, 1, 2, 3) + record(0, 4, 5, 6), "x.bin", 10, keep));
    ASSERT_EQ(images.size(), 2U);
    EXPECT_EQ(images[0].label, 3);
    EXPECT_EQ(images[0].image.width, 32);
    EXPECT_THAT(std::vector(images[0].image.pixels.begin(), images[0].image.pixels.begin() + 6),
                testing::ElementsAre(200, 2, 3, 1, 2, 3));
    EXPECT_EQ(images[1].image.pixels.back(), 6);
}

TEST(Cifar, a_damaged_batch_is_refused) {
    const auto ignore = [](std::int64_t, const CifarImage&) { return Status(); };
    EXPECT_EQ(read_cifar_batch(std::string(3072, 'x'), "x.bin", 10, ignore).error().message,
              "'x.bin' has 3072 bytes, which is not a multiple of the record size of 3073 bytes");
    EXPECT_FALSE(read_cifar_batch("", "x.bin", 10, ignore));
    EXPECT_EQ(read_cifar_batch(record(1, 0, 0, 0) + record(10, 0, 0, 0), "x.bin", 10, ignore).error().message,
              "'x.bin': record 1 has the label 10, there are 10 classes");
}

TEST(Cifar, the_folder_is_read_as_any_other) {
    const TempFolder folder;
    write_text(folder / "b/batches.meta.txt", "airplane\nzebra\nbird\n\n");
    for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                             "data_batch_5.bin", "test_batch.bin"})
        write_text(folder / "b" / name, record(0, 10, 20, 30) + record(2, 40, 50, 60) + record(1, 70, 80, 90));
    const CifarCounts made = write_cifar_folder(folder / "b", folder / "set").value();
    EXPECT_EQ(made.train, 15);
    EXPECT_EQ(made.val, 3);
    const auto set = open({{"type", "ImageNet"}, {"data_root", (folder / "set").native()}}).value();
    EXPECT_EQ(set->classes(), (std::vector<std::string>{"airplane", "zebra", "bird"})) << "CIFAR's order";
    EXPECT_EQ(dataset_info(*set)->per_class, (std::vector<std::int64_t>{5, 5, 5}));
    EXPECT_EQ(read_image(folder / "set/train/bird/3_00001.png").value().pixels[3], 40);
    EXPECT_TRUE(fs::exists(folder / "set/val/zebra/0_00002.png"));
}

TEST(Cifar, a_missing_batch_and_bad_class_names_are_refused) {
    const TempFolder folder;
    write_text(folder / "b/batches.meta.txt", "airplane\n");
    EXPECT_THAT(write_cifar_folder(folder / "b", folder / "set").error().message, HasSubstr("cannot open"));
    write_text(folder / "b/batches.meta.txt", "../evil\n");
    EXPECT_THAT(write_cifar_folder(folder / "b", folder / "set").error().message,
                HasSubstr("names a class '../evil', which cannot be a folder"));
}

}  // namespace
}  // namespace goetia
