// Compresses with zstd while it is written.
#pragma once

#include <memory>

#include "archive/archive_sink.h"

namespace goetia {

struct ZstdSettings {
    int level = 3;
    int threads = 0;  // 0: this one; with any other number the result is the same, but for 0
};

class ZstdSink final : public ArchiveSink {
  public:
    explicit ZstdSink(ArchiveSink& out, const ZstdSettings& settings = {});
    ~ZstdSink() override;

    Status write(std::string_view bytes) override;
    Status finish();  // writes what is left; nothing may be written afterwards

  private:
    struct State;
    Status compress(std::string_view bytes, bool is_end);

    ArchiveSink& out_;
    std::unique_ptr<State> state_;
};

}  // namespace goetia
