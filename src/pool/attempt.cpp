#include "pool/attempt.h"

#include <algorithm>
#include <array>

namespace goetia {
namespace {

constexpr std::array<EndCauseInfo, 10> kEndCauses{{
    {EndCause::kNone, "none", "nobody asked it to end"},
    {EndCause::kUserStop, "stop", "it was stopped"},
    {EndCause::kUserCancel, "cancel", "it was cancelled"},
    {EndCause::kPauseHeldLong, "pause", "it was paused for so long that its devices were given back"},
    {EndCause::kBudget, "budget", "the budget is spent"},
    {EndCause::kSoftLimit, "soft_limit", "it reached its soft time limit"},
    {EndCause::kHardLimit, "hard_limit", "it reached its hard time limit"},
    {EndCause::kPreempted, "preempted", "a task of higher priority needed its place"},
    {EndCause::kNodeLeaving, "node_leaving", "its node went away"},
    {EndCause::kGangBroken, "gang_broken", "another part of it ended"},
}};

}  // namespace

const EndCauseInfo& info_of(EndCause cause) { return kEndCauses.at(static_cast<std::size_t>(cause)); }

AttemptPart* Attempt::part_on(NodeId node) {
    const auto found = std::ranges::find(parts, node, &AttemptPart::node);
    return found != parts.end() ? &*found : nullptr;
}

const AttemptPart* Attempt::part_on(NodeId node) const {
    const auto found = std::ranges::find(parts, node, &AttemptPart::node);
    return found != parts.end() ? &*found : nullptr;
}

}  // namespace goetia
