// OpenVINO through its C interface.
#include <cstring>

#include "exporters/runtimes/foreign_runtime.h"
#include "exporters/runtimes/runtime_library.h"

namespace goetia {
namespace {

struct OvShape {
    std::int64_t rank;
    std::int64_t* lengths;
};

struct OvVersion {
    const char *build, *description;
};

// Found once; each gives 0 when all is well.
struct OvCalls {
    int (*version)(OvVersion*);
    void (*free_version)(OvVersion*);
    const char* (*error_text)(int);
    const char* (*last_error)();
    int (*create)(void**);
    int (*read)(void*, const char*, const char*, void**);
    int (*compile)(void*, void*, const char*, std::size_t, void**, ...);
    int (*create_request)(void*, void**);
    int (*outputs)(void*, std::size_t*);
    int (*output_port)(void*, std::size_t, void**);
    int (*port_name)(void*, char**);
    int (*make_shape)(std::int64_t, const std::int64_t*, OvShape*);
    int (*free_shape)(OvShape*);
    int (*input)(void*, std::size_t, void**);
    int (*set_shape)(void*, OvShape);
    int (*infer)(void*);
    int (*output)(void*, std::size_t, void**);
    int (*tensor_shape)(void*, OvShape*);
    int (*tensor_type)(void*, int*);
    int (*tensor_data)(void*, void**);
    void (*free_tensor)(void*);
    void (*free_request)(void*);
    void (*free_compiled)(void*);
    void (*free_model)(void*);
    void (*free_port)(void*);
    void (*free_text)(const char*);
};

template <class Function>
bool take(const RuntimeLibrary& library, const char* name, Function*& into) {
    return (into = library.function<Function>(name)) != nullptr;
}

bool take_all(const RuntimeLibrary& from, OvCalls& calls) {
    return take(from, "ov_get_openvino_version", calls.version) && take(from, "ov_version_free", calls.free_version) &&
           take(from, "ov_get_error_info", calls.error_text) && take(from, "ov_core_create", calls.create) &&
           take(from, "ov_core_read_model", calls.read) && take(from, "ov_core_compile_model", calls.compile) &&
           take(from, "ov_compiled_model_create_infer_request", calls.create_request) &&
           take(from, "ov_compiled_model_outputs_size", calls.outputs) &&
           take(from, "ov_compiled_model_output_by_index", calls.output_port) &&
           take(from, "ov_port_get_any_name", calls.port_name) && take(from, "ov_shape_create", calls.make_shape) &&
           take(from, "ov_shape_free", calls.free_shape) &&
           take(from, "ov_infer_request_get_input_tensor_by_index", calls.input) &&
           take(from, "ov_tensor_set_shape", calls.set_shape) && take(from, "ov_infer_request_infer", calls.infer) &&
           take(from, "ov_infer_request_get_output_tensor_by_index", calls.output) &&
           take(from, "ov_tensor_get_shape", calls.tensor_shape) &&
           take(from, "ov_tensor_get_element_type", calls.tensor_type) &&
           take(from, "ov_tensor_data", calls.tensor_data) && take(from, "ov_tensor_free", calls.free_tensor) &&
           take(from, "ov_infer_request_free", calls.free_request) &&
           take(from, "ov_compiled_model_free", calls.free_compiled) && take(from, "ov_model_free", calls.free_model) &&
           take(from, "ov_output_const_port_free", calls.free_port) && take(from, "ov_free", calls.free_text) &&
           take(from, "ov_get_last_err_msg", calls.last_error);
}

Status ov_status(const OvCalls& calls, int code, std::string_view what) {
    if (code == 0) return {};
    const char* more = calls.last_error();
    return failed("OpenVINO cannot {}: {}{}{}", what, calls.error_text(code), more != nullptr ? ": " : "",
                  more != nullptr ? more : "");
}

class OvSession final : public ForeignSession {
  public:
    OvSession(const OvCalls& calls, void* compiled, void* request)
        : calls_(calls), compiled_(compiled), request_(request) {}
    OvSession(const OvSession&) = delete;
    OvSession& operator=(const OvSession&) = delete;
    ~OvSession() override { calls_.free_request(request_), calls_.free_compiled(compiled_); }

    Status read_names() {
        std::size_t count = 0;
        GOETIA_TRY(ov_status(calls_, calls_.outputs(compiled_, &count), "count outputs"));
        for (std::size_t i = 0; i < count; ++i) {
            void* port = nullptr;
            char* name = nullptr;
            GOETIA_TRY(ov_status(calls_, calls_.output_port(compiled_, i, &port), "find an output"));
            const int code = calls_.port_name(port, &name);
            names_.emplace_back(code == 0 ? name : fmt::format("output{}", i));
            if (code == 0) calls_.free_text(name);
            calls_.free_port(port);
        }
        return {};
    }

    [[nodiscard]] const std::vector<std::string>& output_names() const override { return names_; }

