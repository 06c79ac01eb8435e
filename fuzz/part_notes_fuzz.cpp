// The record of an unfinished download: rejected, or its spans are within the part file and the complete file.
#include "fetch/part_file.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    constexpr std::int64_t kThere = std::int64_t{1} << 25;
    const auto notes = parse_part_state(fuzz::text_of(data, size), kThere);
    if (!notes) return 0;
    std::int64_t end = -1;
    for (const ByteSpan& span : notes->done.list()) {
        fuzz::expect(span.begin > end && span.end > span.begin && span.end <= kThere && span.end <= notes->size);
        end = span.end;
    }
    std::int64_t missing = 0;
    for (const ByteSpan& gap : notes->done.missing(notes->size)) missing += gap.end - gap.begin;
    fuzz::expect(notes->size >= 0 && notes->done.total() + missing == notes->size);
    const auto again = parse_part_state(text_of(*notes), kThere);
    fuzz::expect(again && again->done == notes->done && again->size == notes->size && again->url == notes->url &&
                 again->validator == notes->validator);
    return 0;
}
