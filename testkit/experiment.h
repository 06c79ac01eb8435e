// Shortcuts for reading a journal back.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiment/journal.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

// What is read from a journal up to its end: its complete records, and the reported damage.
struct ReadBack {
    std::vector<Record> records;
    std::vector<std::string> faults;
    std::uint64_t offset = 0;
};

inline ReadBack read_back(JournalReader& reader) {
    ReadBack back;
    for (;;) {
        auto record = reader.next();
        if (!record) {
            back.faults.push_back(record.error().message);
            if (back.faults.size() > 1000 || back.offset == reader.offset()) return back;
        } else if (!*record) {
            break;
        } else {
            back.records.push_back(**std::move(record));
        }
        back.offset = reader.offset();
    }
    back.offset = reader.offset();
    return back;
}

inline ReadBack read_back(const std::filesystem::path& path) {
    auto reader = JournalReader::open(path);
    if (!reader) return {{}, {reader.error().message}, 0};
    return read_back(**reader);
}

}  // namespace goetia::testkit
