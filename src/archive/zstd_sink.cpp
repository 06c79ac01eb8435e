#include "archive/zstd_sink.h"

#include <vector>

#include <zstd.h>

namespace goetia {

struct ZstdSink::State {
    std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
    std::vector<char> buffer = std::vector<char>(ZSTD_CStreamOutSize());
};

ZstdSink::ZstdSink(ArchiveSink& out, const ZstdSettings& settings) : out_(out), state_(std::make_unique<State>()) {
    ZSTD_CCtx* const context = state_->context.get();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, settings.level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    // A libzstd that was built without threads refuses this and compresses in this one.
    if (settings.threads > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, settings.threads);
}

ZstdSink::~ZstdSink() = default;

Status ZstdSink::write(std::string_view bytes) { return compress(bytes, false); }
Status ZstdSink::finish() { return compress({}, true); }

Status ZstdSink::compress(std::string_view bytes, bool is_end) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
        ZSTD_outBuffer out{state_->buffer.data(), state_->buffer.size(), 0};
        const std::size_t left =
            ZSTD_compressStream2(state_->context.get(), &out, &in, is_end ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left) != 0) return failed("zstd cannot compress: {}", ZSTD_getErrorName(left));
        GOETIA_TRY(out_.write({state_->buffer.data(), out.pos}));
        if (is_end ? left == 0 : in.pos == in.size) return {};
    }
}

}  // namespace goetia
