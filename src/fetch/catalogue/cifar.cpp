#include "fetch/catalogue/cifar.h"

#include <array>
#include <sstream>

#include "base/atomic_folder.h"
#include "base/files.h"
#include "base/parallel.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kSide = 32;
constexpr std::size_t kPlane = kSide * kSide, kRecord = 1 + 3 * kPlane;

struct CifarFile {
    const char* file;
    const char* split;
    int number;
};

constexpr CifarFile kBatches[] = {{"data_batch_1.bin", "train", 1}, {"data_batch_2.bin", "train", 2},
                                  {"data_batch_3.bin", "train", 3}, {"data_batch_4.bin", "train", 4},
                                  {"data_batch_5.bin", "train", 5}, {"test_batch.bin", "val", 0}};

Result<std::vector<std::string>> read_names(const fs::path& file) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    std::istringstream lines(text);
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) continue;
        if (line.find('/') != std::string::npos || line.front() == '.')
            return invalid("'{}' names a class '{}', which cannot be a folder", file.native(), line);
        names.push_back(line);
    }
    if (names.empty()) return invalid("'{}' names no classes", file.native());
    return names;
}

}  // namespace

Status read_cifar_batch(std::string_view bytes, std::string_view name, std::int64_t classes,
                        const std::function<Status(std::int64_t, const CifarImage&)>& take) {
    if (bytes.empty() || bytes.size() % kRecord != 0)
        return invalid("'{}' has {} bytes, which is not a multiple of the record size of {} bytes", name, bytes.size(),
                       kRecord);
    for (std::size_t i = 0; i < bytes.size() / kRecord; ++i) {
        const std::string_view record = bytes.substr(i * kRecord, kRecord);
        CifarImage image{static_cast<unsigned char>(record[0]), {kSide, kSide, 3, {}}};
        if (image.label >= classes)
            return invalid("'{}': record {} has the label {}, there are {} classes", name, i, image.label, classes);
        image.image.pixels.resize(3 * kPlane);
        for (std::size_t p = 0; p < kPlane; ++p) {
            for (std::size_t c = 0; c < 3; ++c)
                image.image.pixels[3 * p + c] = static_cast<std::uint8_t>(record[1 + c * kPlane + p]);
        }
        GOETIA_TRY(take(static_cast<std::int64_t>(i), image));
    }
    return {};
}

Result<CifarCounts> write_cifar_folder(const fs::path& batches, const fs::path& folder,
                                       const std::function<void(std::int64_t, std::int64_t)>& on_progress,
                                       const StopToken& stop) {
    GOETIA_ASSIGN(const std::vector<std::string> names, read_names(batches / "batches.meta.txt"));
    for (const char* split : {"train", "val"}) {
        for (const std::string& name : names) GOETIA_TRY(make_folders(folder / split / name));
    }
    GOETIA_TRY(make_folders(folder / "meta"));
    std::string classes;
    for (const std::string& name : names) classes += name + "\n";
    GOETIA_TRY(write_plain(folder / "meta" / "classes.txt", classes));
    CifarCounts made;
    std::array<std::int64_t, std::size(kBatches)> counts{};
    GOETIA_TRY(parallel_for(std::size(kBatches), {0, on_progress, stop}, [&](std::int64_t number) -> Status {
        const CifarFile& batch = kBatches[number];
        GOETIA_ASSIGN(const std::string bytes, read_file(batches / batch.file));
        return read_cifar_batch(bytes, batch.file, static_cast<std::int64_t>(names.size()),
                                [&](std::int64_t index, const CifarImage& image) -> Status {
                                    if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped");
                                    GOETIA_ASSIGN(const std::string png, encode_png(image.image));
                                    ++counts[static_cast<std::size_t>(number)];
                                    return write_plain(folder / batch.split /
                                                           names[static_cast<std::size_t>(image.label)] /
                                                           fmt::format("{}_{:05}.png", batch.number, index),
                                                       png);
                                });
    }));
    for (std::size_t i = 0; i < counts.size(); ++i)
        (kBatches[i].split == std::string_view("val") ? made.val : made.train) += counts[i];
    return made;
}

}  // namespace goetia
