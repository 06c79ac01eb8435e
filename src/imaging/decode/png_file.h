// A PNG file, opened: what its pixels are is for the caller to say.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <spng.h>

#include "imaging/decode/formats.h"

namespace goetia {

class PngFile {
  public:
    // `bytes` must stay where they are.
    static Result<PngFile> open(std::string_view bytes, std::string_view name, const DecodeLimits& limits);

    [[nodiscard]] const spng_ihdr& header() const { return header_; }
    // All of them, with the file read to its end; `format` and `flags` are spng's.
    Result<std::vector<std::uint8_t>> pixels(int format, int flags);
    // As EXIF counts them, 1 when the file says none; known once the pixels are read.
    [[nodiscard]] int orientation() const;

  private:
    struct Free {
        void operator()(spng_ctx* context) const { spng_ctx_free(context); }
    };

    std::unique_ptr<spng_ctx, Free> context_;
    std::string name_;
    spng_ihdr header_{};
};

}  // namespace goetia
