// goetia dataset info|transform: what a set holds, and one pipeline on one picture. The others have files of their own.
#include "apps/goetia/command.h"
#include "apps/goetia/dataset_parts.h"
#include "base/files.h"
#include "data/facts.h"
#include "data/transform.h"

namespace goetia::cli {
namespace {

struct InfoWish {
    std::string format = "ImageNet";
    std::string root;
    std::string list;  // of the training split
};

// The counts of one split: "train  1600 images  circle 200, square 200".
std::string split_text(std::string_view split, const DatasetFacts& facts, const std::vector<std::string>& classes) {
    std::string counts;
    for (std::size_t i = 0; i < classes.size(); ++i)
        counts += fmt::format("{}{} {}", i == 0 ? "" : ", ", classes[i], facts.per_class[i]);
    if (facts.unlabelled > 0) counts = fmt::format("{} without label", facts.unlabelled);
    return fmt::format("{:<6}{:>8} images  {}\n", split, facts.samples, counts);
}

Result<Outcome> info(const InfoWish& wish) {
    DatasetRegistry registry(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(registry));
    Json config{{"type", wish.format}, {"data_root", wish.root}};
    if (!wish.list.empty()) config["train"] = {{"ann_file", wish.list}};
    Outcome outcome{.json = {{"data_root", wish.root}, {"splits", Json::object()}}};
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        const auto dataset = registry.make(config, "dataset", split);
        if (!dataset) {
            if (dataset.error().code == Code::kNotFound && split != Split::kTrain) continue;  // a set need not have it
            return dataset.error();
        }
        GOETIA_ASSIGN(const DatasetFacts facts, dataset_facts(**dataset));
        GOETIA_ASSIGN(const std::string certificate, fingerprint(**dataset));
        const auto& classes = (*dataset)->classes();
        Json per_class = Json::object();
        for (std::size_t i = 0; i < classes.size(); ++i) per_class[classes[i]] = facts.per_class[i];
        outcome.json["splits"][std::string(split_name(split))] = {{"images", facts.samples},
                                                                  {"unlabelled", facts.unlabelled},
                                                                  {"subjects", facts.subjects},
                                                                  {"classes", per_class},
                                                                  {"fingerprint", certificate}};
        outcome.text += split_text(split_name(split), facts, classes);
    }
    return outcome;
}

struct TransformWish {
    std::string pipeline, image, output;
    std::uint64_t seed = 0, epoch = 0;
    std::int64_t index = 0;
};

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

Result<Outcome> transform(const TransformWish& wish) {
    TransformRegistry registry(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(registry));
    const Json steps = Json::parse(wish.pipeline, nullptr, false);
    if (steps.is_discarded()) return invalid("--pipeline needs a JSON list of transforms, found {}", wish.pipeline);
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(registry, steps, "pipeline"));
    Sample sample;
    sample.index = wish.index;
    sample.name = wish.image;
    sample.path = wish.image;
    GOETIA_TRY(pipeline.apply(sample, wish.seed, wish.epoch));
    const Planes& planes = sample.planes;
    const Image& image = sample.image;
    const bool numbers = !planes.values.empty();
    const std::string shape = numbers ? fmt::format("{}, {}, {}", planes.channels, planes.height, planes.width)
                                      : fmt::format("{}, {}, {}", image.height, image.width, image.channels);
    GOETIA_TRY(write_file_atomic(wish.output,
                                 numbers ? npy("<f4", shape, planes.values.data(), planes.values.size() * sizeof(float))
                                         : npy("|u1", shape, image.pixels.data(), image.pixels.size())));
    return Outcome{.json = {{"output", wish.output}}, .text = fmt::format("wrote '{}' ({})\n", wish.output, shape)};
}

}  // namespace

void add_dataset_commands(CLI::App& app, Context& context) {
    CLI::App* dataset = app.add_subcommand("dataset", "Make, look at and try out picture sets");
    dataset->require_subcommand(1);

    add_dataset_make(*dataset, context);
    add_dataset_setup(*dataset, context);
    add_dataset_cache(*dataset, context);

    const auto info_wish = std::make_shared<InfoWish>();
    CLI::App* info_command = dataset->add_subcommand(
        "info", "Counts the images of each split and class, and prints the fingerprints with --json");
    info_command->add_option("--format", info_wish->format, "ImageNet or ImageFolder")
        ->check(CLI::IsMember({"ImageNet", "ImageFolder"}))
        ->capture_default_str();
    info_command->add_option("--data-root,--data_root", info_wish->root, "The set's folder")->required();
    info_command->add_option("--ann-file,--ann_file", info_wish->list, "Lines of 'path label' of the training split");
    context.on(info_command, [info_wish] { return info(*info_wish); });

    const auto transform_wish = std::make_shared<TransformWish>();
    CLI::App* transform_command =
        dataset->add_subcommand("transform", "Runs a pipeline on one image and writes the result as .npy");
    transform_command
        ->add_option("--pipeline", transform_wish->pipeline, "A JSON list, as augmentation.train.pipeline holds")
        ->required();
    transform_command->add_option("--image", transform_wish->image, "The file LoadImage reads")->required();
    transform_command
        ->add_option("--output", transform_wish->output,
                     "Bytes [height, width, 3], or numbers [3, height, width] behind ToTensor")
        ->required();
    transform_command->add_option("--seed", transform_wish->seed, "Of the run")->capture_default_str();
    transform_command->add_option("--epoch", transform_wish->epoch, "Of the run")->capture_default_str();
    transform_command->add_option("--index", transform_wish->index, "The sample's place in its data set")
        ->capture_default_str();
    context.on(transform_command, [transform_wish] { return transform(*transform_wish); });
}

}  // namespace goetia::cli
