#include "delivery/tensorrt.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/ranges.h>

namespace goetia {

std::string tensorrt_cache(const std::map<std::string, QuantRange>& ranges) {
    std::string text = "TRT-100000-EntropyCalibration2\n";
    for (const auto& [name, range] : ranges) {
        const float scale = std::max(std::fabs(range.least), std::fabs(range.most)) / 127;
        text += fmt::format("{}: {:08x}\n", name, std::bit_cast<std::uint32_t>(scale));
    }
    return text;
}

std::string tensorrt_commands(const ExportOrder& order, const std::string& onnx, const std::string& input,
                              const std::vector<std::int64_t>& image, double workspace_gigabytes) {
    const std::string rest = fmt::format("{}", fmt::join(image, "x"));
    const std::string shapes =
        fmt::format("--minShapes={0}:1x{1} --optShapes={0}:1x{1} --maxShapes={0}:16x{1}", input, rest);
    const std::string engine = order.file(),
                      memory = fmt::format("--memPoolSize=workspace:{:.0f}M", workspace_gigabytes * 1024);
    // The ONNX itself says in which precision each layer computes; only version 10 may also be told so.
    const char* told = order.precision == ExportPrecision::kFp32   ? ""
                       : order.precision == ExportPrecision::kFp16 ? " --fp16"
                                                                   : " --fp16 --int8";
    return fmt::format(
        "#!/bin/sh\n# Builds the engine where TensorRT is installed. It fits only the GPU and the version it was built "
        "by.\nset -e\n"
        "case $(trtexec --help 2>&1 | head -1) in\n"
        "*'TensorRT v10'* | *'TensorRT v8'*)  # up to 10\n    trtexec --onnx={0} --saveEngine={1} {2} {3}{4} ;;\n"
        "*)  # from 11 on: types come from the model alone\n    trtexec --onnx={0} --saveEngine={1} {2} {3} ;;\nesac\n",
        onnx, engine, shapes, memory, told);
}

}  // namespace goetia
