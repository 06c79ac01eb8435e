// A file of packed data: whatever its header, table and metadata contain, reads stay within the file. Its checksums are
// corrected first, since they protect against damage, not malice.
#include <cstring>
#include <string>

#include "feeding/packed/shard_reader.h"
#include "fuzz/fuzz.h"
#include "fuzz/memory_file.h"

namespace {

using goetia::ShardHead;

std::string_view within(std::string_view file, std::uint64_t at, std::uint64_t count) {
    return at <= file.size() && count <= file.size() - at ? file.substr(at, count) : std::string_view();
}

// Corrects the checksums of its records, metadata and table; returns that of the header.
std::string fix_sums(std::string& file) {
    ShardHead head;
    std::memcpy(&head, file.data(), sizeof head);
    for (std::uint64_t at = head.table; within(file, at, sizeof(goetia::ShardRecord)).size() > 0;
         at += sizeof(goetia::ShardRecord)) {
        goetia::ShardRecord record;
        std::memcpy(&record, file.data() + at, sizeof record);
        record.sum = goetia::quick_sum(within(file, record.at, record.bytes()));
        std::memcpy(file.data() + at, &record, sizeof record);
    }
    head.metadata_sum = goetia::quick_sum(within(file, head.metadata, head.metadata_bytes));
    head.table_sum = goetia::quick_sum(within(file, head.table, head.table_bytes));
    std::memcpy(file.data(), &head, sizeof head);
    return fmt::format("{:016x}", goetia::sum_of(head));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string file(goetia::fuzz::text_of(data, size));
    const std::string sum = file.size() < sizeof(ShardHead) ? "" : fix_sums(file);
    static goetia::fuzz::MemoryFile memory;
    const auto shard = goetia::ShardReader::open(memory.with(file), sum, nullptr);
    if (!shard) return 0;
    for (std::size_t i = 0; i < (*shard)->records(); ++i) {
        const auto sample = (*shard)->sample(i);
        if (!sample) continue;
        const std::string copy(sample->stored.bytes);  // every byte can be read
        goetia::fuzz::expect(copy.size() <= file.size() && sample->stored_mask.bytes.size() <= file.size());
    }
    return 0;
}
