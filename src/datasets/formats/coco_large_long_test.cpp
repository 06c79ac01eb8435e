// A file of instances_train2017's size: 118,287 images, 860,001 annotations, about 450 MB.
#include <gmock/gmock.h>

#include "base/clock.h"
#include "base/random.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

constexpr int kImages = 118'287, kAnnotations = 860'001, kClasses = 80;

// One number of two decimals, as COCO's files have them.
void put_number(std::string& text, Random& random, double high) {
    text += fmt::format("{:.2f}", random.uniform(0, high));
}

void write_large(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << R"({"info": {"year": 2017}, "licenses": [{"id": 1}], "images": [)";
    for (int i = 0; i < kImages; ++i)
        file << fmt::format(
            R"({}{{"license": 3, "file_name": "{:012}.jpg", "coco_url": "http://images.example/train2017/{:012}.jpg", "height": 480, "width": 640, "date_captured": "2013-11-14 11:18:45", "flickr_url": "http://farm.example/{}.jpg", "id": {}}})",
            i == 0 ? "" : ", ", i * 5, i * 5, i, i * 5);
    file << R"(], "annotations": [)";
    for (int i = 0; i < kAnnotations; ++i) {
        Random random({.seed = 1, .sample = static_cast<std::uint64_t>(i)});
        std::string text = i == 0 ? "" : ", ";
        text += R"({"segmentation": )";
        if (i % 100 == 0) {
            text += R"({"counts": [307200], "size": [480, 640]})";
        } else {
            text += "[[";
            const auto numbers = 2 * random.between(8, 42);
            for (std::int64_t k = 0; k < numbers; ++k) {
                if (k > 0) text += ", ";
                put_number(text, random, k % 2 == 0 ? 640 : 480);
            }
            text += "]]";
        }
        text += R"(, "area": )";
        put_number(text, random, 50'000);
        text += fmt::format(R"(, "iscrowd": {}, "image_id": {}, "bbox": [)", i % 100 == 0 ? 1 : 0,
                            random.between(0, kImages - 1) * 5);
        for (int k = 0; k < 4; ++k) {
            if (k > 0) text += ", ";
            put_number(text, random, 200);
        }
        text += fmt::format(R"(], "category_id": {}, "id": {}}})", 1 + random.between(0, kClasses - 1), i + 1);
        file << text;
    }
    file << R"(], "categories": [)";
    for (int i = 1; i <= kClasses; ++i)
        file << fmt::format(R"({}{{"id": {}, "name": "class {}"}})", i == 1 ? "" : ", ", i, i);
    file << "]}";
}

// The most memory this process has held since it was last asked.
double peak_gigabytes() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / (1 << 20);
    }
    return -1;
}

TEST(CocoLarge, a_file_of_train2017s_size_opens_within_four_seconds_and_a_half_gigabytes) {
    const TempFolder folder;
    const fs::path path = folder / "annotations/instances_train.json";
    write_large(path);
    RecordProperty("megabytes", static_cast<int>(fs::file_size(path) >> 20U));
    EXPECT_GE(fs::file_size(path), 440U << 20U);
    write_png(folder / "images/train/000000000000.jpg", gradient_image(8, 8));
    std::ofstream("/proc/self/clear_refs") << "5";  // resets the peak
    const double begin = processor_seconds();
    const auto read = read_set({{"type", "COCO"}, {"data_root", folder.path().native()}});
    const double seconds = processor_seconds() - begin, gigabytes = peak_gigabytes();
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_FALSE(has_faults(read->findings)) << findings_text(read->findings).substr(0, 2000);
    ASSERT_EQ(read->set.images.size(), static_cast<std::size_t>(kImages));
    std::size_t objects = 0;
    for (const AnnotatedImage& image : read->set.images) objects += image.instances.size();
    EXPECT_EQ(objects, static_cast<std::size_t>(kAnnotations));
    std::printf("%zu MB: %.2f s of one core, %.2f GB at most\n", static_cast<std::size_t>(fs::file_size(path) >> 20U),
                seconds, gigabytes);
    EXPECT_LE(seconds, 4);
    EXPECT_LE(gigabytes, 1.5);
}

}  // namespace
}  // namespace goetia
