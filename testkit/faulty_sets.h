// For tests of faults: images that differ from each other, valid sets, and sets with a single fault.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "datasets/validation/validate.h"
#include "testkit/datasets.h"

namespace goetia::testkit {

constexpr int kLastFindingKind = static_cast<int>(FindingKind::kUnlabelled);

// Random large tiles from `seed`: as different from each other as photos.
inline Image stripes(std::uint64_t seed, int width = 64, int height = 48) {
    Random random({.seed = seed});
    std::vector<int> values;
    for (int i = 0; i < 64; ++i) values.push_back(static_cast<int>(random.below(200)));
    Image image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int value = values[static_cast<std::size_t>(y * 8 / height * 8 + x * 8 / width)];
            for (const int offset : {0, 10, 20}) image.pixels.push_back(static_cast<std::uint8_t>(value + offset));
        }
    }
    return image;
}

// Writes a grey PNG, by way of an image with equal channels: `left` in its first columns, `right` in the others.
inline void write_mask(const fs::path& path, int width, int height, int left, int right, int columns) {
    Image image{width, height, 3, {}};
    for (int i = 0; i < width * height; ++i)
        image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(i % width < columns ? left : right));
    write_png(path, image);
}

inline Validation validated(const std::vector<SplitSet>& sets) {
    FileHashes hashes;
    return validate(sets, {.parallel = {.threads = 2}}, hashes).value();
}

inline std::string all_of(const Validation& validation) {
    std::string text;
    for (const Finding& one : validation.findings) text += to_json(one).dump() + "\n";
    return text;
}

// A set in one format for the tests of its faults: images 0 to 3 in the training split and 4 to 7 in the other, all
// stripes(number) of 64 x 48, cats with even numbers and dogs with odd ones, or both in each.
struct SetOnDisk {
    fs::path folder;
    Json section;
};

constexpr std::array kTrainImages{0, 1, 2, 3}, kValImages{4, 5, 6, 7};

struct FaultCase {
    FindingKind kind;
    std::function<void(SetOnDisk&)> spoil;
    std::string file;  // below the set's folder
    int line;          // 0: none
    std::string id;
    std::string found;  // a substring
    Severity severity = default_severity(kind);
};

using Unsupported = std::map<FindingKind, std::string_view>;

struct FormatFaults {
    std::string name;
    std::string type;
    std::function<Json(const fs::path&)> make;  // writes a valid set; returns its section
    std::vector<FaultCase> cases;               // each with a single fault
    Unsupported unsupported;                    // kinds that the format cannot express, and why
};

// One per format, each in its own faults_of_<format>_test.cpp.
FormatFaults faults_of_voc();
FormatFaults faults_of_yolo_boxes();
FormatFaults faults_of_yolo_outlines();
FormatFaults faults_of_csv();
FormatFaults faults_of_xlsx();
FormatFaults faults_of_masks();
FormatFaults faults_of_image_folder();
FormatFaults faults_of_label_lists();

// The path of an image in a format, relative to its folder, and its id in findings.
struct ImageLayout {
    std::function<std::string(int)> path, id;
};

// Unreadable and duplicate images: the same in every format.
std::vector<FaultCase> faults_of_images(const ImageLayout& layout);

// A configured classes file that does not exist.
FaultCase no_classes_file();

inline std::vector<FaultCase> joined(std::vector<FaultCase> cases, const std::vector<FaultCase>& more) {
    cases.insert(cases.end(), more.begin(), more.end());
    return cases;
}

inline Unsupported joined(Unsupported unsupported, const Unsupported& more) {
    unsupported.insert(more.begin(), more.end());
    return unsupported;
}

inline void write_images(const fs::path& folder, const ImageLayout& layout) {
    for (int number = 0; number < 8; ++number)
        write_png(folder / layout.path(number), stripes(static_cast<std::uint64_t>(number)));
}

// Replaces text in a file of a set; fails the test if the text is missing.
inline void edit(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = read_file(file).value();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " does not contain '" << from << "'";
    write_text(file, text.replace(at, from.size(), to));
}

inline void halve(const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); }

// Gives each split a folder with its own class list: the set is copied.
inline void separate_splits(SetOnDisk& set) {
    const fs::path other = set.folder / "other";
    const TempFolder beside;
    fs::copy(set.folder, beside.path(), fs::copy_options::recursive);
    fs::copy(beside.path(), other, fs::copy_options::recursive);
    const auto own = [&](const char* split, const fs::path& root) {
        if (!set.section.contains(split)) set.section[split] = Json::object();
        set.section[split]["data_root"] = root.native();
    };
    set.section.erase("data_root");
    own("train", set.folder);
    own("val", other);
}

}  // namespace goetia::testkit
