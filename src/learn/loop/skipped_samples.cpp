#include "learn/loop/skipped_samples.h"

#include "base/json.h"
#include "learn/dist/gather.h"

namespace goetia {

std::vector<SkippedSample> gathered(Communicator& ranks, const std::vector<SkippedSample>& mine) {
    if (ranks.world() == 1) return mine;
    std::string text;
    if (!mine.empty()) {
        Json list = Json::array();
        for (const SkippedSample& one : mine) list.push_back({one.index, one.name, one.reason});
        text = list.dump(-1, ' ', false, Json::error_handler_t::replace);  // file names may be in any encoding
    }
    std::vector<SkippedSample> all;
    for (const std::string& list : gathered(ranks, text)) {
        if (list.empty()) continue;
        for (const Json& one : Json::parse(list))
            all.push_back({one[0].get<std::int64_t>(), one[1].get<std::string>(), one[2].get<std::string>()});
    }
    return all;
}

}  // namespace goetia
