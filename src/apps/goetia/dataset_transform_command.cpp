// goetia dataset transform: one pipeline on one image and its annotations.
#include "apps/goetia/command.h"
#include "base/files.h"
#include "feeding/transform.h"

namespace goetia::cli {
namespace {

struct TransformOptions {
    std::string pipeline, image, output, annotations, mask, mask_output;
    std::uint64_t seed = 0, epoch = 0;
    std::int64_t index = 0;
};

Instance instance_of(const Json& json) {
    Instance one;
    one.label = json.value("label", std::int64_t{-1});
    one.area = json.value("area", 0.0);
    if (const auto box = json.value("box", std::vector<float>{}); box.size() == 4)
        one.box = {box[0], box[1], box[2], box[3]};
    one.polygons = json.value("polygons", std::vector<Polygon>{});
    for (const auto& point : json.value("key_points", std::vector<std::array<float, 3>>{}))
        one.key_points.push_back({point[0], point[1], static_cast<int>(point[2])});
    if (json.contains("mask"))
        one.mask = Rle{json["mask"].at("size").at(0).get<int>(), json["mask"].at("size").at(1).get<int>(),
                       json["mask"].at("counts").get<std::vector<std::uint32_t>>()};
    return one;
}

Json to_json(const Instance& one) {
    Json json{{"label", one.label},
              {"area", one.area},
              {"box", {one.box.x1, one.box.y1, one.box.x2, one.box.y2}},
              {"polygons", one.polygons},
              {"key_points", Json::array()}};
    for (const KeyPoint& point : one.key_points) json["key_points"].push_back({point.x, point.y, point.visible});
    if (one.mask) json["mask"] = {{"size", {one.mask->height, one.mask->width}}, {"counts", one.mask->counts}};
    return json;
}

Result<std::vector<Instance>> instances_of(const std::string& text) try {
    std::vector<Instance> instances;
    if (text.empty()) return instances;
    for (const Json& one : Json::parse(text)) instances.push_back(instance_of(one));
    return instances;
} catch (const Json::exception& fault) {
    return invalid("--annotations needs a JSON list of {{label, box, polygons, mask, key_points}}: {}", fault.what());
}

// NumPy's format, version 1: the header is padded so that the numbers begin at a multiple of 64 bytes.
std::string npy(std::string_view kind, std::string_view shape, const void* data, std::size_t bytes) {
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", kind, shape);
    header.append(63 - (header.size() + 10) % 64, ' ');
    header += '\n';
    std::string file("\x93NUMPY\x01\x00", 8);
    file += static_cast<char>(header.size() & 0xFF);
    file += static_cast<char>(header.size() >> 8);
    return file.append(header).append(static_cast<const char*>(data), bytes);
}

Status write_bytes(const std::string& path, const Image& image) {
    return write_file_atomic(path, npy("|u1", fmt::format("{}, {}, {}", image.height, image.width, image.channels),
                                       image.pixels.data(), image.pixels.size()));
}

Result<Outcome> transform(const TransformOptions& options) {
    TransformRegistry registry(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(registry));
    const Json steps = Json::parse(options.pipeline, nullptr, false);
    if (steps.is_discarded()) return invalid("--pipeline needs a JSON list of transforms, found {}", options.pipeline);
    if (!steps.is_array() || steps.empty())
        return invalid("--pipeline needs at least LoadImage, found {}", steps.dump());
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(registry, steps, "pipeline"));
    Sample sample;
    sample.index = options.index;
    sample.name = options.image;
    sample.path = options.image;
    sample.mask_path = options.mask;
    GOETIA_ASSIGN(sample.instances, instances_of(options.annotations));
    GOETIA_TRY(pipeline.apply(sample, options.seed, options.epoch));
    const Planes& planes = sample.planes;
    const Image& image = sample.image;
    const bool numbers = !planes.values.empty();
    const std::string shape = numbers ? fmt::format("{}, {}, {}", planes.channels, planes.height, planes.width)
                                      : fmt::format("{}, {}, {}", image.height, image.width, image.channels);
    if (numbers) {
        GOETIA_TRY(write_file_atomic(options.output,
                                     npy("<f4", shape, planes.values.data(), planes.values.size() * sizeof(float))));
    } else {
        GOETIA_TRY(write_bytes(options.output, image));
    }
    if (!options.mask_output.empty()) GOETIA_TRY(write_bytes(options.mask_output, sample.mask));
    Outcome outcome{.json = {{"output", options.output}, {"instances", Json::array()}},
                    .text = fmt::format("wrote '{}' ({})\n", options.output, shape)};
    for (const Instance& one : sample.instances) outcome.json["instances"].push_back(to_json(one));
    return outcome;
}

}  // namespace

void add_dataset_transform(Command& dataset, Context& context) {
    const auto options = std::make_shared<TransformOptions>();
    Command& command = dataset.command("transform", "Runs a pipeline on one image and writes the result as .npy");
    command.option("--pipeline", options->pipeline, "A JSON list, as augmentation.train.pipeline holds").required();
    command.option("--image", options->image, "The file LoadImage reads").required();
    command.option("--output", options->output, "Bytes [height, width, 3], or floats [3, height, width] after ToTensor")
        .required();
    command.option("--annotations", options->annotations,
                   "A JSON list of {label, box, polygons, mask, key_points}; --json prints the transformed ones");
    command.option("--mask", options->mask, "The file LoadMask reads");
    command.option("--mask-output", options->mask_output, "Where the mask is written, as bytes [height, width, 1]");
    command.option("--seed", options->seed, "Of the run").show_default().not_negative();
    command.option("--epoch", options->epoch, "Of the run").show_default().not_negative();
    command.option("--index", options->index, "The sample's place in its data set").show_default();
    context.on(command, [options] { return transform(*options); });
}

}  // namespace goetia::cli
