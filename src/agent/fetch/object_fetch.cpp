#include "agent/fetch/object_fetch.h"

#include <algorithm>

#include "base/hash.h"

namespace goetia {
namespace {

constexpr int kMostWrong = 3;

}  // namespace

void ObjectFetch::describe() { part_->describe(wanted_.bytes, wanted_.sha256, "sha256:" + wanted_.sha256); }

Result<ObjectFetch> ObjectFetch::open(const std::filesystem::path& target, Wanted wanted) {
    GOETIA_ASSIGN(std::unique_ptr<PartFile> part, PartFile::open(target));
    if (part->validator() != wanted.sha256 || part->size() != wanted.bytes) GOETIA_TRY(part->reset());
    ObjectFetch fetch(target, std::move(wanted), std::move(part));
    fetch.describe();
    return fetch;
}

std::optional<ByteSpan> ObjectFetch::next(std::int64_t most) const {
    const std::vector<ByteSpan> missing = part_->missing();
    if (missing.empty()) return std::nullopt;
    return ByteSpan{missing[0].begin, std::min(missing[0].end, missing[0].begin + most)};
}

Status ObjectFetch::take(const ByteSpan& span, std::string_view bytes) {
    if (static_cast<std::int64_t>(bytes.size()) != span.end - span.begin)
        return invalid("bytes {} to {} of object {} were asked for, {} bytes came", span.begin, span.end,
                       wanted_.sha256, bytes.size());
    return part_->write(span.begin, bytes);
}

Result<bool> ObjectFetch::finish() {
    if (!part_->complete()) return failed("object {} is not complete yet", wanted_.sha256);
    GOETIA_ASSIGN(const std::string found, sha256_file(part_->path()));
    if (found == wanted_.sha256) {
        GOETIA_TRY(part_->finish());
        return true;
    }
    GOETIA_TRY(part_->reset());
    describe();
    if (++wrong_ < kMostWrong) return false;
    return invalid("object {} was fetched {} times and had another hash each time, at last {}", wanted_.sha256, wrong_,
                   found);
}

}  // namespace goetia
