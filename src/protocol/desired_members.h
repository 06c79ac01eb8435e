// The members of the desired document: key, value and rule.
#pragma once

#include "protocol/desired.h"
#include "protocol/status_members.h"

namespace goetia {

template <ReadOrWritten<WantedObject> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("sha256", r.sha256, kSha256);
    visit("bytes", r.bytes, kCount);
    visit("signature", r.signature, kSignature);
}

template <ReadOrWritten<WantedData> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("name", r.name, kIdentifier);
    visit("source", r.source, kSentence);
    visit("certificate", r.certificate, kSha256);
    visit("bytes", r.bytes, kCount);
    visit("sha256", r.sha256, kSha256);
}

template <ReadOrWritten<WantedRanks> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("first_rank", r.first_rank, Between{0, 65536});
    visit("ranks", r.ranks, Between{1, 1024});
    visit("world", r.world, Between{1, 65536});
    visit("rendezvous", r.rendezvous, kShortText);
    visit("secret", r.secret, kShortText);
}

template <ReadOrWritten<AttemptLimits> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("memory", r.memory, kCount);
    visit("disk", r.disk, kCount);
    visit("log", r.log, kCount);
    visit("processes", r.processes, Between{0, 1e6});
    visit("silence", r.silence, Between{0, 1e9});
}

template <ReadOrWritten<WantedAttempt> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("fence", r.fence, kFenceRange);
    visit("task", r.task, kIdentifier);
    visit("experiment", r.experiment, TextOf{128, is_identifier, kIdentifier.sort});
    visit("attempt", r.attempt, Between{1, 1e6});
    visit("wish", r.wish);
    visit("wish_number", r.wish_number, kCount);
    visit("noop", r.noop);
    visit("package", r.package);
    visit("runtime", r.runtime);
    visit("resume", r.resume);
    visit("data", r.data, AtMost{64});
    visit("devices", r.devices, kMostGpus, kIdentifier);
    visit("cores", r.cores, Between{0, 65536});
    visit("ranks", r.ranks);
    visit("limits", r.limits);
    visit("on_disconnect", r.on_disconnect);
}

template <ReadOrWritten<NodeDesired> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("session", r.session, kCount);
    visit("generation", r.generation, kFenceRange);
    visit("attempts", r.attempts, kMostAttempts);
    visit("drain", r.drain);
    visit("update", r.update);
}

}  // namespace goetia
