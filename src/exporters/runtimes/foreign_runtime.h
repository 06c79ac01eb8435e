// Other runtimes that this machine has: what is exported is computed by them before it is handed out. They are loaded
// when they are needed; nothing is linked.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

struct FloatArray {
    std::vector<std::int64_t> lengths;
    std::vector<float> numbers;
};

// One model that a runtime has read.
class ForeignSession {
  public:
    virtual ~ForeignSession() = default;
    [[nodiscard]] virtual const std::vector<std::string>& output_names() const = 0;
    // Outputs that are not of 32-bit floats are an Error.
    virtual Result<std::vector<FloatArray>> run(const FloatArray& images) = 0;
};

class ForeignRuntime {
  public:
    virtual ~ForeignRuntime() = default;
    [[nodiscard]] virtual std::string name() const = 0;  // "ONNX Runtime 1.32.0"
    virtual Result<std::unique_ptr<ForeignSession>> open(const std::filesystem::path& file, int threads) = 0;
};

// Code::kNotFound where it is not on this machine. The variable GOETIA_ONNXRUNTIME or GOETIA_OPENVINO names the library
// or the folder that holds it; without it: beside the programs in lib/, then where the system looks.
Result<std::shared_ptr<ForeignRuntime>> find_onnx_runtime();
Result<std::shared_ptr<ForeignRuntime>> find_openvino();

}  // namespace goetia
