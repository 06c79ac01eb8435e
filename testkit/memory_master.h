// The receiving side of streams and objects, in memory, with a network that loses requests and answers and repeats old
// requests. It keeps the rules of protocol/requests.h.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/replicate/master_link.h"
#include "base/hash.h"

namespace goetia::testkit {

class MemoryMaster : public MasterLink {
  public:
    enum class Fate { kArrives, kRequestLost, kAnswerLost, kOldOneArrivesFirst };
    std::function<Fate()> fate = [] { return Fate::kArrives; };
    bool full = false;
    std::set<Fence> unknown;                     // refused
    std::map<std::string, std::string> objects;  // by hash, whole
    std::int64_t received = 0;                   // bytes that arrived, repeated ones too

    using StreamName = std::pair<Fence, std::string>;
    struct StreamCopy {
        std::vector<std::string> generations{""};
        bool ended = false;
    };
    std::map<StreamName, StreamCopy> streams;

    [[nodiscard]] std::string newest(Fence fence, const std::string& name) const {
        const auto found = streams.find({fence, name});
        return found != streams.end() ? found->second.generations.back() : "";
    }

    Result<AppendAnswer> append(const AppendRequest& request, std::string_view bytes) override {
        const Fate now = fate();
        if (now == Fate::kRequestLost) return lost();
        if (now == Fate::kOldOneArrivesFirst && !past_.empty()) {
            const auto& [old, old_bytes] = past_[past_.size() / 2];
            take(old, old_bytes);
        }
        past_.emplace_back(request, std::string(bytes));
        const AppendAnswer answer = take(request, bytes);
        if (now == Fate::kAnswerLost) return lost();
        return answer;
    }

    Result<ObjectAnswer> put(const ObjectChunk& chunk, std::string_view bytes) override {
        const Fate now = fate();
        if (now == Fate::kRequestLost) return lost();
        const ObjectAnswer answer = take(chunk, bytes);
        if (now == Fate::kAnswerLost) return lost();
        return answer;
    }

    Result<std::string> get(const std::string& sha256, std::int64_t begin, std::int64_t end) override {
        if (fate() != Fate::kArrives) return lost();
        const auto found = objects.find(sha256);
        if (found == objects.end()) return not_found("the master has no object {}", sha256);
        return found->second.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    }

    void restart() { parts_.clear(); }  // killed: half objects were not synced

  private:
    static Error lost() { return make_error(Code::kUnavailable, "the connection broke"); }

    AppendAnswer take(const AppendRequest& request, std::string_view bytes) {
        if (unknown.contains(request.fence)) return {.outcome = AppendOutcome::kRefused};
        StreamCopy& copy = streams[{request.fence, request.stream}];
        const auto here = [&](AppendOutcome outcome) {
            return AppendAnswer{.outcome = outcome,
                                .generation = static_cast<std::uint32_t>(copy.generations.size() - 1),
                                .length = static_cast<std::int64_t>(copy.generations.back().size()),
                                .ended = copy.ended};
        };
        std::string& text = copy.generations.back();
        received += static_cast<std::int64_t>(bytes.size());
        if (request.generation + 1 != copy.generations.size() ||
            request.offset != static_cast<std::int64_t>(text.size()))
            return here(AppendOutcome::kElsewhere);
        const std::size_t window = std::min<std::size_t>(text.size(), kBeforeWindow);
        if (!request.before.empty() &&
            request.before != sha256_hex(std::string_view(text).substr(text.size() - window))) {
            copy.generations.emplace_back();
            copy.ended = false;
            return here(AppendOutcome::kParted);
        }
        if (full) return here(AppendOutcome::kFull);
        text += bytes;
        copy.ended = request.ends;
        return here(AppendOutcome::kAppended);
    }

    ObjectAnswer take(const ObjectChunk& chunk, std::string_view bytes) {
        if (unknown.contains(chunk.fence)) return {.outcome = ObjectOutcome::kRefused};
        if (objects.contains(chunk.sha256)) return {.outcome = ObjectOutcome::kWhole, .length = chunk.bytes};
        if (full) return {.outcome = ObjectOutcome::kFull};
        std::string& part = parts_[chunk.sha256];
        received += static_cast<std::int64_t>(bytes.size());
        if (chunk.offset == static_cast<std::int64_t>(part.size())) part += bytes;
        if (static_cast<std::int64_t>(part.size()) < chunk.bytes)
            return {.outcome = ObjectOutcome::kPart, .length = static_cast<std::int64_t>(part.size())};
        const std::string whole = std::exchange(part, "");
        parts_.erase(chunk.sha256);
        if (sha256_hex(whole) != chunk.sha256) return {.outcome = ObjectOutcome::kWrong};
        objects[chunk.sha256] = whole;
        return {.outcome = ObjectOutcome::kWhole, .length = chunk.bytes};
    }

    std::map<std::string, std::string> parts_;
    std::vector<std::pair<AppendRequest, std::string>> past_;
};

}  // namespace goetia::testkit
