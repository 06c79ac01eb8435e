// The members of the status document: key, value and rule, defined once for reading and writing.
#pragma once

#include "protocol/member_rules.h"
#include "protocol/status.h"

namespace goetia {

constexpr AtMost kMostGpus{64};
constexpr AtMost kMostAttempts{4096};  // of one node
constexpr AtMost kMostStreams{512};    // of one attempt

template <ReadOrWritten<GpuFacts> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("name", r.name, kShortText);
    visit("uuid", r.uuid, kIdentifier);
    visit("memory", r.memory, kCount);
    visit("fault", r.fault, kSentence);
}

template <ReadOrWritten<NodeFacts> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("host", r.host, kShortText);
    visit("agent_version", r.agent_version, kShortText);
    visit("agent_sha256", r.agent_sha256, kSha256);
    visit("cores", r.cores, Between{1, 65536});
    visit("memory", r.memory, kCount);
    visit("disk", r.disk, kCount);
    visit("driver", r.driver, kShortText);
    visit("cuda", r.cuda, kShortText);
    visit("glibc", r.glibc, kShortText);
    visit("processor", r.processor, kShortText);
    visit("libtorch", r.libtorch, AtMost{64}, kShortText);
    visit("gpus", r.gpus, kMostGpus);
    visit("labels", r.labels, AtMost{64}, kShortText);
    visit("lacks", r.lacks, AtMost{64}, kSentence);
}

template <ReadOrWritten<GpuUse> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("utilisation", r.utilisation, kShare);
    visit("memory", r.memory, kCount);
    visit("temperature", r.temperature, Between{-300, 1000});
    visit("power", r.power, Between{0, 1e6});
}

template <ReadOrWritten<NodeUse> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("processor", r.processor, kShare);
    visit("memory", r.memory, kCount);
    visit("disk", r.disk, kCount);
    visit("gpus", r.gpus, kMostGpus);
}

template <ReadOrWritten<FetchedSoFar> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("bytes", r.bytes, kCount);
    visit("total", r.total, kCount);
    visit("what", r.what, kShortText);
}

template <ReadOrWritten<StreamLength> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("name", r.name, kStreamName);
    visit("generation", r.generation, Between{0, 1e6});
    visit("bytes", r.bytes, kCount);
    visit("ended", r.ended);
}

template <ReadOrWritten<AttemptExit> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("kind", r.kind);
    visit("code", r.code, Between{-1e9, 1e9});
    visit("signal", r.signal, Between{0, 1024});
    visit("rank", r.rank, Between{-1, 65536});
    visit("reason", r.reason, kSentence);
    visit("stopped", r.stopped);
}

template <ReadOrWritten<AttemptStatus> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("fence", r.fence, kFenceRange);
    visit("task", r.task, kIdentifier);
    visit("phase", r.phase);
    visit("wish", r.wish);
    visit("wish_number", r.wish_number, kCount);
    visit("fetch", r.fetch);
    visit("streams", r.streams, kMostStreams);
    visit("objects_waiting", r.objects_waiting, kCount);
    visit("exit", r.exit);
}

template <ReadOrWritten<NodeStatus> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("session", r.session, kCount);
    visit("number", r.number, kFenceRange);
    visit("generation", r.generation, kCount);
    visit("facts", r.facts);
    visit("use", r.use);
    visit("attempts", r.attempts, kMostAttempts);
    visit("draining", r.draining);
    visit("leaving", r.leaving);
    visit("leaving_in", r.leaving_in, Between{0, 1e9});
}

}  // namespace goetia
