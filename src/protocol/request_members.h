// The members of requests and answers: key, value and rule.
#pragma once

#include "protocol/member_rules.h"
#include "protocol/requests.h"

namespace goetia {

template <ReadOrWritten<AppendRequest> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("fence", r.fence, kFenceRange);
    visit("stream", r.stream, kStreamName);
    visit("generation", r.generation, Between{0, 1e6});
    visit("offset", r.offset, kCount);
    visit("before", r.before, kSha256);
    visit("ends", r.ends);
    visit("session", r.session, kCount);
}

template <ReadOrWritten<AppendAnswer> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("outcome", r.outcome);
    visit("generation", r.generation, Between{0, 1e6});
    visit("length", r.length, kCount);
    visit("ended", r.ended);
}

template <ReadOrWritten<ObjectChunk> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("fence", r.fence, kFenceRange);
    visit("sha256", r.sha256, kNeededSha256);
    visit("bytes", r.bytes, Between{0, static_cast<double>(kLargestObject)});
    visit("path", r.path, TextOf{200, is_stream_name, kStreamName.sort});
    visit("kind", r.kind);
    visit("offset", r.offset, Between{0, static_cast<double>(kLargestObject)});
}

template <ReadOrWritten<ObjectAnswer> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("outcome", r.outcome);
    visit("length", r.length, kCount);
}

}  // namespace goetia
