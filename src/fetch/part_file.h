// A partial download: FILE.part holds the bytes received, FILE.part.json says which they are. After a kill at any
// moment the next call resumes from the saved state.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

struct ByteSpan {
    std::int64_t begin = 0, end = 0;
    friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

// A set of byte ranges: sorted, never touching one another.
class Spans {
  public:
    void add(ByteSpan span);
    void clear() { spans_.clear(); }
    [[nodiscard]] const std::vector<ByteSpan>& list() const { return spans_; }
    [[nodiscard]] std::int64_t total() const;
    // The gaps in [0, size).
    [[nodiscard]] std::vector<ByteSpan> missing(std::int64_t size) const;
    friend bool operator==(const Spans&, const Spans&) = default;

  private:
    std::vector<ByteSpan> spans_;
};

// The contents of FILE.part.json.
struct PartState {
    std::string url, validator;
    std::int64_t size = 0;  // of the complete file
    Spans done;
};

std::string text_of(const PartState& state);
// Empty when it is implausible for a part file of so many bytes: the file is then fetched again.
std::optional<PartState> parse_part_state(std::string_view text, std::int64_t part_bytes);

// Thread-safe.
class PartFile {
  public:
    // kWrongState when another process is fetching the same file.
    static Result<std::unique_ptr<PartFile>> open(const std::filesystem::path& target);

    [[nodiscard]] std::optional<std::int64_t> size() const { return size_; }
    [[nodiscard]] const std::string& validator() const { return validator_; }
    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] std::int64_t present() const;
    [[nodiscard]] bool complete() const;
    [[nodiscard]] std::vector<ByteSpan> missing() const;  // the size must be known
    [[nodiscard]] const std::filesystem::path& path() const { return part_; }

    // Sets which file the bytes belong to; those received are kept.
    void describe(std::optional<std::int64_t> size, const std::string& validator, const std::string& url);
    Status reset();  // forgets everything
    Status write(std::int64_t at, std::string_view bytes);
    Status save_state();  // so that a kill loses nothing received until now
    // Renames the complete file to the target.
    Status finish();

  private:
    PartFile(std::filesystem::path target, FileDescriptor file);
    void read_state();
    Status save_state_locked();

    std::filesystem::path target_, part_, state_path_;
    FileDescriptor file_;
    mutable std::mutex mutex_;
    std::optional<std::int64_t> size_;
    std::string validator_, url_;
    Spans done_;
    std::int64_t unsaved_ = 0;
};

}  // namespace goetia
