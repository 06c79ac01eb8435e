#include "agent/reconcile.h"

#include <gmock/gmock.h>

#include "base/random.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WantedAttempt wanted(Fence fence, Wish wish = Wish::kRun, std::uint64_t number = 0) {
    WantedAttempt wanted;
    wanted.fence = fence;
    wanted.wish = wish;
    wanted.wish_number = number;
    return wanted;
}

NodeView view_of(std::vector<AttemptView> attempts, std::vector<WantedAttempt> desired) {
    return {.attempts = std::move(attempts), .desired = NodeDesired{.session = 1, .attempts = std::move(desired)}};
}

std::vector<std::string> names(const NodeView& view, double now = 100) {
    std::vector<std::string> all;
    for (const NodeAction& action : reconcile(view, now))
        all.push_back(fmt::format("{} {}", name_of(action.kind), action.fence));
    return all;
}

AttemptView ready(Fence fence) { return {.fence = fence, .fetched = true, .checked = true}; }
AttemptView running(Fence fence) {
    AttemptView view = ready(fence);
    view.has_processes = true;
    return view;
}

TEST(Reconcile, an_attempt_goes_from_step_to_step) {
    AttemptView held{.fence = 7};
    EXPECT_THAT(names(view_of({}, {wanted(7)})), ElementsAre("accept 7"));
    EXPECT_THAT(names(view_of({held}, {wanted(7)})), ElementsAre("fetch 7"));
    held.fetching = true;
    EXPECT_THAT(names(view_of({held}, {wanted(7)})), IsEmpty());
    held = {.fence = 7, .fetch_after = 101};
    EXPECT_THAT(names(view_of({held}, {wanted(7)})), IsEmpty()) << "a failed fetch waits";
    EXPECT_THAT(names(view_of({held}, {wanted(7)}), 101), ElementsAre("fetch 7"));
    held = {.fence = 7, .fetched = true};
    EXPECT_THAT(names(view_of({held}, {wanted(7)})), ElementsAre("check 7"));
    EXPECT_THAT(names(view_of({ready(7)}, {wanted(7)})), ElementsAre("start 7"));
    EXPECT_THAT(names(view_of({running(7)}, {wanted(7)})), IsEmpty());
    held.exited = true;
    EXPECT_THAT(names(view_of({held}, {wanted(7)})), IsEmpty()) << "the master is told by the status";
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kPurge, 1)})), ElementsAre("purge 7"));
}

TEST(Reconcile, what_is_not_wanted_any_more_is_killed_and_purged) {
    EXPECT_THAT(names(view_of({running(7), ready(8)}, {})), ElementsAre("kill 7", "purge 8"));
    EXPECT_THAT(names(view_of({running(7)}, {wanted(7, Wish::kPurge, 1)})), ElementsAre("kill 7"));
    NodeView unknown{.attempts = {running(7), ready(8)}};
    EXPECT_THAT(names(unknown), IsEmpty()) << "no document came in this session: nothing is purged, nothing starts";
}

TEST(Reconcile, wishes_are_noted_then_carried_out_once) {
    EXPECT_THAT(names(view_of({running(7)}, {wanted(7, Wish::kPause, 1)})), ElementsAre("note_wish 7", "pause 7"));
    AttemptView held = running(7);
    held.wish = Wish::kPause;
    held.wish_number = 1;
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kPause, 1)})), ElementsAre("pause 7")) << "killed in between";
    held.wish_done = 1;
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kPause, 1)})), IsEmpty());
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kRun, 2)})), ElementsAre("note_wish 7", "resume 7"));
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kCheckpoint, 3)})), ElementsAre("note_wish 7", "checkpoint 7"));
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kRun, 1)})), IsEmpty()) << "an old wish";
    EXPECT_EQ(reconcile(view_of({held}, {wanted(7, Wish::kRun, 2)}), 0)[1].wish_number, 2U);
}

TEST(Reconcile, a_stop_is_never_taken_back) {
    EXPECT_THAT(names(view_of({running(7)}, {wanted(7, Wish::kStop, 1)})), ElementsAre("note_wish 7", "stop 7"));
    AttemptView held = running(7);
    held.wish = Wish::kStop;
    held.wish_number = 1;
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kRun, 2)})), ElementsAre("stop 7"));
    held.stop_sent = true;
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kRun, 2)})), IsEmpty());
    held.has_processes = false;
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kRun, 2)})), ElementsAre("end 7")) << "it never starts";
    EXPECT_THAT(names(view_of({ready(7)}, {wanted(7, Wish::kStop, 1)})), ElementsAre("note_wish 7", "end 7"));
}

TEST(Reconcile, a_device_has_one_attempt_at_a_time) {
    AttemptView first = running(7), second = ready(8), third = ready(9);
    first.devices = {"a"};
    second.devices = {"a", "b"};
    third.devices = {"b"};
    const std::vector<WantedAttempt> all = {wanted(7), wanted(8), wanted(9)};
    EXPECT_THAT(names(view_of({first, second, third}, all)), ElementsAre("start 9"));
    first.has_processes = false;
    first.exited = true;
    EXPECT_THAT(names(view_of({first, second, third}, all)), ElementsAre("start 8"));
}

