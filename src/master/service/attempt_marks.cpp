#include "master/service/attempt_marks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.h"

namespace goetia {
namespace {

struct PhaseEvent {
    AttemptPhase phase;
    std::string_view kind, sentence;
};

constexpr std::array<PhaseEvent, 10> kPhaseEvents{{
    {AttemptPhase::kAssigned, "dispatched", "it was given a place on {}"},
    {AttemptPhase::kAccepted, "accepted", "{} took it"},
    {AttemptPhase::kFetching, "receiving", "{} receives its package, runtime and data"},
    {AttemptPhase::kChecking, "checking", "{} checks what it received"},
    {AttemptPhase::kStarting, "preparing", "{} starts its processes"},
    {AttemptPhase::kRunning, "training", "it trains on {}"},
    {AttemptPhase::kPaused, "paused", "it is paused on {}"},
    {AttemptPhase::kStopping, "stopping", "{} ends its processes"},
    {AttemptPhase::kExited, "exited", "its processes on {} have ended"},
    {AttemptPhase::kClosed, "delivered", "everything of it has come from {}"},
}};

const PhaseEvent& phase_event(AttemptPhase phase) { return kPhaseEvents.at(static_cast<std::size_t>(phase)); }

// How a part ended, where it has.
Json end_json(const AttemptPart& part, const Attempt& attempt) {
    if (!part.exit) return Json::object();
    return {{"how", name_of(part.exit->kind)},
            {"reason", part.exit->reason},
            {"code", part.exit->code},
            {"signal", part.exit->signal},
            {"rank", part.exit->rank < 0 ? Json() : Json(part.exit->rank)},
            {"cause", attempt.cause == EndCause::kNone ? Json() : Json(name_of(attempt.cause))},
            {"cause_text", attempt.cause_text}};
}

}  // namespace

bool AttemptMarks::add(AttemptMark mark) {
    const auto last = std::ranges::find(marks_.rbegin(), marks_.rend(), mark.node, &AttemptMark::node);
    if (last != marks_.rend() && last->phase == mark.phase) return false;
    if (marks_.size() >= kMost && mark.phase < AttemptPhase::kStopping) return false;
    marks_.push_back(std::move(mark));
    return true;
}

Json AttemptMarks::to_json() const {
    Json list = Json::array();
    for (const AttemptMark& mark : marks_) list.push_back({mark.time, mark.node, mark.name, name_of(mark.phase)});
    return list;
}

AttemptMarks AttemptMarks::from_json(const Json& json) {
    AttemptMarks marks;
    for (const Json& one : json) {
        if (!one.is_array() || one.size() != 4 || !one[0].is_number() || !one[1].is_number_unsigned() ||
            !one[2].is_string() || !one[3].is_string())
            continue;
        const auto phase = attempt_phase_from(one[3].get_ref<const std::string&>());
        if (phase) marks.marks_.push_back({one[0], one[1], one[2], *phase});
    }
    return marks;
}

Json event_of(const AttemptMarks& marks, std::size_t number, const Attempt& attempt) {
    const AttemptMark& mark = marks.all()[number];
    const PhaseEvent& event = phase_event(mark.phase);
    const AttemptPart* part = attempt.part_on(mark.node);
    Json details = Json::object();
    if (mark.phase == AttemptPhase::kAssigned && attempt.resume) details["from_step"] = attempt.resume->step;
    if (mark.phase == AttemptPhase::kExited && part != nullptr) details = end_json(*part, attempt);
    return {{"id", fmt::format("attempt.{}.{}", attempt.fence, number)},
            {"time", mark.time},
            {"kind", event.kind},
            {"sentence", fmt::format(fmt::runtime(event.sentence), "node '" + mark.name + "'")},
            {"attempt", attempt.number},
            {"node", mark.name},
            {"by", nullptr},
            {"details", std::move(details)}};
}

}  // namespace goetia
