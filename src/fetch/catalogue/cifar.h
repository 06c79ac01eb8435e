// CIFAR-10's binary batches: 10,000 records each of one label byte and 32x32 pixels, channel by channel.
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

struct CifarPicture {
    std::int64_t label = 0;
    Image image;
};

// The records of one batch file, in order. Refused: bytes that are no whole number of records, a label beyond the
// classes.
Status read_cifar_batch(std::string_view bytes, std::string_view name, std::int64_t classes,
                        const std::function<Status(std::int64_t index, const CifarPicture&)>& take);

struct CifarMade {
    std::int64_t train = 0, val = 0;
};

// From the unpacked cifar-10-batches-bin to the ImageNet layout: train/<class>/1_00000.png of the five batches,
// val/<class>/ of the test batch, meta/classes.txt in CIFAR's order.
Result<CifarMade> write_cifar_folder(const std::filesystem::path& batches, const std::filesystem::path& folder,
                                     const std::function<void(std::int64_t done, std::int64_t all)>& told = {},
                                     const StopToken& stop = {});

}  // namespace goetia
