// For this room's tests: a folder of their own that goes with them, and short ways to write and read journals.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "experiment/journal.h"

namespace goetia::testing_kit {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "goetia_experiment_XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() {
        std::error_code code;
        std::filesystem::remove_all(path_, code);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// What a journal gives until its end: its whole records, and what it said about damage.
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

}  // namespace goetia::testing_kit
