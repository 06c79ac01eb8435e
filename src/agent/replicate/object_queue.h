// The objects of an attempt that the master does not hold yet, and how far each is: a state machine without files,
// sockets or clocks. What the master holds is always its own answer, so a new session or a new process begins by
// asking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/requests.h"

namespace goetia {

struct ObjectToSend {
    std::string sha256;
    std::int64_t bytes = 0;
    std::string path;  // below the experiment's folder
    ObjectKind kind = ObjectKind::kOther;
    friend bool operator==(const ObjectToSend&, const ObjectToSend&) = default;
};

struct ObjectAsk {
    ObjectToSend object;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;
};

class ObjectQueue {
  public:
    // Those that were offered before are ignored. One that replaces another at the same path (last.pth) takes its
    // place, unless that is on its way already. Returns the object that nobody waits for any more.
    std::optional<ObjectToSend> offer(ObjectToSend object);
    void disconnected();
    void resume();

    // The newest checkpoint first, since a run that is lost resumes from it; but what was begun is finished.
    [[nodiscard]] std::optional<ObjectAsk> next(std::int64_t most) const;
    // True: the object has left the queue, whole or given up (`given_up` tells).
    bool answer(const ObjectAsk& ask, const ObjectAnswer& answer);
    // The file is not there any more, or is another one.
    void give_up(const std::string& sha256);

    [[nodiscard]] std::int64_t waiting() const { return static_cast<std::int64_t>(entries_.size()); }
    [[nodiscard]] const std::vector<ObjectToSend>& given_up() const { return given_up_; }

  private:
    struct QueueEntry {
        ObjectToSend object;
        std::int64_t there = 0;  // bytes that the master holds
        bool asked = false;      // in this session
        bool begun = false;
        int wrong = 0;
    };
    [[nodiscard]] const QueueEntry* first() const;
    QueueEntry* find(const std::string& sha256, const std::string& path);
    void remove(const QueueEntry& entry);

    std::vector<QueueEntry> entries_;  // in the order of their offers
    std::vector<ObjectToSend> known_;  // every one that was offered
    std::vector<ObjectToSend> given_up_;
    bool refused_ = false;
};

}  // namespace goetia
