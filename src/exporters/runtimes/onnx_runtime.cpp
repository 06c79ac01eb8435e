// ONNX Runtime through its C interface: one table of functions, whose order is fixed from its first version on. Only
// the places that are used are named here.

#include "exporters/runtimes/foreign_runtime.h"
#include "exporters/runtimes/runtime_library.h"

namespace goetia {
namespace {

constexpr std::uint32_t kTableVersion = 1;  // what is used here has been in it since then

struct OrtTable {
    const void* (*table)(std::uint32_t version);
    const char* (*version)();
};

enum OrtPlace : std::size_t {
    kErrorMessage = 2,
    kCreateEnv = 3,
    kCreateSession = 7,
    kRun = 9,
    kCreateOptions = 10,
    kSetThreads = 24,
    kInputCount = 30,
    kOutputCount = 31,
    kInputName = 36,
    kOutputName = 37,
    kCreateTensor = 49,
    kTensorData = 51,
    kElementType = 60,
    kDimensionCount = 61,
    kDimensions = 62,
    kElementCount = 64,
    kTypeAndShape = 65,
    kCpuMemory = 69,
    kAllocatorFree = 76,
    kDefaultAllocator = 78,
    kReleaseStatus = 93,
    kReleaseMemory = 94,
    kReleaseSession = 95,
    kReleaseValue = 96,
    kReleaseShape = 99,
    kReleaseOptions = 100,
};

class OrtCalls {
  public:
    explicit OrtCalls(const void* table) : functions_(static_cast<void* const*>(table)) {}

    // Most functions give a status, which is null when all is well.
    template <class... Args>
    Status call(OrtPlace place, Args... args) const {
        void* status = reinterpret_cast<void* (*)(Args...)>(functions_[place])(args...);
        if (status == nullptr) return {};
        const char* text = reinterpret_cast<const char* (*)(const void*)>(functions_[kErrorMessage])(status);
        Error error = failed("ONNX Runtime: {}", text);
        release(kReleaseStatus, status);
        return error;
    }
    void release(OrtPlace place, void* what) const {
        if (what != nullptr) reinterpret_cast<void (*)(void*)>(functions_[place])(what);
    }

  private:
    void* const* functions_;
};

// Something of ONNX Runtime's that must be given back.
class OrtOwned {
  public:
    OrtOwned(const OrtCalls& calls, OrtPlace release) : calls_(&calls), release_(release) {}
    OrtOwned(OrtOwned&& other) noexcept : calls_(other.calls_), release_(other.release_), what_(other.what_) {
        other.what_ = nullptr;
    }
    OrtOwned& operator=(OrtOwned&&) = delete;
    ~OrtOwned() { calls_->release(release_, what_); }
    [[nodiscard]] void* get() const { return what_; }
    void** place() { return &what_; }

  private:
    const OrtCalls* calls_;
    OrtPlace release_;
    void* what_ = nullptr;
};

class OrtSessionOfFile final : public ForeignSession {
  public:
    OrtSessionOfFile(const OrtCalls& calls, OrtOwned session) : calls_(calls), session_(std::move(session)) {}

    Status read_names() {
        GOETIA_TRY(read_names_of(kInputCount, kInputName, inputs_));
        GOETIA_TRY(read_names_of(kOutputCount, kOutputName, outputs_));
        if (inputs_.size() == 1) return {};
        return failed("the model has {} inputs instead of one", inputs_.size());
    }

    [[nodiscard]] const std::vector<std::string>& output_names() const override { return outputs_; }

    Result<std::vector<FloatArray>> run(const FloatArray& images) override {
        constexpr int kFloat = 1, kDeviceAllocator = 0, kDefaultMemory = 0;
        OrtOwned memory(calls_, kReleaseMemory), input(calls_, kReleaseValue);
        GOETIA_TRY(calls_.call(kCpuMemory, kDeviceAllocator, kDefaultMemory, memory.place()));
        GOETIA_TRY(calls_.call(kCreateTensor, static_cast<const void*>(memory.get()),
                               const_cast<float*>(images.numbers.data()),  // NOLINT: it is only read
                               images.numbers.size() * sizeof(float), images.lengths.data(), images.lengths.size(),
                               kFloat, input.place()));
        const char* input_name = inputs_[0].c_str();
        std::vector<const char*> names;
        for (const std::string& name : outputs_) names.push_back(name.c_str());
        std::vector<void*> values(names.size(), nullptr);
        const void* given = input.get();
        GOETIA_TRY(calls_.call(kRun, session_.get(), static_cast<const void*>(nullptr), &input_name, &given,
                               std::size_t{1}, names.data(), names.size(), values.data()));
        std::vector<OrtOwned> owned;
        for (void* value : values) {
            owned.emplace_back(calls_, kReleaseValue);
            *owned.back().place() = value;
        }
        std::vector<FloatArray> arrays;
        for (std::size_t i = 0; i < values.size(); ++i) {
            GOETIA_ASSIGN(FloatArray array, array_of(values[i], outputs_[i]));
            arrays.push_back(std::move(array));
        }
        return arrays;
    }

