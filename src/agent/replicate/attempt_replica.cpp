#include "agent/replicate/attempt_replica.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "agent/replicate/contained_file.h"
#include "base/hash.h"

namespace goetia {
namespace {

constexpr std::int64_t kPiece = 1 << 20;  // of a stream or an object: small, so that no stream waits long for an object
constexpr std::string_view kFitsNothing = "0000000000000000000000000000000000000000000000000000000000000000";

Result<std::string> hash_before(int file, std::int64_t offset) {
    const std::int64_t window = std::min(offset, kBeforeWindow);
    GOETIA_ASSIGN(const std::string bytes, read_at(file, offset - window, window));
    return sha256_hex(bytes);
}

}  // namespace

void AttemptReplica::add_stream(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    for (const Stream& stream : streams_) {
        if (stream.name == name) return;
    }
    streams_.push_back({.name = name});
}

Status AttemptReplica::offer(ObjectToSend object) {
    const auto file = open_contained(folder_, object.path);
    if (!file) return {};  // replaced or removed before we came to it
    GOETIA_TRY(make_folders(pins_));
    const std::string opened = fmt::format("/proc/self/fd/{}", file->get());
    const std::filesystem::path pin = pin_of(object.sha256);
    // On another file system, or where that is not allowed, the object is read where it lies, as long as it does.
    if (::linkat(AT_FDCWD, opened.c_str(), AT_FDCWD, pin.c_str(), AT_SYMLINK_FOLLOW) != 0 && errno != EEXIST &&
        errno != EXDEV && errno != EPERM)
        return os_error("link", pin.native(), errno);
    const std::scoped_lock lock(mutex_);
    if (const auto replaced = objects_.offer(std::move(object))) unpin(replaced->sha256);
    return {};
}

void AttemptReplica::unpin(const std::string& sha256) const { ::unlink(pin_of(sha256).c_str()); }

void AttemptReplica::end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
}

void AttemptReplica::disconnected() {
    const std::scoped_lock lock(mutex_);
    for (Stream& stream : streams_) stream.replica.disconnected();
    objects_.disconnected();
}

void AttemptReplica::resume() {
    const std::scoped_lock lock(mutex_);
    for (Stream& stream : streams_) stream.replica.resume();
    objects_.resume();
}

// A file that does not exist is one of length 0: the master is told so once the attempt has ended.
Status AttemptReplica::look_at(Stream& stream) {
    const auto file = open_contained(folder_, stream.name);
    stream.length = 0;
    if (file) {
        GOETIA_ASSIGN(stream.length, length_of(file->get()));
    }
    stream.replica.local(stream.length, ended_);
    return {};
}

Result<std::optional<ReplicaRequest>> AttemptReplica::next() {
    const std::scoped_lock lock(mutex_);
    for (Stream& stream : streams_) {
        GOETIA_TRY(look_at(stream));
        const auto ask = stream.length > 0 || ended_ ? stream.replica.next(kPiece) : std::nullopt;
        if (!ask) continue;
        GOETIA_ASSIGN(ReplicaRequest request, request_of(stream, *ask));
        return std::optional(std::move(request));
    }
    while (const auto ask = objects_.next(kPiece)) {
        GOETIA_ASSIGN(std::optional<ReplicaRequest> request, object_request(*ask));
        if (request) return request;
    }
    return std::optional<ReplicaRequest>();
}

Result<ReplicaRequest> AttemptReplica::request_of(const Stream& stream, const StreamAsk& ask) const {
    AppendRequest request{.fence = fence_,
                          .stream = stream.name,
                          .generation = ask.generation,
                          .offset = ask.offset,
                          .before = {},
                          .ends = ask.ends};
    std::string bytes;
    if (stream.length > 0) {
        GOETIA_ASSIGN(const FileDescriptor file, open_contained(folder_, stream.name));
        if (ask.check) {
            GOETIA_ASSIGN(request.before, hash_before(file.get(), std::min(ask.offset, stream.length)));
        }
        GOETIA_ASSIGN(bytes, read_at(file.get(), ask.offset, ask.bytes));
    } else if (ask.check) {
        request.before = sha256_hex("");
    }
    if (ask.parted) request.before = kFitsNothing;
    if (static_cast<std::int64_t>(bytes.size()) < ask.bytes) request.ends = false;
    return ReplicaRequest{ReplicaRequest::StreamPart{stream.name, ask, std::move(request)}, std::move(bytes)};
}

