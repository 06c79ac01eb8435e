// A download under way: FILE.part with what has come, FILE.part.json with which bytes those are. Killed at any moment,
// the next call goes on with what was noted.
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

// Bytes that are there, in order, never touching one another.
class Spans {
  public:
    void add(ByteSpan span);
    void clear() { spans_.clear(); }
    [[nodiscard]] const std::vector<ByteSpan>& list() const { return spans_; }
    [[nodiscard]] std::int64_t total() const;
    // What is not there of [0, size).
    [[nodiscard]] std::vector<ByteSpan> missing(std::int64_t size) const;
    friend bool operator==(const Spans&, const Spans&) = default;

  private:
    std::vector<ByteSpan> spans_;
};

// What FILE.part.json says of FILE.part.
struct PartNotes {
    std::string url, validator;
    std::int64_t size = 0;  // of the whole file
    Spans done;
};

std::string text_of(const PartNotes& notes);
// Nothing where they cannot be believed of a part file of so many bytes: it is fetched anew.
std::optional<PartNotes> parse_part_notes(std::string_view text, std::int64_t part_bytes);

// Several threads may write at once.
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

    // From now on the bytes are of this file; what is there already stays.
    void describe(std::optional<std::int64_t> size, const std::string& validator, const std::string& url);
    Status reset();  // forgets everything
    Status write(std::int64_t at, std::string_view bytes);
    Status note();  // makes what has come count after a kill
    // All is there: the target, at once or not at all.
    Status finish();

  private:
    PartFile(std::filesystem::path target, FileDescriptor file);
    void read_notes();
    Status note_locked();

    std::filesystem::path target_, part_, notes_;
    FileDescriptor file_;
    mutable std::mutex mutex_;
    std::optional<std::int64_t> size_;
    std::string validator_, url_;
    Spans done_;
    std::int64_t unnoted_ = 0;
};

}  // namespace goetia
