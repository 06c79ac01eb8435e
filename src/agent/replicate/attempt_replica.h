// Carries the files of one attempt to the master: its streams and its objects. The master keeps the only record of how
// far that is, so this may be destroyed at any moment and made anew.
//
// Objects are held by a second name below `pins` from the moment the journal names them, so that a checkpoint that the
// run replaces or removes meanwhile can still be sent.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/replicate/master_link.h"
#include "agent/replicate/object_queue.h"
#include "agent/replicate/stream_replica.h"

namespace goetia {

struct ReplicaRequest {
    struct StreamPart {
        std::string name;
        StreamAsk ask;
        AppendRequest request;
    };
    struct ObjectPart {
        ObjectAsk ask;
        ObjectChunk chunk;
    };
    std::variant<StreamPart, ObjectPart> part;
    std::string bytes;
};

// Thread-safe: the agent's loop adds what there is while another thread carries it away.
class AttemptReplica {
  public:
    AttemptReplica(Fence fence, std::filesystem::path folder, std::filesystem::path pins)
        : fence_(fence), folder_(std::move(folder)), pins_(std::move(pins)) {}

    // A stream that exists now or may come to exist; the order is that in which they are served.
    void add_stream(const std::string& name);
    // An object named by the run. Nothing is done when its file is not there any more.
    Status offer(ObjectToSend object);
    // The processes are gone: nothing is appended any more.
    void end();

    void disconnected();
    void resume();  // the master confirmed that it wants this attempt

    // One request, made without waiting: what it asks, and what becomes of its answer. An empty request: nothing is to
    // do.
    Result<std::optional<ReplicaRequest>> next();
    // What the master said to it. kLater: it is full, or does not want the attempt now.
    enum class Step { kSent, kNothing, kLater };
    Step answer(const ReplicaRequest& request, const AppendAnswer& answer);
    Step answer(const ReplicaRequest& request, const ObjectAnswer& answer);

    // True once the attempt has ended and the master holds everything.
    [[nodiscard]] bool whole() const;
    // As they are on the disk here.
    [[nodiscard]] std::vector<StreamLength> lengths() const;
    [[nodiscard]] std::int64_t objects_waiting() const;
    [[nodiscard]] std::vector<ObjectToSend> given_up() const;

  private:
    struct Stream {
        std::string name;
        StreamReplica replica;
        std::int64_t length = 0;
    };
    Status look_at(Stream& stream);
    [[nodiscard]] Result<ReplicaRequest> request_of(const Stream& stream, const StreamAsk& ask) const;
    Result<std::optional<ReplicaRequest>> object_request(const ObjectAsk& ask);
    void give_up(const std::string& sha256);
    [[nodiscard]] std::filesystem::path pin_of(const std::string& sha256) const { return pins_ / sha256; }
    void unpin(const std::string& sha256) const;

    const Fence fence_;
    const std::filesystem::path folder_, pins_;
    mutable std::mutex mutex_;
    std::vector<Stream> streams_;
    ObjectQueue objects_;
    bool ended_ = false;
};

// One request and its answer, for a thread that does nothing else meanwhile. `session`: the connection it belongs to.
Result<AttemptReplica::Step> carry_one(AttemptReplica& replica, MasterLink& link, std::uint64_t session);

}  // namespace goetia
