// Writer of TensorBoard event files.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "experiment/journal.h"

namespace goetia {

// One file per attempt. It starts with everything that is known so far, after which the older files are emptied, so
// that a resumed run has no stale or duplicate events for any reader; a running TensorBoard is told to start over.
class TensorBoardWriter {
  public:
    // Creates "events.out.tfevents.<seconds>.<host>.<pid>.<n>" in `folder`; it becomes visible with the first flush().
    static Result<std::unique_ptr<TensorBoardWriter>> create(const std::filesystem::path& folder, WallTime time);
    ~TensorBoardWriter();

    void scalar(std::string_view tag, std::int64_t step, double time, double value);
    // `png` is the content of a PNG file.
    void image(std::string_view tag, std::int64_t step, double time, int width, int height, std::string_view png);
    // Writes everything so far to the file; the first flush() also empties the event files of earlier attempts.
    Status flush();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    TensorBoardWriter(FileDescriptor file, std::filesystem::path path, std::filesystem::path temporary);
    void put(double time, std::int64_t step, std::string_view value);
    Status write_buffer();
    [[nodiscard]] Status retire_older() const;

    FileDescriptor file_;
    std::filesystem::path path_;
    std::filesystem::path temporary_;  // its name until the first flush
    std::string buffer_;               // written to the file when it is large, and by flush()
    Status fault_;                     // an earlier write error, reported by the next flush()
    bool published_ = false;
};

}  // namespace goetia
