// A journal with arbitrary bytes after its first eight: read to the end, with damage reported and skipped.
#include <string>

#include "experiment/journal.h"
#include "experiment/journal_format.h"
#include "fuzz/memory_file.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static goetia::fuzz::MemoryFile file;
    std::string bytes(goetia::journal_format::kMagic);
    bytes += goetia::fuzz::text_of(data, size);
    const auto reader = goetia::JournalReader::open(file.with(bytes));
    if (!reader) return 0;
    goetia::RecordView record;
    for (std::size_t calls = 0;; ++calls) {
        goetia::fuzz::expect(calls <= size + 2);  // each call but the last consumes some bytes
        const auto found = (*reader)->next(record);
        goetia::fuzz::expect((*reader)->offset() <= bytes.size());
        if (found && !*found) return 0;
        if (found && record.type != goetia::RecordType::kPoint) [[maybe_unused]]
            const auto body = (*reader)->body_of(record);
    }
}
