// TensorBoard event files, as TensorBoard itself reads them.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "experiment/journal.h"

namespace goetia {

// One file per attempt. It begins with everything that is known so far, and then the older files are emptied, so that a
// resumed run has no stale event and no double, whoever reads them; a TensorBoard that watches is told to start over.
class TensorBoardWriter {
  public:
    // Makes "events.out.tfevents.<seconds>.<host>.<pid>.<n>" in `folder`; it shows there with the first flush().
    static Result<std::unique_ptr<TensorBoardWriter>> create(const std::filesystem::path& folder, WallTime time);
    ~TensorBoardWriter();

    void scalar(std::string_view tag, std::int64_t step, double time, double value);
    // `png` are the bytes of a PNG file.
    void picture(std::string_view tag, std::int64_t step, double time, int width, int height, std::string_view png);
    // Everything so far is in the file; the first flush() also empties the event files of earlier attempts.
    Status flush();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    TensorBoardWriter(FileDescriptor file, std::filesystem::path path, std::filesystem::path beside);
    void put(double time, std::int64_t step, std::string_view value);
    Status write_waiting();
    [[nodiscard]] Status retire_older() const;

    FileDescriptor file_;
    std::filesystem::path path_;
    std::filesystem::path beside_;  // its name until the first flush
    std::string waiting_;           // for the file: written when it is much, and with flush()
    Status fault_;                  // of a write in between; told by the next flush()
    bool shown_ = false;
};

}  // namespace goetia
