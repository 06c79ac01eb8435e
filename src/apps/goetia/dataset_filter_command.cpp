// goetia dataset filter: which pictures have the resolution asked for; the others are listed as non-compliant.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "base/files.h"
#include "base/parallel.h"
#include "datasets/validation/open_sets.h"
#include "imaging/decode/image_size.h"

namespace goetia::cli {
namespace {

struct Wish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::vector<int> least{1, 1}, most;  // width, height
    std::string output;
    int threads = 0;
};

struct Judged {
    ImageSize size;
    std::string why;  // empty: compliant
};

Judged judge(const std::filesystem::path& path, const Wish& wish) {
    const auto size = read_image_size(path);
    if (!size) return {{}, size.error().message};
    const bool small = size->width < wish.least[0] || size->height < wish.least[1];
    const bool large = !wish.most.empty() && (size->width > wish.most[0] || size->height > wish.most[1]);
    if (small) return {*size, fmt::format("below {}x{}", wish.least[0], wish.least[1])};
    if (large) return {*size, fmt::format("above {}x{}", wish.most[0], wish.most[1])};
    return {*size, ""};
}

Result<Outcome> filter(const Wish& wish) {
    GOETIA_ASSIGN(const Json section, section_of(*wish.set));
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(section, splits_of(*wish.set)));
    Outcome outcome{.json = {{"output", wish.output}, {"splits", Json::object()}}};
    std::string list;
    std::int64_t faults = 0;
    for (const SplitSet& one : sets) {
        faults += faults_in(findings_of(one.set, one.findings));
        const auto& images = one.set.images;
        std::vector<Judged> judged(images.size());
        CountLine line;
        GOETIA_TRY(for_each_number(static_cast<std::int64_t>(images.size()),
                                   {.threads = wish.threads,
                                    .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }},
                                   [&](std::int64_t i) {
                                       const auto place = static_cast<std::size_t>(i);
                                       judged[place] = judge(one.set.path(images[place]), wish);
                                       return Status();
                                   }));
        std::int64_t left_out = 0;
        for (std::size_t i = 0; i < judged.size(); ++i) {
            if (judged[i].why.empty()) continue;
            ++left_out;
            list += fmt::format("{}\t{}\t{}x{}\t{}\n", split_name(one.split), one.set.path(images[i]).native(),
                                judged[i].size.width, judged[i].size.height, judged[i].why);
        }
        const auto all = static_cast<std::int64_t>(images.size());
        outcome.json["splits"][std::string(split_name(one.split))] = {{"compliant", all - left_out},
                                                                      {"non_compliant", left_out}};
        outcome.text +=
            fmt::format("{:<6}{:>8} compliant  {} non-compliant\n", split_name(one.split), all - left_out, left_out);
    }
    GOETIA_TRY(write_file_atomic(wish.output, list));
    outcome.text += fmt::format("the non-compliant samples are listed in '{}'\n", wish.output);
    if (faults > 0) outcome.text += fmt::format("{} faults: 'goetia dataset validate' names them\n", faults);
    return outcome;
}

}  // namespace

void add_dataset_filter(Command& dataset, Context& context) {
    const auto wish = std::make_shared<Wish>();
    Command& command = dataset.command(
        "filter", "Lists the non-compliant samples: pictures below or above a resolution, or that cannot be read");
    add_set_options(command, wish->set);
    add_split_options(command, wish->set);
    command.option("--min-size", wish->least, "The least width and height in pixels").words(2);
    command.option("--max-size", wish->most, "The greatest width and height").words(2);
    command.option("--output", wish->output, "The list to write: split, path, size and why, tabs between").required();
    command.option("--threads", wish->threads, "0: one for each core").show_default().range(0, 1024);
    context.on(command, [wish] { return filter(*wish); });
}

}  // namespace goetia::cli
