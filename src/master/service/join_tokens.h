// The tokens with which machines join, each once. Looked at before anything is written: whoever guesses one costs the
// store nothing.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace goetia {

class JoinTokens {
  public:
    void add(const std::string& hash, double expires_at) {
        const std::scoped_lock lock(mutex_);
        expires_[hash] = expires_at;
    }
    // False when it was not there: used, expired, or never known.
    bool remove(const std::string& hash) {
        const std::scoped_lock lock(mutex_);
        return expires_.erase(hash) > 0;
    }
    // True once for a token that is valid at `now`; give_back() when its use was not stored.
    bool take(const std::string& hash, double now) {
        const std::scoped_lock lock(mutex_);
        const auto found = expires_.find(hash);
        if (found == expires_.end() || found->second <= now) return false;
        taken_[hash] = found->second;
        expires_.erase(found);
        return true;
    }
    void give_back(const std::string& hash) {
        const std::scoped_lock lock(mutex_);
        if (const auto found = taken_.extract(hash)) expires_[hash] = found.mapped();
    }
    [[nodiscard]] bool contains(const std::string& hash, double now) const {
        const std::scoped_lock lock(mutex_);
        const auto found = expires_.find(hash);
        return found != expires_.end() && found->second > now;
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, double> expires_, taken_;  // by the token's hash
};

}  // namespace goetia
