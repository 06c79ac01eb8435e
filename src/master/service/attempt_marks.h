// When the parts of an attempt came into their phases, by the master's clock: for those who ask what happened.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "pool/attempt.h"

namespace goetia {

struct AttemptMark {
    double time = 0;  // seconds since 1970
    NodeId node = 0;
    std::string name;  // of the node, then
    AttemptPhase phase = AttemptPhase::kAssigned;
};

class AttemptMarks {
  public:
    static constexpr std::size_t kMost = 200;  // who pauses more often than that is told of no more than the end

    // False when the part on this node is known to be in this phase.
    bool add(AttemptMark mark);
    [[nodiscard]] const std::vector<AttemptMark>& all() const { return marks_; }

    [[nodiscard]] Json to_json() const;  // [[time, node, name, phase], ...]
    static AttemptMarks from_json(const Json& json);

  private:
    std::vector<AttemptMark> marks_;
};

// As GET /api/tasks/{id}/events has it.
Json event_of(const AttemptMarks& marks, std::size_t number, const Attempt& attempt);

}  // namespace goetia
