#include <algorithm>

#include "base/json_text.h"
#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/merge.h"
#include "datasets/formats/reader.h"

namespace goetia {
namespace {

Schema source_schema() {
    return Schema("a source", "A data set of any type, with its parameters and its share")
        .with(text("name", "Its name in messages and records").or_null())
        .with(number("weight", "Its share of an epoch relative to the others, for strategy weighted")
                  .at_least(0)
                  .fallback(1))
        .with(
            object(
                "class_map",
                "Maps its class names to names in this set; null drops the class. Classes not listed keep their names")
                .or_null());
}

Schema sampling_schema() {
    return Schema("the sampling of sources", "How the sources share an epoch")
        .with(text("strategy", "weighted: by the sources' weights; round_robin: in turns; concat: all of everything")
                  .one_of({"weighted", "round_robin", "concat"})
                  .fallback("concat"))
        .with(boolean("resample_epoch", "Whether each epoch takes other samples of a source that is not used in full")
                  .fallback(true));
}

// Whether the key describes the source rather than its data set.
bool is_own(const std::string& key) { return source_schema().find(key) != nullptr; }

// The type of a source without one is guessed from its annotation file.
std::string default_type(const Json& section) {
    if (!section.contains("ann_file") || !section["ann_file"].is_string()) return "ImageNet";
    const std::string file = section["ann_file"];
    if (file.ends_with(".json")) return "COCO";
    return file.ends_with(".csv") || file.ends_with(".xlsx") ? "Table" : "ImageNet";
}

class MultiSource : public SetReader {
  public:
    struct Part {
        DataSource source;
        ClassMap class_map;
        std::shared_ptr<SetReader> reader;
    };

    MultiSource(std::vector<Part> parts, std::vector<std::string> classes, Json sampler)
        : parts_(std::move(parts)), classes_(std::move(classes)), sampler_(std::move(sampler)) {}

    static Schema schema() {
        return Schema("MultiSourceDataset", "Several data sets of any type as one, with one list of classes")
            .with(anything(
                "sources",
                "A list of data set sections, each with its type and parameters, and: name, weight, class_map. "
                "Without a type it is COCO for a .json file, Table for .csv and .xlsx, else ImageNet"))
            .with(object("sampling", "strategy (weighted, round_robin, concat), resample_epoch").or_null())
            .with(texts("classes", "The names in order; else those of the sources, in order of appearance").or_null())
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null());
    }

    static Result<std::unique_ptr<MultiSource>> make(const Args& args) {
        GOETIA_TRY(check(args));
        const Json sampling =
            sampling_schema().complete(args.is_null("sampling") ? Json::object() : args.json().at("sampling"));
        ReaderRegistry readers(Kind::kDataset);
        GOETIA_TRY(register_builtin_readers(readers));
        std::vector<Part> parts;
        const Json& sources = args.json().at("sources");
        for (std::size_t i = 0; i < sources.size(); ++i) {
            GOETIA_ASSIGN(Part part, make_part(sources[i], i, readers));
            parts.push_back(std::move(part));
        }
        const std::vector<std::string> classes =
            args.is_null("classes") ? std::vector<std::string>() : args.list<std::string>("classes");
        Json sampler{{"type", "sources"}};
        sampler.update(sampling);
        auto reader = std::make_unique<MultiSource>(std::move(parts), classes, std::move(sampler));
        if (!args.is_null("num_classes")) reader->count_ = args.integer("num_classes");
        return reader;
    }

    // A source without a val or test split is skipped there; one without a training split is a mistake.
    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        SetMerger merger(classes_);
        bool any = false;
        for (const Part& part : parts_) {
            auto own = part.reader->read(split);
            if (!own && own.error().code == Code::kNotFound && split != Split::kTrain) {
                GOETIA_TRY(add_classes(merger, part));
                continue;
            }
            if (!own) return refused(part, std::move(own).error());
            any = true;
            GOETIA_TRY(merger.add(part.source, part.class_map, std::move(own).value()));
        }
        if (!any) return not_found("no source has a {} split", split_name(split));
        ReadSet merged = std::move(merger).merged();
        merged.set.default_sampler = sampler_;
        check_count(count_, merged.set.classes.size(), "the list of all sources' classes", merged.findings);
        return merged;
    }

  private:
    static Status check(const Args& args) {
        Error error = invalid("the sources cannot be used as they stand");
        const auto add = [&](std::vector<Fault> faults) {
            for (Fault& fault : faults) error.faults.push_back(std::move(fault));
        };
        if (!args.is_null("sampling")) add(sampling_schema().check(args.json().at("sampling"), "dataset.sampling"));
        const Json& sources = args.json().at("sources");
        if (!sources.is_array() || sources.empty())
            add({{.path = "dataset.sources",
                  .message = "must be a list of data set sections",
                  .found = sources.is_array() ? "an empty list" : json_text(sources)}});
        for (std::size_t i = 0; sources.is_array() && i < sources.size(); ++i)
            add(check_source(sources[i], fmt::format("dataset.sources[{}]", i)));
        if (!error.faults.empty()) return error;
        return {};
    }

    static std::vector<Fault> check_source(const Json& section, const std::string& path) {
        if (!section.is_object()) return source_schema().check(section, path);
        Json own = Json::object();
        for (const auto& [key, value] : section.items()) {
            if (is_own(key)) own[key] = value;
        }
        auto faults = source_schema().check(own, path);
        const Json map = own.value("class_map", Json());
        for (const auto& [from, to] : map.items()) {
            if (!map.is_object() || to.is_string() || to.is_null()) continue;
            faults.push_back({.path = path + ".class_map." + from,
                              .message = "must be a class name, or null to leave the class out",
                              .found = json_text(to)});
        }
        return faults;
    }

    static Result<Part> make_part(const Json& section, std::size_t number, const ReaderRegistry& readers) {
        const std::string path = fmt::format("dataset.sources[{}]", number);
        Json own = Json::object(), data = Json::object();
        for (const auto& [key, value] : section.items()) (is_own(key) ? own : data)[key] = value;
        if (!data.contains("type")) data["type"] = default_type(data);
        own = source_schema().complete(own);
        Part part;
        part.source = {own["name"].is_null() ? fmt::format("source {}", number + 1) : own["name"].get<std::string>(),
                       own["weight"].get<double>()};
        for (const auto& [from, to] : own["class_map"].items())
            part.class_map[from] = to.is_null() ? std::nullopt : std::optional(to.get<std::string>());
        GOETIA_ASSIGN(part.reader, readers.make(data, path));
        return part;
    }

    // A configured source must have a training split: its absence is an error, not a missing split.
    static Error refused(const Part& part, Error error) {
        if (error.code == Code::kNotFound) error.code = Code::kInvalid;
        return std::move(error).within(fmt::format("source '{}'", part.source.name));
    }

    // The classes of a source without this split still count, so that every split has the same class indices.
    static Status add_classes(SetMerger& merger, const Part& part) {
        auto train = part.reader->read(Split::kTrain);
        if (!train) return refused(part, std::move(train).error());
        train->set.images.clear();
        train->findings.clear();
        return merger.add(part.source, part.class_map, std::move(train).value());
    }

    std::vector<Part> parts_;
    std::vector<std::string> classes_;
    Json sampler_;
    std::optional<std::int64_t> count_;
};

}  // namespace

Status add_multi_source(ReaderRegistry& registry) { return registry.add<MultiSource>(); }

}  // namespace goetia
