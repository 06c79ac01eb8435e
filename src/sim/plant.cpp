#include "sim/plant.h"

namespace goetia {
namespace {

constexpr std::array<PlantInfo, kPlants + 1> kPlantInfos{{
    {Plant::kNone, "none", "nothing is planted"},
    {Plant::kFenceUnchecked, "fence_unchecked", "a checkpoint of a superseded attempt counts for its task"},
    {Plant::kAckBeforeCommit, "ack_before_commit", "a request is answered before it is stored"},
    {Plant::kEffectsBeforeCommit, "effects_before_commit", "a node is told of an attempt before it is stored"},
    {Plant::kFenceNotStored, "fence_not_stored", "a restarted master draws fences again that were used"},
    {Plant::kReleaseOnDisconnect, "release_on_disconnect",
     "devices count as free once their node's connection is gone"},
    {Plant::kReleaseOnLost, "release_on_lost", "devices of a lost attempt count as free"},
    {Plant::kNoStartGrace, "no_start_grace", "a restarted master declares silent nodes lost at once"},
    {Plant::kLostEarly, "lost_early", "an attempt is lost as soon as its node is silent"},
    {Plant::kAbsentAtOnce, "absent_at_once", "an attempt is lost when a status made before it was placed lacks it"},
    {Plant::kOldSessionHeard, "old_session_heard", "a status of an earlier connection, or one overtaken, is believed"},
    {Plant::kStopForgotten, "stop_forgotten", "a restarted master does not know that a task was to stop"},
    {Plant::kUnheldCheckpoint, "unheld_checkpoint", "a task resumes from a checkpoint of which a part arrived"},
    {Plant::kGpuFreedEarly, "gpu_freed_early", "a GPU counts as free when its attempt is asked to stop"},
    {Plant::kGangPartial, "gang_partial", "a part of a gang is left out"},
    {Plant::kCoresLeak, "cores_leak", "an attempt that ends does not give back its cores"},
    {Plant::kAppendAnywhere, "append_anywhere", "bytes are appended whatever their offset"},
    {Plant::kPrefixUnchecked, "prefix_unchecked", "what lies before an append is not compared"},
    {Plant::kAppendNotSynced, "append_not_synced", "an append is answered before it is on the disk"},
    {Plant::kStartAfterStop, "start_after_stop", "an agent starts what it was told to stop while it fetched"},
    {Plant::kFilesNotAwaited, "files_not_awaited", "a task is complete before its files are here"},
}};

}  // namespace

const PlantInfo& info_of(Plant plant) { return kPlantInfos.at(static_cast<std::size_t>(plant)); }

}  // namespace goetia
