#include "sim/sim_files.h"

namespace goetia {

std::string sim_object(Fence fence, int step) { return std::to_string(fence) + "-" + std::to_string(step); }

AppendAnswer append_to(SimStream& stream, const SimAppend& append, Plant plant) {
    const auto newest = static_cast<std::uint32_t>(stream.generations.size() - 1);
    SimJournal& copy = stream.generations.back();
    const auto answer = [&](AppendOutcome outcome) {
        return AppendAnswer{outcome, static_cast<std::uint32_t>(stream.generations.size() - 1),
                            static_cast<std::int64_t>(stream.generations.back().size()), stream.ended};
    };
    const bool anywhere = plant == Plant::kAppendAnywhere;
    if (append.generation != newest || (append.offset != copy.size() && !anywhere))
        return answer(AppendOutcome::kElsewhere);
    if (append.before && *append.before != copy && plant != Plant::kPrefixUnchecked && !anywhere) {
        stream.generations.emplace_back();
        stream.ended = false;
        stream.synced = 0;
        return answer(AppendOutcome::kParted);
    }
    copy.insert(copy.end(), append.records.begin(), append.records.end());
    if (plant != Plant::kAppendNotSynced) stream.synced = copy.size();
    if (append.ends) stream.ended = true;
    return answer(AppendOutcome::kAppended);
}

}  // namespace goetia
