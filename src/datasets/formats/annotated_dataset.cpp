#include "datasets/formats/annotated_dataset.h"

#include "datasets/validation/checks.h"

namespace goetia {

Status AnnotatedDataset::check(std::int64_t index) const {
    if (index < 0 || index >= size()) return invalid("no sample {}, the data set holds 0 to {}", index, size() - 1);
    return {};
}

Result<SampleInfo> AnnotatedDataset::info(std::int64_t index) const {
    GOETIA_TRY(check(index));
    const AnnotatedImage& image = set_.images[static_cast<std::size_t>(index)];
    return SampleInfo{labels_of(set_, image), image.width, image.height, image.source, image.label, image.subject};
}

Result<Sample> AnnotatedDataset::sample(std::int64_t index) const {
    GOETIA_TRY(check(index));
    const AnnotatedImage& image = set_.images[static_cast<std::size_t>(index)];
    Sample sample;
    sample.index = index;
    sample.name = image.name;
    sample.id = image.id;
    sample.path = set_.path(image);
    sample.label = image.label;
    sample.subject = image.subject;
    sample.instances = image.instances;
    sample.values = image.values;
    sample.mask_path = image.mask;
    return sample;
}

Result<std::unique_ptr<AnnotatedDataset>> open_dataset(const SetReader& reader, Split split, FaultyObjects faulty) {
    GOETIA_ASSIGN(ReadSet read, reader.read(split));
    Findings findings = findings_of(read.set, std::move(read.findings));
    if (faulty == FaultyObjects::kLeaveOut) leave_out_faulty(read.set, findings);
    GOETIA_TRY(refuse_faults(findings, fmt::format("the {} split cannot be used as it stands", split_name(split))));
    return std::make_unique<AnnotatedDataset>(std::move(read.set));
}

}  // namespace goetia
