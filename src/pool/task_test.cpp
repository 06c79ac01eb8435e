#include "pool/task.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(TaskStates, NamesLeadBackToTheirValues) {
    for (int i = 0; i <= static_cast<int>(last_of(TaskState{})); ++i) {
        const auto state = static_cast<TaskState>(i);
        EXPECT_EQ(info_of(state).state, state);
        EXPECT_EQ(task_state_from(name_of(state)), state);
    }
    for (int i = 0; i <= static_cast<int>(last_of(TaskAction{})); ++i) {
        const auto action = static_cast<TaskAction>(i);
        EXPECT_EQ(task_action_from(name_of(action)), action);
    }
    EXPECT_FALSE(task_state_from("dancing"));
    EXPECT_FALSE(task_action_from("dance"));
}

TEST(TaskStates, OnlyAUsersWishLeadsOutOfAFinishedOne) {
    for (const TaskState state : {TaskState::kCompleted, TaskState::kFailed, TaskState::kStopped}) {
        EXPECT_TRUE(info_of(state).finished);
        for (int to = 0; to <= static_cast<int>(last_of(TaskState{})); ++to)
            EXPECT_EQ(may_follow(state, static_cast<TaskState>(to)), static_cast<TaskState>(to) == TaskState::kQueued);
        EXPECT_TRUE(allowed(state, TaskAction::kRetry));
        EXPECT_FALSE(allowed(state, TaskAction::kStop));
    }
    EXPECT_TRUE(allowed(TaskState::kFailed, TaskAction::kResume));
    EXPECT_FALSE(allowed(TaskState::kCompleted, TaskAction::kResume));
}

TEST(TaskStates, NothingStartsThatDoesNotWait) {
    for (int from = 0; from <= static_cast<int>(last_of(TaskState{})); ++from) {
        const auto state = static_cast<TaskState>(from);
        EXPECT_EQ(may_follow(state, TaskState::kDispatching), state == TaskState::kQueued) << name_of(state);
    }
}

}  // namespace
}  // namespace goetia
