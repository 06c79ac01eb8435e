// CIFAR-10's binary batches: each of 10,000 records of one label byte and 32x32 pixels, channel by channel.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "imaging/image.h"

namespace goetia {

struct CifarImage {
    std::int64_t label = 0;
    Image image;
};

// Reads the records of one batch file, in order. Refused: a size that is not a multiple of the record's, labels beyond
// the classes.
Status read_cifar_batch(std::string_view bytes, std::string_view name, std::int64_t classes,
                        const std::function<Status(std::int64_t index, const CifarImage&)>& take);

struct CifarCounts {
    std::int64_t train = 0, val = 0;
};

// Converts the unpacked cifar-10-batches-bin to the ImageNet layout: train/<class>/1_00000.png from the five batches,
// val/<class>/ from the test batch, meta/classes.txt in CIFAR's order.
Result<CifarCounts> write_cifar_folder(const std::filesystem::path& batches, const std::filesystem::path& folder,
                                       const std::function<void(std::int64_t done, std::int64_t all)>& on_progress = {},
                                       const StopToken& stop = {});

}  // namespace goetia
