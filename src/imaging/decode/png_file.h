// An open PNG file; the caller chooses the pixel format.
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
    // `bytes` must stay valid.
    static Result<PngFile> open(std::string_view bytes, std::string_view name, const DecodeLimits& limits);

    [[nodiscard]] const spng_ihdr& header() const { return header_; }
    // Reads the file to its end; `format` and `flags` are spng's.
    Result<std::vector<std::uint8_t>> pixels(int format, int flags);
    // The EXIF orientation, 1 when the file has none; valid once the pixels are read.
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
