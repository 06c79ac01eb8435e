// Growing arrays of fixed-size elements in one file. An array lies in extents, each twice as long as the one before, so
// where an element is follows from its number and a handful of offsets. Parts that are not written yet take no space.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/files.h"

namespace goetia {

class ColumnFile {
  public:
    // Opens or creates the file; `end` is where free space begins.
    static Result<ColumnFile> open(const std::filesystem::path& path, std::uint64_t end);
    // In memory, for little data.
    static Result<ColumnFile> anonymous();

    std::uint64_t allocate(std::uint64_t bytes);  // rounded up to whole pages
    [[nodiscard]] std::uint64_t end() const { return end_; }
    [[nodiscard]] Status write(std::uint64_t offset, const void* data, std::size_t bytes) const;
    [[nodiscard]] Status read(std::uint64_t offset, void* data, std::size_t bytes) const;
    [[nodiscard]] Status sync() const;

  private:
    FileDescriptor file_;
    std::filesystem::path path_;
    std::uint64_t end_ = 0;
};

// The bytes of one array; the number of its elements is the owner's.
class ColumnExtents {
  public:
    ColumnExtents() = default;
    explicit ColumnExtents(std::vector<std::uint64_t> offsets) : offsets_(std::move(offsets)) {}
    [[nodiscard]] const std::vector<std::uint64_t>& offsets() const { return offsets_; }

    Status write(ColumnFile& file, std::size_t element_bytes, std::uint64_t first, const void* data,
                 std::uint64_t count);
    [[nodiscard]] Status read(const ColumnFile& file, std::size_t element_bytes, std::uint64_t first, void* data,
                              std::uint64_t count) const;
    // How many elements the extents have room for.
    [[nodiscard]] std::uint64_t capacity() const { return kFirst * ((std::uint64_t{1} << offsets_.size()) - 1); }

  private:
    static constexpr std::uint64_t kFirst = 128;  // elements of the first extent
    struct Place {
        std::uint64_t offset, room;  // bytes, elements up to the extent's end
    };
    [[nodiscard]] Place place(std::size_t element_bytes, std::uint64_t element) const;

    std::vector<std::uint64_t> offsets_;
};

}  // namespace goetia