TEST(Reconcile, a_paused_attempt_does_not_start) {
    AttemptView held = ready(7);
    held.wish = Wish::kPause;
    held.wish_number = 1;
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kPause, 1)})), IsEmpty());
    EXPECT_THAT(names(view_of({held}, {wanted(7, Wish::kRun, 2)})), ElementsAre("note_wish 7", "start 7"));
}

TEST(Reconcile, an_empty_task_ends_at_once) {
    AttemptView held{.fence = 7, .noop = true};
    EXPECT_THAT(names(view_of({held}, {wanted(7)})), ElementsAre("end 7"));
}

TEST(Reconcile, a_draining_or_leaving_node_takes_nothing_new) {
    NodeView view = view_of({running(7)}, {wanted(7), wanted(8)});
    view.draining = true;
    EXPECT_THAT(names(view), IsEmpty());
    view.draining = false;
    view.desired->drain = true;
    EXPECT_THAT(names(view), IsEmpty());
    view.leaving = true;
    EXPECT_THAT(names(view), ElementsAre("stop 7")) << "with a checkpoint, which goes on elsewhere";
}

TEST(Reconcile, without_a_master_runs_go_on_unless_they_are_to_stop) {
    NodeView view = view_of({running(7), running(8)}, {wanted(7), wanted(8)});
    view.attempts[1].on_disconnect = OnDisconnect::kStop;
    view.since_contact = kLeaseSeconds - 1;
    EXPECT_THAT(names(view), IsEmpty());
    view.since_contact = kLeaseSeconds + 1;
    EXPECT_THAT(names(view), ElementsAre("stop 8"));
    view.desired.reset();
    EXPECT_THAT(names(view), ElementsAre("stop 8")) << "also after the agent's restart";
}

TEST(Reconcile, only_newer_documents_of_this_session_count) {
    const NodeDesired document{.session = 3, .generation = 5};
    EXPECT_TRUE(is_newer(document, 3, std::nullopt));
    EXPECT_TRUE(is_newer(document, 3, 4));
    EXPECT_FALSE(is_newer(document, 3, 5)) << "doubled";
    EXPECT_FALSE(is_newer(document, 3, 6)) << "late";
    EXPECT_FALSE(is_newer(document, 2, std::nullopt)) << "of another session";
}

// Carrying the actions out, in any state, must come to rest, and break none of the promises on the way.
TEST(Reconcile, from_any_state_it_comes_to_rest_and_keeps_its_promises) {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        Random random({.seed = seed, .purpose = purpose("reconcile")});
        NodeView view;
        std::vector<WantedAttempt> desired;
        for (Fence fence = 1; fence <= 4; ++fence) {
            AttemptView held{.fence = fence};
            held.wish = random.chance(0.2) ? Wish::kStop : Wish::kRun;
            held.fetched = random.chance(0.7);
            held.checked = held.fetched && random.chance(0.7);
            held.exited = random.chance(0.2);
            held.devices = {random.chance(0.5) ? "a" : "b"};
            if (random.chance(0.8)) view.attempts.push_back(held);
            if (random.chance(0.8))
                desired.push_back(wanted(fence, static_cast<Wish>(random.below(5)), random.below(3)));
        }
        if (random.chance(0.9)) view.desired = NodeDesired{.session = 1, .attempts = desired};
        view.leaving = random.chance(0.1);
        int rounds = 0;
        for (auto actions = reconcile(view, 0); !actions.empty(); actions = reconcile(view, 0)) {
            ASSERT_LT(++rounds, 30) << "seed " << seed;
            for (const NodeAction& action : actions) {
                auto held = std::find_if(view.attempts.begin(), view.attempts.end(),
                                         [&](const AttemptView& one) { return one.fence == action.fence; });
                if (action.kind == NodeActionKind::kAccept) {
                    ASSERT_EQ(held, view.attempts.end());
                    view.attempts.push_back({.fence = action.fence,
                                             .wish = action.wanted->wish,
                                             .wish_number = action.wanted->wish_number,
                                             .devices = {"a"}});
                    continue;
                }
                ASSERT_NE(held, view.attempts.end());
                if (action.kind == NodeActionKind::kStart) {
                    ASSERT_NE(held->wish, Wish::kStop) << "seed " << seed;
                    ASSERT_FALSE(held->exited || held->has_processes || !held->checked);
                    for (const AttemptView& other : view.attempts)
                        ASSERT_FALSE(other.has_processes && other.devices == held->devices) << "seed " << seed;
                }
                if (action.kind == NodeActionKind::kPurge) ASSERT_FALSE(held->has_processes);
                switch (action.kind) {
                    case NodeActionKind::kNoteWish:
                        held->wish = action.wanted->wish;
                        held->wish_number = action.wanted->wish_number;
                        break;
                    case NodeActionKind::kFetch: held->fetched = true; break;
                    case NodeActionKind::kCheck: held->checked = true; break;
                    case NodeActionKind::kStart: held->has_processes = true; break;
                    case NodeActionKind::kStop: held->stop_sent = true; break;
                    case NodeActionKind::kEnd: held->exited = true; break;
                    case NodeActionKind::kKill:
                        held->has_processes = false;
                        held->exited = true;
                        break;
                    case NodeActionKind::kPurge: view.attempts.erase(held); break;
                    default: held->wish_done = action.wish_number;
                }
            }
        }
    }
}

}  // namespace
}  // namespace goetia