    Result<std::vector<FloatArray>> run(const FloatArray& images) override {
        // Into the request's own tensor: the numbers that stand for types differ between versions.
        void *tensor = nullptr, *data = nullptr;
        GOETIA_TRY(ov_status(calls_, calls_.input(request_, 0, &tensor), "take the images"));
        OvShape shape{};
        Status done = ov_status(
            calls_, calls_.make_shape(static_cast<std::int64_t>(images.lengths.size()), images.lengths.data(), &shape),
            "make a shape");
        if (done) {
            done = ov_status(calls_, calls_.set_shape(tensor, shape), "take so many images");
            calls_.free_shape(&shape);
        }
        if (done) done = ov_status(calls_, calls_.tensor_type(tensor, &float_type_), "tell a type");
        if (done) done = ov_status(calls_, calls_.tensor_data(tensor, &data), "take the images");
        if (done) std::memcpy(data, images.numbers.data(), images.numbers.size() * sizeof(float));
        calls_.free_tensor(tensor);
        if (done) done = ov_status(calls_, calls_.infer(request_), "compute");
        GOETIA_TRY(std::move(done));
        std::vector<FloatArray> arrays;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            GOETIA_ASSIGN(FloatArray array, output(i));
            arrays.push_back(std::move(array));
        }
        return arrays;
    }

  private:
    Result<FloatArray> output(std::size_t i) {
        void *tensor = nullptr, *data = nullptr;
        OvShape shape{};
        int type = 0;
        GOETIA_TRY(ov_status(calls_, calls_.output(request_, i, &tensor), "give an output"));
        Status done = ov_status(calls_, calls_.tensor_shape(tensor, &shape), "tell a shape");
        if (done) done = ov_status(calls_, calls_.tensor_type(tensor, &type), "tell a type");
        if (done) done = ov_status(calls_, calls_.tensor_data(tensor, &data), "give numbers");
        if (done && type != float_type_) done = failed("the output '{}' is not of 32-bit floats", names_[i]);
        FloatArray array;
        if (done) {
            array.lengths.assign(shape.lengths, shape.lengths + shape.rank);
            std::size_t count = 1;
            for (const std::int64_t length : array.lengths) count *= static_cast<std::size_t>(length);
            const auto* first = static_cast<const float*>(data);
            array.numbers.assign(first, first + count);
        }
        calls_.free_shape(&shape);
        calls_.free_tensor(tensor);
        GOETIA_TRY(std::move(done));
        return array;
    }

    const OvCalls& calls_;
    void *compiled_, *request_;
    int float_type_ = 0;  // the input's
    std::vector<std::string> names_;
};

class OpenVino final : public ForeignRuntime {
  public:
    OpenVino(const OvCalls& calls, void* core, std::string version)
        : calls_(calls), core_(core), version_(std::move(version)) {}

    [[nodiscard]] std::string name() const override { return "OpenVINO " + version_; }

    // In 32-bit floats, whatever the processor would rather compute in.
    Result<std::unique_ptr<ForeignSession>> open(const std::filesystem::path& file, int threads) override {
        void *model = nullptr, *compiled = nullptr, *request = nullptr;
        GOETIA_TRY(
            ov_status(calls_, calls_.read(core_, file.c_str(), nullptr, &model), "read '" + file.native() + "'"));
        const std::string count = std::to_string(threads);
        const int code = calls_.compile(core_, model, "CPU", 4, &compiled, "INFERENCE_PRECISION_HINT", "f32",
                                        "INFERENCE_NUM_THREADS", count.c_str());
        calls_.free_model(model);
        GOETIA_TRY(ov_status(calls_, code, "compile '" + file.native() + "'"));
        if (Status done = ov_status(calls_, calls_.create_request(compiled, &request), "begin"); !done) {
            calls_.free_compiled(compiled);
            return std::move(done).error();
        }
        auto session = std::make_unique<OvSession>(calls_, compiled, request);
        GOETIA_TRY(session->read_names());
        return std::unique_ptr<ForeignSession>(std::move(session));
    }

  private:
    OvCalls calls_;
    void* core_;  // lives as long as the process
    std::string version_;
};

}  // namespace

Result<std::shared_ptr<ForeignRuntime>> find_openvino() {
    GOETIA_ASSIGN(const RuntimeLibrary library, RuntimeLibrary::find("GOETIA_OPENVINO", "libopenvino_c", "OpenVINO"));
    OvCalls calls{};
    if (!take_all(library, calls)) return not_found("'{}' is not OpenVINO's C interface", library.file().native());
    void* core = nullptr;
    GOETIA_TRY(ov_status(calls, calls.create(&core), "start"));
    OvVersion version{};
    std::string build = "of an unknown version";
    if (calls.version(&version) == 0) {
        build = version.build;
        calls.free_version(&version);
    }
    return std::shared_ptr<ForeignRuntime>(std::make_shared<OpenVino>(calls, core, std::move(build)));
}

}  // namespace goetia
