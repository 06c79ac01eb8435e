// Bugs that are planted into a simulated pool, one at a time: a simulator that does not find them proves nothing. Each
// stands for a mistake that would be easy to make. They change what the simulation does around the code under test,
// never that code.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace goetia {

enum class Plant : std::uint8_t {
    kNone,
    kFenceUnchecked,
    kAckBeforeCommit,
    kEffectsBeforeCommit,
    kFenceNotStored,
    kReleaseOnDisconnect,
    kReleaseOnLost,
    kNoStartGrace,
    kLostEarly,
    kAbsentAtOnce,
    kOldSessionHeard,
    kStopForgotten,
    kUnheldCheckpoint,
    kGpuFreedEarly,
    kGangPartial,
    kCoresLeak,
    kAppendAnywhere,
    kPrefixUnchecked,
    kAppendNotSynced,
    kStartAfterStop,
    kFilesNotAwaited,
};

struct PlantInfo {
    Plant plant;
    std::string_view name;
    std::string_view sentence;
};

constexpr int kPlants = static_cast<int>(Plant::kFilesNotAwaited);  // without kNone
const PlantInfo& info_of(Plant plant);
inline std::string_view name_of(Plant plant) { return info_of(plant).name; }

}  // namespace goetia
