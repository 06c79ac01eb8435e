// Zip files built in memory.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

namespace goetia::testkit {

inline std::string zip(const std::vector<std::pair<std::string, std::string>>& parts) {
    std::size_t capacity = 1 << 16, used = 0;
    for (const auto& [name, bytes] : parts) capacity += bytes.size() + name.size() + 256;
    std::string out(capacity, '\0');
    archive* handle = archive_write_new();
    archive_write_set_format_zip(handle);
    archive_write_set_bytes_in_last_block(handle, 1);
    EXPECT_EQ(archive_write_open_memory(handle, out.data(), out.size(), &used), ARCHIVE_OK);
    for (const auto& [name, bytes] : parts) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        EXPECT_EQ(archive_write_header(handle, entry), ARCHIVE_OK) << archive_error_string(handle);
        if (!bytes.empty()) archive_write_data(handle, bytes.data(), bytes.size());
        archive_entry_free(entry);
    }
    archive_write_close(handle);
    archive_write_free(handle);
    out.resize(used);
    return out;
}

}  // namespace goetia::testkit
