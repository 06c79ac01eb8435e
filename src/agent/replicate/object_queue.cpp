#include "agent/replicate/object_queue.h"

#include <algorithm>

namespace goetia {
namespace {

constexpr int kMostWrongAnswers = 2;

}  // namespace

ObjectQueue::QueueEntry* ObjectQueue::find(const std::string& sha256, const std::string& path) {
    for (QueueEntry& entry : entries_) {
        if (entry.object.sha256 == sha256 && entry.object.path == path) return &entry;
    }
    return nullptr;
}

void ObjectQueue::remove(const QueueEntry& entry) { entries_.erase(entries_.begin() + (&entry - entries_.data())); }

std::optional<ObjectToSend> ObjectQueue::offer(ObjectToSend object) {
    if (std::find(known_.begin(), known_.end(), object) != known_.end()) return std::nullopt;
    std::optional<ObjectToSend> replaced;
    for (const QueueEntry& entry : entries_) {
        if (entry.object.path != object.path || entry.begun) continue;
        replaced = entry.object;
        remove(entry);
        break;
    }
    if (replaced) std::erase(known_, *replaced);  // it may come back: two checkpoints can be equal
    known_.push_back(object);
    entries_.push_back({.object = std::move(object)});
    return replaced;
}

void ObjectQueue::disconnected() {
    refused_ = false;
    for (QueueEntry& entry : entries_) entry.asked = false;
}

void ObjectQueue::resume() { refused_ = false; }

const ObjectQueue::QueueEntry* ObjectQueue::first() const {
    const QueueEntry* chosen = nullptr;
    for (const QueueEntry& entry : entries_) {
        if (entry.begun) return &entry;
        const bool better = chosen == nullptr || (entry.object.kind == ObjectKind::kCheckpoint);
        if (better) chosen = &entry;
    }
    return chosen;
}

std::optional<ObjectAsk> ObjectQueue::next(std::int64_t most) const {
    const QueueEntry* entry = first();
    if (refused_ || entry == nullptr) return std::nullopt;
    if (!entry->asked) return ObjectAsk{entry->object, 0, 0};
    return ObjectAsk{entry->object, entry->there, std::min(most, entry->object.bytes - entry->there)};
}

bool ObjectQueue::answer(const ObjectAsk& ask, const ObjectAnswer& answer) {
    QueueEntry* entry = find(ask.object.sha256, ask.object.path);
    if (entry == nullptr) return false;
    switch (answer.outcome) {
        case ObjectOutcome::kPart:
            entry->asked = entry->begun = true;
            entry->there = std::clamp<std::int64_t>(answer.length, 0, entry->object.bytes);
            return false;
        case ObjectOutcome::kWhole: remove(*entry); return true;
        case ObjectOutcome::kWrong:
            entry->there = 0;
            if (++entry->wrong < kMostWrongAnswers) return false;
            give_up(ask.object.sha256);
            return true;
        case ObjectOutcome::kRefused: refused_ = true; return false;
        case ObjectOutcome::kFull: return false;
    }
    return false;
}

void ObjectQueue::give_up(const std::string& sha256) {
    for (const QueueEntry& entry : entries_) {
        if (entry.object.sha256 == sha256) given_up_.push_back(entry.object);
    }
    std::erase_if(entries_, [&](const QueueEntry& entry) { return entry.object.sha256 == sha256; });
}

}  // namespace goetia