  private:
    Status read_names_of(OrtPlace count_place, OrtPlace name_place, std::vector<std::string>& names) const {
        std::size_t count = 0;
        void* allocator = nullptr;
        GOETIA_TRY(calls_.call(count_place, static_cast<const void*>(session_.get()), &count));
        GOETIA_TRY(calls_.call(kDefaultAllocator, &allocator));
        for (std::size_t i = 0; i < count; ++i) {
            char* name = nullptr;
            GOETIA_TRY(calls_.call(name_place, static_cast<const void*>(session_.get()), i, allocator, &name));
            names.emplace_back(name);
            GOETIA_TRY(calls_.call(kAllocatorFree, allocator, static_cast<void*>(name)));
        }
        return {};
    }

    Result<FloatArray> array_of(void* value, const std::string& name) const {
        OrtOwned shape(calls_, kReleaseShape);
        GOETIA_TRY(calls_.call(kTypeAndShape, static_cast<const void*>(value), shape.place()));
        const void* facts = shape.get();
        int element = 0;
        std::size_t rank = 0, count = 0;
        GOETIA_TRY(calls_.call(kElementType, facts, &element));
        if (element != 1) return failed("the output '{}' is not of 32-bit floats", name);
        GOETIA_TRY(calls_.call(kDimensionCount, facts, &rank));
        GOETIA_TRY(calls_.call(kElementCount, facts, &count));
        FloatArray array;
        array.lengths.resize(rank);
        GOETIA_TRY(calls_.call(kDimensions, facts, array.lengths.data(), rank));
        void* numbers = nullptr;
        GOETIA_TRY(calls_.call(kTensorData, value, &numbers));
        const auto* first = static_cast<const float*>(numbers);
        array.numbers.assign(first, first + count);
        return array;
    }

    const OrtCalls& calls_;
    OrtOwned session_;
    std::vector<std::string> inputs_, outputs_;
};

class OnnxRuntime final : public ForeignRuntime {
  public:
    OnnxRuntime(const void* table, std::string version, void* environment)
        : calls_(table), version_(std::move(version)), environment_(environment) {}

    [[nodiscard]] std::string name() const override { return "ONNX Runtime " + version_; }

    Result<std::unique_ptr<ForeignSession>> open(const std::filesystem::path& file, int threads) override {
        OrtOwned options(calls_, kReleaseOptions), session(calls_, kReleaseSession);
        GOETIA_TRY(calls_.call(kCreateOptions, options.place()));
        GOETIA_TRY(calls_.call(kSetThreads, options.get(), threads));
        GOETIA_TRY(calls_.call(kCreateSession, static_cast<const void*>(environment_), file.c_str(),
                               static_cast<const void*>(options.get()), session.place()));
        auto made = std::make_unique<OrtSessionOfFile>(calls_, std::move(session));
        GOETIA_TRY(made->read_names());
        return std::unique_ptr<ForeignSession>(std::move(made));
    }

  private:
    OrtCalls calls_;
    std::string version_;
    void* environment_;  // lives as long as the process
};

}  // namespace

Result<std::shared_ptr<ForeignRuntime>> find_onnx_runtime() {
    GOETIA_ASSIGN(const RuntimeLibrary library,
                  RuntimeLibrary::find("GOETIA_ONNXRUNTIME", "libonnxruntime", "ONNX Runtime"));
    auto* base = library.function<const OrtTable*()>("OrtGetApiBase");
    if (base == nullptr) return not_found("'{}' is not ONNX Runtime", library.file().native());
    const void* table = base()->table(kTableVersion);
    if (table == nullptr)
        return not_found("'{}' has no interface of version {}", library.file().native(), kTableVersion);
    constexpr int kOnlyErrors = 3;
    void* environment = nullptr;
    GOETIA_TRY(OrtCalls(table).call(kCreateEnv, kOnlyErrors, "goetia", &environment));
    return std::shared_ptr<ForeignRuntime>(std::make_shared<OnnxRuntime>(table, base()->version(), environment));
}

}  // namespace goetia
