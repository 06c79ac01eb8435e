// What the tests of faults share: pictures unlike each other, sets that are right in all, and one fault in each.
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

// Broad stripes drawn from `seed`: as unlike each other as photographs are.
inline Image stripes(std::uint64_t seed, int width = 64, int height = 48) {
    Random random({.seed = seed});
    std::vector<int> levels;
    for (int i = 0; i < 64; ++i) levels.push_back(static_cast<int>(random.below(200)));
    Image image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int level = levels[static_cast<std::size_t>(y * 8 / height * 8 + x * 8 / width)];
            for (const int more : {0, 10, 20}) image.pixels.push_back(static_cast<std::uint8_t>(level + more));
        }
    }
    return image;
}

// A grey PNG, by way of a picture whose channels are equal: `left` in its first columns, `right` in the others.
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

// A set in one format, for the tests of its faults: pictures 0 to 3 in the training split and 4 to 7 in the other, all
// stripes(number) of 64 x 48, cats with even numbers and dogs with odd ones, or both in each.
struct SetOnDisk {
    fs::path folder;
    Json section;
};

constexpr std::array kTrainPictures{0, 1, 2, 3}, kValPictures{4, 5, 6, 7};

struct FaultCase {
    FindingKind kind;
    std::function<void(SetOnDisk&)> spoil;
    std::string file;  // below the set's folder
    int line;          // 0: none
    std::string id;
    std::string found;  // a part of it
    Severity severity = usual_severity(kind);
};

using Unsaid = std::map<FindingKind, std::string_view>;

struct FormatFaults {
    std::string name;
    std::string type;
    std::function<Json(const fs::path&)> make;  // writes a set that is right in all; its section
    std::vector<FaultCase> shown;               // each fault alone
    Unsaid unsaid;                              // what the format cannot express, and why
};

// One for each format, each in its own faults_of_<format>_test.cpp.
FormatFaults faults_of_voc();
FormatFaults faults_of_yolo_boxes();
FormatFaults faults_of_yolo_outlines();
FormatFaults faults_of_csv();
FormatFaults faults_of_xlsx();
FormatFaults faults_of_masks();
FormatFaults faults_of_image_folder();
FormatFaults faults_of_label_lists();

// Where a format has the picture of a number, below its folder, and what a finding calls it.
struct PicturePlace {
    std::function<std::string(int)> path, id;
};

// Pictures that do not open, or are there twice: the same in every format.
std::vector<FaultCase> faults_of_pictures(const PicturePlace& place);

// A classes file that is named and not there.
FaultCase no_classes_file();

inline std::vector<FaultCase> together(std::vector<FaultCase> cases, const std::vector<FaultCase>& more) {
    cases.insert(cases.end(), more.begin(), more.end());
    return cases;
}

inline Unsaid together(Unsaid unsaid, const Unsaid& more) {
    unsaid.insert(more.begin(), more.end());
    return unsaid;
}

inline void write_pictures(const fs::path& folder, const PicturePlace& place) {
    for (int number = 0; number < 8; ++number)
        write_png(folder / place.path(number), stripes(static_cast<std::uint64_t>(number)));
}

// In a text file of a set; a text that is not there is the test's own fault.
inline void edit(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = read_file(file).value();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " holds no '" << from << "'";
    write_text(file, text.replace(at, from.size(), to));
}

inline void halve(const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); }

// The set with splits in folders of their own, so that each has a list of classes of its own: the whole is there twice.
inline void part_splits(SetOnDisk& set) {
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
