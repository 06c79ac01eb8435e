#include "agent/reconcile.h"

#include <algorithm>
#include <array>
#include <set>

namespace goetia {
namespace {

using Kind = NodeActionKind;

constexpr std::array<std::string_view, 12> kActionNames{"accept", "note_wish",  "fetch", "check", "start", "pause",
                                                        "resume", "checkpoint", "stop",  "end",   "kill",  "purge"};

class Reconciler {
  public:
    Reconciler(const NodeView& view, double now) : view_(view), now_(now) {
        for (const AttemptView& held : view.attempts) {
            if (held.has_processes) taken_.insert(held.devices.begin(), held.devices.end());
        }
    }

    std::vector<NodeAction> run() {
        for (const AttemptView& held : view_.attempts) {
            const WantedAttempt* wanted = wanted_of(held.fence);
            if (view_.desired && wanted == nullptr) remove(held);
            else keep(held, wanted);
        }
        if (view_.desired && !takes_nothing_new()) accept_new();
        return std::move(actions_);
    }

  private:
    [[nodiscard]] const WantedAttempt* wanted_of(Fence fence) const {
        if (!view_.desired) return nullptr;
        const auto& all = view_.desired->attempts;
        const auto found =
            std::find_if(all.begin(), all.end(), [fence](const auto& one) { return one.fence == fence; });
        return found != all.end() ? &*found : nullptr;
    }
    [[nodiscard]] bool takes_nothing_new() const { return view_.draining || view_.leaving || view_.desired->drain; }
    void add(Kind kind, const AttemptView& held, std::uint64_t wish_number = 0) {
        actions_.push_back({.kind = kind, .fence = held.fence, .wish_number = wish_number});
    }

    void remove(const AttemptView& held) { add(held.has_processes ? Kind::kKill : Kind::kPurge, held); }

    void keep(const AttemptView& held, const WantedAttempt* wanted) {
        if (wanted != nullptr && wanted->wish == Wish::kPurge) return remove(held);
        if (held.exited) return;
        Wish wish = held.wish;
        std::uint64_t number = held.wish_number;
        if (wanted != nullptr && wanted->wish_number > number && wish != Wish::kStop) {
            actions_.push_back({.kind = Kind::kNoteWish, .fence = held.fence, .wanted = *wanted});
            wish = wanted->wish;
            number = wanted->wish_number;
        }
        const bool gone =
            view_.leaving || (held.on_disconnect == OnDisconnect::kStop && view_.since_contact > kLeaseSeconds);
        if (gone) wish = Wish::kStop;
        if (held.has_processes) ask_of_run(held, wish, number);
        else bring_to_start(held, wish, wanted != nullptr);
    }

    void ask_of_run(const AttemptView& held, Wish wish, std::uint64_t number) {
        if (wish == Wish::kStop) {
            if (!held.stop_sent) add(Kind::kStop, held, number);
            return;
        }
        if (held.wish_done >= number || held.stop_sent) return;
        switch (wish) {
            case Wish::kRun: return add(Kind::kResume, held, number);
            case Wish::kPause: return add(Kind::kPause, held, number);
            case Wish::kCheckpoint: return add(Kind::kCheckpoint, held, number);
            case Wish::kStop:
            case Wish::kPurge: return;
        }
    }

    // Without processes, and none has ended yet.
    void bring_to_start(const AttemptView& held, Wish wish, bool is_wanted) {
        if (wish == Wish::kStop || held.noop) return add(Kind::kEnd, held);
        if (!is_wanted || held.fetching || held.checking) return;
        if (!held.fetched) {
            if (now_ >= held.fetch_after) add(Kind::kFetch, held);
            return;
        }
        if (!held.checked) return add(Kind::kCheck, held);
        const bool free = std::none_of(held.devices.begin(), held.devices.end(),
                                       [this](const std::string& device) { return taken_.contains(device); });
        if (wish == Wish::kPause || !free) return;
        add(Kind::kStart, held);
        taken_.insert(held.devices.begin(), held.devices.end());
    }

    void accept_new() {
        for (const WantedAttempt& wanted : view_.desired->attempts) {
            const bool held = std::any_of(view_.attempts.begin(), view_.attempts.end(),
                                          [&](const AttemptView& one) { return one.fence == wanted.fence; });
            if (held || wanted.wish == Wish::kPurge) continue;
            actions_.push_back({.kind = Kind::kAccept, .fence = wanted.fence, .wanted = wanted});
        }
    }

    const NodeView& view_;
    const double now_;
    std::set<std::string> taken_;
    std::vector<NodeAction> actions_;
};

}  // namespace

std::string_view name_of(NodeActionKind kind) { return kActionNames.at(static_cast<std::size_t>(kind)); }

bool is_newer(const NodeDesired& incoming, std::uint64_t session, std::optional<std::uint64_t> generation) {
    return incoming.session == session && (!generation || incoming.generation > *generation);
}

std::vector<NodeAction> reconcile(const NodeView& view, double now) { return Reconciler(view, now).run(); }

}  // namespace goetia
