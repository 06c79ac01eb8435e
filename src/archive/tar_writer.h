// Writes a tar archive that is the same for the same files: no times, owners or modes but "executable". Names longer
// than the format's fields are written as pax headers, which every tar reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "archive/archive_sink.h"

namespace goetia {

class TarWriter {
  public:
    explicit TarWriter(ArchiveSink& out) : out_(out) {}

    Status add(const std::string& name, std::string_view bytes, bool executable = false);
    // The same in pieces: exactly `bytes` of them must follow.
    Status begin(const std::string& name, std::int64_t bytes, bool executable);
    Status write(std::string_view bytes);
    // Streams the file; an Error if it changes its size meanwhile.
    Status add_file(const std::string& name, const std::filesystem::path& file, bool executable);

    Status finish();

  private:
    Status pad();

    ArchiveSink& out_;
    std::string name_;          // of the current entry
    std::int64_t left_ = 0;     // of its content
    std::int64_t padding_ = 0;  // after it
};

}  // namespace goetia
