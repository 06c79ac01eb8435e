// Writes stored zip entries sequentially, each payload at a multiple of 64 bytes, as zip64 where a number needs it.
// Times and everything else that would make equal contents differ are zero.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "weights/file_sink.h"

namespace goetia::zip {

class Writer {
  public:
    // Sizes and offsets from `large_from` on are written in 64 bits; tests lower it.
    explicit Writer(FileSink& sink, std::uint64_t large_from = 0xffffffff) : sink_(&sink), large_from_(large_from) {}

    Status add(const std::string& name, std::span<const std::byte> payload);
    Status add(const std::string& name, std::string_view payload);
    Status finish();  // writes the directory

  private:
    struct Written {
        std::string name;
        std::uint32_t crc = 0;
        std::uint64_t size = 0;
        std::uint64_t header = 0;
    };
    [[nodiscard]] bool is_large(std::uint64_t number) const { return number >= large_from_; }
    [[nodiscard]] std::string directory_entry(const Written& entry) const;

    FileSink* sink_;
    std::uint64_t large_from_;
    std::vector<Written> entries_;
};

}  // namespace goetia::zip
