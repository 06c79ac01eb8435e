// Files of the simulated pool: a journal is a list of records, an object a name.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/requests.h"
#include "sim/plant.h"

namespace goetia {

struct SimRecord {
    int step = 0;
    bool checkpoint = false;   // an object of this step exists
    bool last = false;         // the run reached its end
    std::int64_t written = 0;  // the same step written again is another record
    bool operator==(const SimRecord&) const = default;
};
using SimJournal = std::vector<SimRecord>;

std::string sim_object(Fence fence, int step);

// An append on its way. `before` stands for the checksum: what lies before the offset, or nothing.
struct SimAppend {
    Fence fence = 0;
    std::uint32_t generation = 0;
    std::size_t offset = 0;
    std::optional<SimJournal> before;
    SimJournal records;
    bool ends = false;
    std::uint64_t session = 0;
};

struct SimStream {
    std::vector<SimJournal> generations{1};
    bool ended = false;
    std::size_t synced = 0;  // of the newest generation
};

// What the master does with an append: the rules of protocol/requests.h.
AppendAnswer append_to(SimStream& stream, const SimAppend& append, Plant plant);

}  // namespace goetia
