// Requests with an Idempotency-Key whose answer is decided but not durable yet: the same request is given the same
// answer.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace goetia {

struct PendingAnswer {
    std::string digest;  // of the request
    std::string answer;  // JSON
};

class PendingKeys {
  public:
    void add(const std::string& owner, const std::string& key, PendingAnswer answer) {
        const std::scoped_lock lock(mutex_);
        pending_[{owner, key}] = std::move(answer);
    }
    void remove(const std::string& owner, const std::string& key) {
        const std::scoped_lock lock(mutex_);
        pending_.erase({owner, key});
    }
    [[nodiscard]] std::optional<PendingAnswer> find(const std::string& owner, const std::string& key) const {
        const std::scoped_lock lock(mutex_);
        const auto found = pending_.find({owner, key});
        return found == pending_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, PendingAnswer> pending_;
};

}  // namespace goetia
