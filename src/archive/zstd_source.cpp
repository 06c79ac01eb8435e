#include "archive/zstd_source.h"

#include <vector>

#include <zstd.h>

namespace goetia {
namespace {

class ZstdSource final : public ArchiveBytes {
  public:
    ZstdSource(ArchiveBytes& source, const ZstdLimits& limits)
        : source_(source), limits_(limits), stream_(ZSTD_createDStream(), ZSTD_freeDStream), buffer_(1 << 17) {
        ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, limits.window_log);
    }

    Result<std::size_t> read(std::span<char> into) override {
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        while (out.pos == 0 && !into.empty()) {
            if (in_.pos == in_.size) GOETIA_TRY(refill());
            if (in_.size == 0) {
                if (within_frame_) return invalid("the compressed bytes end early");
                return std::size_t{0};
            }
            const std::size_t left = ZSTD_decompressStream(stream_.get(), &out, &in_);
            if (ZSTD_isError(left) != 0)
                return invalid("the bytes cannot be decompressed as zstd: {}", ZSTD_getErrorName(left));
            within_frame_ = left != 0;
        }
        put_ += static_cast<std::int64_t>(out.pos);
        if (put_ > limits_.free && put_ / limits_.ratio > taken_)
            return invalid("the bytes decompress to more than {} times their size", limits_.ratio);
        return out.pos;
    }

  private:
    Status refill() {
        GOETIA_ASSIGN(const std::size_t got, source_.read(buffer_));
        taken_ += static_cast<std::int64_t>(got);
        in_ = {buffer_.data(), got, 0};
        return {};
    }

    ArchiveBytes& source_;
    const ZstdLimits limits_;
    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
    std::vector<char> buffer_;
    ZSTD_inBuffer in_{nullptr, 0, 0};
    bool within_frame_ = false;
    std::int64_t taken_ = 0, put_ = 0;
};

}  // namespace

std::unique_ptr<ArchiveBytes> zstd_source(ArchiveBytes& source, const ZstdLimits& limits) {
    return std::make_unique<ZstdSource>(source, limits);
}

}  // namespace goetia
