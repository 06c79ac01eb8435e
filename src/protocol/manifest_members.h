// The members of the manifests: key, value and rule.
#pragma once

#include "protocol/manifests.h"
#include "protocol/member_rules.h"

namespace goetia {

constexpr AtMost kMostArchived{200'000};
constexpr TextOf kArchivedName{.longest = 1024, .sort = "a path of an archive", .needed = true};

template <ReadOrWritten<RuntimeNeeds> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("libtorch", r.libtorch, kShortText);
    visit("cuda", r.cuda, kShortText);
    visit("driver", r.driver, kShortText);
    visit("glibc", r.glibc, kShortText);
    visit("processor", r.processor, kShortText);
}

template <ReadOrWritten<RuntimeBuild> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("goetia", r.goetia, kShortText);
    visit("libtorch", r.libtorch, kShortText);
    visit("cuda", r.cuda, kShortText);
    visit("abi", r.abi, kShortText);
    visit("glibc", r.glibc, kShortText);
    visit("processor", r.processor, kShortText);
}

template <ReadOrWritten<ArchivedFile> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("name", r.name, kArchivedName);
    visit("bytes", r.bytes, kCount);
    visit("sha256", r.sha256, kNeededSha256);
}

template <ReadOrWritten<ComponentVersion> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("kind", r.kind, kShortText);
    visit("name", r.name, kShortText);
    visit("origin", r.origin, kSentence);
    visit("version", r.version, kShortText);
}

template <ReadOrWritten<PackagedData> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("name", r.name, kIdentifier);
    visit("format", r.format, kShortText);
    visit("source", r.source, kSentence);
    visit("certificates", r.certificates, AtMost{64}, kSha256);
}

template <ReadOrWritten<PackageManifest> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("format", r.format, Between{1, 1e6});
    visit("experiment", r.experiment, kSentence);
    visit("components", r.components, AtMost{10'000});
    visit("files", r.files, kMostArchived);
    visit("data", r.data, AtMost{64});
    visit("runtime", r.runtime);
    visit("world", r.world, Between{1, 65536});
    visit("gpu_memory", r.gpu_memory, kCount);
}

template <ReadOrWritten<BundleManifest> Self, class Visit>
void members(Self& r, Visit& visit) {
    visit("format", r.format, Between{1, 1e6});
    visit("runtime", r.runtime);
    visit("files", r.files, kMostArchived);
}

}  // namespace goetia