// Empty when the object is not there any more.
Result<std::optional<ReplicaRequest>> AttemptReplica::object_request(const ObjectAsk& ask) {
    const ObjectToSend& object = ask.object;
    auto file = open_contained(pins_, object.sha256);
    if (!file) file = open_contained(folder_, object.path);
    std::string bytes;
    if (file && ask.bytes > 0) {
        GOETIA_ASSIGN(bytes, read_at(file->get(), ask.offset, ask.bytes));
    }
    if (!file || static_cast<std::int64_t>(bytes.size()) < ask.bytes) {
        give_up(object.sha256);
        return std::optional<ReplicaRequest>();
    }
    ObjectChunk chunk{.fence = fence_,
                      .sha256 = object.sha256,
                      .bytes = object.bytes,
                      .path = object.path,
                      .kind = object.kind,
                      .offset = ask.offset};
    return std::optional(ReplicaRequest{ReplicaRequest::ObjectPart{ask, std::move(chunk)}, std::move(bytes)});
}

void AttemptReplica::give_up(const std::string& sha256) {
    objects_.give_up(sha256);
    unpin(sha256);
}

AttemptReplica::Step AttemptReplica::answer(const ReplicaRequest& request, const AppendAnswer& answer) {
    const std::scoped_lock lock(mutex_);
    const auto& part = std::get<ReplicaRequest::StreamPart>(request.part);
    for (Stream& stream : streams_) {
        if (stream.name == part.name) stream.replica.answer(part.ask, answer);
    }
    const bool taken = answer.outcome != AppendOutcome::kFull && answer.outcome != AppendOutcome::kRefused;
    return taken ? Step::kSent : Step::kLater;
}

AttemptReplica::Step AttemptReplica::answer(const ReplicaRequest& request, const ObjectAnswer& answer) {
    const std::scoped_lock lock(mutex_);
    const ObjectAsk& ask = std::get<ReplicaRequest::ObjectPart>(request.part).ask;
    if (objects_.answer(ask, answer)) unpin(ask.object.sha256);
    const bool taken = answer.outcome != ObjectOutcome::kFull && answer.outcome != ObjectOutcome::kRefused;
    return taken ? Step::kSent : Step::kLater;
}

bool AttemptReplica::whole() const {
    const std::scoped_lock lock(mutex_);
    return ended_ && objects_.waiting() == 0 &&
           std::all_of(streams_.begin(), streams_.end(), [](const Stream& stream) { return stream.replica.whole(); });
}

std::int64_t AttemptReplica::objects_waiting() const {
    const std::scoped_lock lock(mutex_);
    return objects_.waiting();
}

std::vector<ObjectToSend> AttemptReplica::given_up() const {
    const std::scoped_lock lock(mutex_);
    return objects_.given_up();
}

std::vector<StreamLength> AttemptReplica::lengths() const {
    const std::scoped_lock lock(mutex_);
    std::vector<StreamLength> lengths;
    for (const Stream& stream : streams_) {
        lengths.push_back(
            {.name = stream.name, .generation = stream.replica.generation(), .bytes = stream.length, .ended = ended_});
    }
    return lengths;
}

Result<AttemptReplica::Step> carry_one(AttemptReplica& replica, MasterLink& link, std::uint64_t session) {
    GOETIA_ASSIGN(std::optional<ReplicaRequest> request, replica.next());
    if (!request) return AttemptReplica::Step::kNothing;
    if (auto* stream = std::get_if<ReplicaRequest::StreamPart>(&request->part)) {
        stream->request.session = session;
        GOETIA_ASSIGN(const AppendAnswer answer, link.append(stream->request, request->bytes));
        return replica.answer(*request, answer);
    }
    const auto& object = std::get<ReplicaRequest::ObjectPart>(request->part);
    GOETIA_ASSIGN(const ObjectAnswer answer, link.put(object.chunk, request->bytes));
    return replica.answer(*request, answer);
}

}  // namespace goetia
